"""Opening hours: is a calendar open at a moment, closed, or on holiday?

Arithmetic on local wall time in the calendar's own zone, so that a day with a clock change is right
by construction. A day goes by the first of these that knows it: the calendar's own `days`, the
holidays of its country, a make-up workday of its country (it has the hours of the first working day
of the week), its `week`. Hours that run past midnight belong to the day they begin on.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

MIDNIGHT = 24 * 60
_SEARCH_DAYS = 400  # how far ahead an opening is looked for: a year of closure is an error


class DayState(StrEnum):
    """What callers meet: the outcomes of `hours`."""

    OPEN = "open"
    CLOSED = "closed"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class Hours:
    """A stretch of a day, in minutes from its midnight; *until* may pass 24:00."""

    since: int
    until: int


@dataclass(frozen=True, slots=True)
class Day:
    """How one day goes.

    Attributes:
        hours: When it is open.
        holiday: Whether it is a holiday: then it is never merely closed.
        name: Why, where that is known: the holiday's name.
    """

    hours: tuple[Hours, ...] = ()
    holiday: bool = False
    name: str = ""


class HolidayCalendar:
    """The holidays of a country: by date their names, and the weekends that are worked."""

    def name_of(self, day: date) -> str | None:
        """Return the holiday's name, or None when the day is none."""
        del day
        return None

    def is_worked(self, day: date) -> bool:
        """Whether a day of the weekend is worked in exchange for another."""
        del day
        return False


@dataclass(frozen=True, slots=True)
class Calendar:
    """Opening hours.

    Attributes:
        name: Its name.
        zone: Where it is.
        week: Hours of each weekday, Monday first.
        holidays: The holidays it keeps.
        days: Single days that are other than usual.
    """

    name: str
    zone: ZoneInfo
    week: tuple[tuple[Hours, ...], ...]
    holidays: HolidayCalendar
    days: Mapping[date, Day]

    def state(self, moment: datetime) -> DayState:
        """Return whether the calendar is open at *moment* (aware)."""
        local = moment.astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        today = self.day(local.date())
        yesterday = self.day(local.date() - timedelta(days=1))
        if _covers(today.hours, minute) or _covers(yesterday.hours, minute + MIDNIGHT):
            return DayState.OPEN
        return DayState.HOLIDAY if today.holiday else DayState.CLOSED

    def day(self, day: date) -> Day:
        """Return how a day goes."""
        own = self.days.get(day)
        if own is not None:
            return own
        holiday = self.holidays.name_of(day)
        if holiday is not None:
            return Day(holiday=True, name=holiday)
        usual = self.week[day.weekday()]
        if self.holidays.is_worked(day):
            return Day(next((hours for hours in self.week if hours), usual))
        return Day(usual)

    def next_change(self, moment: datetime) -> datetime | None:
        """Return when the state after *moment* becomes another one; None when it never does."""
        before = self.state(moment)
        for edge in self._edges(moment):
            if edge > moment and self.state(edge) is not before:
                return edge
        return None

    def _edges(self, moment: datetime) -> Iterator[datetime]:
        first = moment.astimezone(self.zone).date() - timedelta(days=1)
        for offset in range(_SEARCH_DAYS):
            day = first + timedelta(days=offset)
            minutes = {0}
            for hours in self.day(day).hours:
                minutes.update((hours.since, hours.until))
            yield from (self._at(day, minute) for minute in sorted(minutes))

    def _at(self, day: date, minute: int) -> datetime:
        """The moment of a wall time; one that a clock change skips is the first one after it."""
        days, rest = divmod(minute, MIDNIGHT)
        wall = datetime.combine(day + timedelta(days=days), time(rest // 60, rest % 60), self.zone)
        return wall.astimezone(ZoneInfo("UTC")).astimezone(self.zone)


def _covers(hours: tuple[Hours, ...], minute: int) -> bool:
    return any(stretch.since <= minute < stretch.until for stretch in hours)
