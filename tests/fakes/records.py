"""Records of calls in memory, read from a fake journal and the CDRs taken in."""

from datetime import datetime

from switchboard.core.cdrs import Cdr
from switchboard.core.summaries import CallSummary, summarise
from switchboard.ports.records import AmbiguousCall
from tests.fakes.journal import FakeJournal


class FakeRecords:
    """Folds each call's line when it is asked for."""

    def __init__(self, journal: FakeJournal) -> None:
        self._journal = journal
        self._cdrs: dict[str, Cdr] = {}

    def take_in(self, *cdrs: Cdr) -> int:
        known = len(self._cdrs)
        for cdr in cdrs:
            self._cdrs.setdefault(cdr.leg_id, cdr)
        return len(self._cdrs) - known

    def list_cdrs(self, call_id: str) -> tuple[Cdr, ...]:
        of_call = (cdr for cdr in self._cdrs.values() if cdr.call_id == call_id)
        return tuple(sorted(of_call, key=lambda cdr: (cdr.started_at, cdr.leg_id)))

    def list_calls(
        self, *, since: datetime | None = None, number: str | None = None, at_most: int = 50
    ) -> tuple[CallSummary, ...]:
        lines = [
            line
            for line in self._lines()
            if (since is None or line.started_at >= since)
            and (not number or line.ani.startswith(number) or line.dnis.startswith(number))
        ]
        lines.sort(key=lambda line: line.call_id)
        lines.sort(key=lambda line: line.started_at, reverse=True)
        return tuple(lines[:at_most])

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
        ids |= {cdr.call_id for cdr in self._cdrs.values() if cdr.call_id}
        lines = (summarise(self._journal.list_entries(i), self.list_cdrs(i)) for i in ids)
        return [line for line in lines if line]
