"""``switchboard mailboxes``: which there are, how full they are, and their PINs."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from switchboard.cli._opening import opened_store, read_settings_file, settings_option
from switchboard.cli._printing import echo_json, echo_table
from switchboard.installation import load_program
from switchboard.ports.messages import MessageSearch, MessageState
from switchboard.runtime.clock import ScaledClock
from switchboard.services.mailboxes import PIN, MailboxRules
from switchboard.services.secrets import SecretDesk, is_easily_guessed
from switchboard.settings import Settings, SettingsError
from switchboard.store.secrets import Argon2Hasher
from switchboard.store.store import Store

TITLES = ("mailbox", "number", "new", "messages", "most", "PIN", "tells", "about")


@dataclass(frozen=True)
class Boxes:
    """The mailboxes of the centre and what is in them."""

    store: Store
    rules: MailboxRules
    about: dict[str, str]
    desk: SecretDesk


@click.group(invoke_without_command=True)
@settings_option
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
def command(context: click.Context, settings_file: Path | None, *, as_json: bool) -> None:
    """List the mailboxes."""
    boxes = context.obj = context.with_resource(_opened(read_settings_file(settings_file)))
    if context.invoked_subcommand:
        return
    rows = [_row(boxes, name) for name in sorted(boxes.about)]
    if as_json:
        echo_json([dict(zip(TITLES, row, strict=True)) for row in rows])
    elif rows:
        echo_table(TITLES, rows)
    else:
        click.echo("no mailbox stands in the centre's file: see `mailboxes:` there")


@command.command()
@click.argument("mailbox")
@click.option(
    "--pin", prompt=True, hide_input=True, confirmation_prompt=True, help="4 to 12 digits."
)
@click.pass_obj
def pin(boxes: Boxes, mailbox: str, pin: str) -> None:
    """Set the PIN by which a phone opens MAILBOX; ends its lock."""
    if mailbox not in boxes.about:
        raise click.ClickException(
            f"there is no mailbox {mailbox}: `switchboard mailboxes` lists them"
        )
    if not pin.isascii() or not pin.isdigit() or len(pin) > 12 or is_easily_guessed(pin):
        raise click.ClickException(
            "a PIN has 4 to 12 digits, not all alike and not in a row such as 1234"
        )
    boxes.desk.set(PIN, mailbox, pin)
    click.echo(f"mailbox {mailbox} has a new PIN")
    if not boxes.rules.of(mailbox).number:
        click.echo(
            "no phone can name it yet: give it a number under mailboxes.boxes in the settings"
        )


@contextmanager
def _opened(settings: Settings) -> Iterator[Boxes]:
    try:
        centre = load_program(settings).centre
    except SettingsError as mistakes:
        raise click.ClickException(str(mistakes)) from mistakes
    clock = ScaledClock(settings.clock_speed, settings.clock_origin)
    about = {name: box.about for name, box in centre.mailboxes.items()}
    with opened_store(settings) as store:
        desk = SecretDesk(store.secrets, Argon2Hasher(), clock)
        yield Boxes(store, settings.mailboxes.rules("zh"), about, desk)


def _row(boxes: Boxes, name: str) -> tuple[object, ...]:
    rule = boxes.rules.of(name)
    new = boxes.store.messages.list_filed(MessageSearch(name, (MessageState.NEW,)))
    return (
        name,
        rule.number,
        len(new),
        boxes.store.messages.count_messages(name),
        rule.most,
        "set" if boxes.store.secrets.find_hash(PIN, name) else "none",
        ", ".join(rule.notify),
        boxes.about[name],
    )
