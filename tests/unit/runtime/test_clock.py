"""The house clock runs at its speed, in waits and in times of day alike."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from switchboard.runtime.clock import ScaledClock


def test_ten_house_seconds_pass_in_a_tenth_of_that_at_speed_hundred():
    clock = ScaledClock(speed=100)
    wall_s, house_s, day = time.monotonic(), clock.seconds(), clock.now()
    clock.sleep(10)
    assert 0.1 <= time.monotonic() - wall_s < 1.0
    assert 10 <= clock.seconds() - house_s < 100
    assert clock.now() - day >= timedelta(seconds=9.9)


def test_two_clocks_of_one_origin_agree_on_the_time_of_day():
    origin = datetime.now(UTC) - timedelta(seconds=30)
    one, other = ScaledClock(20, origin), ScaledClock(20, origin)
    assert abs(one.now() - other.now()) < timedelta(seconds=1)
    assert one.now() - origin > timedelta(seconds=599)


def test_a_clock_that_stands_still_is_refused():
    with pytest.raises(ValueError, match="above 0"):
        ScaledClock(0)
