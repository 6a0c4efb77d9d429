"""``switchboard notices``: greetings, notices and advertisements at the front of calls."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from switchboard.cli._moments import Moment
from switchboard.cli._opening import opened_store, read_settings_file, settings_option
from switchboard.cli._printing import echo_json, echo_table, local
from switchboard.ports.announcements import Announcement
from switchboard.store.store import Store


@click.group()
@settings_option
@click.pass_context
def command(context: click.Context, settings_file: Path | None) -> None:
    """What is said where flows say `notices`: greetings, notices, advertisements.

    A running server follows within two seconds.
    """
    context.obj = context.with_resource(opened_store(read_settings_file(settings_file)))


@command.command()
@click.argument("name")
@click.option("--text", "texts", multiple=True, help="What is said, as zh=新年好.")
@click.option("--from", "begins_at", type=Moment(ahead=True), help="Begins then; without it, now.")
@click.option("--until", "ends_at", type=Moment(ahead=True), help="Ends by itself: 7d …")
@click.option("--number", "numbers", multiple=True, help="Only for who dialled this; repeatable.")
@click.option("--place", default=100, show_default=True, help="The lowest is heard first.")
@click.pass_obj
def add(store: Store, /, name: str, texts: tuple[str, ...], **rest: Any) -> None:  # noqa: ANN401
    """Put NAME up, or change it."""
    begins_at, ends_at = _utc(rest["begins_at"]), _utc(rest["ends_at"])
    if ends_at and ends_at <= datetime.now(UTC):
        raise click.BadParameter(f"{local(ends_at)} has passed", param_hint="--until")
    try:
        said = dict(_parted(text) for text in texts)
        announcement = Announcement(name, said, begins_at, ends_at, rest["numbers"], rest["place"])
    except ValueError as mistake:
        raise click.ClickException(str(mistake)) from mistake
    store.announcements.put_up(announcement)
    click.echo(f"{name} is put up" + _when(announcement))


@command.command()
@click.argument("name")
@click.pass_obj
def remove(store: Store, name: str) -> None:
    """Take NAME down."""
    if not store.announcements.take_down(name):
        raise click.ClickException(f"there is no {name}: `switchboard notices list` shows all")
    click.echo(f"{name} is taken down")


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def list_notices(store: Store, *, as_json: bool) -> None:
    """List what is put up, in the order it is heard, also what is over or has not begun."""
    rows = store.announcements.list_all()
    if as_json:
        echo_json(
            [
                {
                    "name": one.name,
                    "texts": dict(one.texts),
                    "from": one.begins_at,
                    "until": one.ends_at,
                    "numbers": list(one.numbers),
                    "place": one.place,
                }
                for one in rows
            ]
        )
    elif rows:
        now = datetime.now(UTC)
        echo_table(
            ("name", "now", "from", "until", "numbers", "text"), [_row(r, now) for r in rows]
        )
    else:
        click.echo("nothing is put up")


TITLES = ("name", "now", "from", "until", "numbers", "text")


def _row(one: Announcement, now: datetime) -> tuple[object, ...]:
    number = one.numbers[0] if one.numbers else ""
    heard = "heard" if one.is_heard(number, now) else ""
    begins = local(one.begins_at) if one.begins_at else ""
    ends = local(one.ends_at) if one.ends_at else ""
    texts = " | ".join(f"{language}: {text}" for language, text in one.texts.items())
    return one.name, heard, begins, ends, " ".join(one.numbers) or "all", texts


def _parted(text: str) -> tuple[str, str]:
    language, equals, words = text.partition("=")
    if not equals:
        raise ValueError(f"{text!r}: write the language before the text, as zh=新年好")
    return language.strip(), words.strip()


def _utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC) if moment else None


def _when(one: Announcement) -> str:
    begins = f" from {local(one.begins_at)}" if one.begins_at else ""
    return begins + (f" until {local(one.ends_at)}" if one.ends_at else "")
