"""A call in one line, and how its journal and CDRs are folded into that line.

The line is derived: folding the same rows again gives the same line, whatever part of them was
written twice, so that a store may keep it beside the rows and may make it anew at any time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from switchboard.core.cdrs import Cdr
from switchboard.core.journal import EntryKind, JournalEntry
from switchboard.core.legs import Direction

SUMMARISED_KINDS = frozenset(
    {
        EntryKind.OFFERED,
        EntryKind.REFUSED,
        EntryKind.ANSWERED,
        EntryKind.MESSAGE_KEPT,
        EntryKind.HUNG_UP,
    }
)
"""The kinds of entry that change a call's line; the others need not be read for it."""


@dataclass(frozen=True, slots=True)
class CallSummary:
    """One call in one line, read from its journal and, where the journal is silent, its CDRs.

    Attributes:
        call_id: Our id.
        started_at: When it was offered.
        ended_at: When it hung up; None while it lives.
        ani: Calling number; empty when withheld.
        dnis: Number dialled.
        answered: Whether it was answered.
        outcome: Hangup cause, or the reason of its refusal; None while it lives.
        messages: How many messages it left.
    """

    call_id: str
    started_at: datetime
    ended_at: datetime | None
    ani: str
    dnis: str
    answered: bool
    outcome: str | None
    messages: int


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
    messages = {entry.details.get("message_id") for entry in of_kind[EntryKind.MESSAGE_KEPT]}
    return replace(
        begun,
        ended_at=ended_at,
        answered=bool(of_kind[EntryKind.ANSWERED] or (cdr and cdr.answered_at)),
        outcome=outcome,
        messages=len(messages),
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
