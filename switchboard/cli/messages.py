"""``switchboard messages``: the voice messages, where their sound is, what was done with them."""

import getpass
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from switchboard.cli._moments import Moment
from switchboard.cli._opening import opened_store, read_settings_file, settings_option
from switchboard.cli._picking import pick
from switchboard.cli._printing import echo_json, echo_table, local
from switchboard.cli._sounds import add_sound_commands
from switchboard.media.recordings import RecordingFolder
from switchboard.ports.messages import SHOWN, FiledMessage, Message, MessageSearch, MessageState
from switchboard.runtime.clock import ScaledClock
from switchboard.services.mailboxes import Mailboxes
from switchboard.voice import make_mailboxes

TITLES = ("message", "left", "mailbox", "from", "length", "state", "reply", "call")
ID_SHOWN = 12
EVERY_STATE = tuple(MessageState)
STATES = [str(state) for state in EVERY_STATE]


@dataclass(frozen=True)
class Mail:
    """The messages, and where their sound lies."""

    mailboxes: Mailboxes
    recordings: RecordingFolder


@click.group(invoke_without_command=True)
@settings_option
@click.option("--mailbox", help="Only messages in this mailbox.")
@click.option("--state", "states", multiple=True, type=click.Choice(STATES), help="Only these.")
@click.option("--number", default="", help="Only from or to numbers that begin so.")
@click.option(
    "--since", type=Moment(ahead=False), help="Only those left since: 2h, 18:30, 2026-12-01 …"
)
@click.option("--until", type=Moment(ahead=False), help="Only those left before.")
@click.option("--limit", "at_most", type=click.IntRange(1), help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
def command(
    context: click.Context,
    /,
    settings_file: Path | None,
    *,
    as_json: bool,
    **wanted: Any,  # noqa: ANN401 - the options of the list, by their names
) -> None:
    """List the voice messages, newest first."""
    settings = read_settings_file(settings_file)
    store = context.with_resource(opened_store(settings))
    clock = ScaledClock(settings.clock_speed, settings.clock_origin)
    mailboxes = make_mailboxes(settings, store, clock, "zh")
    context.obj = Mail(mailboxes, RecordingFolder(settings.folder / "recordings"))
    if context.invoked_subcommand:
        return
    filed = store.messages.list_filed(_search(**wanted))
    if as_json:
        echo_json([_document(one) for one in filed])
    elif filed:
        echo_table(TITLES, [_row(one) for one in filed])
    else:
        box = wanted["mailbox"]
        click.echo("there is no message" + (f" in {box}" if box else ""))


@command.command()
@click.argument("message_id", metavar="ID")
@click.argument("state", type=click.Choice(STATES))
@click.option("--note", default="", help="What to write beside it.")
@click.pass_obj
def mark(mail: Mail, message_id: str, state: str, note: str) -> None:
    """Say how a message stands: new, heard, answered, kept or deleted."""
    found = _find(mail, message_id)
    by = getpass.getuser()
    mail.mailboxes.mark(found.message_id, MessageState(state), by, note)
    click.echo(f"message {found.message_id[:ID_SHOWN]} is {state}")


@command.command()
@click.argument("message_id", metavar="ID")
@click.option("--note", required=True, help="What was replied.")
@click.pass_obj
def reply(mail: Mail, message_id: str, note: str) -> None:
    """Note that a message was answered, and how."""
    found = _find(mail, message_id)
    mail.mailboxes.answer(found.message_id, getpass.getuser(), note=note)
    click.echo(f"message {found.message_id[:ID_SHOWN]} is answered")


def _find(mail: Mail, wanted: str) -> Message:
    def list_some(prefix: str, at_most: int) -> tuple[FiledMessage, ...]:
        search = MessageSearch(states=EVERY_STATE, begins=prefix, at_most=at_most)
        return mail.mailboxes.messages.list_filed(search)

    return pick(wanted, list_some, lambda one: one.message.message_id, "message").message


def _file_of(mail: Mail, wanted: str) -> Path:
    message = _find(mail, wanted)
    path = mail.recordings.find_file(message.recording_id)
    if path is None:
        raise click.ClickException(
            f"message {message.message_id} is on record, but its sound "
            f"({message.recording_id}.wav) is not in the folder of recordings"
        )
    return path


def _heard(mail: Mail, wanted: str) -> None:
    mail.mailboxes.hear(_find(mail, wanted).message_id, getpass.getuser())


add_sound_commands(command, "message", _file_of, _heard)


def _search(
    *,
    states: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    **others: Any,  # noqa: ANN401 - mailbox, number and at_most
) -> MessageSearch:
    return MessageSearch(
        states=tuple(map(MessageState, states)) or SHOWN,
        since=since.astimezone(UTC) if since else None,
        until=until.astimezone(UTC) if until else None,
        **others,
    )


def _document(filed: FiledMessage) -> dict[str, object]:
    return {**asdict(filed.message), **asdict(filed.handling)}


def _row(filed: FiledMessage) -> tuple[object, ...]:
    message = filed.message
    wanted = {True: message.reply_to or "wanted", False: "not wanted", None: ""}
    return (
        message.message_id[:ID_SHOWN],
        local(message.left_at),
        message.mailbox,
        message.from_number or "withheld",
        f"{message.duration_ms / 1000:.1f} s",
        filed.handling.state,
        wanted[message.reply_wanted],
        message.call_id[:ID_SHOWN],
    )
