"""What the distribution is told: facts about callers, agents and offers, and what people ask of it.

Each is given to :meth:`Distribution.apply` with the moment it reached the owner. An event about
something that is gone (a caller who left, an offer that ended) is counted and changes nothing.
"""

from dataclasses import dataclass
from typing import Any

from switchboard.acd.config import AgentProfile, Demand, OfferResult, Queue, Widening
from switchboard.acd.states import Status


@dataclass(frozen=True, slots=True)
class CallbackPlan:
    """How an entry whose caller is not on the line is called back.

    Attributes:
        number: Checked by whoever asks for the callback.
        expires_at_ms: Given up then.
        windows_ms: ``(from, to)`` in which calling is allowed, in order; empty for always.
        attempts: Calls to the caller, at most.
        retry_after_ms: Pause after a call that did not reach the caller.
    """

    number: str
    expires_at_ms: int
    windows_ms: tuple[tuple[int, int], ...] = ()
    attempts: int = 3
    retry_after_ms: int = 600_000


@dataclass(frozen=True, slots=True)
class Join:
    """A call wants a place in a queue.

    Attributes:
        entry_id: The place's id, ours, unique for ever (the owner makes it).
        queue_id: Which queue.
        call_id: The call; kept for showing, and for the old place of a call that comes back.
        number: Calling number; for the old place of a caller cut off. Empty for withheld.
        priority: Points; each is ``Config.head_start_ms`` of head start. Negative places behind.
        demands: Skills.
        prefer: Agents who are waited for first (last agent, own agent), for *prefer_ms*.
        prefer_ms: For how long; a preferred agent who is not available is not waited for.
        widen: Beside the queue's own.
        at_most_wait_ms: In place of the queue's, when not 0.
        protected: Emergency, VIP or red-list: never refused for ``full`` or in a surge.
        callback: A place without a caller on the line from its beginning.
        enqueued_at_ms: Place as of then; None for now (or the old place).
    """

    entry_id: str
    queue_id: str
    call_id: str = ""
    number: str = ""
    priority: int = 0
    demands: tuple[Demand, ...] = ()
    prefer: tuple[str, ...] = ()
    prefer_ms: int = 0
    widen: tuple[Widening, ...] = ()
    at_most_wait_ms: int = 0
    protected: bool = False
    callback: CallbackPlan | None = None
    enqueued_at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Leave:
    """The caller is gone: hung up, cut off, or took an exit. The offer, if any, is cancelled.

    Attributes:
        entry_id: Which entry.
        keep_place: Who calls again within the queue's ``returns_within_ms`` gets this place.
    """

    entry_id: str
    keep_place: bool = True


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Somebody takes an entry out of its queue from outside."""

    entry_id: str


@dataclass(frozen=True, slots=True)
class Reprioritise:
    """The entry's priority or demands change; the moment of joining stays."""

    entry_id: str
    priority: int
    demands: tuple[Demand, ...] | None = None


@dataclass(frozen=True, slots=True)
class MoveEntry:
    """Somebody moves an entry to another queue; its place counts there."""

    entry_id: str
    queue_id: str


@dataclass(frozen=True, slots=True)
class GrabEntry:
    """An agent or supervisor has a waiting entry offered to one agent now, out of turn."""

    entry_id: str
    agent_id: str


@dataclass(frozen=True, slots=True)
class WaitForCallback:
    """The caller hangs up and is called back: the entry keeps its place."""

    entry_id: str
    plan: CallbackPlan


@dataclass(frozen=True, slots=True)
class CallerReached:
    """The caller of a callback answered and is on the line with the agent."""

    entry_id: str


@dataclass(frozen=True, slots=True)
class CallerMissed:
    """The call to the caller of a callback failed; tried again while attempts are left."""

    entry_id: str


@dataclass(frozen=True, slots=True)
class CallerReturned:
    """The caller of a callback has called by themselves: on the line, at the same place."""

    entry_id: str
    call_id: str


@dataclass(frozen=True, slots=True)
class OfferAnswered:
    """The agent took the offer. The answer is ``Connect``, or ``CancelOffer`` for who came late."""

    offer_id: str


@dataclass(frozen=True, slots=True)
class OfferFailed:
    """The offer ended without an answer."""

    offer_id: str
    result: OfferResult


@dataclass(frozen=True, slots=True)
class TalkEnded:
    """The agent is out of the conversation that the offer began, however it ended."""

    agent_id: str
    offer_id: str


@dataclass(frozen=True, slots=True)
class OtherCallBegan:
    """The agent is on a call that no offer made (outbound, internal, consult): no offers."""

    agent_id: str
    call_ref: str


@dataclass(frozen=True, slots=True)
class OtherCallEnded:
    """That call has ended. *wrap_up_ms* of work follows, 0 for none."""

    agent_id: str
    call_ref: str
    wrap_up_ms: int = 0


@dataclass(frozen=True, slots=True)
class SetStatus:
    """The agent signs in, goes on a break, comes back, signs out; or a supervisor says so.

    Attributes:
        agent_id: Whose.
        status: The new status.
        reason: Why on a break, or ``forced``.
    """

    agent_id: str
    status: Status
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SetReachable:
    """The agent's phone has registered, or lost its registration."""

    agent_id: str
    reachable: bool


@dataclass(frozen=True, slots=True)
class ExtendWrapUp:
    """Longer wrap-up, from its present end; never past the limit."""

    agent_id: str
    by_ms: int


@dataclass(frozen=True, slots=True)
class EndWrapUp:
    """The agent (or a supervisor) ends the wrap-up."""

    agent_id: str


@dataclass(frozen=True, slots=True)
class ReleaseAgent:
    """A supervisor frees an agent by force: offers are cancelled, calls forgotten, no wrap-up."""

    agent_id: str


@dataclass(frozen=True, slots=True)
class ChangeQueue:
    """A queue is new or is now so; who waits keeps the place."""

    queue: Queue


@dataclass(frozen=True, slots=True)
class RemoveQueue:
    """A queue is no more; who waits leaves as ``closed``."""

    queue_id: str


@dataclass(frozen=True, slots=True)
class ChangeAgent:
    """An agent is new or is now so: tiers, skills."""

    profile: AgentProfile


@dataclass(frozen=True, slots=True)
class RemoveAgent:
    """An agent is no more; signed out first."""

    agent_id: str


@dataclass(frozen=True, slots=True)
class CloseQueue:
    """The queue closes. Who waits leaves now (*now*) or is served; nobody joins."""

    queue_id: str
    now: bool = True


@dataclass(frozen=True, slots=True)
class OpenQueue:
    """The queue is open again."""

    queue_id: str


@dataclass(frozen=True, slots=True)
class LagMeasured:
    """The server's own lag, for the surge policy."""

    lag_ms: int


@dataclass(frozen=True, slots=True)
class Reconcile:
    """What is really live, seen in the switch: whatever else we believe is corrected and counted.

    Attributes:
        entries: Entries whose caller is on the line.
        offers: Offers whose agent's leg exists (ringing or talking).
        other_calls: ``(agent_id, call_ref)`` of agents' other calls.
        as_of_ms: When it was seen: what changed later is left alone.
    """

    entries: frozenset[str]
    offers: frozenset[str]
    other_calls: frozenset[tuple[str, str]]
    as_of_ms: int


@dataclass(frozen=True, slots=True)
class Tick:
    """Nothing but time has passed."""


Event = Any
"""Any of the classes above; :meth:`Distribution.apply` raises TypeError for anything else."""
