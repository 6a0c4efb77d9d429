"""Queues counted: what one call adds to the figures of the queues it waited in and of its agents.

Read from the call's journal alone, in the words of the field: a caller *offered* to a queue is
answered, gives up, or leaves another way; whoever answered talks, holds and wraps up. Everything
counts in the day and hour in which the caller came into the queue, so that the parts of one visit
stand in one line. Counts can be taken back, as those of :mod:`switchboard.core.counts`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from switchboard.core.journal import EntryKind, JournalEntry

QUEUE_KINDS = frozenset(
    {
        EntryKind.QUEUED,
        EntryKind.QUEUE_LEFT,
        EntryKind.JOINED,
        EntryKind.HELD,
        EntryKind.RETRIEVED,
        EntryKind.PARTED,
        EntryKind.WRAP_UP_BEGAN,
        EntryKind.WRAP_UP_ENDED,
    }
)
"""The kinds of entry that change what a call counts; and its end, where it has one of them."""

ANSWERED, CALLER_GONE, MOVED = "answered", "caller_gone", "moved"


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """How many callers, what became of them, and how long it took.

    Attributes:
        offered: Callers who came into the queue; the sum of the five that follow.
        waiting: Still there.
        answered: Given to an agent.
        abandoned: Hung up while they waited, behind the queue's short-abandon limit.
        left_at_once: Hung up before that limit.
        led_on: Left another way: by a key, to another queue, after the longest wait.
        turned_away: Did not come in (full, closed, nobody there); not offered.
        in_target: Of those answered, within the queue's target.
        wait_ms: Waits of those answered.
        abandoned_wait_ms: Waits of those abandoned.
        handled: Conversations with agents; a transfer makes one more.
        talk_ms: Talk.
        hold_ms: Hold.
        wrap_up_ms: Work behind the calls.
        transfers: Conversations that followed another one of the same visit.
    """

    offered: int = 0
    waiting: int = 0
    answered: int = 0
    abandoned: int = 0
    left_at_once: int = 0
    led_on: int = 0
    turned_away: int = 0
    in_target: int = 0
    wait_ms: int = 0
    abandoned_wait_ms: int = 0
    handled: int = 0
    talk_ms: int = 0
    hold_ms: int = 0
    wrap_up_ms: int = 0
    transfers: int = 0

    def __add__(self, other: "QueueCounts") -> "QueueCounts":
        """Both together."""
        return QueueCounts(*(getattr(self, name) + getattr(other, name) for name in QUEUE_COLUMNS))

    def __neg__(self) -> "QueueCounts":
        """What takes these back."""
        return QueueCounts(*(-getattr(self, name) for name in QUEUE_COLUMNS))

    @property
    def service_level(self) -> float | None:
        """Answered within target / (answered + abandoned); None of nobody."""
        return _share(self.in_target, self.answered + self.abandoned)

    @property
    def abandon_rate(self) -> float | None:
        """Abandoned / (answered + abandoned); None of nobody."""
        return _share(self.abandoned, self.answered + self.abandoned)

    @property
    def asa_s(self) -> float | None:
        """Average speed of answer: mean wait of those answered, in seconds."""
        return _share(self.wait_ms / 1000, self.answered)

    @property
    def aht_s(self) -> float | None:
        """Average handling time: (talk + hold + wrap-up) / conversations, in seconds."""
        return _share((self.talk_ms + self.hold_ms + self.wrap_up_ms) / 1000, self.handled)

    def measured(self) -> dict[str, int | float | None]:
        """Return the counts, and the measures that are made of them, by name."""
        measures = ("service_level", "abandon_rate", "asa_s", "aht_s")
        return {name: getattr(self, name) for name in (*QUEUE_COLUMNS, *measures)}


QUEUE_COLUMNS = tuple(field.name for field in fields(QueueCounts))
"""The names of the counts, in order."""


@dataclass(frozen=True, slots=True, order=True)
class QueueSlot:
    """Where something counts: day and hour of the centre, the queue, the agent.

    Attributes:
        day: The day, as ``2026-12-01``.
        hour: The hour, 0 to 23.
        queue: The queue; empty for a conversation that no queue led to.
        agent: Who answered or talked; empty for callers whom nobody has answered.
    """

    day: str
    hour: int
    queue: str
    agent: str


def queue_counts_of(
    entries: Iterable[JournalEntry], zone: tzinfo
) -> Mapping[QueueSlot, QueueCounts]:
    """Return what one call counts.

    Args:
        entries: Its journal in the order it was appended; other kinds are passed over.
        zone: The centre's.
    """
    fold = _Fold(zone)
    for entry in entries:
        fold.take(entry)
    return fold.counts()


def has_given_up(entries: Iterable[JournalEntry]) -> bool:
    """Return whether the caller hung up in a queue, too late to count as one who left at once.

    Args:
        entries: The call's journal in order; kinds that do not move a place are not needed.
    """
    fold = _Fold(UTC)
    for entry in entries:
        fold.take(entry)
    return fold.has_given_up()


@dataclass(slots=True)
class _Visit:
    """A caller in a queue, and behind it."""

    queue: str
    entered_at: datetime
    target_ms: int = 0
    short_ms: int = 0
    left_at: datetime | None = None
    result: str = ""
    agent: str = ""
    conversations: int = 0

    def counts(self) -> QueueCounts:
        """Return what the wait counts."""
        if self.left_at is None:
            return QueueCounts(offered=1, waiting=1)
        wait_ms = _ms(self.left_at - self.entered_at)
        if self.result == ANSWERED:
            in_target = int(wait_ms <= self.target_ms)
            return QueueCounts(offered=1, answered=1, in_target=in_target, wait_ms=wait_ms)
        if self.result == CALLER_GONE and wait_ms < self.short_ms:
            return QueueCounts(offered=1, left_at_once=1)
        if self.result == CALLER_GONE:
            return QueueCounts(offered=1, abandoned=1, abandoned_wait_ms=wait_ms)
        return QueueCounts(offered=1, led_on=1)


@dataclass(slots=True)
class _Conversation:
    """An agent and the caller, as far as they have come."""

    agent: str
    visit: _Visit | None
    since: datetime
    begun_at: datetime
    doing: str = "talk_ms"
    talk_ms: int = 0
    hold_ms: int = 0
    wrap_up_ms: int = 0
    at_work_since: datetime | None = None  # behind it, whatever becomes of the caller meanwhile

    def turn(self, at: datetime, doing: str) -> None:
        """Add what was done until *at*; from there on it is *doing*, or nothing."""
        if self.doing:
            spent = getattr(self, self.doing) + max(0, _ms(at - self.since))
            setattr(self, self.doing, spent)
        self.since, self.doing = at, doing


class _Fold:
    """The visits and conversations of one call, fact by fact."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._visits: list[_Visit] = []
        self._talks: list[_Conversation] = []
        self._turned_away: list[_Visit] = []

    def take(self, entry: JournalEntry) -> None:
        match entry.kind:
            case EntryKind.QUEUED:
                self._enter(entry.at, entry.details)
            case EntryKind.QUEUE_LEFT:
                self._leave(entry.at, entry.details)
            case EntryKind.JOINED:
                self._join(entry.at, str(entry.details.get("who", "")))
            case EntryKind.HELD:
                self._turn(entry.at, "hold_ms")
            case EntryKind.RETRIEVED:
                self._turn(entry.at, "talk_ms")
            case EntryKind.PARTED:
                self._turn(entry.at, "")
            case EntryKind.HUNG_UP:
                self._end(entry.at)
            case EntryKind.WRAP_UP_BEGAN | EntryKind.WRAP_UP_ENDED:
                self._wrap_up(entry)

    def counts(self) -> Mapping[QueueSlot, QueueCounts]:
        found: dict[QueueSlot, QueueCounts] = defaultdict(QueueCounts)
        for visit in self._visits:
            found[self._slot(visit.entered_at, visit.queue, visit.agent)] += visit.counts()
        for visit in self._turned_away:
            found[self._slot(visit.entered_at, visit.queue, "")] += QueueCounts(turned_away=1)
        for talk in self._talks:
            at, queue = talk.begun_at, ""
            if talk.visit:
                at, queue = talk.visit.entered_at, talk.visit.queue
            found[self._slot(at, queue, talk.agent)] += QueueCounts(
                handled=1,
                talk_ms=talk.talk_ms,
                hold_ms=talk.hold_ms,
                wrap_up_ms=talk.wrap_up_ms,
                transfers=int(talk.visit is not None and talk.agent != talk.visit.agent),
            )
        return found

    def has_given_up(self) -> bool:
        return bool(self._visits) and self._visits[-1].counts().abandoned == 1

    def _slot(self, at: datetime, queue: str, agent: str) -> QueueSlot:
        local = at.astimezone(self._zone)
        return QueueSlot(local.date().isoformat(), local.hour, queue, agent)

    def _waiting(self) -> _Visit | None:
        last = self._visits[-1] if self._visits else None
        return last if last and last.left_at is None else None

    def _enter(self, at: datetime, details: Mapping[str, Any]) -> None:
        queue = str(details.get("queue", ""))
        if (waiting := self._waiting()) is not None:
            if waiting.queue == queue:
                return  # a server that took the call up says so again
            waiting.left_at, waiting.result = at, MOVED
        last = self._visits[-1] if self._visits else None
        if last and last.queue == queue and last.result == ANSWERED and not last.conversations:
            last.left_at, last.result, last.agent = None, "", ""  # the agent was lost: waits on
            return
        limits = (int(details.get("target_ms") or 0), int(details.get("short_abandon_ms") or 0))
        self._visits.append(_Visit(queue, at, *limits))

    def _leave(self, at: datetime, details: Mapping[str, Any]) -> None:
        visit = self._waiting()
        if visit is None:
            self._turned_away.append(_Visit(str(details.get("queue", "")), at))
            return
        visit.left_at, visit.result = at, str(details.get("result", ""))
        if visit.result == ANSWERED:
            visit.agent = str(details.get("agent_id", ""))

    def _join(self, at: datetime, who: str) -> None:
        self._turn(at, "")
        visit = self._visits[-1] if self._visits else None
        if visit and visit.result != ANSWERED:
            visit = None
        if visit:
            visit.conversations += 1
        self._talks.append(_Conversation(who, visit, at, at))

    def _turn(self, at: datetime, doing: str) -> None:
        if self._talks and (self._talks[-1].doing or doing):
            self._talks[-1].turn(at, doing)

    def _end(self, at: datetime) -> None:
        self._turn(at, "")
        if (waiting := self._waiting()) is not None:
            waiting.left_at, waiting.result = at, CALLER_GONE

    def _wrap_up(self, entry: JournalEntry) -> None:
        agent = str(entry.details.get("agent_id", ""))
        talk = next((one for one in reversed(self._talks) if one.agent == agent), None)
        if talk is None:
            return
        if entry.kind is EntryKind.WRAP_UP_BEGAN:
            talk.at_work_since = entry.at
        elif talk.at_work_since is not None:
            talk.wrap_up_ms += _ms(entry.at - talk.at_work_since)
            talk.at_work_since = None


def _ms(length: timedelta) -> int:
    return max(0, round(length / timedelta(milliseconds=1)))


def _share(part: float, whole: int) -> float | None:
    return part / whole if whole else None
