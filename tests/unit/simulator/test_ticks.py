"""The metronome: who is woken when, in which order, and what time the switch writes down."""

from collections.abc import Iterator
from datetime import timedelta

import gevent
import pytest

from switchboard.simulator.schedule import Schedule
from switchboard.simulator.ticks import Metronome, Pulse, ticks_of
from tests.conformance.driven_clock import DrivenClock
from tests.unit.simulator.bench import NOON


@pytest.fixture
def clock() -> Iterator[DrivenClock]:
    made = DrivenClock(NOON)
    yield made
    made.stop()


@pytest.fixture
def ticks(clock: DrivenClock) -> Iterator[Metronome]:
    made = Metronome(clock)
    yield made
    made.stop()


@pytest.mark.parametrize(("duration_ms", "count"), [(0, 0), (1, 1), (20, 1), (20.1, 2), (300, 15)])
def test_a_part_of_a_tick_is_a_whole_one(duration_ms: float, count: int) -> None:
    assert ticks_of(duration_ms) == count


def test_appointments_are_kept_in_order_on_their_ticks(
    clock: DrivenClock, ticks: Metronome
) -> None:
    kept: list[tuple[str, int]] = []
    for name, tick in (("c", 3), ("a", 1), ("b", 1), ("past", -5)):
        ticks.call_at(tick, lambda name=name: kept.append((name, ticks.now)))  # type: ignore[misc]
    ticks.call_at(2, lambda: kept.append(("never", 0))).cancel()
    clock.sleep(0.1)
    assert kept == [("past", 1), ("a", 1), ("b", 1), ("c", 3)]


def test_a_poke_wakes_on_the_next_tick_and_not_before(clock: DrivenClock, ticks: Metronome) -> None:
    pulse, woken = Pulse(), []
    gevent.spawn(lambda: (ticks.wait(pulse), woken.append(clock.seconds())))
    clock.sleep(0.005)
    ticks.poke(pulse)
    clock.sleep(0.1)
    assert woken == [pytest.approx(0.02)]


def test_a_wait_ends_at_its_tick_when_nobody_pokes(clock: DrivenClock, ticks: Metronome) -> None:
    ticks.wait(Pulse(), 5)
    assert clock.seconds() == pytest.approx(0.1)


def test_the_time_of_day_is_that_of_the_last_tick(clock: DrivenClock, ticks: Metronome) -> None:
    clock.sleep(0.0555)
    assert ticks.now == 2
    assert ticks.moment() - NOON == timedelta(milliseconds=40)


def test_the_schedule_looks_up_twice_a_second_at_whole_seconds(
    clock: DrivenClock, ticks: Metronome
) -> None:
    clock.sleep(0.3)
    schedule, done = Schedule(ticks), []
    schedule.add("+3", "leg", lambda: done.append(clock.seconds()))
    cancelled = schedule.add("+1", "leg", lambda: done.append(-1.0))
    schedule.add("+1", "other", lambda: done.append(-2.0))
    schedule.cancel_number(cancelled)
    schedule.cancel_group("other")
    clock.sleep(5)
    # Due at the third second; the looks are at 0.3, 0.8, 1.3 …
    assert done == [pytest.approx(3.3, abs=0.021)]


def test_a_task_may_be_due_at_a_moment(clock: DrivenClock, ticks: Metronome) -> None:
    schedule, done = Schedule(ticks), []
    schedule.add(str(int(NOON.timestamp()) + 2), "leg", lambda: done.append(clock.seconds()))
    clock.sleep(5)
    assert done == [pytest.approx(2.0, abs=0.021)]
