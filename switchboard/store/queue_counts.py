"""Queues and agents counted by day and hour, beside the journal and the moments they count.

Whoever adds facts hands over what a call counted before and what it counts now, inside the
transaction that adds them; an agent's moment counts when the next one says how long it lasted. So
a report reads some rows for each hour, however many calls there were.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import groupby, islice
from operator import attrgetter
from zoneinfo import ZoneInfo

import peewee

from switchboard.acd import AgentMoment, OfferResult
from switchboard.core.agent_times import TIME_COLUMNS, spread
from switchboard.core.journal import EntryKind, JournalEntry
from switchboard.core.queue_counts import QUEUE_KINDS, QueueCounts, QueueSlot, queue_counts_of
from switchboard.store.agent_rows import moment_of
from switchboard.store.changes import Column
from switchboard.store.counts import find_zone
from switchboard.store.models import JournalRow
from switchboard.store.queue_models import (
    AgentCountedRow,
    AgentHourRow,
    AgentMomentRow,
    OfferRow,
    QueueHourRow,
)
from switchboard.store.rows import entry_of
from switchboard.store.statements import add_to_counts, put_in_place

SIGNED_OUT = ""  # nothing counts
CALLS_AT_ONCE = 500
FAILED = set(OfferResult) - {OfferResult.ANSWERED, OfferResult.CALLER_GONE}
COUNTED_KINDS = QUEUE_KINDS | {EntryKind.HUNG_UP}
QUEUE_KEYS = ("day", "hour", "queue", "agent")
AGENT_KEYS = ("day", "hour", "agent")

Counted = Mapping[QueueSlot, QueueCounts]


# --- callers ------------------------------------------------------------------------------------


def counted(engine: peewee.Database, call_ids: Collection[str]) -> Counted:
    """Return what these calls count, by their journal as it stands; nothing without a zone."""
    name = find_zone(engine)
    found: dict[QueueSlot, QueueCounts] = defaultdict(QueueCounts)
    if name is None:
        return found
    zone = ZoneInfo(name)
    for some in _in_pieces(call_ids):
        for entries in _entries_by_call(engine, JournalRow.call_id.in_(some)):
            for slot, counts in queue_counts_of(entries, zone).items():
                found[slot] += counts
    return found


def move(engine: peewee.Database, before: Counted, after: Counted) -> None:
    """Take back what calls counted *before*, and add what they count now."""
    moved: dict[QueueSlot, QueueCounts] = defaultdict(QueueCounts)
    for slot, counts in after.items():
        moved[slot] += counts
    for slot, counts in before.items():
        moved[slot] += -counts
    rows: list[dict[str, Column]] = [
        {**asdict(slot), **asdict(moved[slot])}
        for slot in sorted(moved)
        if moved[slot] != QueueCounts()
    ]
    add_to_counts(engine, QueueHourRow, QUEUE_KEYS, rows)


def _entries_by_call(engine: peewee.Database, which: object) -> Iterator[list[JournalEntry]]:
    query = (
        JournalRow.select()
        .where(which, JournalRow.kind.in_(list(COUNTED_KINDS)))
        .order_by(JournalRow.call_id, JournalRow.seq)
    )
    entries = map(entry_of, query.bind(engine).iterator())
    for _, of_call in groupby(entries, key=attrgetter("call_id")):
        found = list(of_call)
        if any(entry.kind in QUEUE_KINDS for entry in found):
            yield found


def _in_pieces(call_ids: Collection[str]) -> Iterator[list[str]]:
    left = iter(sorted(call_ids))
    while piece := list(islice(left, CALLS_AT_ONCE)):
        yield piece


# --- agents -------------------------------------------------------------------------------------


def count_moments(engine: peewee.Database, moments: Sequence[AgentMoment]) -> None:
    """Count how long agents were what they were before each of these moments, in their order."""
    name = find_zone(engine)
    if name is None or not moments:
        return
    zone = ZoneInfo(name)
    agents = sorted({moment.agent_id for moment in moments})
    query = AgentCountedRow.select().where(AgentCountedRow.agent.in_(agents)).bind(engine)
    last = {row.agent: (row.at_ms, row.number, row.state) for row in query}
    spent: dict[tuple[str, int, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for moment in moments:
        at_ms, number, state = last.get(moment.agent_id, (0, 0, SIGNED_OUT))
        if (moment.at_ms, moment.number) <= (at_ms, number):
            continue  # written once more
        if state != SIGNED_OUT:
            for day, hour, ms in spread(at_ms, moment.at_ms, zone):
                spent[day, hour, moment.agent_id][f"{state}_ms"] += ms
        last[moment.agent_id] = (moment.at_ms, moment.number, moment.counts_as)
    _add_times(engine, spent)
    rows: list[dict[str, Column]] = [
        {"agent": agent, "at_ms": at, "number": number, "state": state}
        for agent, (at, number, state) in last.items()
    ]
    put_in_place(engine, AgentCountedRow, rows)


def count_offer(engine: peewee.Database, agent: str, result: str, ended_at_ms: int) -> None:
    """Count an offer that has ended."""
    name = find_zone(engine)
    if name is None:
        return
    ((day, hour, _),) = spread(ended_at_ms, ended_at_ms + 1, ZoneInfo(name))
    counts = {
        "offers": 1,
        "answered": int(result == OfferResult.ANSWERED),
        "failed": int(result in FAILED),
    }
    _add_times(engine, {(day, hour, agent): counts})


def _add_times(
    engine: peewee.Database, spent: Mapping[tuple[str, int, str], Mapping[str, int]]
) -> None:
    zeros = dict.fromkeys(TIME_COLUMNS, 0)
    rows: list[dict[str, Column]] = [
        {"day": day, "hour": hour, "agent": agent, **zeros, **spent[day, hour, agent]}
        for day, hour, agent in sorted(spent)
    ]
    add_to_counts(engine, AgentHourRow, AGENT_KEYS, rows)


# --- all of them anew ---------------------------------------------------------------------------


def count_queues_anew(engine: peewee.Database) -> None:
    """Count the journal's queues, all moments and offers anew, by the zone that is noted.

    Hours before the first of them are left: what the retention has deleted stays counted.
    """
    name = find_zone(engine)
    if name is None:
        return
    _forget(engine, ZoneInfo(name))
    found: dict[QueueSlot, QueueCounts] = defaultdict(QueueCounts)
    for entries in _entries_by_call(engine, peewee.SQL("1 = 1")):
        for slot, counts in queue_counts_of(entries, ZoneInfo(name)).items():
            found[slot] += counts
    move(engine, {}, found)
    moments = AgentMomentRow.select().order_by(AgentMomentRow.at_ms, AgentMomentRow.number)
    for some in _pieces_of(map(moment_of, moments.bind(engine).iterator())):
        count_moments(engine, some)
    for offer in OfferRow.select().where(OfferRow.result != "").bind(engine).iterator():
        count_offer(engine, offer.agent_id, offer.result, offer.ended_at_ms)


def _forget(engine: peewee.Database, zone: ZoneInfo) -> None:
    AgentCountedRow.delete().execute(engine)
    entry = JournalRow.select().order_by(JournalRow.at).bind(engine).first()
    moment = AgentMomentRow.select().order_by(AgentMomentRow.at_ms).bind(engine).first()
    if entry is not None:
        day = entry.at.astimezone(zone).date().isoformat()
        QueueHourRow.delete().where(QueueHourRow.day >= day).execute(engine)
    if moment is not None:
        ((day, _, _),) = spread(moment.at_ms, moment.at_ms + 1, zone)
        AgentHourRow.delete().where(AgentHourRow.day >= day).execute(engine)


def _pieces_of(moments: Iterable[AgentMoment]) -> Iterator[list[AgentMoment]]:
    left = iter(moments)
    while piece := list(islice(left, 10_000)):
        yield piece
