"""Flows are published while calls are on the line: who has begun keeps what it began with."""

import time
from pathlib import Path

import pytest

from tests.e2e.conftest import Heard, House, running

NUMBER = "4008001000"


def flows(words: str) -> dict[str, str]:
    return {
        "centre.yaml": f"""
centre: desk
languages: [en]
zone: UTC
numbers: {{"{NUMBER}": {{flow: desk}}}}
""",
        "desk.yaml": f"""
flow: desk
about: A menu
languages: [en]
start: menu
everywhere: {{tries_silent: 9, then: {{silent: goodbye, wrong: goodbye}}}}
prompts:
  menu: {{en: "Good {words}."}}
  goodbye: {{en: "Have a nice {words}."}}
nodes:
  menu: {{menu: [notices, menu], then: {{1: goodbye}}}}
  goodbye: {{hang_up: goodbye}}
""",
    }


@pytest.fixture
def house(tmp_path: Path):
    write(tmp_path, "morning")
    with running(tmp_path, "flows: flows\n") as made:
        yield made


def write(folder: Path, words: str) -> None:
    (folder / "flows").mkdir(exist_ok=True)
    for name, text in flows(words).items():
        (folder / "flows" / name).write_text(text)


def publish(house: House, words: str) -> str:
    write(house.folder, words)
    return house.command("flows", "publish", "--note", words)


def begin(house: House, steering) -> str:
    """Call, and come to the menu; return the call."""
    call = steering.dial(steering.make_endpoint("13800138000", ""), NUMBER, [{"await": "answer"}])
    while (event := steering.next_event(30)) is not None and event["event"] != "hears":
        assert event["event"] != "hung_up", house.logs()
    return call


def end(house: House, steering, call: str) -> str:
    steering.press(call, "1")
    return Heard.until_hung_up(steering).words


def greeting(house: House) -> str:
    return house.call(NUMBER, {"await": "quiet"}, {"press": "1"}).words


@pytest.mark.req("X-006", "X-007", "I3")
def test_a_publish_is_heard_within_two_seconds_and_by_no_call_that_had_begun(house: House):
    with house.steering() as steering:
        call = begin(house, steering)
        told = publish(house, "evening")
        assert "published" in told
        asked_at_s = time.monotonic()
        house.wait_until(lambda: "flows released" in new_log(house), "the server follows", 2.0)
        assert time.monotonic() - asked_at_s < 2.0
        assert "Good evening." in greeting(house)
        assert "Have a nice morning." in end(house, steering, call)
    assert "version" in house.story()


@pytest.mark.req("X-007", "I3")
def test_a_call_keeps_its_version_when_the_server_dies(house: House):
    with house.steering() as steering:
        call = begin(house, steering)
        publish(house, "evening")
        house.kill_server()
        house.start_server()
        house.wait_until(house.is_ready, "the server is back")
        assert "Good evening." in greeting(house)
        assert "Have a nice morning." in end(house, steering, call)


def new_log(house: House) -> str:
    """The server's log behind its first start."""
    return (house.folder / "server.log").read_text().split("serving", 1)[-1]


@pytest.mark.req("IVR-12", "IVR-13", "IVR-19")
def test_a_notice_is_heard_soon_after_it_is_put_up_and_no_more_when_it_is_taken_down(house: House):
    house.command("notices", "add", "spring", "--text", "en=Happy New Year.", "--until", "7d")
    house.wait_until(lambda: "Happy New Year." in greeting(house), "the notice is heard")
    assert "heard: notices.spring, desk.menu" in house.story()
    house.command("notices", "remove", "spring")
    house.wait_until(lambda: "Happy" not in greeting(house), "the notice is heard no more")


def test_rolling_back_is_heard_too(house: House):
    publish(house, "evening")
    house.command("flows", "rollback")
    house.wait_until(lambda: new_log(house).count("flows released") >= 1, "the server follows")
    assert "Good morning." in greeting(house)
