"""``switchboard parameters``: settings of flows that the office changes without publishing."""

import getpass
from datetime import UTC, datetime
from pathlib import Path

import click

from switchboard.cli._opening import opened_store, read_settings_file, settings_option
from switchboard.cli._printing import echo_json, echo_table
from switchboard.flow import Program, load
from switchboard.services.parameters import NoParameter, change, standings
from switchboard.store.store import Store


@click.group()
@settings_option
@click.pass_context
def command(context: click.Context, settings_file: Path | None) -> None:
    """Settings of the flows that calls get now: numbers, times, switches that the office changes.

    Calls that begin two seconds later have the new value; those on the line keep what they have.
    """
    context.obj = context.with_resource(opened_store(read_settings_file(settings_file)))


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def list_parameters(store: Store, *, as_json: bool) -> None:
    """List every setting, what holds, and what it is for."""
    rows = list(standings(_live(store), store.parameters))
    if as_json:
        names = ("flow", "name", "type", "value", "changed", "about")
        echo_json([{name: getattr(row, name) for name in names} for row in rows])
    elif rows:
        echo_table(
            ("setting", "type", "value", "", "about"),
            [
                (f"{r.flow}.{r.name}", r.type, r.value, "changed" if r.changed else "", r.about)
                for r in rows
            ],
        )
    else:
        click.echo("the flows have no settings")


@command.command("set")
@click.argument("setting")
@click.argument("value")
@click.pass_obj
def set_parameter(store: Store, setting: str, value: str) -> None:
    """Set SETTING, written flow.name, to VALUE."""
    try:
        change(_live(store), store.parameters, setting, value, at=datetime.now(UTC), by=_who())
    except NoParameter as mistake:
        raise click.ClickException(str(mistake)) from mistake
    click.echo(f"{setting} is {value}")


@command.command()
@click.argument("setting")
@click.pass_obj
def reset(store: Store, setting: str) -> None:
    """Let the flow's own default of SETTING hold again."""
    flow, _, name = setting.rpartition(".")
    if not store.parameters.reset(flow, name):
        raise click.ClickException(f"{setting} was not changed")
    click.echo(f"{setting} is as the flow says")


def _live(store: Store) -> Program:
    release = store.flow_versions.find_release()
    version = release and store.flow_versions.find_version(release.live)
    program = version and load(version.files).program
    if not program:
        raise click.ClickException("no flows are published: `switchboard flows publish` does it")
    return program


def _who() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "somebody"
