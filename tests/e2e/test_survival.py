"""The server dies, or is asked to go; callers notice next to nothing, records lose nothing."""

import time
from pathlib import Path

import pytest

from tests.e2e.conftest import SPEED, Heard, House, running
from tests.e2e.test_a_call_from_end_to_end import HOTLINE, LEAVE_A_MESSAGE


@pytest.fixture
def own_house(tmp_path: Path):
    with running(tmp_path) as house:
        yield house


# Of 16-bit samples at 8 kHz.
A_SECOND = 16_000


def recorded_bytes(house: House) -> int:
    return sum(file.stat().st_size for file in house.folder.glob("recordings/**/*.wav"))


def await_event(house: House, steering, kind: str, times: int = 1) -> None:
    for _ in range(times):
        while (event := steering.next_event(30)) is not None:
            assert event["event"] != "hung_up", f"{event}\n{house.logs()}"
            if event["event"] == kind:
                break
        assert event is not None, f"no {kind!r} came\n{house.logs()}"


def test_a_caller_in_the_menu_outlives_the_server(own_house: House):
    with own_house.steering() as steering:
        endpoint = steering.make_endpoint("13800138000", "")
        call = steering.dial(endpoint, HOTLINE, [{"await": "answer"}])
        await_event(own_house, steering, "hears", times=2)
        own_house.kill_server()
        own_house.start_server()
        own_house.wait_until(own_house.is_ready, "the server is back")
        await_event(own_house, steering, "hears")
        steering.press(call, "1")
        await_event(own_house, steering, "records")
        steering.say_sound(call, LEAVE_A_MESSAGE[-1]["say"])
        assert Heard.until_hung_up(steering).cause == "NORMAL_CLEARING"
    assert len(own_house.calls()) == 1
    story = own_house.story()
    assert "left a message of" in story
    assert story.count("call offered") == 1


def test_what_was_said_is_kept_when_the_server_dies_and_the_caller_goes_before_the_next_one(
    own_house: House,
):
    with own_house.steering() as steering:
        endpoint = steering.make_endpoint("13800138000", "")
        call = steering.dial(endpoint, HOTLINE, [{"await": "answer"}])
        await_event(own_house, steering, "hears", times=2)
        steering.press(call, "1")
        await_event(own_house, steering, "records")
        steering.say_sound(call, LEAVE_A_MESSAGE[-1]["say"])
        own_house.wait_until(lambda: recorded_bytes(own_house) > A_SECOND, "a second is recorded")
        own_house.kill_server()
        steering.hang_up(call)
        Heard.until_hung_up(steering)
    own_house.start_server()
    own_house.wait_until(own_house.is_ready, "the server is back")
    own_house.wait_until(lambda: "hung up by" in own_house.story(), "the journal ends")
    (call_on_record,) = own_house.calls()
    assert call_on_record["messages"] == 1
    story = own_house.story()
    assert "finished without its caller" in story
    assert "left a message of" in story


def test_a_call_that_the_guard_moved_on_is_served_once_the_server_wakes(own_house: House):
    """The server accepts, and is silent for longer than the guard waits: two sockets, one call."""
    own_house.stop_server_for_a_while()
    with own_house.steering() as steering:
        endpoint = steering.make_endpoint("13800138000", "")
        steering.dial(endpoint, HOTLINE, [{"await": "answer"}, *LEAVE_A_MESSAGE])
        time.sleep(6 / SPEED)
        own_house.wake_server()
        assert Heard.until_hung_up(steering).cause == "NORMAL_CLEARING"
    assert len(own_house.calls()) == 1
    assert own_house.story().count("left a message of") == 1


def test_a_server_that_is_asked_to_go_lets_the_call_finish(own_house: House):
    with own_house.steering() as steering:
        endpoint = steering.make_endpoint("13800138000", "")
        steps = [{"await": "answer"}, {"await": "quiet"}, {"press": "3"}, {"await": "quiet"},
                 {"hang_up": True}]  # fmt: skip
        steering.dial(endpoint, HOTLINE, steps)
        await_event(own_house, steering, "hears")
        assert own_house.end_server() == 0
        assert Heard.until_hung_up(steering).cause == "NORMAL_CLEARING"
    assert "hung up by caller" in own_house.story()
