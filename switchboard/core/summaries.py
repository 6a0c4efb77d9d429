"""A call in one line, and how its journal and CDRs are folded into that line.

The line is derived: folding the same rows again gives the same line, whatever part of them was
written twice, so that a store may keep it beside the rows and may make it anew at any time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from switchboard.core.causes import HangupCause
from switchboard.core.cdrs import Cdr
from switchboard.core.journal import EntryKind, JournalEntry
from switchboard.core.legs import Direction
from switchboard.core.queue_counts import has_given_up

SUMMARISED_KINDS = frozenset(
    {
        EntryKind.OFFERED,
        EntryKind.REFUSED,
        EntryKind.ANSWERED,
        EntryKind.MESSAGE_KEPT,
        EntryKind.QUEUED,
        EntryKind.QUEUE_LEFT,
        EntryKind.JOINED,
        EntryKind.HUNG_UP,
    }
)
"""The kinds of entry that change a call's line; the others need not be read for it."""


class CallResult(StrEnum):
    """What became of a call, in the words of reports; each call counts under one of them."""

    LIVE = "live"  # it has not ended
    ANSWERED = "answered"
    REFUSED = "refused"  # by us, before answer, for a reason that is on record
    # The caller left before answer, or a queue before an agent answered; within the queue's
    # short-abandon limit nobody has waited.
    ABANDONED = "abandoned"
    FAILED = "failed"  # never answered, and neither refused nor given up


@dataclass(frozen=True, slots=True)
class CallSummary:
    """One call in one line, read from its journal and, where the journal is silent, its CDRs.

    Attributes:
        call_id: Our id.
        started_at: When it was offered.
        ended_at: When it hung up; None while it lives.
        ani: Calling number; empty when withheld.
        dnis: Number dialled.
        answered: Whether it was answered, by the flow or by a person.
        outcome: Hangup cause, or the reason of its refusal; None while it lives.
        messages: How many messages it left.
        result: What became of it.
        agent: The agent who answered it first, from a queue; empty for none.
    """

    call_id: str
    started_at: datetime
    ended_at: datetime | None
    ani: str
    dnis: str
    answered: bool
    outcome: str | None
    messages: int
    result: CallResult
    agent: str = ""

    @property
    def length_ms(self) -> int:
        """Milliseconds from its offer to its end; 0 while it lives."""
        lasted = self.ended_at - self.started_at if self.ended_at else timedelta()
        return round(lasted / timedelta(milliseconds=1))


def summarise(entries: Iterable[JournalEntry], cdrs: Sequence[Cdr] = ()) -> CallSummary | None:
    """Fold the facts of one call into its line; None when nothing tells how it began.

    The journal comes first, since it tells what we decided (a refusal and its reason); the CDR of
    the caller's leg fills in what the journal lost with a killed server, or never had.

    Args:
        entries: Entries of one call, in the order they were appended; kinds that are not of
            :data:`SUMMARISED_KINDS` are passed over.
        cdrs: CDRs of that call's legs, in any order.
    """
    of_kind: dict[EntryKind, list[JournalEntry]] = {kind: [] for kind in SUMMARISED_KINDS}
    for entry in entries:
        if entry.kind in of_kind:
            of_kind[entry.kind].append(entry)
    offered = next(iter(of_kind[EntryKind.OFFERED]), None)
    cdr = caller_cdr(offered, cdrs)
    begun = _from_offer(offered) if offered else _from_cdr(cdr)
    if begun is None:
        return None
    ended_at, outcome = _end(of_kind, cdr)
    agent = _agent(of_kind)
    answered = bool(of_kind[EntryKind.ANSWERED] or agent or (cdr and cdr.answered_at))
    messages = {entry.details.get("message_id") for entry in of_kind[EntryKind.MESSAGE_KEPT]}
    return replace(
        begun,
        ended_at=ended_at,
        answered=answered,
        outcome=outcome,
        messages=len(messages),
        result=_result(of_kind, outcome, answered=answered) if ended_at else CallResult.LIVE,
        agent=agent,
    )


def caller_cdr(offered: JournalEntry | None, cdrs: Sequence[Cdr]) -> Cdr | None:
    """Return the CDR of the caller's own leg, or None when it is not in.

    It is the one of the leg that was offered; for a call whose offer is not on record, the
    earliest inbound one.
    """
    if offered and (leg_id := offered.details.get("leg_id")):
        return next((cdr for cdr in cdrs if cdr.leg_id == leg_id), None)
    inbound = [cdr for cdr in cdrs if cdr.direction is Direction.INBOUND]
    return min(inbound, key=lambda cdr: (cdr.started_at, cdr.leg_id), default=None)


def _from_offer(offered: JournalEntry) -> CallSummary:
    return CallSummary(
        call_id=offered.call_id,
        started_at=offered.at,
        ended_at=None,
        ani=str(offered.details.get("ani", "")),
        dnis=str(offered.details.get("dnis", "")),
        answered=False,
        outcome=None,
        messages=0,
        result=CallResult.LIVE,
    )


def _from_cdr(cdr: Cdr | None) -> CallSummary | None:
    if cdr is None or cdr.call_id is None:
        return None
    return CallSummary(
        call_id=cdr.call_id,
        started_at=cdr.started_at,
        ended_at=cdr.ended_at,
        ani=cdr.ani,
        dnis=cdr.dnis,
        answered=cdr.answered_at is not None,
        outcome=str(cdr.cause),
        messages=0,
        result=CallResult.LIVE,
    )


def _end(
    of_kind: Mapping[EntryKind, Sequence[JournalEntry]], cdr: Cdr | None
) -> tuple[datetime | None, str | None]:
    """When the call ended and how; a refusal's reason tells more than the cause it was given."""
    refused = next(iter(of_kind[EntryKind.REFUSED]), None)
    hung_up = next(iter(of_kind[EntryKind.HUNG_UP]), None)
    if refused:
        ended_at = hung_up.at if hung_up else refused.at
        return ended_at, str(refused.details.get("reason", "refused"))
    if hung_up:
        return hung_up.at, str(hung_up.details.get("cause", ""))
    return (cdr.ended_at, str(cdr.cause)) if cdr else (None, None)


def _result(
    of_kind: Mapping[EntryKind, Sequence[JournalEntry]], outcome: str | None, *, answered: bool
) -> CallResult:
    """What became of a call that has ended."""
    if of_kind[EntryKind.REFUSED]:
        return CallResult.REFUSED
    if answered:
        return CallResult.ABANDONED if _has_given_up(of_kind) else CallResult.ANSWERED
    hung_up = next(iter(of_kind[EntryKind.HUNG_UP]), None)
    by_caller = hung_up is not None and hung_up.details.get("by") == "caller"
    given_up = by_caller or outcome == HangupCause.ORIGINATOR_CANCEL
    return CallResult.ABANDONED if given_up else CallResult.FAILED


def _agent(of_kind: Mapping[EntryKind, Sequence[JournalEntry]]) -> str:
    """Who answered from a queue and came to talk."""
    joined = {entry.details.get("who") for entry in of_kind[EntryKind.JOINED]}
    answered = (entry.details.get("agent_id") for entry in of_kind[EntryKind.QUEUE_LEFT])
    return str(next((agent for agent in answered if agent and agent in joined), ""))


def _has_given_up(of_kind: Mapping[EntryKind, Sequence[JournalEntry]]) -> bool:
    """Whether the caller hung up in a queue and has talked to no agent."""
    kinds = (EntryKind.QUEUED, EntryKind.QUEUE_LEFT, EntryKind.JOINED, EntryKind.HUNG_UP)
    entries = [entry for kind in kinds for entry in of_kind[kind]]
    return not _agent(of_kind) and has_given_up(sorted(entries, key=lambda one: one.at))
