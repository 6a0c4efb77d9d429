"""What the distribution decides and what it tells of itself, frozen, in order.

The owner carries imperative ones out (``MakeOffer``, ``CancelOffer``, ``Connect``, ``DialCaller``)
and records the rest. Nothing here waits for an answer: answers come back as events.
"""

from dataclasses import dataclass
from enum import StrEnum

from switchboard.acd.config import Demand, Strategy, Target
from switchboard.acd.states import AgentMoment


class Turn(StrEnum):
    """Why this agent was chosen for this entry."""

    AGENT_WAITED = "agent_waited"  # an entry came, the strategy chose among idle agents
    ENTRY_WAITED = "entry_waited"  # an agent became free, the order chose among entries
    PREFERRED = "preferred"  # the entry waits for this agent first
    GRABBED = "grabbed"  # somebody had it given, out of turn


class Passed(StrEnum):
    """Why an agent was passed over, or an older entry was: the reasons that ``why`` gives."""

    CHOSEN = "chosen"
    RANKED_BEHIND = "ranked_behind"  # could have, the strategy put another first
    NOT_SIGNED_IN = "not_signed_in"
    ON_BREAK = "on_break"
    TALKING = "talking"
    RINGING = "ringing"
    WRAP_UP = "wrap_up"
    UNREACHABLE = "unreachable"
    DELAYED = "delayed"  # after a failed offer
    NOT_IN_QUEUE = "not_in_queue"  # neither in the queue nor in one that helps it yet
    LEVEL_NOT_OPEN = "level_not_open"  # the tier's level takes part later
    LACKS_SKILL = "lacks_skill"
    OTHER_WORK = "other_work"  # kept for, or not for, background queues
    KEPT_FREE = "kept_free"  # the queue leaves so many agents idle
    PREFERS_ANOTHER = "prefers_another"  # the entry still waits for its preferred agent
    OFFERED = "offered"  # the entry rings at another agent already
    ASLEEP = "asleep"  # a callback that may not be called now
    WEIGHTS = "weights"  # the other queue's share is due


@dataclass(frozen=True, slots=True)
class Overtaken:
    """The first entry of a line that is older than the one offered, and why it was not its turn."""

    entry_id: str
    queue_id: str
    reason: Passed


@dataclass(frozen=True, slots=True)
class Offer:
    """One attempt to give one entry to one agent, with everything it was decided from.

    Attributes:
        offer_id: Ours, unique for ever.
        number: Where among all changes it was decided; agents' moments before it are its inputs.
        entry_id: The place.
        agent_id: The agent, reserved from this moment on.
        queue_id: The entry's queue.
        at_ms: When.
        ring_until_ms: No answer by then is ``no_answer``.
        lease_until_ms: Nothing heard by then: released and counted as a correction.
        waited_ms: How long the entry has waited.
        turn: Why it came to this.
        strategy: The queue's, then.
        key: The entry's order, ``(effective moment, number)``.
        demands: As relaxed by then.
        sources: ``(queue_id, highest open level)`` whose agents could take it.
        tried: Agents who were offered this entry before.
        drawn: What :attr:`Strategy.RANDOM` drew; empty otherwise.
        overtook: Older entries that this agent could not be offered, one per line.
    """

    offer_id: str
    number: int
    entry_id: str
    agent_id: str
    queue_id: str
    at_ms: int
    ring_until_ms: int
    lease_until_ms: int
    waited_ms: int
    turn: Turn
    strategy: Strategy
    key: tuple[int, int]
    demands: tuple[Demand, ...]
    sources: tuple[tuple[str, int], ...]
    tried: tuple[str, ...]
    drawn: str
    overtook: tuple[Overtaken, ...]


class Leaving(StrEnum):
    """Why an entry is no longer in its queue, or never came in."""

    ANSWERED = "answered"
    CALLER_GONE = "caller_gone"
    FULL = "full"
    CLOSED = "closed"
    NOBODY = "nobody"
    TOO_LONG = "too_long"
    EXPECTED_WAIT = "expected_wait"
    ALREADY = "already"  # the number waits for a callback in this queue
    SURGE = "surge"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"  # a callback past its time
    NOT_REACHED = "not_reached"  # a callback out of attempts
    UNKNOWN_QUEUE = "unknown_queue"


class Cancelled(StrEnum):
    """Why a ringing is to end."""

    CALLER_GONE = "caller_gone"
    LOST = "lost"  # another agent answered first
    AGENT_LEFT = "agent_left"  # signed out, on a break, removed, released
    LAPSED = "lapsed"  # the lease ended and nothing was heard
    GRABBED = "grabbed"
    MOVED = "moved"
    TOO_LATE = "too_late"  # answered after the offer had ended


@dataclass(frozen=True, slots=True)
class Joined:
    """The entry has its place.

    Attributes:
        entry_id: Which.
        queue_id: Where.
        enqueued_at_ms: From when its place counts.
        number: Its ordinal; orders entries of the same effective moment.
        position: 1 for the first.
        old_place: The place is one that was left before.
        callback_first: A surge: the caller is to be offered a callback before music.
    """

    entry_id: str
    queue_id: str
    enqueued_at_ms: int
    number: int
    position: int
    old_place: bool = False
    callback_first: bool = False


@dataclass(frozen=True, slots=True)
class JoinRefused:
    """The entry has no place; *target* says where the call goes instead."""

    entry_id: str
    queue_id: str
    reason: Leaving
    target: Target


@dataclass(frozen=True, slots=True)
class EntryMoved:
    """The entry is in another queue, at the place that its waiting gives it there."""

    entry_id: str
    from_queue_id: str
    queue_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class EntryLeft:
    """The entry is no longer in its queue. *target* is set when a rule sends the call on."""

    entry_id: str
    queue_id: str
    reason: Leaving
    waited_ms: int
    target: Target | None = None


@dataclass(frozen=True, slots=True)
class EntryAsleep:
    """A callback is not to be called before *until_ms*; it keeps its place."""

    entry_id: str
    until_ms: int


@dataclass(frozen=True, slots=True)
class ThresholdPassed:
    """The entry has waited *after_ms*, one of its queue's ``thresholds_ms``."""

    entry_id: str
    after_ms: int


@dataclass(frozen=True, slots=True)
class MakeOffer:
    """Ring this agent for this entry."""

    offer: Offer


@dataclass(frozen=True, slots=True)
class CancelOffer:
    """End the ringing (or hang up on who answered too late). No result is awaited."""

    offer_id: str
    agent_id: str
    entry_id: str
    reason: Cancelled


@dataclass(frozen=True, slots=True)
class Connect:
    """Join the caller's leg and the agent's: this agent has won, no other will."""

    offer_id: str
    entry_id: str
    agent_id: str


@dataclass(frozen=True, slots=True)
class DialCaller:
    """Call the caller of a callback: the agent is on the line."""

    entry_id: str
    offer_id: str
    agent_id: str
    number: str


@dataclass(frozen=True, slots=True)
class AgentChanged:
    """An agent's new moment; the one before lasted until ``moment.at_ms``."""

    moment: AgentMoment


class AlertKind(StrEnum):
    """What somebody should look at."""

    BREAK_TOO_LONG = "break_too_long"
    STUCK_AGENT = "stuck_agent"


@dataclass(frozen=True, slots=True)
class Alert:
    """Somebody should look at this agent."""

    kind: AlertKind
    agent_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Corrected:
    """What we believed was not so, and is mended: counted, shown, and hoped to stay at zero."""

    kind: str
    subject_id: str


@dataclass(frozen=True, slots=True)
class SurgeChanged:
    """A queue is in surge, or no longer; *reason* is the limit that was reached."""

    queue_id: str
    surging: bool
    reason: str


Decision = (
    Joined
    | JoinRefused
    | EntryMoved
    | EntryLeft
    | EntryAsleep
    | ThresholdPassed
    | MakeOffer
    | CancelOffer
    | Connect
    | DialCaller
    | AgentChanged
    | Alert
    | Corrected
    | SurgeChanged
)
"""Everything that :meth:`Distribution.apply` may give."""
