"""Saved runs, written in the group commits of the journal (port: ``switchboard/ports/runs.py``)."""

from datetime import datetime

import peewee

from switchboard.ports.runs import LeftRun, SavedRun
from switchboard.store.changes import Change, ChangeKind
from switchboard.store.database import Database
from switchboard.store.group_commit import GroupCommit
from switchboard.store.models import CdrRow, RunRow
from switchboard.store.rows import cdr_of, run_of, run_row


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

    def list_talks(self) -> tuple[SavedRun, ...]:
        """Runs whose caller was in a conversation when it was saved, by call."""
        self._commits.settle()
        # Whoever wrote the JSON, a key stands in it in quotes; what else has them is left out here.
        query = RunRow.select().where(RunRow.run.contains('"talking"')).order_by(RunRow.call_id)
        rows = self._database.read(lambda engine: list(query.bind(engine)))
        return tuple(run for run in map(run_of, rows) if "talking" in run.run.get("pending", {}))

    def list_left(self, quiet_since: datetime, at_most: int) -> tuple[LeftRun, ...]:
        """Runs whose leg has ended, and that nobody has saved since; the longest left first."""
        self._commits.settle()
        return self._database.read(lambda engine: _list_left(engine, quiet_since, at_most))

    def claim(self, run: SavedRun, at: datetime) -> bool:
        """Make a run ours; False when another server was quicker."""
        self._commits.settle()
        mine = RunRow.update(saved_at=at).where(
            RunRow.call_id == run.call_id, RunRow.saved_at == run.saved_at
        )
        return self._database.write(lambda engine: _count(mine, engine)) == 1

    def forget(self, call_id: str) -> None:
        """The call has ended; an unknown call is no error."""
        self._commits.take(Change(ChangeKind.RUN_OVER, {"call_id": call_id}))


def _list_left(engine: peewee.Database, quiet_since: datetime, at_most: int) -> tuple[LeftRun, ...]:
    quiet = (RunRow.saved_at < quiet_since) & (CdrRow.ended_at < quiet_since)
    runs = tuple(
        RunRow.select()
        .join(CdrRow, on=(RunRow.leg_id == CdrRow.leg_id))
        .where(quiet)
        .order_by(RunRow.saved_at, RunRow.call_id)
        .limit(at_most)
        .bind(engine)
    )
    legs = CdrRow.select().where(CdrRow.leg_id.in_([run.leg_id for run in runs])).bind(engine)
    cdrs = {row.leg_id: cdr_of(row) for row in legs}
    return tuple(LeftRun(run_of(run), cdrs[run.leg_id]) for run in runs)


def _count(update: peewee.Update, engine: peewee.Database) -> int:
    return int(update.execute(engine))
