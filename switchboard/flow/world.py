"""What a flow asks of the world beyond the call, and what that answers.

Rows, requests, messages, secrets, people. Every effect here is waited for unless it says otherwise;
any of them may be answered by ``Failed``: the machine could not. ``Refused`` is a no from the other
side. Named values are plain values of the run; what was unknown has been left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from switchboard.flow.sounds import Speech

# --- rows and requests --------------------------------------------------------------------------


class Sort(StrEnum):
    """The order of rows."""

    NEWEST_FIRST = "newest first"
    OLDEST_FIRST = "oldest first"
    AS_GIVEN = "as given"


@dataclass(frozen=True, slots=True)
class LookUp:
    """Find rows of a source. Answered by :class:`Found`.

    Attributes:
        source: The source's name.
        by: Fields and the values they must have; never empty.
        at_most: So many rows are enough.
        sort: Their order; by the source's first field of type date or moment.
        within_ms: Longest wait for the answer, of each try.
        retries: How often a failed try is repeated.
        meanwhile: Said once when the answer takes longer than a second.
    """

    source: str
    by: Mapping[str, Any]
    at_most: int
    sort: Sort
    within_ms: int
    retries: int = 0
    meanwhile: Speech = ()


@dataclass(frozen=True, slots=True)
class Found:
    """The rows that were found, as the source gave them; none is an answer too."""

    rows: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class CreateRow:
    """Write a new row. Answered by ``Done`` with the row, its number and all, or ``Refused``."""

    source: str
    values: Mapping[str, Any]
    meanwhile: Speech = ()


@dataclass(frozen=True, slots=True)
class UpdateRow:
    """Change the row that has these fields. Answered by ``Done`` with the row, or ``Refused``."""

    source: str
    by: Mapping[str, Any]
    values: Mapping[str, Any]
    meanwhile: Speech = ()


@dataclass(frozen=True, slots=True)
class Request:
    """Ask a connection over HTTP. Answered by :class:`Answered`.

    Attributes:
        connection: Its name; address and key stand in the settings.
        method: ``GET``, ``POST``, ``PUT`` or ``DELETE``.
        path: Path and query, values percent-encoded.
        body: What is sent along as JSON; None for nothing.
        within_ms: Longest wait for the answer, of each try.
        retries: How often a failed try is repeated.
        meanwhile: Said once when the answer takes longer than a second.
    """

    connection: str
    method: str
    path: str
    body: Mapping[str, Any] | None
    within_ms: int
    retries: int = 0
    meanwhile: Speech = ()


@dataclass(frozen=True, slots=True)
class Answered:
    """A connection answered: the status, and the body as JSON gave it (None when it was none)."""

    status: int
    body: Any = None


class Medium(StrEnum):
    """How a message goes."""

    SMS = "sms"
    EMAIL = "email"
    FAX = "fax"


@dataclass(frozen=True, slots=True)
class Send:
    """Send a message. Answered by ``Done`` or ``Refused``.

    Attributes:
        medium: How it goes.
        to: Number or address.
        text: What it says.
        subject: Subject of an e-mail.
        document: Name of a document of the centre.
        prompts: The prompts that *text* was written from.
    """

    medium: Medium
    to: str
    text: str = ""
    subject: str = ""
    document: str = ""
    prompts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KeepSurvey:
    """Keep the answers to a survey: numbers, and ids of recordings. Answered by ``Done``."""

    survey: str
    answers: Mapping[str, Any]


# --- secrets ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KeyedSecret:
    """The caller keyed a secret. Its digits stay with the driver, in memory only.

    Attributes:
        secret_id: What the driver knows the digits by.
        length: How many there are.
    """

    secret_id: str
    length: int


@dataclass(frozen=True, slots=True)
class OpenSecret:
    """May this secret be asked for? Answered by :class:`SecretChecked`: open, locked, unknown."""

    secret: str
    owner: str


@dataclass(frozen=True, slots=True)
class CheckSecret:
    """Is it right? Answered by :class:`SecretChecked`: proved, wrong, locked, unknown.

    Attributes:
        secret: The secret's name.
        owner: Whose.
        secret_id: What :class:`KeyedSecret` gave.
        attempts: So many wrong ones in a row, of this owner or this caller, lock it.
        lock_for_ms: How long.
    """

    secret: str
    owner: str
    secret_id: str
    attempts: int
    lock_for_ms: int


class SecretState(StrEnum):
    """What is known of a secret."""

    OPEN = "open"
    PROVED = "proved"
    WRONG = "wrong"
    LOCKED = "locked"
    UNKNOWN = "unknown"  # the owner has none


@dataclass(frozen=True, slots=True)
class SecretChecked:
    """What is known of a secret, and how many attempts are left."""

    state: SecretState
    left: int = 0


@dataclass(frozen=True, slots=True)
class ChangeSecret:
    """Set a new secret, keyed twice. ``Done``; ``Refused`` when the two differ or are no good."""

    secret: str
    owner: str
    first_id: str
    second_id: str


# --- people -------------------------------------------------------------------------------------


class DialTarget(StrEnum):
    """What is dialled."""

    NUMBER = "number"
    AGENT = "agent"
    EXTENSION = "extension"


@dataclass(frozen=True, slots=True)
class Dial:
    """Ring somebody and connect the caller. Answered by :class:`Dialled`, or ``Refused``."""

    target: DialTarget
    to: str
    ring_for_ms: int
    announce: Speech = ()


class DialResult(StrEnum):
    """How it ended."""

    TALKED = "talked"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Dialled:
    """Somebody was dialled, and this came of it."""

    result: DialResult


@dataclass(frozen=True, slots=True)
class Confer:
    """Put the caller into a conference room. ``Done`` at its end, ``Refused`` when it is full."""

    room: str
    at_most_ms: int | None = None


@dataclass(frozen=True, slots=True)
class TellAgent:
    """Show these labels to every agent of this call from here on. Not waited for."""

    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Widening:
    """A further queue whose agents may answer after so long."""

    queue: str
    after_ms: int


@dataclass(frozen=True, slots=True)
class Enqueue:
    """Let the caller wait for an agent. Answered by :class:`QueueLeft`.

    Attributes:
        queue: The queue.
        priority: Name of the priority; empty for none.
        skills: What the agent must be able to do.
        prefer: The agent who is waited for first; None for nobody.
        prefer_for_ms: For so long.
        widen: Further queues, in order.
        music: What is heard while waiting; empty for the queue's own.
        say: Said while waiting, each time.
        every_ms: How often.
        position: Whether the caller is told the place in the queue.
        expected_wait: Whether the caller is told how long it may take.
        keys: Keys that leave the queue.
        at_most_ms: Longest wait; None for no limit.
    """

    queue: str
    priority: str = ""
    skills: tuple[str, ...] = ()
    prefer: str | None = None
    prefer_for_ms: int = 0
    widen: tuple[Widening, ...] = ()
    music: str = ""
    say: Speech = ()
    every_ms: int = 30_000
    position: bool = False
    expected_wait: bool = False
    keys: frozenset[str] = field(default_factory=frozenset)
    at_most_ms: int | None = None


class QueueResult(StrEnum):
    """Why the caller waits no longer."""

    TALKED = "talked"
    TOO_LONG = "too_long"
    FULL = "full"
    CLOSED = "closed"
    NOBODY = "nobody"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class QueueLeft:
    """The caller waits no longer; *key* for a key that was pressed, *agent* for who talked."""

    result: QueueResult
    key: str = ""
    agent: str = ""


@dataclass(frozen=True, slots=True)
class BookCallback:
    """Call back when it is the caller's turn. ``Done``; ``Refused``: ``already`` when booked."""

    queue: str
    to: str
    priority: str = ""
    expires_ms: int | None = None


@dataclass(frozen=True, slots=True)
class ReceiveFax:
    """Take a fax from the caller. Answered by ``Done`` with ``fax``, the id of its pages."""

    speech: Speech
