"""``switchboard call-out``: have somebody called, so that a flow runs when they answer."""

from pathlib import Path

import click

from switchboard.cli._opening import read_settings_file, settings_option
from switchboard.cli._server import Server


@click.command()
@settings_option
@click.argument("flow")
@click.argument("number")
@click.option(
    "--with", "values", multiple=True, metavar="NAME=VALUE", help="What the flow takes, one each."
)
@click.option("--in", "language", default="", help="The language spoken first.")
@click.option("--show", default="", help="The centre's number that is shown at the other end.")
def command(
    settings_file: Path | None, flow: str, number: str, values: tuple[str, ...], language: str,
    show: str,
) -> None:  # fmt: skip
    """Call NUMBER, an extension or one that a gateway admits, and run FLOW for whoever answers.

    Asks the running server; `switchboard calls show ID` tells what became of it.
    """
    given = {}
    for one in values:
        name, equals, value = one.partition("=")
        if not equals:
            raise click.BadParameter(f"{one!r} is no NAME=VALUE", param_hint="--with")
        given[name] = value
    document = {"flow": flow, "number": number, "with": given, "language": language, "show": show}
    answer = Server(read_settings_file(settings_file)).post("/calls", **document)
    click.echo(answer["call_id"])
