"""The server is killed at random moments under a load of calls: nobody is dropped, nothing lost.

``SWITCHBOARD_PROOF=1`` makes it long. The seed is in the test's name: a failure can be run again.
"""

import os
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from switchboard.simulator.steering import Steering
from tests.e2e.conftest import House, running
from tests.e2e.test_a_call_from_end_to_end import HOTLINE, LEAVE_A_MESSAGE

IS_PROOF = os.environ.get("SWITCHBOARD_PROOF") == "1"
SEEDS = tuple(range(1, 11)) if IS_PROOF else (1,)
CALLS = 1000 if IS_PROOF else 60
EVERY_S = 0.15  # wall seconds between two calls
BETWEEN_KILLS_S = (1.5, 3.0)
STEPS = [{"await": "answer"}, *LEAVE_A_MESSAGE]


@dataclass
class Load:
    """Callers who each leave a message while somebody kills the server."""

    house: House
    steering: Steering
    chance: random.Random
    begun: int = 0
    kills: int = 0
    causes: dict[str, str] = field(default_factory=dict)

    def carry_through(self) -> None:
        begun_s = time.monotonic()
        give_up_s = begun_s + CALLS * EVERY_S + 60
        kill_s = begun_s + self.chance.uniform(*BETWEEN_KILLS_S)
        while len(self.causes) < CALLS:
            now_s = time.monotonic()
            assert now_s < give_up_s, f"{len(self.causes)} calls ended\n{self.house.logs()}"
            if self.begun < CALLS and now_s >= begun_s + self.begun * EVERY_S:
                self._call()
            if self.begun < CALLS and now_s >= kill_s:
                self._kill()
                kill_s = now_s + self.chance.uniform(*BETWEEN_KILLS_S)
            event = self.steering.next_event(0.02)
            if event and event["event"] == "hung_up":
                self.causes[event["call"]] = event["cause"]

    def _call(self) -> None:
        endpoint = self.steering.make_endpoint(f"138{self.begun:08}", "")
        self.steering.dial(endpoint, HOTLINE, STEPS)
        self.begun += 1

    def _kill(self) -> None:
        self.house.kill_server()
        self.house.start_server()
        self.kills += 1


@pytest.mark.parametrize("seed", SEEDS)
def test_a_server_killed_at_random_drops_no_call_and_loses_no_record(seed: int, tmp_path: Path):
    with running(tmp_path) as house:
        with house.steering() as steering:
            load = Load(house, steering, random.Random(seed))
            load.carry_through()
        assert load.kills >= 3
        assert Counter(load.causes.values()) == {"NORMAL_CLEARING": CALLS}
        house.wait_until(lambda: house.metric("switchboard_calls_live") == 0, "no call is left")
        calls = house.calls(at_most=CALLS + 100)
        assert Counter(call["ani"] for call in calls) == {f"138{n:08}": 1 for n in range(CALLS)}
        assert Counter(call["messages"] for call in calls) == {1: CALLS}
        assert all(call["ended_at"] for call in calls)
