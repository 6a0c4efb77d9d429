"""What is done once a day, each job for the day that has ended, at an hour of the centre.

The last day that a job has done is kept, so that a server which was down at the hour catches up
when it is back, and one that is restarted does nothing twice. A day's hour is a moment of the
centre's calendar: on the days that the clocks change a night has one run too, neither none nor two.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

import structlog

from switchboard.ports.clock import Clock
from switchboard.ports.nightly import NightlyBook
from switchboard.ports.outages import StoreAway

log = structlog.get_logger(__name__)

DAY = timedelta(days=1)
# A clock that is set is noticed within so long; seconds of the house's clock.
LOOK_EVERY_S = 600.0
# Of a server that was away for longer, only the last days are looked at.
MOST_DAYS = 31


@dataclass(frozen=True, slots=True)
class NightlyJob:
    """One thing that is done every night.

    Attributes:
        name: Under which its last day is kept; never changed.
        work: Does it for a day that has ended. A day may come twice, after a failure.
        is_for_each_day: Whether every missed day needs it; else the last one is enough.
    """

    name: str
    work: Callable[[date], object]
    is_for_each_day: bool = False


class Nights:
    """Does the jobs.

    Args:
        book: Where their last days are kept.
        jobs: In the order in which they are done.
        clock: The clock.
        at: The hour of day from which on the day before may be worked on, in *zone*.
        zone: The centre's.
    """

    def __init__(
        self, book: NightlyBook, jobs: Sequence[NightlyJob], clock: Clock, at: time, zone: tzinfo
    ) -> None:
        self._book = book
        self._jobs = tuple(jobs)
        self._clock = clock
        self._at = at
        self._zone = zone

    def keep_working(self) -> None:
        """Do what is due, when it is due; the work of one greenlet, for ever."""
        while True:
            self.do_due()
            self._clock.sleep(min(self.seconds_to_next_run(), LOOK_EVERY_S))

    def do_due(self) -> None:
        """Do each job for the days that it has not done.

        A job that is new begins with the night to come: what was before it is not its business. One
        that cannot be done now, for want of the store or the disk, does not keep the others back.
        """
        ended = self.last_ended_day()
        for job in self._jobs:
            try:
                self._do(job, ended)
            except (StoreAway, OSError) as away:
                log.warning("a nightly job waits", job=job.name, reason=str(away))

    def last_ended_day(self) -> date:
        """The last day whose hour of work has come."""
        today = self._clock.now().astimezone(self._zone).date()
        return today - DAY if self._clock.now() >= self._hour_of(today) else today - 2 * DAY

    def seconds_to_next_run(self) -> float:
        """How long until the next hour of work; real seconds, whatever the clocks show."""
        due = self._hour_of(self.last_ended_day() + 2 * DAY)
        return (due - self._clock.now()).total_seconds()

    def _hour_of(self, day: date) -> datetime:
        """The moment of the hour of work on that calendar day; exact arithmetic is done in UTC.

        An hour that the day skips is the moment at which it is skipped to; of an hour that the day
        has twice, the first.
        """
        return datetime.combine(day, self._at, self._zone).astimezone(UTC)

    def _do(self, job: NightlyJob, ended: date) -> None:
        last = self._book.find_last(job.name)
        if last is None:
            self._book.put_last(job.name, ended)
            return
        for day in _missed(last, ended) if job.is_for_each_day else _newest(last, ended):
            log.info("nightly job", job=job.name, day=str(day))
            job.work(day)
            self._book.put_last(job.name, day)


def _missed(last: date, ended: date) -> Iterator[date]:
    day = max(last + DAY, ended - (MOST_DAYS - 1) * DAY)
    while day <= ended:
        yield day
        day += DAY


def _newest(last: date, ended: date) -> Iterator[date]:
    if last < ended:
        yield ended


def begin_of(day: date, zone: tzinfo) -> datetime:
    """The moment, in UTC, at which a day of the centre begins."""
    return datetime.combine(day, time(), zone).astimezone(UTC)
