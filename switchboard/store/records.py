"""CDRs taken in once a leg, and the calls in one line each (port: ``ports/records.py``)."""

from collections.abc import Sequence
from datetime import datetime

import peewee

from switchboard.core.cdrs import Cdr
from switchboard.core.summaries import CallSummary
from switchboard.ports.records import AmbiguousCall
from switchboard.store.database import Database
from switchboard.store.group_commit import GroupCommit
from switchboard.store.models import CallRow, CdrRow
from switchboard.store.rows import cdr_of, cdr_row, summary_of
from switchboard.store.statements import insert_new
from switchboard.store.summaries import refresh_lines


class StoredRecords:
    """The :class:`switchboard.ports.records.CallRecords` of a database."""

    def __init__(self, database: Database, commits: GroupCommit) -> None:
        self._database = database
        self._commits = commits

    def take_in(self, *cdrs: Cdr) -> int:
        """Keep CDRs, all of them or none; return how many were new."""
        return self._database.write(lambda engine: _take_in(engine, cdrs))

    def list_cdrs(self, call_id: str) -> tuple[Cdr, ...]:
        """The CDRs of one call's legs, by their beginning."""
        query = (
            CdrRow.select()
            .where(CdrRow.call_id == call_id)
            .order_by(CdrRow.started_at, CdrRow.leg_id)
        )
        return self._database.read(lambda engine: tuple(map(cdr_of, query.bind(engine))))

    def list_calls(
        self, *, since: datetime | None = None, number: str | None = None, at_most: int = 50
    ) -> tuple[CallSummary, ...]:
        """Calls, newest first; of a number, those whose ANI or DNIS begins with it."""
        self._commits.settle()
        query = CallRow.select().order_by(CallRow.started_at.desc(), CallRow.call_id).limit(at_most)
        if since is not None:
            query = query.where(CallRow.started_at >= since)
        if number:
            query = query.where(_begins(CallRow.ani, number) | _begins(CallRow.dnis, number))
        return self._database.read(lambda engine: tuple(map(summary_of, query.bind(engine))))

    def find_call(self, call_id_prefix: str) -> CallSummary | None:
        """The one call whose id is this or, failing that, begins so; None when none does."""
        self._commits.settle()
        return self._database.read(lambda engine: _find_call(engine, call_id_prefix))


def _take_in(engine: peewee.Database, cdrs: Sequence[Cdr]) -> int:
    new = insert_new(engine, CdrRow, [cdr_row(cdr) for cdr in cdrs])
    refresh_lines(engine, {cdr.call_id for cdr in cdrs if cdr.call_id})
    return new


def _find_call(engine: peewee.Database, prefix: str) -> CallSummary | None:
    exact = CallRow.select().where(CallRow.call_id == prefix).bind(engine).first()
    if exact:
        return summary_of(exact)
    found = list(CallRow.select().where(_begins(CallRow.call_id, prefix)).limit(2).bind(engine))
    if len(found) > 1:
        raise AmbiguousCall(f"several calls begin with {prefix!r}: give more of the id")
    return summary_of(found[0]) if found else None


def _begins(column: "peewee.Field[str]", prefix: str) -> peewee.Expression:
    # LIKE would need escapes, and its case and its use of indexes differ between the engines.
    return peewee.fn.SUBSTR(column, 1, len(prefix)) == prefix
