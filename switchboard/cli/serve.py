"""``switchboard serve``: the server alone, for a FreeSWITCH that runs elsewhere or by itself."""

import sys
from pathlib import Path

import click

from switchboard.bootstrap import Server
from switchboard.ports.outages import StoreAway
from switchboard.runtime.logs import LogForm, configure_logs
from switchboard.settings import SettingsError, load_settings


@click.command()
@click.option(
    "--settings",
    "settings_file",
    type=click.Path(path_type=Path),
    help="The settings file.",
)
def command(settings_file: Path | None) -> None:
    """Serve calls; SIGTERM lets those that are on the line finish."""
    try:
        settings = load_settings(settings_file)
        configure_logs(settings.logs.level, LogForm(settings.logs.form), sys.stderr)
        server = Server(settings)
    except (SettingsError, StoreAway, ValueError) as mistake:
        raise click.ClickException(str(mistake)) from None
    try:
        sys.exit(server.run())
    except OSError as fault:
        raise click.ClickException(str(fault)) from None
