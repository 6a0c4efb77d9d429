"""Reports of calls, read from the counts (port: ``ports/reports.py``)."""

from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

import peewee

from switchboard.core.counts import COLUMNS, Counts
from switchboard.ports.reports import Grouping, ReportLine, ReportSearch
from switchboard.store.counts import count_all, find_zone
from switchboard.store.database import Database
from switchboard.store.group_commit import GroupCommit
from switchboard.store.prefixes import begins
from switchboard.store.queue_counts import count_queues_anew
from switchboard.store.report_models import DayCountRow, HourCountRow

KEYS: Mapping[Grouping, peewee.Node] = {
    Grouping.HOUR: HourCountRow.hour,
    Grouping.DAY: DayCountRow.day,
    Grouping.MONTH: peewee.fn.SUBSTR(DayCountRow.day, 1, 7),
    Grouping.NUMBER: DayCountRow.dnis,
}


class StoredReports:
    """The :class:`switchboard.ports.reports.CallReports` of a database."""

    def __init__(self, database: Database, commits: GroupCommit) -> None:
        self._database = database
        self._commits = commits

    def find_zone(self) -> str | None:
        """The name of the zone whose days are counted; None while nothing is."""
        return self._database.read(find_zone)

    def keep_zone(self, zone: ZoneInfo) -> bool:
        """Count by days of *zone* from here on; whether all was counted anew for it."""
        if self.find_zone() == zone.key:
            return False
        self.count_anew(zone)
        return True

    def count_anew(self, zone: ZoneInfo) -> None:
        """Count every call on record anew; days before the first call on record are left."""
        self._commits.settle()
        self._database.write(lambda engine: _count_all(engine, zone))

    def list_counts(self, search: ReportSearch) -> tuple[ReportLine, ...]:
        """The lines in order of their keys; one without a call is left out."""
        self._commits.settle()
        return self._database.read(lambda engine: _list(engine, search))


def _count_all(engine: peewee.Database, zone: ZoneInfo) -> None:
    count_all(engine, zone)
    count_queues_anew(engine)


def _list(engine: peewee.Database, search: ReportSearch) -> tuple[ReportLine, ...]:
    model = HourCountRow if search.by is Grouping.HOUR else DayCountRow
    key = KEYS[search.by]
    sums = [peewee.fn.SUM(getattr(model, name)) for name in COLUMNS]
    query = (
        model.select(key, *sums)
        .where(model.day >= search.first.isoformat(), model.day <= search.last.isoformat())
        .group_by(peewee.SQL("1"))
    )
    if search.number:
        query = query.where(begins(engine, model.dnis, search.number))
    rows: Iterable[tuple[Any, ...]] = query.tuples().bind(engine)  # type: ignore[assignment]
    lines = (ReportLine(_key_text(key, search.by), Counts(*map(int, sums))) for key, *sums in rows)
    return tuple(sorted((line for line in lines if line.counts.calls), key=attrgetter("key")))


def _key_text(key: object, by: Grouping) -> str:
    return f"{key:02}" if by is Grouping.HOUR else str(key)
