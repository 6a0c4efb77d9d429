"""Do the journal of a call and the switch's own records of it agree? Each difference in words.

The journal is what we say happened; the CDR is the proof. Moments may differ by what lies between
two processes: both are stamped on their own side of a socket.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from switchboard.core.cdrs import Cdr
from switchboard.core.journal import EntryKind, JournalEntry
from switchboard.core.summaries import CallSummary, caller_cdr, summarise

# A socket and a loaded machine lie between; more than this is a gap in the journal, no delay.
MOMENTS_AGREE_WITHIN = timedelta(seconds=2)


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
        return ("the journal does not tell how the call came in",)
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
        yield "the journal does not tell how the call ended"
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
