"""Nightly work is done once for each night of the centre, whatever clocks and servers do."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from switchboard.ports.outages import StoreAway
from switchboard.services.nightly import NightlyJob, Nights
from tests.fakes.clock import VirtualClock
from tests.fakes.nightly import FakeNights

BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")
HALF_PAST_THREE = time(3, 30)


class Night:
    def __init__(self, now: datetime, *, at=HALF_PAST_THREE, zone=BERLIN, each_day=True) -> None:
        self.clock, self.book = VirtualClock(), FakeNights()
        self.clock.sleep((now - self.clock.now()).total_seconds())
        self.at, self.zone, self.each_day = at, zone, each_day
        self.done: list[str] = []
        self.fails = False
        self.nights = self.restart()

    def restart(self) -> Nights:
        jobs = [
            NightlyJob("first", self.work, self.each_day),
            NightlyJob("second", lambda day: self.done.append(f"second {day}")),
        ]
        self.nights = Nights(self.book, jobs, self.clock, self.at, self.zone)
        return self.nights

    def work(self, day: date) -> None:
        if self.fails:
            raise StoreAway("the test's store is away")
        self.done.append(str(day))

    def lives_until(self, moment: datetime) -> list[str]:
        """Let the server live on; return what it has done meanwhile."""
        self.done.clear()
        while True:
            self.nights.do_due()
            step_s = min(self.nights.seconds_to_next_run(), 600.0)
            if self.clock.now() + timedelta(seconds=step_s) > moment:
                return self.done
            self.clock.sleep(step_s)


def berlin(day: int, month: int, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(2027, month, day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


def test_a_new_house_begins_with_the_night_to_come():
    night = Night(berlin(10, 1))
    assert night.lives_until(berlin(11, 1, 3, 29)) == []
    assert night.lives_until(berlin(11, 1, 3, 31)) == ["2027-01-10", "second 2027-01-10"]
    assert night.lives_until(berlin(12, 1, 3, 29)) == []


@pytest.mark.req("REL-04")
def test_a_server_that_was_down_at_the_hour_catches_up_each_day_that_needs_it():
    night = Night(berlin(10, 1))
    night.lives_until(berlin(11, 1))
    night.clock.sleep(3 * 86_400)
    night.restart()
    assert night.lives_until(berlin(14, 1, 13)) == [
        "2027-01-11", "2027-01-12", "2027-01-13", "second 2027-01-13"
    ]  # fmt: skip


def test_a_server_that_is_restarted_does_no_night_twice():
    night = Night(berlin(10, 1))
    night.lives_until(berlin(11, 1))
    night.restart()
    assert night.lives_until(berlin(11, 1, 20)) == []


@pytest.mark.parametrize(
    ("month", "day", "hours"), [(3, 28, 23), (10, 31, 25)], ids=["skipped hour", "double hour"]
)
@pytest.mark.parametrize("at", [time(2, 30), time(3, 30)])
def test_on_the_days_that_the_clocks_change_a_night_has_one_run(month, day, hours, at):
    night = Night(berlin(day - 3, month), at=at)
    night.lives_until(berlin(day - 1, month))
    before = night.nights.seconds_to_next_run()
    done = night.lives_until(berlin(day, month) + timedelta(hours=1))
    assert done == [f"2027-{month:02}-{day - 1}", f"second 2027-{month:02}-{day - 1}"]
    run = berlin(day, month, at.hour, at.minute)
    assert before == (run - berlin(day - 1, month)).total_seconds()
    assert (berlin(day, month, 23) - berlin(day - 1, month, 23)) == timedelta(hours=hours)


def test_the_hour_is_that_of_the_centre():
    night = Night(datetime(2027, 1, 10, 12, 0, tzinfo=UTC), zone=SHANGHAI)
    night.nights.do_due()
    assert night.nights.seconds_to_next_run() == 7.5 * 3600


@pytest.mark.req("REL-07")
def test_a_job_that_cannot_be_done_is_done_when_it_can_and_keeps_no_other_back():
    night = Night(berlin(10, 1))
    night.nights.do_due()
    night.fails = True
    assert night.lives_until(berlin(11, 1, 4)) == ["second 2027-01-10"]
    night.fails = False
    assert night.lives_until(berlin(11, 1, 5)) == ["2027-01-10"]


def test_of_a_long_absence_the_last_days_are_looked_at():
    night = Night(berlin(10, 1))
    night.book.put_last("first", date(2026, 6, 1))
    night.book.put_last("second", date(2026, 6, 1))
    night.nights.do_due()
    assert len(night.done) == 32
    assert night.done[0] == "2026-12-10"
