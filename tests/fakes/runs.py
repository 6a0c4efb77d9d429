"""Saved runs in memory."""

from switchboard.ports.outages import StoreAway
from switchboard.ports.runs import SavedRun


class FakeRuns:
    """Keeps the last run of each call.

    Attributes:
        saved: Every run that was ever saved, in order.
        away: When set, :meth:`find_run` says that the store is away.
    """

    def __init__(self) -> None:
        self.saved: list[SavedRun] = []
        self.away = False
        self._runs: dict[str, SavedRun] = {}

    def save(self, run: SavedRun) -> None:
        self.saved.append(run)
        self._runs[run.call_id] = run

    def find_run(self, call_id: str) -> SavedRun | None:
        if self.away:
            raise StoreAway("the test's store is away")
        return self._runs.get(call_id)

    def forget(self, call_id: str) -> None:
        self._runs.pop(call_id, None)
