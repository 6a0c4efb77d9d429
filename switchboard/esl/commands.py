"""The one encoder: every byte that goes to FreeSWITCH is made here.

A command is a line of words, headers, and a body. Words are our own literal names or
:class:`~switchboard.esl.arguments.Checked` text; there is no way to put a plain string into one.
Arguments of applications travel in a body: FreeSWITCH reads headers one byte at a time and takes a
newline in one for the next command. The last check, for CR, LF and NUL in anything, stands where
the bytes are made, behind all grammars.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from switchboard.core.causes import HangupCause
from switchboard.esl.arguments import (
    Assignments,
    Cause,
    Checked,
    ComeToUs,
    FilePath,
    HostPort,
    Login,
    ModuleName,
    Password,
    Playlist,
    RecordOrder,
    SecretOrder,
    Uuid,
    VariableValue,
    playable,
)
from switchboard.esl.errors import LocalProtocolError
from switchboard.esl.names import Api, Application, EventName, Header, Subclass, Variable


class Kind(StrEnum):
    """The commands of the event socket that we use; each word is the command itself."""

    CONNECT = "connect"
    MYEVENTS = "myevents"
    FILTER = "filter"
    SENDMSG = "sendmsg"
    AUTH = "auth"
    USERAUTH = "userauth"
    EVENT = "event"
    API = "api"
    BGAPI = "bgapi"
    EXIT = "exit"


class Word(StrEnum):
    """Literal words of commands that are neither a name of FreeSWITCH's nor an argument."""

    AS_JSON = "as json"
    ALEG = "aleg"
    BLEG = "bleg"
    BOTH = "both"
    CHANNELS = "channels"
    CORE_UUID = "core_uuid"
    NO_SYSTEM_API = "disable_system_api_commands"
    NO_SYSTEM_APPLICATIONS = "disable_system_app_commands"
    JSON = "json"
    LOCK = "lock"
    MASK = "mask"
    MUTE = "start read mute -4"
    EXTERNAL = "external"
    GATEWAY = "gateway"
    INTERNAL = "internal"
    OFF = "off"
    OUTBOUND = "outbound"
    PAUSE = "pause"
    PROFILE = "profile"
    REGISTRATIONS = "registrations"
    RESCAN = "rescan"
    RESTART = "restart"
    START = "start"
    STATUS = "status"
    STOP = "stop"
    UNLOCK = "unlock"
    UNMASK = "unmask"


Part = Kind | Word | Api | EventName | Subclass | Header | Checked

_LITERALS = (Kind, Word, Api, Application, EventName, Subclass, Header)
_CONTROLS = re.compile(r"[\r\n\0]")


@dataclass(frozen=True, slots=True)
class Execution:
    """An application to run on a channel, with its argument."""

    application: Application
    argument: Checked | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """One command, not yet bytes.

    Attributes:
        kind: Which command.
        parts: What follows it on its line.
        execution: What it executes, for :attr:`Kind.SENDMSG`.
        execution_id: Comes back as ``Application-UUID`` of the completion.
        job_id: Comes back as ``Job-UUID`` of the job's result, for :attr:`Kind.BGAPI`.
    """

    kind: Kind
    parts: tuple[Part, ...] = ()
    execution: Execution | None = None
    execution_id: Uuid | None = None
    job_id: Uuid | None = None

    def encode(self) -> bytes:
        """Return the bytes of the command.

        Raises:
            LocalProtocolError: a part is not of the types above, or holds CR, LF or NUL.
        """
        lines = [" ".join((self.kind.value, *map(_text, self.parts)))]
        body = b""
        if self.execution is not None:
            lines += [
                "call-command: execute",
                f"execute-app-name: {_text(self.execution.application)}",
                f"Event-UUID: {_text(self.execution_id)}",
                "event-lock: true",
            ]
            if self.execution.argument is not None:
                body = _text(self.execution.argument).encode()
                lines += ["content-type: text/plain", f"content-length: {len(body)}"]
        if self.job_id is not None:
            lines.append(f"Job-UUID: {_text(self.job_id)}")
        return "\n".join((*lines, "", "")).encode() + body


def _text(part: Part | Application | None) -> str:
    if isinstance(part, Checked):
        text = part.written()
    elif isinstance(part, _LITERALS):
        text = part.value
    else:
        raise LocalProtocolError(f"a {type(part).__name__} is no part of a command")
    if _CONTROLS.search(text):
        raise LocalProtocolError("a part of a command holds a line end or NUL")
    return text


# --- a call's own socket ----------------------------------------------------------------------


def connect() -> Command:
    """Ask for the channel that called us; its snapshot is the reply."""
    return Command(Kind.CONNECT)


def my_events() -> Command:
    """Ask for the channel's events, as JSON."""
    return Command(Kind.MYEVENTS, (Word.JSON,))


def only(event: EventName) -> Command:
    """Let only this event through, and those named so before."""
    return Command(Kind.FILTER, (Header.EVENT_NAME, event))


def execute(execution: Execution, execution_id: Uuid) -> Command:
    """Run an application on the channel, behind those that were sent before."""
    return Command(Kind.SENDMSG, (), execution, execution_id)


def disarm_guard() -> Execution:
    """Take back the dialplan's scheduled transfer to the fallback."""
    return Execution(Application.SCHED_CANCEL)


def answer() -> Execution:
    """Answer the channel."""
    return Execution(Application.ANSWER)


def hang_up(cause: HangupCause) -> Execution:
    """End the channel; before an answer this refuses the call."""
    return Execution(Application.HANGUP, Cause(cause))


def play(files: Sequence[str]) -> Execution:
    """Play files, or ``silence_stream://MS``, one behind another."""
    return Execution(Application.PLAYBACK, Playlist(tuple(playable(file) for file in files)))


def record(file: str, *, at_most_s: int, silence_s: int) -> Execution:
    """Record what the person says into a file."""
    return Execution(Application.RECORD, RecordOrder(FilePath(file), at_most_s, silence_s))


def gather_secret(order: SecretOrder) -> Execution:
    """Play something and gather a secret into a variable of its own."""
    return Execution(Application.PLAY_AND_GET_DIGITS, order)


def assign(name: Variable, value: VariableValue) -> Execution:
    """Set one variable when its turn comes, behind what was sent before."""
    return Execution(Application.SET, Assignments({name: value}))


# --- the node's connection --------------------------------------------------------------------


def log_in(password: Password, user: Login | None = None) -> Command:
    """Log in to FreeSWITCH, as one of its users or with the event socket's own password."""
    if user is None:
        return Command(Kind.AUTH, (password,))
    return Command(Kind.USERAUTH, (_Credentials(user, password),))


@dataclass(frozen=True)
class _Credentials(Checked):
    user: Login
    password: Password

    def written(self) -> str:
        return f"{self.user.text}:{self.password.text}"


def subscribe(events: Sequence[EventName], subclasses: Sequence[Subclass] = ()) -> Command:
    """Ask for these events of all channels, as JSON; with subclasses for CUSTOM ones, too."""
    custom: tuple[Part, ...] = (EventName.CUSTOM, *subclasses) if subclasses else ()
    return Command(Kind.EVENT, (Word.JSON, *events, *custom))


def only_dialled() -> Command:
    """Let all events of channels that we dialled through, and those named otherwise."""
    return Command(Kind.FILTER, (Header.CALL_DIRECTION, Word.OUTBOUND))


def set_variables(channel: Uuid, values: Mapping[Variable, VariableValue]) -> Command:
    """Set variables of a channel at once."""
    return Command(Kind.API, (Api.UUID_SETVAR_MULTI, channel, Assignments(values)))


def record_beside(channel: Uuid, act: Word, file: str) -> Command:
    """Begin, end, mask or unmask a recording of both sides beside whatever a channel does."""
    return Command(Kind.API, (Api.UUID_RECORD, channel, act, FilePath(file)))


def break_off(channel: Uuid) -> Command:
    """End what plays or records on a channel; what waits behind it follows."""
    return Command(Kind.API, (Api.UUID_BREAK, channel))


def kill(channel: Uuid, cause: HangupCause) -> Command:
    """End a channel, whoever owns it."""
    return Command(Kind.API, (Api.UUID_KILL, channel, Cause(cause)))


def fetch(channel: Uuid, address: HostPort) -> Command:
    """Bring a channel to our socket, wherever its dialplan stands."""
    return Command(Kind.API, (Api.UUID_TRANSFER, channel, ComeToUs(address)))


def exists(channel: Uuid) -> Command:
    """Ask whether a channel lives; the reply's body is ``true`` or ``false``."""
    return Command(Kind.API, (Api.UUID_EXISTS, channel))


def show_channels() -> Command:
    """Ask for every channel of the node, as one JSON document."""
    return Command(Kind.API, (Api.SHOW, Word.CHANNELS, Word.AS_JSON))


def core_uuid() -> Command:
    """Ask for the uuid of the node's running core; a restart changes it."""
    return Command(Kind.API, (Api.GLOBAL_GETVAR, Word.CORE_UUID))


def version() -> Command:
    """Ask which FreeSWITCH this is, in its own words."""
    return Command(Kind.API, (Api.VERSION,))


def module_exists(module: ModuleName) -> Command:
    """Ask whether a module is loaded; the reply's body is ``true`` or ``false``."""
    return Command(Kind.API, (Api.MODULE_EXISTS, module))


def no_shell_by_api() -> Command:
    """Ask whether the API commands that run a shell are off; ``true``, or nothing."""
    return Command(Kind.API, (Api.GLOBAL_GETVAR, Word.NO_SYSTEM_API))


def no_shell_by_application() -> Command:
    """Ask whether the applications that run a shell are off; ``true``, or nothing."""
    return Command(Kind.API, (Api.GLOBAL_GETVAR, Word.NO_SYSTEM_APPLICATIONS))


def reload_configuration() -> Command:
    """Have FreeSWITCH read its files again; what lives is not touched."""
    return Command(Kind.API, (Api.RELOADXML,))


def rescan(profile: Word) -> Command:
    """Have a SIP profile take what its file says now: gateways, access; calls go on."""
    return Command(Kind.API, (Api.SOFIA, Word.PROFILE, profile, Word.RESCAN))


def gateway_status(gateway: Checked) -> Command:
    """Ask how a gateway stands: whether it answers, whether we are registered there."""
    return Command(Kind.API, (Api.SOFIA, Word.STATUS, Word.GATEWAY, gateway))


def exit_() -> Command:
    """Ask FreeSWITCH to close the connection."""
    return Command(Kind.EXIT)
