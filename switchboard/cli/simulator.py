"""``switchboard simulator``: runs the stand-in for FreeSWITCH."""

import sys
from pathlib import Path
from typing import Any

import click

from switchboard.runtime.logs import LogForm, configure_logs
from switchboard.settings import SettingsError, load_settings
from switchboard.simulator.running import Address, SimulatorSettings, run_simulator


class AddressType(click.ParamType):
    """``HOST:PORT``."""

    name = "host:port"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Address:
        """Turn the text into host and port."""
        host, _, port = str(value).rpartition(":")
        if not host or not port.isdigit():
            self.fail(f"{value!r} is not HOST:PORT", param, ctx)
        return host, int(port)


ADDRESS = AddressType()
MOMENT = click.DateTime(["%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S%z"])
ORIGIN = "When house time and wall time were the same, as the server's; none: now."
Folder = click.Path(file_okay=False, path_type=Path)
File = click.Path(dir_okay=False, exists=True, path_type=Path)


@click.command()
@click.option("--event-socket", type=ADDRESS, default="127.0.0.1:8021", show_default=True)
@click.option(
    "--password",
    default="ClueCon",
    envvar="SWITCHBOARD_SIMULATOR_PASSWORD",
    help="Of the event socket; or $SWITCHBOARD_SIMULATOR_PASSWORD.  [default: ClueCon]",
)
@click.option("--apps", default="127.0.0.1:8084", show_default=True, help="HOST:PORT, HOST:PORT …")
@click.option("--control", type=ADDRESS, default="127.0.0.1:8022", show_default=True)
@click.option("--speed", type=click.FloatRange(0.01, 1000), default=1.0, show_default=True)
@click.option("--clock-origin", type=MOMENT, envvar="SWITCHBOARD_CLOCK_ORIGIN", help=ORIGIN)
@click.option("--cdrs", type=Folder, help="Folder for call detail records; none: none are kept.")
@click.option("--sounds", type=Folder, default=".", help="Where relative sound names are found.")
@click.option("--music", type=File, help="A WAV file for hold music; none: a tune of its own.")
@click.option(
    "--settings",
    "settings_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A settings file, whose `stand_in.phones` are there from the start.",
)
@click.option("--hostname", default="stand-in", show_default=True)
@click.option(
    "--hold",
    "hold_s",
    type=click.IntRange(0),
    default=60,
    show_default=True,
    help="Seconds for which a caller whom no server takes is held and tried again.",
)
def command(
    *,
    event_socket: Address,
    password: str,
    apps: str,
    control: Address,
    settings_file: Path | None,
    **rest: object,
) -> None:
    """Run a stand-in for FreeSWITCH, with people in place of a telephone network.

    It hands calls to the app and listens for it on the event socket; ``switchboard call`` places
    calls. It speaks no SIP and needs nothing installed.
    """
    settings = SimulatorSettings(
        event_socket=event_socket,
        password=password,
        apps=tuple(app.strip() for app in apps.replace("|", ",").split(",") if app.strip()),
        control=control,
        **(_crowd(settings_file) if settings_file else {}),
        **rest,  # type: ignore[arg-type]
    )
    configure_logs("info", LogForm.CONSOLE, sys.stderr)
    try:
        run_simulator(settings, _tell)
    except OSError as fault:
        raise click.ClickException(f"the stand-in cannot listen: {fault}") from fault


def _crowd(file: Path) -> dict[str, Any]:
    """Return the phones of the settings, and where they register."""
    try:
        settings = load_settings(file)
    except (SettingsError, OSError) as mistakes:
        raise click.ClickException(str(mistakes)) from None
    return {"phones": settings.stand_in.phones, "domain": settings.freeswitch.sip_domain}


def _tell(event_socket: Address, control: Address) -> None:
    """Say where it listens, on its output: a script that gave port 0 reads it there."""
    click.echo(f"event socket on {event_socket[0]}:{event_socket[1]}")
    click.echo(f"control on {control[0]}:{control[1]}")
