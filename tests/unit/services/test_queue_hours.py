"""Queues open and close by their calendar and by hand; who waits is served or leaves, as set up."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from switchboard.acd import CloseQueue, OpenQueue
from switchboard.flow import load
from switchboard.ports.roster import RosterKind
from switchboard.services.agents import NotPossible
from switchboard.services.queue_hours import QueueHours
from switchboard.services.roster import Rosters
from tests.fakes.roster import FakeRoster

CENTRE = """
centre: desk
languages: [en]
zone: Europe/Berlin
calendars:
  office:
    zone: Europe/Berlin
    week: {mon to fri: 09:00-17:00}
queues:
  service: {about: Service, calendar: office}
  always: {about: Any time}
"""
BERLIN = ZoneInfo("Europe/Berlin")


class Clock:
    """A clock that a test sets."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at.astimezone(UTC)

    def seconds(self) -> float:
        return self.at.timestamp()

    def sleep(self, duration_s: float) -> None:
        self.at += timedelta(seconds=duration_s)

    def wall_seconds(self, duration_s: float) -> float:
        return duration_s


class Office:
    """Two queues, one of them by a calendar, and what the distribution was told."""

    def __init__(self, at: datetime, **settings: str) -> None:
        self.clock = Clock(at)
        program = load({"centre.yaml": CENTRE}).program
        assert program is not None
        roster = FakeRoster()
        self.rosters = Rosters(roster, lambda: tuple(program.centre.queues), self.clock)
        if settings:
            self.rosters.change(RosterKind.QUEUE, "service", settings, by="test")
        self.told: list[object] = []
        self.program = program
        self.hours = self.begin_anew()

    def begin_anew(self) -> QueueHours:
        return QueueHours(self.rosters, lambda: self.program, self.told.append, self.clock)

    def at(self, at: datetime) -> list[object]:
        """What is told when it is looked at that moment."""
        self.clock.at = at
        self.told.clear()
        self.hours.look()
        return list(self.told)


def berlin(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN)  # 24 November: a Tuesday


@pytest.mark.req("X-047")
def test_a_queue_closes_and_opens_when_its_calendar_does_and_is_told_once():
    office = Office(berlin(24, 12))
    assert office.at(berlin(24, 16, 59)) == []
    assert office.at(berlin(24, 17)) == [CloseQueue("service", now=False)]
    assert office.at(berlin(24, 17, 1)) == []
    assert office.at(berlin(25, 8, 59)) == []
    assert office.at(berlin(25, 9)) == [OpenQueue("service")]


@pytest.mark.req("X-047")
def test_who_waits_at_closing_leaves_where_the_queue_says_so():
    office = Office(berlin(24, 12), at_closing="leave")
    assert office.at(berlin(24, 17)) == [CloseQueue("service", now=True)]


def test_hours_are_of_the_wall_clock_over_a_change_of_it():
    office = Office(berlin(23, 12, month=10))  # Friday; the clocks go back on Sunday
    assert office.at(berlin(23, 17, month=10)) == [CloseQueue("service", now=False)]
    monday = datetime(2026, 10, 26, 8, 0, tzinfo=UTC)
    assert office.at(monday - timedelta(seconds=1)) == []
    assert office.at(monday) == [OpenQueue("service")]


@pytest.mark.req("X-047")
def test_closed_by_hand_now_it_stays_so_until_the_calendar_changes_next():
    office = Office(berlin(24, 12))
    office.hours.close("service", "boss", now=True)
    assert office.at(berlin(24, 12)) == [CloseQueue("service", now=True)]
    # From its usual closing on the calendar rules again: closed, whoever still waited was served.
    assert office.at(berlin(24, 18)) == [CloseQueue("service", now=False)]
    assert office.at(berlin(25, 9)) == [OpenQueue("service")]


def test_opened_by_hand_it_closes_with_the_next_closing():
    office = Office(berlin(24, 20))
    assert office.at(berlin(24, 20)) == [CloseQueue("service", now=False)]
    office.hours.open("service", "boss")
    assert office.at(berlin(24, 20)) == [OpenQueue("service")]
    assert office.at(berlin(25, 12)) == []
    assert office.at(berlin(25, 17)) == [CloseQueue("service", now=False)]


def test_a_queue_without_a_calendar_is_closed_until_it_is_opened():
    office = Office(berlin(24, 12))
    office.hours.close("always", "boss", now=False)
    assert office.at(berlin(24, 12)) == [CloseQueue("always", now=False)]
    assert office.at(berlin(30, 12)) == []
    office.hours.open("always", "boss")
    assert office.at(berlin(30, 12)) == [OpenQueue("always")]


def test_what_was_said_by_hand_and_all_other_settings_outlive_the_server():
    office = Office(berlin(24, 12), wrap_up="30s")
    office.hours.close("service", "boss", now=True)
    office.hours = office.begin_anew()
    assert office.at(berlin(24, 12)) == [CloseQueue("service", now=True)]
    assert office.rosters.staff().queues["service"].wrap_up == 30_000


def test_a_queue_that_there_is_not_is_told():
    with pytest.raises(NotPossible, match="no queue 'sales'"):
        Office(berlin(24, 12)).hours.close("sales", "boss", now=True)
