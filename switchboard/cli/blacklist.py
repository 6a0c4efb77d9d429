"""``switchboard blacklist``: numbers whose calls are refused before they are answered."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from switchboard.cli._moments import Moment
from switchboard.cli._opening import opened_store, read_settings_file, settings_option
from switchboard.cli._printing import echo_json, echo_table, local
from switchboard.ports.screening import BlockedNumber
from switchboard.store.store import Store


@click.group()
@settings_option
@click.pass_context
def command(context: click.Context, settings_file: Path | None) -> None:
    """Numbers whose calls are refused before they are answered.

    A running server follows within two seconds.
    """
    context.obj = context.with_resource(opened_store(read_settings_file(settings_file)))


@command.command()
@click.argument("number")
@click.option("--reason", default="", help="Why, for whoever looks at the list or at a call.")
@click.option("--until", type=Moment(ahead=True), help="Ends by itself: 7d, 18:30, 2026-12-01 …")
@click.pass_obj
def add(store: Store, number: str, reason: str, until: datetime | None) -> None:
    """Block NUMBER, as it is delivered; a trailing * blocks all that begin so."""
    now = datetime.now(UTC)
    if until and until <= now:
        raise click.BadParameter(f"{local(until)} has passed", param_hint="--until")
    try:
        entry = BlockedNumber(number, reason, until.astimezone(UTC) if until else None)
    except ValueError as mistake:
        raise click.BadParameter(str(mistake), param_hint="NUMBER") from mistake
    store.blacklist.block(entry)
    click.echo(f"{number} is blocked" + (f" until {local(until)}" if until else ""))


@command.command()
@click.argument("number")
@click.pass_obj
def remove(store: Store, number: str) -> None:
    """Let calls from NUMBER in again; as it stands in the list."""
    if not store.blacklist.unblock(number):
        raise click.ClickException(
            f"{number} is not in the list: `switchboard blacklist list` shows it"
        )
    click.echo(f"{number} is blocked no more")


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def list_numbers(store: Store, *, as_json: bool) -> None:
    """List the blocked numbers, those whose time is over too."""
    entries = store.blacklist.list_blocked()
    if as_json:
        echo_json([asdict(entry) for entry in entries])
    elif entries:
        now = datetime.now(UTC)
        echo_table(("number", "until", "reason"), [_row(entry, now) for entry in entries])
    else:
        click.echo("no number is blocked")


def _row(entry: BlockedNumber, now: datetime) -> tuple[object, ...]:
    if entry.until is None:
        return entry.number, "", entry.reason
    over = " (over)" if entry.until <= now else ""
    return entry.number, local(entry.until) + over, entry.reason
