"""CDRs taken in once a leg, and the calls in one line each (port: ``ports/records.py``)."""

from collections.abc import Sequence
from datetime import datetime

import peewee

from switchboard.core.cdrs import Cdr
from switchboard.core.summaries import CallSummary
from switchboard.ports.records import EVERY_CALL, AmbiguousCall, CallSearch
from switchboard.store.database import Database
from switchboard.store.group_commit import GroupCommit
from switchboard.store.models import CallRow, CdrRow, JournalRow
from switchboard.store.prefixes import begins, in_code_points
from switchboard.store.rows import cdr_of, cdr_row, summary_of
from switchboard.store.statements import insert_new
from switchboard.store.summaries import refresh_lines

# Fewer than the variables that a statement of SQLite before 3.32 takes.
FEW = 900


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

    def find_cdr(self, leg_id: str) -> Cdr | None:
        """The CDR of one leg, or None."""
        query = CdrRow.select().where(CdrRow.leg_id == leg_id)
        row = self._database.read(lambda engine: query.bind(engine).first())
        return cdr_of(row) if row else None

    def list_calls(self, search: CallSearch = EVERY_CALL) -> tuple[CallSummary, ...]:
        """Calls, newest first; of those that were offered at one moment, by their ids."""
        self._commits.settle()
        return self._database.read(lambda engine: _list_calls(engine, search))

    def find_call(self, call_id_prefix: str) -> CallSummary | None:
        """The one call whose id is this or, failing that, begins so; None when none does."""
        self._commits.settle()
        return self._database.read(lambda engine: _find_call(engine, call_id_prefix))

    def forget_calls(self, *call_ids: str) -> int:
        """Delete calls with their journal and CDRs; return how many there were."""
        self._commits.settle()
        return self._database.write(lambda engine: _forget(engine, call_ids))

    def forget_stray_cdrs(self, ended_before: datetime) -> int:
        """Delete the CDRs of legs that were of no call of ours; return how many."""
        query = CdrRow.delete().where(CdrRow.call_id.is_null(), CdrRow.ended_at < ended_before)
        return int(self._database.write(query.execute))


def _take_in(engine: peewee.Database, cdrs: Sequence[Cdr]) -> int:
    new = insert_new(engine, CdrRow, [cdr_row(cdr) for cdr in cdrs])
    refresh_lines(engine, {cdr.call_id for cdr in cdrs if cdr.call_id})
    return new


def _forget(engine: peewee.Database, call_ids: Sequence[str]) -> int:
    for beside in (JournalRow, CdrRow):
        beside.delete().where(beside.call_id.in_(call_ids)).execute(engine)
    return int(CallRow.delete().where(CallRow.call_id.in_(call_ids)).execute(engine))


def _list_calls(engine: peewee.Database, search: CallSearch) -> tuple[CallSummary, ...]:
    query = _matching(engine, search)
    if search.number and (few := _few(engine, search)) is not None:
        query = query.where(CallRow.call_id.in_(few))
    elif search.number:
        query = query.where(_has_number(search.number))
    query = query.order_by(CallRow.started_at.desc(), CallRow.call_id).limit(search.at_most)
    return tuple(map(summary_of, query.bind(engine)))


def _few(engine: peewee.Database, search: CallSearch) -> list[str] | None:
    """Ids of the calls of a number that few have; None when many have it.

    A rare number is found by the indexes on numbers; of a frequent one the newest are found sooner
    by going back in time.
    """
    found: set[str] = set()
    for column in (CallRow.ani, CallRow.dnis):
        query = _matching(engine, search, CallRow.call_id)
        query = query.where(begins(engine, column, search.number)).limit(FEW)
        found |= {row.call_id for row in query.bind(engine)}
        if len(found) >= FEW:
            return None
    return list(found)


def _matching(
    engine: peewee.Database, search: CallSearch, *columns: "peewee.Field[str]"
) -> "peewee.ModelSelect[CallRow]":
    """The calls that keep to every condition but the number."""
    query = CallRow.select(*columns)
    if search.since is not None:
        query = query.where(CallRow.started_at >= search.since)
    if search.until is not None:
        query = query.where(CallRow.started_at < search.until)
    if search.result is not None:
        query = query.where(CallRow.result == search.result)
    if (last := search.behind) is not None:
        later_id = in_code_points(engine, CallRow.call_id) > last.call_id
        query = query.where(
            CallRow.started_at <= last.started_at,
            (CallRow.started_at < last.started_at) | later_id,
        )
    return query


def _has_number(number: str) -> peewee.Expression:
    """The condition as no index serves it: a planner would gather all that many have, and sort."""
    ani, dnis = (peewee.fn.SUBSTR(column, 1, len(number)) for column in (CallRow.ani, CallRow.dnis))
    return (ani == number) | (dnis == number)


def _find_call(engine: peewee.Database, prefix: str) -> CallSummary | None:
    exact = CallRow.select().where(CallRow.call_id == prefix).bind(engine).first()
    if exact:
        return summary_of(exact)
    found = list(
        CallRow.select().where(begins(engine, CallRow.call_id, prefix)).limit(2).bind(engine)
    )
    if len(found) > 1:
        raise AmbiguousCall(f"several calls begin with {prefix!r}: give more of the id")
    return summary_of(found[0]) if found else None
