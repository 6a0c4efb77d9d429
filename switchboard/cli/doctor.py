"""``switchboard doctor``: looks at all that an installation stands on, and says what to do."""

from dataclasses import asdict
from pathlib import Path

import click

from switchboard.cli._diagnosis import State, diagnose
from switchboard.cli._opening import read_settings_file, settings_option
from switchboard.cli._printing import echo_json, printable


@click.command()
@settings_option
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def command(settings_file: Path | None, *, as_json: bool) -> None:
    """Look at disk, clock, database, flows, speech, server, FreeSWITCH, gateways, mail and more.

    Nothing is changed and nobody is called. Ends with status 1 when something is at fault.
    """
    looks = []
    for look in diagnose(read_settings_file(settings_file)):
        looks.append(look)
        if not as_json:
            click.echo(f"{look.state:<7} {look.subject}: {printable(look.words)}")
            if look.remedy:
                click.echo(f"        {look.remedy}")
    if as_json:
        echo_json([asdict(look) for look in looks])
    if any(look.state is State.FAULT for look in looks):
        raise click.exceptions.Exit(1)
