"""A call as stretches of a conversation: who had the caller when, and which recordings hold it.

Derived from the journal, never kept beside it, so that segments cannot drift from the facts. They
follow one another without gap or overlap from the call's first moment to its last, whatever was
transferred; their sum is the call's length by construction, and where the facts or the switch's
own record say otherwise, that is an error which is told. Work after the call is a segment behind
it and no part of its length.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from switchboard.core.cdrs import Cdr
from switchboard.core.journal import EntryKind, JournalEntry
from switchboard.core.summaries import CallSummary, caller_cdr

# The switch stamps its record on its own side of a socket; more than this is no delay.
LENGTHS_AGREE_WITHIN = timedelta(seconds=2)


class SegmentKind(StrEnum):
    """Who or what has the caller."""

    IVR = "ivr"  # the flow, from the offer on
    QUEUE = "queue"
    TALK = "talk"
    HOLD = "hold"
    CONSULT = "consult"  # the agent talks to another one, the caller waits
    CONFERENCE = "conference"
    WRAP_UP = "wrap_up"  # work behind the call


@dataclass(frozen=True, slots=True)
class Turn:
    """What a fact makes of the call from its moment on.

    Attributes:
        kind: The segment that begins.
        who: The agent or queue that has the caller; empty for the flow.
    """

    kind: SegmentKind
    who: str = ""


@dataclass(frozen=True, slots=True)
class Segment:
    """One stretch.

    Attributes:
        kind: Who or what has the caller.
        who: The agent or queue by name; empty for the flow.
        begun_at: When it began.
        ended_at: When it ended; None for the last one of a live call.
        recordings: Ids of the recordings that hold some of it, in the order they began.
    """

    kind: SegmentKind
    who: str
    begun_at: datetime
    ended_at: datetime | None
    recordings: tuple[str, ...] = ()

    @property
    def length(self) -> timedelta:
        """How long it lasted; nothing while it lasts."""
        return self.ended_at - self.begun_at if self.ended_at else timedelta()


@dataclass(frozen=True, slots=True)
class Ledger:
    """A call's segments.

    Attributes:
        segments: In order; those of the caller first, work behind the call last.
        errors: A sentence for each thing that does not come out even; empty when all does.
    """

    segments: tuple[Segment, ...]
    errors: tuple[str, ...] = ()


Turns = Mapping[EntryKind, Callable[[Mapping[str, Any]], Turn]]

TURNS: Turns = {
    EntryKind.JOINED: lambda details: Turn(SegmentKind.TALK, str(details.get("who", ""))),
    EntryKind.HELD: lambda details: Turn(SegmentKind.HOLD, str(details.get("who", ""))),
    EntryKind.RETRIEVED: lambda details: Turn(SegmentKind.TALK, str(details.get("who", ""))),
    EntryKind.PARTED: lambda _: Turn(SegmentKind.IVR),
    EntryKind.QUEUED: lambda details: Turn(SegmentKind.QUEUE, str(details.get("queue", ""))),
    EntryKind.QUEUE_LEFT: lambda _: Turn(SegmentKind.IVR),
    EntryKind.ROOM_ENTERED: lambda d: Turn(SegmentKind.CONFERENCE, str(d.get("room", ""))),
    EntryKind.ROOM_LEFT: lambda _: Turn(SegmentKind.IVR),
    EntryKind.WRAP_UP_BEGAN: lambda d: Turn(SegmentKind.WRAP_UP, str(d.get("agent_id", ""))),
}
"""What begins a segment, by kind of fact; every call begins with the flow."""


def ledger_of(
    call: CallSummary,
    entries: Sequence[JournalEntry],
    cdrs: Sequence[Cdr] = (),
    turns: Turns = TURNS,
) -> Ledger:
    """Divide a call into its segments.

    Args:
        call: The call in one line.
        entries: Its journal, in the order it was appended.
        cdrs: The switch's records of its legs, as far as they are in.
        turns: What begins a segment.
    """
    errors = [*_backwards(entries), *_against_proof(call, entries, cdrs)]
    recorded = tuple(_recorded(entries, call.ended_at))
    changes = [(call.started_at, Turn(SegmentKind.IVR))]
    behind = []
    for entry in sorted(entries, key=lambda one: one.at):
        if entry.kind not in turns:
            continue
        turn = turns[entry.kind](entry.details)
        is_after = call.ended_at is not None and entry.at >= call.ended_at
        if turn.kind is SegmentKind.WRAP_UP:
            behind.append(Segment(turn.kind, turn.who, entry.at, _work_ended(entry, entries)))
        elif turn != changes[-1][1] and not is_after:  # what is noted of the end changes nothing
            changes.append((max(entry.at, call.started_at), turn))
    ends: list[datetime | None] = [at for at, _ in changes[1:]]
    segments = (
        Segment(turn.kind, turn.who, at, end, _within(recorded, at, end))
        for (at, turn), end in zip(changes, [*ends, call.ended_at], strict=True)
    )
    kept = tuple(one for one in segments if one.length or one.ended_at is None)
    return Ledger((*kept, *behind), (*errors, *_sum_errors(call, kept)))


def _work_ended(begun: JournalEntry, entries: Sequence[JournalEntry]) -> datetime | None:
    """Return when work behind the call ended; None while it lasts."""
    for entry in entries:
        is_its_end = entry.kind is EntryKind.WRAP_UP_ENDED and entry.at >= begun.at
        if is_its_end and entry.details.get("offer_id") == begun.details.get("offer_id"):
            return entry.at
    return None


def _sum_errors(call: CallSummary, segments: Sequence[Segment]) -> Iterator[str]:
    if call.ended_at is None:
        return
    missing = (call.ended_at - call.started_at) - sum((one.length for one in segments), timedelta())
    if missing:
        yield f"the segments are {abs(missing.total_seconds()):.3f} s off the call's length"


def _backwards(entries: Sequence[JournalEntry]) -> Iterator[str]:
    """Facts are appended as they happen; one that stands before its time was stamped wrongly."""
    latest: datetime | None = None
    for entry in entries:
        # The switch says when it hung up, and that is held to its record: a call whose server had
        # died is told of afterwards. It says when it was answered: a little behind its time.
        if entry.kind is EntryKind.HUNG_UP:
            continue
        if latest is not None and latest - entry.at > LENGTHS_AGREE_WITHIN:
            back_s = (latest - entry.at).total_seconds()
            yield f"{entry.kind} is stamped {back_s:.1f} s before what it follows"
        latest = entry.at if latest is None else max(latest, entry.at)


def _against_proof(
    call: CallSummary, entries: Sequence[JournalEntry], cdrs: Sequence[Cdr]
) -> Iterator[str]:
    offered = next((entry for entry in entries if entry.kind is EntryKind.OFFERED), None)
    cdr = caller_cdr(offered, cdrs)
    if cdr is None or call.ended_at is None:
        return
    ours, theirs = call.ended_at - call.started_at, cdr.ended_at - cdr.started_at
    if abs(ours - theirs) > LENGTHS_AGREE_WITHIN:
        yield (
            f"the segments last {ours.total_seconds():.1f} s, "
            f"the switch's record {theirs.total_seconds():.1f} s"
        )


@dataclass(frozen=True, slots=True)
class _Recorded:
    recording_id: str
    begun_at: datetime
    ended_at: datetime | None


def _recorded(entries: Sequence[JournalEntry], ended_at: datetime | None) -> Iterator[_Recorded]:
    """What was recorded of the call from when to when; first the recordings of both sides."""
    stopped = {
        entry.details.get("recording_id"): entry.at
        for entry in entries
        if entry.kind is EntryKind.RECORDING_STOPPED
    }
    for entry in entries:
        recording_id = str(entry.details.get("recording_id", ""))
        if entry.kind is EntryKind.RECORDING_STARTED:
            yield _Recorded(recording_id, entry.at, stopped.get(recording_id, ended_at))
        elif entry.kind is EntryKind.RECORDED and entry.details.get("duration_ms"):
            lasted = timedelta(milliseconds=entry.details["duration_ms"])
            yield _Recorded(recording_id, entry.at - lasted, entry.at)


def _within(
    recorded: Sequence[_Recorded], begun_at: datetime, ended_at: datetime | None
) -> tuple[str, ...]:
    return tuple(
        one.recording_id
        for one in recorded
        if (ended_at is None or one.begun_at < ended_at)
        and (one.ended_at is None or one.ended_at > begun_at)
    )
