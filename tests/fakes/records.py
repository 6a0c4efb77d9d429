"""Records of calls in memory, read from a fake journal and the CDRs taken in."""

from collections import defaultdict
from datetime import datetime
from zoneinfo import ZoneInfo

from switchboard.core.cdrs import Cdr
from switchboard.core.counts import Counts, Slot, counts_of, slot_of
from switchboard.core.summaries import CallSummary, summarise
from switchboard.ports.records import EVERY_CALL, AmbiguousCall, CallSearch
from switchboard.ports.reports import Grouping, ReportLine, ReportSearch
from tests.fakes.journal import FakeJournal


class FakeRecords:
    """Folds each call's line when it is asked for.

    Attributes:
        cdrs: What was taken in, by leg.
    """

    def __init__(self, journal: FakeJournal) -> None:
        self._journal = journal
        self.cdrs: dict[str, Cdr] = {}

    def take_in(self, *cdrs: Cdr) -> int:
        known = len(self.cdrs)
        for cdr in cdrs:
            self.cdrs.setdefault(cdr.leg_id, cdr)
        return len(self.cdrs) - known

    def list_cdrs(self, call_id: str) -> tuple[Cdr, ...]:
        of_call = (cdr for cdr in self.cdrs.values() if cdr.call_id == call_id)
        return tuple(sorted(of_call, key=lambda cdr: (cdr.started_at, cdr.leg_id)))

    def find_cdr(self, leg_id: str) -> Cdr | None:
        return self.cdrs.get(leg_id)

    def list_calls(self, search: CallSearch = EVERY_CALL) -> tuple[CallSummary, ...]:
        lines = [line for line in self._lines() if _is_meant(line, search)]
        return tuple(sorted(lines, key=_place)[: search.at_most])

    def forget_calls(self, *call_ids: str) -> int:
        forgotten = [line for line in self._lines() if line.call_id in call_ids]
        self._journal.entries = [
            entry for entry in self._journal.entries if entry.call_id not in call_ids
        ]
        self.cdrs = {
            leg_id: cdr for leg_id, cdr in self.cdrs.items() if cdr.call_id not in call_ids
        }
        return len(forgotten)

    def forget_stray_cdrs(self, ended_before: datetime) -> int:
        stray = [
            leg_id
            for leg_id, cdr in self.cdrs.items()
            if cdr.call_id is None and cdr.ended_at < ended_before
        ]
        for leg_id in stray:
            del self.cdrs[leg_id]
        return len(stray)

    def find_call(self, call_id_prefix: str) -> CallSummary | None:
        lines = {line.call_id: line for line in self._lines()}
        if call_id_prefix in lines:
            return lines[call_id_prefix]
        found = [line for line in lines.values() if line.call_id.startswith(call_id_prefix)]
        if len(found) > 1:
            raise AmbiguousCall(f"several calls begin with {call_id_prefix!r}")
        return found[0] if found else None

    def _lines(self) -> list[CallSummary]:
        ids = {entry.call_id for entry in self._journal.entries}
        ids |= {cdr.call_id for cdr in self.cdrs.values() if cdr.call_id}
        lines = (summarise(self._journal.list_entries(i), self.list_cdrs(i)) for i in ids)
        return [line for line in lines if line]


def _place(line: CallSummary) -> tuple[float, str]:
    """Newest first; of one moment, by their ids."""
    return (-line.started_at.timestamp(), line.call_id)


def _is_meant(line: CallSummary, search: CallSearch) -> bool:
    return (
        (search.since is None or line.started_at >= search.since)
        and (search.until is None or line.started_at < search.until)
        and (line.ani.startswith(search.number) or line.dnis.startswith(search.number))
        and search.result in (None, line.result)
        and (search.behind is None or _place(line) > _place(search.behind))
    )


class FakeReports:
    """Counts every call when it is asked, for the zone it was told."""

    def __init__(self, records: FakeRecords) -> None:
        self._records = records
        self._zone: ZoneInfo | None = None

    def find_zone(self) -> str | None:
        return self._zone.key if self._zone else None

    def keep_zone(self, zone: ZoneInfo) -> bool:
        is_new = zone != self._zone
        self._zone = zone
        return is_new

    def count_anew(self, zone: ZoneInfo) -> None:
        self._zone = zone

    def list_counts(self, search: ReportSearch) -> tuple[ReportLine, ...]:
        assert self._zone is not None, "nobody has said whose days are counted"
        sums: dict[str, Counts] = defaultdict(Counts)
        for call in self._records.list_calls(CallSearch(at_most=None)):
            slot = slot_of(call, self._zone)
            first, last = search.first.isoformat(), search.last.isoformat()
            if first <= slot.day <= last and slot.dnis.startswith(search.number):
                sums[_key(slot, search.by)] += counts_of(call)
        return tuple(ReportLine(key, sums[key]) for key in sorted(sums))


def _key(slot: Slot, by: Grouping) -> str:
    keys = {
        Grouping.HOUR: f"{slot.hour:02}",
        Grouping.DAY: slot.day,
        Grouping.MONTH: slot.day[:7],
        Grouping.NUMBER: slot.dnis,
    }
    return keys[by]
