"""What may stand in a command to FreeSWITCH: one type for each place, each with its grammar.

A command is built of these types and of our own literal names, never of text. Each grammar says
what is allowed, not what is forbidden, and admits nothing that FreeSWITCH would split at or expand:
no CR, LF or NUL (a second command), no ``$`` (``${system ...}`` runs a shell), no quote, backslash,
comma, semicolon, brace, ``!`` or ``|`` (argument lists), no leading ``~`` (swallows a reply), and
spaces only inside values of variables. What does not fit is refused with
:class:`LocalProtocolError`, never shortened and never escaped in the hope that it helps.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from switchboard.core.causes import HangupCause
from switchboard.esl.errors import LocalProtocolError
from switchboard.esl.names import Variable


class Checked(ABC):
    """What a command may be built of, beside our own names: text that some grammar has admitted."""

    @abstractmethod
    def written(self) -> str:
        """Return the text as FreeSWITCH reads it."""


@dataclass(frozen=True)
class Argument(Checked):
    """One value in one place of a command. Made only of what its grammar allows.

    Attributes:
        text: The value as FreeSWITCH reads it.

    Raises:
        LocalProtocolError: the text does not fit the grammar.
    """

    GRAMMAR: ClassVar[re.Pattern[str]] = re.compile(r"(?!)")
    MEANING: ClassVar[str] = ""

    text: str

    def __post_init__(self) -> None:
        if not self.GRAMMAR.fullmatch(self.text):
            # The refused text may be a secret or an attack: its beginning is enough to find it.
            raise LocalProtocolError(f"{self.text[:24]!r} is not {self.MEANING}")

    def written(self) -> str:
        """Return the text."""
        return self.text


class Uuid(Argument):
    """A channel, an execution or a job, by its uuid."""

    GRAMMAR = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
    MEANING = "a uuid in lower case"


class CallId(Argument):
    """Our own id of a call."""

    GRAMMAR = re.compile(r"[0-9A-Za-z_-]{1,64}", re.ASCII)
    MEANING = "a call id: letters, digits, - and _, at most 64"


class Switching(Argument):
    """A variable that is on or off."""

    GRAMMAR = re.compile(r"true|false", re.ASCII)
    MEANING = "true or false"


class Nothing(Argument):
    """The value that takes a variable away."""

    GRAMMAR = re.compile("")
    MEANING = "empty"


class KeySet(Argument):
    """Keys that end a playback or a recording, each at most once; ``none``: no key does.

    Without it FreeSWITCH takes ``*``, so that "no key" has to be said.
    """

    GRAMMAR = re.compile(r"none|(?:([0-9*#A-D])(?!.*\1)){1,16}", re.ASCII)
    MEANING = "a set of keys out of 0-9, *, # and A-D, or none"


class FilePath(Argument):
    """An absolute path of a sound on FreeSWITCH's machine.

    Letters of any script, digits, ``_``, ``-``, ``+``, ``.`` and ``/``; no part is ``.`` or ``..``
    or empty. No space: ``record`` splits its argument at one.
    """

    GRAMMAR = re.compile(r"(?:/(?!\.{1,2}(?:/|$))[\w.+-]+)+")
    MEANING = "an absolute path of letters, digits and _-+./"


class Silence(Argument):
    """Silence of so many milliseconds, in the place of a file; at most an hour."""

    GRAMMAR = re.compile(r"silence_stream://[1-9][0-9]{0,6}", re.ASCII)
    MEANING = "silence_stream:// with its milliseconds"


class Music(Argument):
    """A stream of music of FreeSWITCH's own; it never ends by itself."""

    GRAMMAR = re.compile(r"local_stream://[a-z0-9_-]{1,40}", re.ASCII)
    MEANING = "local_stream:// with its name"


class Cause(Argument):
    """A hangup cause that we may give."""

    GRAMMAR = re.compile("|".join(cause.value for cause in HangupCause), re.ASCII)
    MEANING = "a hangup cause that we know"


class Password(Argument):
    """The password of an event socket. Never shown."""

    GRAMMAR = re.compile(r"[!-~]{1,128}", re.ASCII)
    MEANING = "a password: 1 to 128 printable ASCII characters, no space"

    def __post_init__(self) -> None:
        if not self.GRAMMAR.fullmatch(self.text):
            raise LocalProtocolError(f"the event socket's password is not {self.MEANING}")

    def __repr__(self) -> str:
        return "Password(***)"


class Login(Argument):
    """A FreeSWITCH user that may use the event socket."""

    GRAMMAR = re.compile(r"[0-9A-Za-z._-]{1,64}@[0-9A-Za-z.-]{1,253}", re.ASCII)
    MEANING = "user@domain"


class ModuleName(Argument):
    """A module of FreeSWITCH."""

    GRAMMAR = re.compile(r"mod_[a-z0-9_]{1,60}", re.ASCII)
    MEANING = "a module's name: mod_ and letters"


class Keys(Argument):
    """Keys to send, one after another."""

    GRAMMAR = re.compile(r"[0-9*#A-D]{1,64}", re.ASCII)
    MEANING = "1 to 64 keys out of 0-9, *, # and A-D"


class RoomName(Argument):
    """A conference room."""

    GRAMMAR = re.compile(r"[0-9A-Za-z-]{1,48}", re.ASCII)
    MEANING = "a room's name: letters, digits and -, at most 48"


class Destination(Argument):
    """A place in the dialplan, as ``transfer_after_bridge`` names it."""

    GRAMMAR = re.compile(r"[a-z]{1,40}:XML:[a-z-]{1,40}", re.ASCII)
    MEANING = "a place in the dialplan"


class HostPort(Argument):
    """Where FreeSWITCH reaches us: a name or an IPv4 address, and a port."""

    GRAMMAR = re.compile(
        r"[0-9A-Za-z](?:[0-9A-Za-z.-]{0,251}[0-9A-Za-z])?:[1-9][0-9]{0,4}", re.ASCII
    )
    MEANING = "host:port"


Playable = FilePath | Silence | Music
VariableValue = CallId | Switching | KeySet | Nothing | Destination


@dataclass(frozen=True)
class Playlist(Checked):
    """Sounds to play one behind another; at least one.

    ``file_string://`` leaves out a file that it cannot open, so only a list of one reports a
    missing file.
    """

    sounds: tuple[Playable, ...]

    def __post_init__(self) -> None:
        if not self.sounds:
            raise LocalProtocolError("nothing to play: name at least one file")

    def written(self) -> str:
        """Return the argument of ``playback``."""
        names = [sound.text for sound in self.sounds]
        return names[0] if len(names) == 1 else "file_string://" + "!".join(names)


@dataclass(frozen=True)
class RecordOrder(Checked):
    """What to record into, for how long, and how much silence ends it.

    Attributes:
        file: The file to write; its folder exists, or FreeSWITCH ends the call.
        at_most_s: Longest recording, in seconds; at most a day.
        silence_s: Seconds of silence that end it.
    """

    file: FilePath
    at_most_s: int
    silence_s: int

    # Loudness below which FreeSWITCH takes 20 ms for silence, out of 32,767: a quiet line's noise.
    THRESHOLD: ClassVar[int] = 200

    def written(self) -> str:
        """Return the argument of ``record``."""
        at_most = _whole_number(self.at_most_s, 86_400, "the longest recording in seconds")
        silence = _whole_number(self.silence_s, 3_600, "the silence that ends a recording")
        return f"{self.file.text} {at_most} {self.THRESHOLD} {silence}"


@dataclass(frozen=True)
class SecretOrder(Checked):
    """What to play before a secret is keyed, and what makes it whole.

    Attributes:
        playlist: What is played; a key ends it.
        longest: So many digits are a whole secret.
        end_keys: Keys that end it.
        first_key_within_ms: Longest wait for the first key; FreeSWITCH waits a second at least.
        next_key_within_ms: Longest wait for each further key.
    """

    playlist: Playlist
    longest: int
    end_keys: KeySet
    first_key_within_ms: int
    next_key_within_ms: int

    def written(self) -> str:
        """Return the argument of ``play_and_get_digits``.

        One try; none to begin with is enough, so that an end key alone ends it at once; any text
        fits, so that no second variable holds what did not. What is played after nothing was keyed
        is silence. No key is a letter, so that ``none`` names no end key.
        """
        longest = _whole_number(self.longest, 64, "the longest secret")
        first = _whole_number(self.first_key_within_ms, 3_600_000, "the wait for a key in ms")
        further = _whole_number(self.next_key_within_ms, 3_600_000, "the wait for a key in ms")
        return (
            f"0 {longest} 1 {first} {self.end_keys.text} {self.playlist.written()} "
            f"silence_stream://20 {Variable.SECRET.value} .+ {further}"
        )


@dataclass(frozen=True)
class Assignments(Checked):
    """Variables with their values."""

    values: Mapping[Variable, VariableValue]

    def __post_init__(self) -> None:
        for name, value in self.values.items():
            if not isinstance(name, Variable) or not isinstance(value, VariableValue):
                raise LocalProtocolError(f"{name!r} is not set by us, or not to such a value")

    def written(self) -> str:
        """Return them as ``uuid_setvar_multi`` reads them; one alone, also as ``set`` does."""
        return ";".join(f"{name.value}={value.text}" for name, value in self.values.items())


@dataclass(frozen=True)
class ComeToUs(Checked):
    """A dialplan of two actions, in one line: resume is on, and the channel comes to our socket."""

    address: HostPort

    def written(self) -> str:
        """Return what ``uuid_transfer`` takes behind the channel."""
        return f"'set:socket_resume=true,socket:{self.address.text} async' inline"


@dataclass(frozen=True)
class Onward(Checked):
    """A place in the dialplan, as ``uuid_transfer`` takes it behind the channel."""

    destination: Destination

    def written(self) -> str:
        """Return the three words of it."""
        return self.destination.text.replace(":", " ")


@dataclass(frozen=True)
class IntoRoom(Checked):
    """A dialplan of two actions, in one line: a conference room, and what comes after it.

    Attributes:
        room: The room.
        profile: The profile of conferences.
        then: Where the channel goes when it is sent out of the room; None: it is parked.
    """

    room: RoomName
    profile: RoomName
    then: Destination | None

    def written(self) -> str:
        """Return what ``uuid_transfer`` takes behind the channel."""
        after = f"transfer:{Onward(self.then).written()}" if self.then else "park"
        return f"'conference:{self.room.text}@{self.profile.text},{after}' inline"


def playable(text: str) -> Playable:
    """Read what a call asked to play: a path, ``silence_stream://MS`` or ``local_stream://NAME``.

    Raises:
        LocalProtocolError: it is none of them.
    """
    if text.startswith("local_stream:"):
        return Music(text)
    return Silence(text) if text.startswith("silence_stream:") else FilePath(text)


def keys(text: str) -> KeySet:
    """Read a set of keys; empty means that no key does.

    Raises:
        LocalProtocolError: it holds what is no key, or one twice.
    """
    return KeySet(text or "none")


def _whole_number(value: int, at_most: int, meaning: str) -> str:
    if not 1 <= value <= at_most:
        raise LocalProtocolError(f"{meaning} is {value}, not 1 to {at_most}")
    return str(int(value))
