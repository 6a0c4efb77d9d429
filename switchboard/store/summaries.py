"""The calls in one line each: a table derived from journal and CDRs, kept beside them.

Why it is kept and not asked of the journal: docs/decisions/0002. It is made by
:func:`switchboard.core.summaries.summarise` from the rows that stand in the database, in the
transaction that adds to them, so it can neither lag nor count a fact twice.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from itertools import islice

import peewee

from switchboard.core.cdrs import Cdr
from switchboard.core.journal import JournalEntry
from switchboard.core.summaries import SUMMARISED_KINDS, summarise
from switchboard.store.counts import move_counts
from switchboard.store.models import CallRow, CdrRow, JournalRow
from switchboard.store.rows import cdr_of, entry_of, summary_of, summary_row
from switchboard.store.statements import put_in_place

# SQLite of 2020 and older takes 999 values in a statement.
CALLS_AT_ONCE = 500

# Any number that no other program takes as an advisory lock of the same database.
LOCK_NUMBER = 0x5377_6C69_6E65


def refresh_lines(engine: peewee.Database, call_ids: Collection[str]) -> None:
    """Make the lines of these calls anew, inside the transaction that changed their rows.

    Two processes must not do it for one call at once: each would fold only the rows that it sees,
    and count the call. SQLite lets one transaction write at a time; PostgreSQL would let both.
    """
    if call_ids:
        hold_alone(engine)
    for some in _in_pieces(call_ids):
        entries = _entries(engine, some)
        cdrs = _cdrs(engine, some)
        made = (summarise(entries[call_id], cdrs[call_id]) for call_id in some)
        lines = [line for line in made if line]
        stood = CallRow.select().where(CallRow.call_id.in_(some)).bind(engine)
        move_counts(engine, map(summary_of, stood), lines)
        put_in_place(engine, CallRow, [summary_row(line) for line in lines])


def hold_alone(engine: peewee.Database) -> None:
    """Let no other process count calls before this transaction has ended."""
    if isinstance(engine, peewee.PostgresqlDatabase):
        peewee.Select(columns=[peewee.fn.pg_advisory_xact_lock(LOCK_NUMBER)]).execute(engine)


def _entries(engine: peewee.Database, call_ids: Collection[str]) -> dict[str, list[JournalEntry]]:
    found: dict[str, list[JournalEntry]] = defaultdict(list)
    query = (
        JournalRow.select()
        .where(JournalRow.call_id.in_(call_ids), JournalRow.kind.in_(list(SUMMARISED_KINDS)))
        .order_by(JournalRow.seq)
    )
    for row in query.bind(engine):
        found[row.call_id].append(entry_of(row))
    return found


def _cdrs(engine: peewee.Database, call_ids: Collection[str]) -> dict[str, list[Cdr]]:
    found: dict[str, list[Cdr]] = defaultdict(list)
    for row in CdrRow.select().where(CdrRow.call_id.in_(call_ids)).bind(engine):
        found[str(row.call_id)].append(cdr_of(row))
    return found


def _in_pieces(call_ids: Collection[str]) -> Iterator[list[str]]:
    left = iter(call_ids)
    while piece := list(islice(left, CALLS_AT_ONCE)):
        yield piece
