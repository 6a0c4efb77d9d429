"""What a flow asks of the world, and what the world answers: effects go out, resumes come back.

A step of the engine ends with at most one effect that waits; its answer is the next resume. Effects
name prompts, mailboxes and sources by name: where their files and addresses are is nobody's
business here. Both sides are frozen and plain, so that a run can be saved while it waits.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from switchboard.flow.sounds import Notices, OnKey, Pause, Piece, Recording, Sound, Speech
from switchboard.flow.world import (
    Answered,
    BookCallback,
    ChangeSecret,
    CheckSecret,
    Confer,
    CreateRow,
    Dial,
    Dialled,
    Enqueue,
    Found,
    KeepSurvey,
    KeyedSecret,
    LookUp,
    OpenSecret,
    QueueLeft,
    ReceiveFax,
    Request,
    SecretChecked,
    Send,
    TellAgent,
    UpdateRow,
)

# --- effects ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Say:
    """Say something; waits for its end. Answered by :class:`Said`."""

    speech: Speech
    on_key: OnKey = OnKey.PASS_ON


@dataclass(frozen=True, slots=True)
class Keypad:
    """Which keys an answer may have. Keys are ``0``-``9``, ``*`` and ``#``.

    Attributes:
        longest: The answer is whole as soon as it has so many keys.
        end_key: The key that ends an answer and is no part of it; empty: none does.
        alone: Keys that are an answer by themselves when pressed first.
        whole: Regular expressions; an answer that one of them matches wholly, and that cannot
            become another of the possible answers by one more key, is whole at once. Empty: only
            *longest*, *end_key* and the time between keys end an answer.
    """

    longest: int
    end_key: str = ""
    alone: frozenset[str] = frozenset()
    whole: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listen:
    """Say something and gather keys; a key ends the speech.

    Answered by :class:`Keyed` or :class:`Silent`.

    Attributes:
        speech: Said first; keys pressed during it count.
        keypad: Which keys make an answer.
        first_key_within_ms: Longest wait for the first key, from the end of the speech.
        next_key_within_ms: Longest wait for each further key.
        fresh: Keys pressed before this effect are dropped: they answered something else.
        secret: The keys are a secret: they stand in no log, journal, screen, recording or saved
            run. They are answered by :class:`KeyedSecret`; only keys of the keypad's *alone* come
            as :class:`Keyed`.
    """

    speech: Speech
    keypad: Keypad
    first_key_within_ms: int
    next_key_within_ms: int
    fresh: bool = False
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """Say something, sound a tone, record. Answered by :class:`Recorded` or :class:`Failed`.

    Attributes:
        speech: Said first; any key ends it.
        at_most_ms: Longest recording.
        end_keys: Keys that end it.
        silence_ms: Silence that ends it.
    """

    speech: Speech
    at_most_ms: int
    end_keys: str = "#"
    silence_ms: int = 5000


@dataclass(frozen=True, slots=True)
class KeepMessage:
    """Put a recording into a mailbox as a message. Answered by :class:`Done` or :class:`Failed`.

    Attributes:
        mailbox: The mailbox's name.
        recording_id: What :class:`Recorded` gave.
        duration_ms: Its length.
        reply_to: Number to reply to; None: the caller's own.
        reply_wanted: Whether the caller asked for a reply; None when not asked.
    """

    mailbox: str
    recording_id: str
    duration_ms: int
    reply_to: str | None = None
    reply_wanted: bool | None = None


@dataclass(frozen=True, slots=True)
class SpeakLanguage:
    """From here on the caller's language is this one. Not waited for."""

    language: str


@dataclass(frozen=True, slots=True)
class HangUp:
    """The flow has ended; hang up when what was said has been heard. Nothing answers."""

    reason: str = "flow_ended"


Effect = (
    Say
    | Listen
    | Record
    | KeepMessage
    | SpeakLanguage
    | HangUp
    | LookUp
    | CreateRow
    | UpdateRow
    | Request
    | Send
    | OpenSecret
    | CheckSecret
    | ChangeSecret
    | KeepSurvey
    | Dial
    | Confer
    | TellAgent
    | Enqueue
    | BookCallback
    | ReceiveFax
)
"""Everything that a flow can ask. What a driver cannot do it answers by :class:`Failed`.

Not waited for are :class:`SpeakLanguage`, :class:`TellAgent` and :class:`HangUp`.
"""

# --- resumes ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Started:
    """The first resume of a run."""


@dataclass(frozen=True, slots=True)
class Said:
    """The speech of :class:`Say` has ended; *key* is the key that ended it, if one did."""

    key: str | None = None


@dataclass(frozen=True, slots=True)
class Keyed:
    """The caller keyed an answer.

    Attributes:
        keys: The keys, without the end key.
        ended_by: The end key if one ended it, else empty.
    """

    keys: str
    ended_by: str = ""


@dataclass(frozen=True, slots=True)
class Silent:
    """No key came in time."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """Something was recorded.

    Attributes:
        recording_id: Opaque id of the recording.
        duration_ms: Its length; 0 when nothing was said.
        ended_by: ``key``, ``silence``, ``limit``, ``hung_up``, or ``cut`` when its end was not
            seen because a server died meanwhile.
    """

    recording_id: str
    duration_ms: int
    ended_by: str = "key"


@dataclass(frozen=True, slots=True)
class Done:
    """What was asked has been done; *values* are what it gives."""

    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refused:
    """The other side said no."""

    reason: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The machine could not: time-out, fault, missing file."""

    reason: str


@dataclass(frozen=True, slots=True)
class HungUp:
    """The caller has gone. The run goes on until a node needs an ear."""


@dataclass(frozen=True, slots=True)
class TakenUp:
    """The run was read again from where it was saved: ask again what it waited for."""


Resume = (
    Started
    | Said
    | Keyed
    | KeyedSecret
    | Silent
    | Recorded
    | Done
    | Refused
    | Failed
    | Found
    | Answered
    | SecretChecked
    | Dialled
    | QueueLeft
    | HungUp
    | TakenUp
)
"""Everything that the world can answer."""

__all__ = [
    "Answered",
    "BookCallback",
    "ChangeSecret",
    "CheckSecret",
    "Confer",
    "CreateRow",
    "Dial",
    "Dialled",
    "Done",
    "Effect",
    "Enqueue",
    "Failed",
    "Found",
    "HangUp",
    "HungUp",
    "KeepMessage",
    "KeepSurvey",
    "Keyed",
    "KeyedSecret",
    "Keypad",
    "Listen",
    "LookUp",
    "Notices",
    "OnKey",
    "OpenSecret",
    "Pause",
    "Piece",
    "QueueLeft",
    "ReceiveFax",
    "Record",
    "Recorded",
    "Recording",
    "Refused",
    "Request",
    "Resume",
    "Said",
    "Say",
    "SecretChecked",
    "Send",
    "Silent",
    "Sound",
    "SpeakLanguage",
    "Speech",
    "Started",
    "TakenUp",
    "TellAgent",
    "UpdateRow",
]
