"""Figures counted from everything that is in memory, each time they are asked."""

from collections import defaultdict
from datetime import datetime
from zoneinfo import ZoneInfo

from switchboard.core.agent_times import AgentTimes, spread
from switchboard.core.queue_counts import QueueCounts, QueueSlot, queue_counts_of
from switchboard.ports.figures import AgentLine, FigureGrouping, FigureSearch, QueueLine
from tests.fakes.distribution import FakeAgentBook
from tests.fakes.journal import FakeJournal
from tests.fakes.records import FakeReports

FAILED = {"no_answer", "busy", "rejected", "not_registered", "unreachable"}


class FakeFigures:
    """Keeps :class:`switchboard.ports.figures.Figures` in memory."""

    def __init__(self, journal: FakeJournal, book: FakeAgentBook, reports: FakeReports) -> None:
        self._journal = journal
        self._book = book
        self._reports = reports

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self._reports.find_zone() or "UTC")

    def list_queue_counts(self, search: FigureSearch) -> tuple[QueueLine, ...]:
        found: dict[str, QueueCounts] = defaultdict(QueueCounts)
        for call_id in {entry.call_id for entry in self._journal.entries}:
            counts = queue_counts_of(self._journal.list_entries(call_id), self._zone)
            for slot, added in counts.items():
                if search.queue in ("", slot.queue) and _is_wanted(search, slot):
                    found[_key(search.by, slot)] += added
        lines = (QueueLine(key, found[key]) for key in sorted(found))
        return tuple(line for line in lines if line.counts != QueueCounts())

    def list_agent_times(self, search: FigureSearch, now: datetime) -> tuple[AgentLine, ...]:
        found: dict[str, AgentTimes] = defaultdict(AgentTimes)
        moments = sorted(self._book.moments, key=lambda one: (one.agent_id, one.at_ms, one.number))
        ends = [*moments[1:], None]
        for moment, after in zip(moments, ends, strict=True):
            same = after is not None and after.agent_id == moment.agent_id
            until_ms = after.at_ms if same else round(now.timestamp() * 1000)
            if moment.counts_as:
                for day, hour, ms in spread(moment.at_ms, until_ms, self._zone):
                    slot = QueueSlot(day, hour, "", moment.agent_id)
                    if _is_wanted(search, slot):
                        times = AgentTimes(**{f"{moment.counts_as}_ms": ms})
                        found[_key(search.by, slot)] += times
        for kept in self._book.ended_offers():
            at = datetime.fromtimestamp(kept.ended_at_ms / 1000, self._zone)
            slot = QueueSlot(at.date().isoformat(), at.hour, "", kept.offer.agent_id)
            if _is_wanted(search, slot):
                answered, failed = kept.result == "answered", kept.result in FAILED
                found[_key(search.by, slot)] += AgentTimes(
                    offers=1, answered=int(answered), failed=int(failed)
                )
        return tuple(AgentLine(key, found[key]) for key in sorted(found))


def _is_wanted(search: FigureSearch, slot: QueueSlot) -> bool:
    in_time = search.first.isoformat() <= slot.day <= search.last.isoformat()
    return in_time and search.agent in ("", slot.agent)


def _key(by: FigureGrouping, slot: QueueSlot) -> str:
    match by:
        case FigureGrouping.HOUR:
            return f"{slot.hour:02}"
        case FigureGrouping.DAY:
            return slot.day
        case FigureGrouping.MONTH:
            return slot.day[:7]
        case FigureGrouping.QUEUE:
            return slot.queue
        case _:
            return slot.agent
