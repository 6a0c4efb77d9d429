"""Saved runs in memory."""

from dataclasses import replace
from datetime import datetime

from switchboard.ports.outages import StoreAway
from switchboard.ports.runs import LeftRun, SavedRun
from tests.fakes.records import FakeRecords


class FakeRuns:
    """Keeps the last run of each call.

    Args:
        records: Where the CDRs of legs are.

    Attributes:
        saved: Every run that was ever saved, in order.
        away: When set, whatever reads says that the store is away.
    """

    def __init__(self, records: FakeRecords) -> None:
        self.saved: list[SavedRun] = []
        self.away = False
        self._records = records
        self._runs: dict[str, SavedRun] = {}

    def save(self, run: SavedRun) -> None:
        self.saved.append(run)
        self._runs[run.call_id] = run

    def find_run(self, call_id: str) -> SavedRun | None:
        self._fail_when_away()
        return self._runs.get(call_id)

    def list_talks(self) -> tuple[SavedRun, ...]:
        self._fail_when_away()
        talks = (run for run in self._runs.values() if "talking" in run.run.get("pending", {}))
        return tuple(sorted(talks, key=lambda run: run.call_id))

    def list_left(self, quiet_since: datetime, at_most: int) -> tuple[LeftRun, ...]:
        self._fail_when_away()
        left = [
            LeftRun(run, cdr)
            for run in self._runs.values()
            if (cdr := self._records.cdrs.get(run.leg_id))
            and max(run.saved_at, cdr.ended_at) < quiet_since
        ]
        left.sort(key=lambda one: (one.saved.saved_at, one.saved.call_id))
        return tuple(left[:at_most])

    def claim(self, run: SavedRun, at: datetime) -> bool:
        self._fail_when_away()
        stands = self._runs.get(run.call_id)
        if stands is None or stands.saved_at != run.saved_at:
            return False
        self._runs[run.call_id] = replace(stands, saved_at=at)
        return True

    def forget(self, call_id: str) -> None:
        self._runs.pop(call_id, None)

    def _fail_when_away(self) -> None:
        if self.away:
            raise StoreAway("the test's store is away")
