"""Figures of queues and agents, read from the counts (port: ``ports/figures.py``)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import peewee

from switchboard.core.agent_times import TIME_COLUMNS, AgentTimes, spread
from switchboard.core.queue_counts import QUEUE_COLUMNS, QueueCounts
from switchboard.ports.figures import AgentLine, FigureGrouping, FigureSearch, QueueLine
from switchboard.store.counts import find_zone
from switchboard.store.database import Database
from switchboard.store.group_commit import GroupCommit
from switchboard.store.queue_counts import SIGNED_OUT
from switchboard.store.queue_models import AgentCountedRow, AgentHourRow, QueueHourRow

MONTH_LENGTH = len("2026-12")


class StoredFigures:
    """The :class:`switchboard.ports.figures.Figures` of a database."""

    def __init__(self, database: Database, commits: GroupCommit) -> None:
        self._database = database
        self._commits = commits

    def list_queue_counts(self, search: FigureSearch) -> tuple[QueueLine, ...]:
        """The lines in order of their keys; one without a caller is left out."""
        self._commits.settle()
        rows = self._database.read(lambda engine: list(_queue_rows(engine, search)))
        lines = [QueueLine(key, QueueCounts(*sums)) for key, sums in rows]
        return tuple(line for line in lines if line.counts != QueueCounts())

    def list_agent_times(self, search: FigureSearch, now: datetime) -> tuple[AgentLine, ...]:
        """The lines in order of their keys, what goes on counted until *now*."""
        self._commits.settle()
        return self._database.read(lambda engine: _agent_lines(engine, search, now))


def _queue_rows(
    engine: peewee.Database, search: FigureSearch
) -> Iterator[tuple[str, tuple[int, ...]]]:
    query = _grouped(QueueHourRow, search, QUEUE_COLUMNS)
    if search.queue:
        query = query.where(QueueHourRow.queue == search.queue)
    return _read(engine, query, search)


def _agent_lines(
    engine: peewee.Database, search: FigureSearch, now: datetime
) -> tuple[AgentLine, ...]:
    query = _grouped(AgentHourRow, search, TIME_COLUMNS)
    found: dict[str, AgentTimes] = defaultdict(AgentTimes)
    for key, sums in _read(engine, query, search):
        found[key] += AgentTimes(*sums)
    for key, times in _going_on(engine, search, now):
        found[key] += times
    return tuple(AgentLine(key, found[key]) for key in sorted(found))


def _grouped(model: Any, search: FigureSearch, columns: Iterable[str]) -> Any:  # noqa: ANN401
    keys: Mapping[FigureGrouping, peewee.Node] = {
        FigureGrouping.HOUR: model.hour,
        FigureGrouping.DAY: model.day,
        FigureGrouping.MONTH: peewee.fn.SUBSTR(model.day, 1, MONTH_LENGTH),
        FigureGrouping.AGENT: model.agent,
        FigureGrouping.QUEUE: getattr(model, "queue", model.agent),
    }
    sums = [peewee.fn.SUM(getattr(model, name)) for name in columns]
    query = (
        model.select(keys[search.by], *sums)
        .where(model.day >= search.first.isoformat(), model.day <= search.last.isoformat())
        .group_by(peewee.SQL("1"))
        .order_by(peewee.SQL("1"))
    )
    return query.where(model.agent == search.agent) if search.agent else query


def _read(
    engine: peewee.Database,
    query: Any,  # noqa: ANN401 - a peewee query
    search: FigureSearch,
) -> Iterator[tuple[str, tuple[int, ...]]]:
    for key, *sums in query.tuples().bind(engine):
        text = f"{key:02}" if search.by is FigureGrouping.HOUR else str(key)
        yield text, tuple(map(int, sums))


def _going_on(
    engine: peewee.Database, search: FigureSearch, now: datetime
) -> Iterator[tuple[str, AgentTimes]]:
    """Yield what agents have been doing since their last moment."""
    zone = ZoneInfo(find_zone(engine) or "UTC")
    query = AgentCountedRow.select().where(AgentCountedRow.state != SIGNED_OUT)
    if search.agent:
        query = query.where(AgentCountedRow.agent == search.agent)
    for row in query.bind(engine):
        for day, hour, ms in spread(row.at_ms, round(now.timestamp() * 1000), zone):
            if search.first.isoformat() <= day <= search.last.isoformat():
                yield _key(search.by, day, hour, row.agent), AgentTimes(**{f"{row.state}_ms": ms})


def _key(by: FigureGrouping, day: str, hour: int, agent: str) -> str:
    if by is FigureGrouping.HOUR:
        return f"{hour:02}"
    if by is FigureGrouping.DAY:
        return day
    return day[:MONTH_LENGTH] if by is FigureGrouping.MONTH else agent
