"""Several servers beside one switch, and several switches under one server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from switchboard.simulator.steering import Steering
from tests.e2e.conftest import PASSWORD, House, free_ports
from tests.e2e.test_a_call_from_end_to_end import HOTLINE

AT_ONCE = 20
LISTENS = [{"await": "answer"}, {"await": "quiet"}, {"press": "3"}, {"await": "quiet"},
           {"hang_up": True}]  # fmt: skip


class Pair(House):
    """A house with a second server on the same records, which the switch tries next."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        calls, http = free_ports(2)
        self._ports["next calls"], self._ports["next http"] = calls, http
        first = self._settings.read_text()
        listen = next(line for line in first.splitlines() if line.startswith("listen:"))
        second = first.replace(
            listen, f"listen: {{calls: 127.0.0.1:{calls}, http: 127.0.0.1:{http}}}"
        )
        self.next_settings = folder / "next.yaml"
        self.next_settings.write_text(second)

    def apps(self) -> str:
        return f"{super().apps()},127.0.0.1:{self._ports['next calls']}"

    def start_next_server(self) -> None:
        self._run("next server", "serve", "--settings", str(self.next_settings))
        http = f"http://127.0.0.1:{self._ports['next http']}"
        self.wait_until(lambda: self.get("/readyz", http)[0] == 200, "the next server is ready")

    def metric_of_next(self, name: str) -> float:
        return self.metric(name, f"http://127.0.0.1:{self._ports['next http']}")


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    house = Pair(tmp_path)
    try:
        house.start()
        yield house
    finally:
        house.stop()


def ends_of(steering: Steering, count: int) -> list[str]:
    """How so many calls ended."""
    causes: list[str] = []
    while len(causes) < count:
        event = steering.next_event(60)
        assert event is not None, f"{len(causes)} of {count} calls have ended"
        if event["event"] == "hung_up":
            causes.append(event["cause"])
    return causes


@pytest.mark.req("X-103")
def test_an_upgrade_is_noticed_by_nobody(pair: Pair):
    with pair.steering() as steering:
        endpoint = steering.make_endpoint("13800138000", "")
        steering.dial(endpoint, HOTLINE, LISTENS, count=AT_ONCE)
        pair.wait_until(lambda: len(pair.calls()) == AT_ONCE, "all are on the line")
        pair.start_next_server()
        assert pair.end_server() == 0
        steering.dial(endpoint, HOTLINE, LISTENS, count=AT_ONCE)
        assert ends_of(steering, 2 * AT_ONCE) == ["NORMAL_CLEARING"] * 2 * AT_ONCE
    calls = pair.calls(100)
    assert len(calls) == 2 * AT_ONCE
    assert {call["outcome"] for call in calls} == {"NORMAL_CLEARING"}
    assert pair.metric_of_next("switchboard_calls_offered_total") == AT_ONCE
    assert pair.metric_of_next("switchboard_calls_taken_up_total") == 0


@pytest.mark.req("REL-02")
def test_a_server_that_is_killed_leaves_its_calls_to_the_other(pair: Pair):
    pair.start_next_server()
    with pair.steering() as steering:
        endpoint = steering.make_endpoint("13800138000", "")
        steering.dial(endpoint, HOTLINE, LISTENS, count=AT_ONCE)
        pair.wait_until(lambda: len(pair.calls()) == AT_ONCE, "all are on the line")
        pair.kill_server()
        assert ends_of(steering, AT_ONCE) == ["NORMAL_CLEARING"] * AT_ONCE
    assert len(pair.calls(100)) == AT_ONCE
    assert pair.metric_of_next("switchboard_calls_taken_up_total") == AT_ONCE


@pytest.mark.req("X-040")
def test_callers_of_one_number_come_from_two_switches(tmp_path: Path):
    other_socket, other_control = free_ports(2)
    house = House(
        tmp_path,
        more_nodes=f", {{name: south, event_socket: 127.0.0.1:{other_socket},"
        f" password: {PASSWORD}, cdrs: south}}",
    )
    try:
        house.start_stand_in()
        house.run_stand_in("south", other_socket, other_control, tmp_path / "south")
        house.start_server()
        house.wait_until(house.is_ready, "the house is ready")
        connected = "switchboard_event_socket_connected"
        house.wait_until(lambda: house.metric(connected) == 2, "both switches are connected")
        with house.steering() as north, Steering(port=other_control) as south:
            for steering in (north, south):
                endpoint = steering.make_endpoint("13800138000", "")
                steering.dial(endpoint, HOTLINE, LISTENS, count=3)
            assert ends_of(north, 3) + ends_of(south, 3) == ["NORMAL_CLEARING"] * 6
        house.wait_until(lambda: house.metric("switchboard_cdrs_taken_in_total") == 6, "the CDRs")
        stories = [house.story(call["call_id"]) for call in house.calls()]
    finally:
        house.stop()
    assert sorted("offered on south" in story for story in stories) == [False] * 3 + [True] * 3
    assert all("journal and CDR agree" in story for story in stories)
