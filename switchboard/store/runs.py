"""Saved runs, written in the group commits of the journal (port: ``switchboard/ports/runs.py``)."""

from switchboard.ports.runs import SavedRun
from switchboard.store.changes import Change, ChangeKind
from switchboard.store.database import Database
from switchboard.store.group_commit import GroupCommit
from switchboard.store.models import RunRow
from switchboard.store.rows import run_of, run_row


class StoredRuns:
    """The :class:`switchboard.ports.runs.Runs` of a database."""

    def __init__(self, database: Database, commits: GroupCommit) -> None:
        self._database = database
        self._commits = commits

    def save(self, run: SavedRun) -> None:
        """Keep this run in place of the call's former one; returns at once."""
        self._commits.take(Change(ChangeKind.RUN, run_row(run)))

    def find_run(self, call_id: str) -> SavedRun | None:
        """The call's run at its last wait, or None."""
        self._commits.settle()
        query = RunRow.select().where(RunRow.call_id == call_id)
        row = self._database.read(lambda engine: query.bind(engine).first())
        return run_of(row) if row else None

    def forget(self, call_id: str) -> None:
        """The call has ended; an unknown call is no error."""
        self._commits.take(Change(ChangeKind.RUN_OVER, {"call_id": call_id}))
