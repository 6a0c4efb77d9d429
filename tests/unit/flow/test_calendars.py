"""Calendars: zones, weeks, holidays, make-up workdays, clock changes, festivals."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.flow.calendars import Calendar, DayState
from switchboard.flow.centre_forms import CalendarForm, days_of
from switchboard.flow.festivals import FESTIVALS, festival_on
from switchboard.flow.holiday_lists import find_holidays
from switchboard.flow.source import read_yaml


def calendar(text: str) -> Calendar:
    return CalendarForm.model_validate(read_yaml(text, "c").root).made("c")


OFFICE = calendar("""
zone: Asia/Shanghai
week: {mon to fri: 08:30-12:00 and 13:30-17:30, sat: 09:00-12:00}
holidays: china
days: {"2027-02-05": 08:30-12:00, "2026-12-31": closed, "2026-12-30": holiday}
""")
BERLIN = calendar("""
zone: Europe/Berlin
week: {mon to sun: 22:00-06:00}
""")
ALWAYS = calendar("{zone: Asia/Shanghai, week: {mon to sun: 00:00-24:00}, holidays: none}")

STATES = {
    "a minute before opening": ("2026-12-01 08:29", "closed"),
    "opening": ("2026-12-01 08:30", "open"),
    "lunch begins": ("2026-12-01 12:00", "closed"),
    "after lunch": ("2026-12-01 13:30", "open"),
    "the last minute": ("2026-12-01 17:29", "open"),
    "closing": ("2026-12-01 17:30", "closed"),
    "a Saturday": ("2026-12-05 09:30", "open"),
    "a Saturday afternoon": ("2026-12-05 12:30", "closed"),
    "a Sunday": ("2026-12-06 10:00", "closed"),
    "the first of the Spring Festival": ("2027-02-06 10:00", "holiday"),
    "a holiday at night": ("2027-02-06 02:00", "holiday"),
    "its eve, with hours of its own": ("2027-02-05 10:00", "open"),
    "its eve in the afternoon": ("2027-02-05 13:00", "closed"),
    "National Day": ("2026-10-01 10:00", "holiday"),
    "Mid-Autumn, by the moon": ("2026-09-25 10:00", "holiday"),
    "a make-up Saturday has the hours of a Monday": ("2026-02-28 14:00", "open"),
    "a make-up Sunday too": ("2026-09-20 14:00", "open"),
    "a day that is closed": ("2026-12-31 10:00", "closed"),
    "a day that is declared a holiday": ("2026-12-30 10:00", "holiday"),
}


@pytest.mark.parametrize("name", STATES)
@pytest.mark.req("IVR-20", "X-015", "ACD-17")
def test_a_calendar_knows_its_hours(name: str) -> None:
    text, state = STATES[name]
    moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    assert OFFICE.state(moment) == state
    assert OFFICE.state(moment.astimezone(UTC)) == state


def test_hours_past_midnight_belong_to_the_day_they_begin_on() -> None:
    zone = ZoneInfo("Europe/Berlin")
    for hour, state in (
        (21, "closed"),
        (22, "open"),
        (23, "open"),
        (0, "open"),
        (5, "open"),
        (6, "closed"),
    ):
        assert (
            BERLIN.state(datetime(2026, 12, 2, hour, 30 if hour != 6 else 0, tzinfo=zone)) == state
        )


def test_hours_past_midnight_end_on_a_day_that_is_closed() -> None:
    friday = calendar("{zone: Europe/Berlin, week: {fri: 20:00-02:00}}")
    zone = ZoneInfo("Europe/Berlin")
    assert friday.state(datetime(2026, 12, 5, 1, 59, tzinfo=zone)) is DayState.OPEN
    assert friday.state(datetime(2026, 12, 5, 2, 0, tzinfo=zone)) is DayState.CLOSED
    assert friday.state(datetime(2026, 12, 6, 1, 0, tzinfo=zone)) is DayState.CLOSED


def test_a_clock_change_moves_no_opening_hour() -> None:
    day = calendar("{zone: Europe/Berlin, week: {mon to sun: 08:00-20:00}}")
    spring, autumn = (
        datetime(2027, 3, 28, 6, 0, tzinfo=UTC),
        datetime(2026, 10, 25, 7, 0, tzinfo=UTC),
    )
    assert day.state(spring) is DayState.OPEN  # 08:00 in Berlin, an hour earlier by UTC than before
    assert day.state(spring - timedelta(minutes=1)) is DayState.CLOSED
    assert day.state(autumn) is DayState.OPEN
    assert day.state(autumn - timedelta(minutes=1)) is DayState.CLOSED


def test_the_next_change_is_known() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    evening = datetime(2026, 12, 31, 18, 0, tzinfo=zone)
    # The next day is a holiday, and so is the second of January.
    assert OFFICE.next_change(evening) == datetime(2027, 1, 1, 0, 0, tzinfo=zone)
    assert OFFICE.next_change(datetime(2026, 12, 1, 9, 0, tzinfo=zone)) == datetime(
        2026, 12, 1, 12, 0, tzinfo=zone
    )
    assert ALWAYS.next_change(evening) is None


@given(st.integers(0, 2 * 365 * 24 * 60))
def test_nothing_changes_before_the_next_change(minutes: int) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    change = OFFICE.next_change(moment)
    assert change is not None
    assert change > moment
    assert OFFICE.state(change) is not OFFICE.state(moment)
    middle = moment + (change - moment) / 2
    assert OFFICE.state(middle) is OFFICE.state(moment)


def test_days_of_the_week_go_round() -> None:
    assert days_of("sat") == (5,)
    assert days_of("mon to fri") == (0, 1, 2, 3, 4)
    assert days_of("fri to mon") == (4, 5, 6, 0)


def test_a_region_has_holidays_of_its_own() -> None:
    bavaria, country = find_holidays("germany BY"), find_holidays("germany")
    assert bavaria is not None
    assert country is not None
    epiphany = date(2027, 1, 6)
    assert bavaria.name_of(epiphany) is not None
    assert country.name_of(epiphany) is None
    assert find_holidays("germany XX") is None
    assert find_holidays("atlantis") is None


GREETED = {
    "2027-02-05": "spring_festival_eve",
    "2027-02-06": "spring_festival",
    "2027-02-12": "spring_festival",
    "2027-02-13": None,
    "2027-02-20": "lantern",
    "2026-09-25": "mid_autumn",
    "2028-10-03": "mid_autumn",  # within the National Day week
    "2028-10-04": "national_day",
    "2026-06-19": "dragon_boat",
    "2026-10-18": "double_ninth",
    "2027-01-01": "new_year",
    "2026-11-11": None,
    "1999-10-01": "national_day",
}


@pytest.mark.parametrize("day", GREETED)
@pytest.mark.req("I15")
def test_a_festival_is_known_by_sun_and_moon(day: str) -> None:
    assert festival_on(date.fromisoformat(day)) == GREETED[day]


@pytest.mark.parametrize("year", range(2020, 2061))
def test_the_table_of_festivals_is_that_of_the_moon(year: int) -> None:
    names = holidays.country_holidays("CN", years=year, expand=False, language="en_US")
    known = {
        "Dragon Boat Festival": "dragon_boat",
        "Mid-Autumn Festival": "mid_autumn",
        "Tomb-Sweeping Day": "qingming",
    }
    for holiday, festival in known.items():
        days = [day for day, name in names.items() if holiday in name and "observed" not in name]
        assert festival in {festival_on(day) for day in days}
    springs = [day for day, name in names.items() if name == "Chinese New Year (Spring Festival)"]
    assert festival_on(min(springs)) in ("spring_festival", "spring_festival_eve")


def test_every_festival_comes_each_year() -> None:
    days = (date(2026, 1, 1) + timedelta(days=offset) for offset in range(365))
    assert {festival_on(day) for day in days} == {*FESTIVALS, None}
