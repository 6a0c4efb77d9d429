"""Figures of queues and agents by day and hour, without reading the calls."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from switchboard.core.agent_times import AgentTimes
from switchboard.core.queue_counts import QueueCounts


class FigureGrouping(StrEnum):
    """What each line is about."""

    HOUR = "hour"  # "00" to "23": every day's hour together
    DAY = "day"  # "2026-12-01"
    MONTH = "month"  # "2026-12"
    QUEUE = "queue"  # for callers only
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class FigureSearch:
    """What is counted, and how it is grouped.

    Attributes:
        first: First day, in the centre's zone.
        last: Last day, counted too.
        by: What each line is about.
        queue: Only of this queue; empty for all. Agents' times are of no queue.
        agent: Only of this agent; empty for all.
    """

    first: date
    last: date
    by: FigureGrouping
    queue: str = ""
    agent: str = ""


@dataclass(frozen=True, slots=True)
class QueueLine:
    """What a line is about, and its counts."""

    key: str
    counts: QueueCounts


@dataclass(frozen=True, slots=True)
class AgentLine:
    """What a line is about, and agents' times."""

    key: str
    times: AgentTimes


class Figures(Protocol):
    """Adds up what was counted; nothing is, before a server has begun to. Raises StoreAway."""

    def list_queue_counts(self, search: FigureSearch) -> tuple[QueueLine, ...]:
        """The lines in order of their keys; one without a caller is left out."""
        ...

    def list_agent_times(self, search: FigureSearch, now: datetime) -> tuple[AgentLine, ...]:
        """The lines in order of their keys, what goes on counted until *now*."""
        ...
