"""A day's records from whole calls: counted, compared, restored where a server died."""

import json
from pathlib import Path

import pytest

from tests.e2e.conftest import running
from tests.e2e.test_a_call_from_end_to_end import HOTLINE, LEAVE_A_MESSAGE

STEPS = [{"await": "answer"}, *LEAVE_A_MESSAGE]


@pytest.mark.req("REL-04", "REL-06", "RPT-01")
def test_whole_calls_refused_ones_and_one_over_a_kill_agree_and_are_counted(tmp_path: Path):
    with running(tmp_path) as house:
        house.command("blacklist", "add", "13900000000", "--reason", "a test")
        with house.steering() as steering:
            for ani, steps in (
                ("13800138000", STEPS),
                ("13900000000", [{"await": "quiet"}]),
                ("13800138001", [{"await": "answer"}, {"await": "quiet"}, {"hang_up": True}]),
            ):
                steering.dial(steering.make_endpoint(ani, ""), HOTLINE, steps)
                if ani.endswith("1"):
                    house.wait_until(lambda: len(house.calls()) == 3, "the third is on record")
                    house.kill_server()
                    house.start_server()
                while (event := steering.next_event(40)) and event["event"] != "hung_up":
                    pass

        def compared() -> dict:
            return json.loads(
                house.command("calls", "compare", "--day", "today", "--again", "--json")
            )

        def is_whole() -> bool:
            found = house.calls()
            return len(found) == 3 and all(
                "journal and CDR agree" in house.story(call["call_id"]) for call in found
            )

        house.wait_until(is_whole, "all three have ended, and their CDRs are in")
        house.wait_until(lambda: house.metric("switchboard_calls_live") == 0, "no call is left")
        found = compared()
        assert (found["calls"], found["faults"], found["live"]) == (3, 0, [])
        report = json.loads(house.command("calls", "report", "day", "--json"))
        assert report["total"]["calls"] == 3
        assert (report["total"]["answered"], report["total"]["refused"]) == (2, 1)
        story = json.loads(house.command("calls", "show", "last", "--json"))
        assert (len(story["segments"]), story["segment_errors"]) == (1, [])
