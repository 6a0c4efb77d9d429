"""Calls counted by day, hour and number, beside the calls they count.

Whoever changes a call's line hands over the line before and the line after, inside the transaction
that changes it: what the one counted is taken back, what the other counts is added. So a report
reads a few rows for each day, however many calls there were, and agrees with the calls at every
commit. The zone whose days are counted is noted in the database, so that every process counts by
the same one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import tzinfo
from itertools import chain
from operator import attrgetter
from zoneinfo import ZoneInfo

import peewee

from switchboard.core.counts import COLUMNS, Counts, Slot, counts_of, slot_of
from switchboard.core.summaries import CallResult, CallSummary
from switchboard.store.changes import Column
from switchboard.store.fields import from_us
from switchboard.store.models import CallRow
from switchboard.store.report_models import DayCountRow, HourCountRow, NoteRow
from switchboard.store.statements import add_to_counts, put_in_place

ZONE = "counts are kept by days of"
# Every zone's offset is a multiple of it: calls of one quarter share day and hour.
QUARTER_US = 15 * 60 * 1_000_000
ROWS_AT_ONCE = 10_000


def move_counts(
    engine: peewee.Database, before: Iterable[CallSummary], after: Iterable[CallSummary]
) -> None:
    """Count lines that have changed, inside the transaction that changed them."""
    name = find_zone(engine)
    if name is None:
        return  # nobody has asked for counts of this store yet; they will be made from its calls
    zone = ZoneInfo(name)
    counts: dict[Slot, Counts] = defaultdict(Counts)
    for call in before:
        counts[slot_of(call, zone)] += -counts_of(call)
    for call in after:
        counts[slot_of(call, zone)] += counts_of(call)
    _add(engine, {slot: moved for slot, moved in counts.items() if moved != Counts()})


def find_zone(engine: peewee.Database) -> str | None:
    """The name of the zone whose days are counted; None while nothing is."""
    row = NoteRow.select(NoteRow.text).where(NoteRow.name == ZONE).tuples().bind(engine).first()
    return row[0] if row else None


def _add(engine: peewee.Database, counts: Mapping[Slot, Counts]) -> None:
    """Add to both tables, in the order of the keys: two processes never wait for each other."""
    hours: list[dict[str, Column]] = []
    days: dict[tuple[str, str], Counts] = defaultdict(Counts)
    for slot in sorted(counts, key=attrgetter("day", "hour", "dnis")):
        key: dict[str, Column] = {"day": slot.day, "hour": slot.hour, "dnis": slot.dnis}
        hours.append(key | asdict(counts[slot]))
        days[slot.day, slot.dnis] += counts[slot]
    add_to_counts(engine, HourCountRow, ("day", "hour", "dnis"), hours)
    rows = [{"day": day, "dnis": dnis, **asdict(days[day, dnis])} for day, dnis in sorted(days)]
    add_to_counts(engine, DayCountRow, ("day", "dnis"), rows)


# --- all of them anew ---------------------------------------------------------------------------


def count_all(engine: peewee.Database, zone: ZoneInfo) -> None:
    """Count every call on record anew; days before the first of them are left.

    The rows are read as numbers, without making a call of each.
    """
    first = CallRow.select().order_by(CallRow.started_at).bind(engine).first()
    if first is not None:
        zones = (zone, ZoneInfo(find_zone(engine) or "UTC"))
        day = min(first.started_at.astimezone(one).date() for one in zones).isoformat()
        for model in (HourCountRow, DayCountRow):
            model.delete().where(model.day >= day).execute(engine)
    _add(engine, _sums(engine, zone))
    put_in_place(engine, NoteRow, [{"name": ZONE, "text": zone.key}])


def _sums(engine: peewee.Database, zone: tzinfo) -> Mapping[Slot, Counts]:
    places: dict[int, tuple[str, int]] = {}  # day and hour of each quarter of an hour
    counts: dict[tuple[str, int, str], list[int]] = defaultdict(lambda: [0] * len(COLUMNS))
    for started_us, ended_us, dnis, result, messages in _raw_calls(engine):
        quarter = started_us // QUARTER_US
        if quarter not in places:
            at = from_us(quarter * QUARTER_US).astimezone(zone)
            places[quarter] = at.date().isoformat(), at.hour
        sums = counts[*places[quarter], dnis]
        sums[0] += 1
        sums[COLUMNS.index(result)] += 1
        sums[-2] += messages
        if result == CallResult.ANSWERED:
            sums[-1] += round((ended_us - started_us) / 1000)
    return {Slot(*key): Counts(*sums) for key, sums in counts.items()}


def _raw_calls(engine: peewee.Database) -> Iterable[tuple[int, int, str, str, int]]:
    cursor = engine.execute_sql(  # type: ignore[no-untyped-call]
        "SELECT started_at, ended_at, dnis, result, messages FROM calls"
    )
    return chain.from_iterable(iter(lambda: cursor.fetchmany(ROWS_AT_ONCE), []))
