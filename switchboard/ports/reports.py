"""Reports: calls counted by day, hour and number, without reading the calls."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from switchboard.core.counts import Counts


class Grouping(StrEnum):
    """What each line of a report is about."""

    HOUR = "hour"  # "00" to "23": every day's hour together
    DAY = "day"  # "2026-12-01"
    MONTH = "month"  # "2026-12"
    NUMBER = "number"  # the number dialled


@dataclass(frozen=True, slots=True)
class ReportSearch:
    """Which calls are counted, and how they are grouped.

    Attributes:
        first: First day, in the centre's zone.
        last: Last day, counted too.
        by: What each line is about.
        number: Only of numbers dialled that begin so.
    """

    first: date
    last: date
    by: Grouping
    number: str = ""


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One line: what it is about, and its counts."""

    key: str
    counts: Counts


class CallReports(Protocol):
    """Counts calls. Every method raises :class:`StoreAway`."""

    def find_zone(self) -> str | None:
        """The name of the zone whose days are counted; None while nobody has asked for any."""
        ...

    def keep_zone(self, zone: ZoneInfo) -> bool:
        """Count by days of *zone* from here on.

        Where counts were kept for another zone, or for none, every call is counted anew, which
        takes some seconds a million.

        Returns:
            Whether they were counted anew.
        """
        ...

    def count_anew(self, zone: ZoneInfo) -> None:
        """Count every call on record anew, whatever was counted.

        Counts of calls that the retention has deleted are kept.
        """
        ...

    def list_counts(self, search: ReportSearch) -> tuple[ReportLine, ...]:
        """The lines in order of their keys; one without a call is left out."""
        ...
