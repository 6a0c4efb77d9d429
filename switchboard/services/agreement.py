"""Do the journal of a call and the switch's own records of it agree? Each difference in words.

The journal is what we say happened; the CDR is the proof. Moments may differ by what lies between
two processes: both are stamped on their own side of a socket.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from switchboard.core.cdrs import Cdr
from switchboard.core.journal import EntryKind, JournalEntry
from switchboard.core.summaries import CallSummary, caller_cdr, summarise
from switchboard.ports.records import CallRecords

# A socket and a loaded machine lie between; more than this is a gap in the journal, no delay.
MOMENTS_AGREE_WITHIN = timedelta(seconds=2)

NO_BEGINNING = "the journal does not tell how the call came in"
NO_END = "the journal does not tell how the call ended"


def list_proof(
    records: CallRecords, call_id: str, entries: Sequence[JournalEntry]
) -> tuple[Cdr, ...]:
    """Return the CDRs of a call, also that of a caller who left before the leg knew its call."""
    cdrs = records.list_cdrs(call_id)
    offered = next((entry for entry in entries if entry.kind is EntryKind.OFFERED), None)
    if offered is None or caller_cdr(offered, cdrs) is not None:
        return cdrs
    own = records.find_cdr(str(offered.details.get("leg_id", "")))
    return (own, *cdrs) if own else cdrs


def is_cut(entries: Sequence[JournalEntry]) -> bool:
    """Whether a call's first or last facts are missing: they died with a server, unwritten."""
    kinds = {entry.kind for entry in entries}
    return not {EntryKind.OFFERED, EntryKind.HUNG_UP} <= kinds


def find_differences(entries: Sequence[JournalEntry], cdrs: Sequence[Cdr]) -> tuple[str, ...]:
    """Compare the journal of a call that has ended with the CDR of the caller's leg.

    Args:
        entries: The call's journal, in order.
        cdrs: The CDRs of its legs; at least one.

    Returns:
        A sentence for each difference; empty when they agree.
    """
    line = summarise(entries)
    offered = next((entry for entry in entries if entry.kind is EntryKind.OFFERED), None)
    cdr = caller_cdr(offered, cdrs)
    if line is None:
        return (NO_BEGINNING,)
    if cdr is None:
        return ("the switch has no record of the caller's leg",)
    return (*_numbers(line, cdr), *_answer(entries, cdr), *_end(line, entries, cdr))


def _numbers(line: CallSummary, cdr: Cdr) -> Iterator[str]:
    for name, ours, theirs in (
        ("calling number", line.ani, cdr.ani),
        ("dialled number", line.dnis, cdr.dnis),
    ):
        if ours != theirs:
            yield f"{name}: {ours or 'none'} in the journal, {theirs or 'none'} in the CDR"


def _answer(entries: Sequence[JournalEntry], cdr: Cdr) -> Iterator[str]:
    answered = next((entry for entry in entries if entry.kind is EntryKind.ANSWERED), None)
    if answered and not cdr.answered_at:
        yield "answered by the journal, never by the CDR"
    elif cdr.answered_at and not answered:
        yield "answered by the CDR, never by the journal"
    elif answered and cdr.answered_at:
        yield from _moments("answered", answered.at, cdr.answered_at)


def _end(line: CallSummary, entries: Sequence[JournalEntry], cdr: Cdr) -> Iterator[str]:
    hung_up = next((entry for entry in entries if entry.kind is EntryKind.HUNG_UP), None)
    if hung_up is None or line.ended_at is None:
        yield NO_END
        return
    yield from _moments("ended", line.ended_at, cdr.ended_at)
    cause = str(hung_up.details.get("cause", ""))
    if cause != cdr.cause:
        yield f"cause: {cause or 'none'} in the journal, {cdr.cause} in the CDR"


def _moments(what: str, ours: datetime, theirs: datetime) -> Iterator[str]:
    late_s = (theirs - ours).total_seconds()
    if abs(theirs - ours) > MOMENTS_AGREE_WITHIN:
        order = "later" if late_s > 0 else "earlier"
        yield f"{what} {abs(late_s):.1f} s {order} by the CDR than by the journal"
