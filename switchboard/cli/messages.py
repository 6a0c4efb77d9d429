"""``switchboard messages``: the voice messages on record, their files, and how they sound."""

import shutil
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from switchboard.cli._opening import opened_store, read_settings_file, settings_option
from switchboard.cli._printing import echo_json, echo_table, local
from switchboard.media.recordings import RecordingFolder
from switchboard.ports.messages import Message
from switchboard.store.store import Store

TITLES = ("message", "left", "mailbox", "from", "length", "reply", "call")
ID_SHOWN = 12
# Programs that play a WAV file and then end, as far as machines have them.
PLAYERS = (
    ("aplay", "-q"),
    ("paplay",),
    ("pw-play",),
    ("play", "-q"),
    ("afplay",),
    ("ffplay", "-nodisp", "-autoexit", "-loglevel", "error"),
)


@dataclass(frozen=True)
class Mail:
    """The messages, and where their sound lies."""

    store: Store
    recordings: RecordingFolder


@click.group(invoke_without_command=True)
@settings_option
@click.option("--mailbox", help="Only messages in this mailbox.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
def command(
    context: click.Context,
    settings_file: Path | None,
    mailbox: str | None,
    as_json: bool,
) -> None:
    """List the voice messages, newest first."""
    settings = read_settings_file(settings_file)
    store = context.with_resource(opened_store(settings))
    context.obj = Mail(store, RecordingFolder(settings.folder / "recordings"))
    if context.invoked_subcommand:
        return
    messages = store.messages.list_messages(mailbox=mailbox)
    if as_json:
        echo_json([asdict(message) for message in messages])
    elif messages:
        echo_table(TITLES, [_row(message) for message in messages])
    else:
        click.echo("there is no message" + (f" in {mailbox}" if mailbox else ""))


@command.command()
@click.argument("message_id", metavar="ID")
@click.pass_obj
def file(mail: Mail, message_id: str) -> None:
    """Print the path of a message's WAV file; ID is the beginning of its id, or `last`."""
    click.echo(_file_of(mail, message_id))


@command.command()
@click.argument("message_id", metavar="ID")
@click.pass_obj
def play(mail: Mail, message_id: str) -> None:
    """Play a message on this machine; ID is the beginning of its id, or `last`."""
    path = _file_of(mail, message_id)
    player = next((words for words in PLAYERS if shutil.which(words[0])), None)
    if player is None:
        names = ", ".join(words[0] for words in PLAYERS)
        raise click.ClickException(f"no player is here ({names}): play {path} elsewhere")
    if subprocess.run([*player, str(path)], check=False).returncode:
        raise click.ClickException(f"{player[0]} could not play {path}")


def _file_of(mail: Mail, wanted: str) -> Path:
    message = _find(mail.store, wanted)
    path = mail.recordings.find_file(message.recording_id)
    if path is None:
        raise click.ClickException(
            f"message {message.message_id} is on record, but its sound "
            f"({message.recording_id}.wav) is not in the folder of recordings"
        )
    return path


def _find(store: Store, wanted: str) -> Message:
    messages = store.messages.list_messages()
    if wanted == "last":
        found = messages[:1]
    else:
        found = tuple(one for one in messages if one.message_id.startswith(wanted))
    if len(found) > 1:
        raise click.ClickException(f"several messages begin with {wanted!r}: give more of the id")
    if not found:
        raise click.ClickException(
            "there is no message yet"
            if wanted == "last"
            else f"no message begins with {wanted!r}: `switchboard messages` lists them"
        )
    return found[0]


def _row(message: Message) -> tuple[object, ...]:
    wanted = {True: message.reply_to or "wanted", False: "not wanted", None: ""}
    return (
        message.message_id[:ID_SHOWN],
        local(message.left_at),
        message.mailbox,
        message.from_number or "withheld",
        f"{message.duration_ms / 1000:.1f} s",
        wanted[message.reply_wanted],
        message.call_id[:ID_SHOWN],
    )
