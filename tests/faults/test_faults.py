"""What goes wrong between switch, server and store: callers hear on, records are whole.

D (calls dropped) and C (records lost or doubled) are zero each time. Times are seconds of the
house, whose clock runs ten times as fast. ``SWITCHBOARD_PROOF=1`` makes it long.
"""

import os
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

from switchboard.simulator.steering import Steering
from tests.e2e.conftest import SPEED, House, free_ports
from tests.e2e.test_a_call_from_end_to_end import HOTLINE, LEAVE_A_MESSAGE
from tests.faults.network import Network

IS_PROOF = os.environ.get("SWITCHBOARD_PROOF") == "1"
CALLERS = 50 if IS_PROOF else 5
STOPS_S = (1, 10, 60) if IS_PROOF else (10,)
CUTS_S = (1, 10, 300) if IS_PROOF else (10,)
STEPS = [{"await": "answer"}, *LEAVE_A_MESSAGE]
SPOOLED = "switchboard_spool_entries"
APART_S = 0.1  # wall seconds between two callers, so that a fault meets each somewhere else
ANIS = count(13_800_000_000)


class Cabled(House):
    """A house whose switch and server are joined by cables.

    Attributes:
        network: Cuts and slows them.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        calls, events = free_ports(2)
        self.network = Network()
        self.network.cable(calls, self._ports["calls"])
        self.network.cable(events, self._ports["socket"])
        self._outer_port = calls
        settings = self._settings.read_text()
        own = f"event_socket: 127.0.0.1:{self._ports['socket']}"
        assert own in settings
        self._settings.write_text(settings.replace(own, f"event_socket: 127.0.0.1:{events}"))

    def apps(self) -> str:
        return f"127.0.0.1:{self._outer_port}"

    @property
    def database(self) -> Path:
        return self.folder / "switchboard.db"


@dataclass
class Crowd:
    """Callers who each leave a message while something goes wrong."""

    house: House
    steering: Steering
    anis: list[str] = field(default_factory=list)

    def call(self) -> None:
        """Place the calls, one shortly behind another."""
        for _ in range(CALLERS):
            ani = str(next(ANIS))
            self.steering.dial(self.steering.make_endpoint(ani, ""), HOTLINE, STEPS)
            self.anis.append(ani)
            time.sleep(APART_S)

    def has_lost_nothing(self) -> None:
        """Nobody was dropped; each call and each message is on record, once."""
        causes: list[str] = []
        by_s = time.monotonic() + 60
        while len(causes) < CALLERS:
            assert time.monotonic() < by_s, f"{causes} of {CALLERS} ended\n{self.house.logs()}"
            event = self.steering.next_event(1.0)
            if event and event["event"] == "hung_up":
                causes.append(event["cause"])
        assert Counter(causes) == {"NORMAL_CLEARING": CALLERS}
        self.house.wait_until(lambda: self.house.metric("switchboard_calls_live") == 0, "all end")
        self.house.wait_until(lambda: self.house.metric(SPOOLED) == 0, "all is written")
        calls = [call for call in self.house.calls(at_most=1000) if call["ani"] in self.anis]
        assert Counter(call["ani"] for call in calls) == dict.fromkeys(self.anis, 1)
        assert [call["messages"] for call in calls] == [1] * CALLERS
        assert all(call["ended_at"] for call in calls)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cabled]:
    house = Cabled(tmp_path_factory.mktemp("faults"))
    try:
        house.start()
        yield house
    finally:
        house.stop()
        house.network.take_down()


@pytest.fixture
def crowd(house: Cabled) -> Iterator[Crowd]:
    with house.steering() as steering:
        yield Crowd(house, steering)
        steering.ask("fault", fault="none")


@pytest.mark.parametrize("stop_s", STOPS_S)
def test_a_server_that_sleeps_goes_on_where_it_was(house: Cabled, crowd: Crowd, stop_s: int):
    crowd.call()
    house.stop_server_for_a_while()
    time.sleep(stop_s / SPEED)
    house.wake_server()
    crowd.has_lost_nothing()


def test_a_blocked_loop_is_measured(house: Cabled):
    stalled_s = 1.0
    before_s = house.metric("switchboard_hub_lag_seconds_sum")
    house.stop_server_for_a_while()
    time.sleep(stalled_s)
    house.wake_server()
    house.wait_until(
        lambda: house.metric("switchboard_hub_lag_seconds_sum") - before_s > 0.8 * stalled_s,
        "the lag is told",
    )


@pytest.mark.parametrize("cut_s", CUTS_S)
def test_a_network_that_is_cut_loses_nobody(house: Cabled, crowd: Crowd, cut_s: int):
    crowd.call()
    house.network.cut_for(cut_s / SPEED)
    crowd.has_lost_nothing()


def test_a_slow_network_whose_events_come_twice_and_out_of_order_loses_nobody(
    house: Cabled, crowd: Crowd
):
    house.network.delay_s = 0.2 / SPEED
    try:
        for fault in ("double_events", "swap_events"):
            crowd.steering.ask("fault", fault=fault, amount=1000)
        crowd.call()
        crowd.has_lost_nothing()
    finally:
        house.network.delay_s = 0.0


def test_a_completion_that_is_lost_does_not_silence_the_caller(house: Cabled, crowd: Crowd):
    steering = crowd.steering
    call = steering.dial(steering.make_endpoint("13800138000", ""), HOTLINE, STEPS[:1])
    steering.await_event("hears", call)
    steering.ask("fault", fault="drop_events", amount=1000)
    steering.await_event("heard", call)
    time.sleep(5 / SPEED)  # whatever else the switch has to say of it is lost, too
    steering.ask("fault", fault="none")
    steering.await_event("hears", call, 30)
    steering.hang_up(call)
    house.wait_until(lambda: "hung up by caller" in house.story(), "its end is on record")


def test_connections_that_are_cut_are_made_again(crowd: Crowd):
    crowd.call()
    for which in ("inbound", "outbound"):
        crowd.steering.ask("cut", which=which)
    crowd.has_lost_nothing()


def test_a_database_that_is_locked_for_a_while_is_written_afterwards(house: Cabled, crowd: Crowd):
    with closing(sqlite3.connect(house.database, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        crowd.call()
        time.sleep(20 / SPEED)
        other.execute("ROLLBACK")
    crowd.has_lost_nothing()
