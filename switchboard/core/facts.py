"""What happened to a leg, past tense and frozen: the switch reports it, a call's inbox holds it.

A fact is known by the leg it happened to and, where it ends something we asked for, by the
execution that it ends. Times are aware UTC by the switch's clock where the switch tells them.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from switchboard.core.causes import HangupCause


@dataclass(frozen=True, slots=True)
class LegAnswered:
    """The leg was answered: from here on it costs the caller money and can hear."""

    leg_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """The person on the leg pressed one key: ``0``-``9``, ``*``, ``#`` or ``A``-``D``."""

    leg_id: str
    key: str
    at: datetime


class PlayResult(StrEnum):
    """How a playback ended."""

    PLAYED = "played"  # to its end
    STOPPED = "stopped"  # by a key or by us
    MISSING = "missing"  # there is no such file
    FAILED = "failed"  # the switch could not play it


@dataclass(frozen=True, slots=True)
class PlayEnded:
    """A playback that we asked for has ended.

    Attributes:
        leg_id: The leg.
        execution_id: What :meth:`Leg.play` returned.
        result: How it ended.
        key: The key that ended it, when a key did.
        at: When.
    """

    leg_id: str
    execution_id: str
    result: PlayResult
    key: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class RecordEnded:
    """A recording of what the person says has ended, by key, silence, limit, hang-up or us.

    Attributes:
        leg_id: The leg.
        execution_id: What :meth:`Leg.record` returned.
        recorded_ms: Length of what was recorded; 0 when there is no file.
        at: When.
    """

    leg_id: str
    execution_id: str
    recorded_ms: int
    at: datetime


@dataclass(frozen=True, slots=True)
class SecretGathered:
    """The gathering of a secret that we asked for has ended.

    Attributes:
        leg_id: The leg.
        execution_id: What :meth:`Leg.gather_secret` returned.
        digits: What was keyed; empty for nothing. Never shown: it is in no ``repr``.
        ended_by: The end key that ended it, else empty.
        at: When.
    """

    leg_id: str
    execution_id: str
    digits: str = field(repr=False)
    ended_by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RecordingStarted:
    """The leg is recorded from here on, both sides, beside whatever else is done with it.

    Attributes:
        leg_id: The leg.
        file: What was given to :meth:`Leg.start_recording`.
        at: When.
    """

    leg_id: str
    file: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RecordingStopped:
    """The recording of a leg has ended: by us, or with the leg.

    Attributes:
        leg_id: The leg.
        file: Its file.
        recorded_ms: Its length.
        at: When.
    """

    leg_id: str
    file: str
    recorded_ms: int
    at: datetime


RecordingFact = RecordingStarted | RecordingStopped
"""What is told of a recording that runs beside the rest."""


@dataclass(frozen=True, slots=True)
class LegHungUp:
    """The leg has ended; nothing more can be asked of it."""

    leg_id: str
    cause: HangupCause | str
    at: datetime


@dataclass(frozen=True, slots=True)
class ExecutionFailed:
    """Something we asked for will never complete: refused, too late, or its socket is gone."""

    leg_id: str
    execution_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class SocketLost:
    """The leg's socket closed though the leg has not ended; it comes back, or it has been lost."""

    leg_id: str


@dataclass(frozen=True, slots=True)
class LegRinging:
    """The leg that we dial rings at the other end."""

    leg_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LegJoined:
    """The leg hears another and is heard by it; each of the two reports it of itself."""

    leg_id: str
    other_leg_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LegParted:
    """The leg no longer hears the other: one of them left, was parked or was sent elsewhere."""

    leg_id: str
    other_leg_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LegHeld:
    """The person on the leg has put the other side on hold: by their phone, or by us."""

    leg_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LegRetrieved:
    """The person on the leg has taken the other side back from hold."""

    leg_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RoomEntered:
    """The leg is in a conference room: it hears and is heard by all who are there."""

    leg_id: str
    room: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RoomLeft:
    """The leg is no longer in the room."""

    leg_id: str
    room: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ListeningEnded:
    """The leg no longer listens: the leg it listened to has ended, or we ended it.

    Attributes:
        leg_id: The leg that listened.
        execution_id: What :meth:`Conversations.listen` returned.
        at: When.
    """

    leg_id: str
    execution_id: str
    at: datetime


ConversationFact = (
    LegRinging
    | LegJoined
    | LegParted
    | LegHeld
    | LegRetrieved
    | RoomEntered
    | RoomLeft
    | ListeningEnded
)
"""What is told of a leg that we dialled, or that is in a conversation."""


LegFact = (
    LegAnswered
    | KeyPressed
    | PlayEnded
    | RecordEnded
    | SecretGathered
    | RecordingStarted
    | RecordingStopped
    | LegHungUp
    | ExecutionFailed
    | SocketLost
    | ConversationFact
)
"""Every fact that a leg reports."""


@dataclass(frozen=True, slots=True)
class PhoneRegistered:
    """A phone has registered, or registers from another place than before.

    Attributes:
        extension: The extension whose password it knew.
        node: The FreeSWITCH node that knows it.
        address: The IP address it registered from, as the node saw it.
        at: When, aware UTC.
    """

    extension: str
    node: str
    address: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PhoneUnregistered:
    """The phone of an extension is not registered any more: it said so, or its time ran out."""

    extension: str
    node: str
    at: datetime


PhoneFact = PhoneRegistered | PhoneUnregistered
"""What is told of phones."""
