"""One house does it all: menu, message, recording, queue, conference, gateway, web page."""

import json
from collections.abc import Iterator

import pytest

from switchboard.simulator.steering import Steering
from tests.e2e.conftest import Heard, House, running

SETTINGS = """
flows: flows
recordings: {record: all}
freeswitch:
  browsers: {ws_port: 5066}
  gateways: [{name: carrier, proxy: "127.0.0.1:5062", numbers: ["139*"]}]
  extensions: [{number: "9000", password: of-the-web-page}]
web_call:
  extension: "9000"
  numbers: {"95001": {en: Front desk}}
"""
FLOWS = {
    "centre.yaml": """\
centre: desk
about: One number for everything
languages: [en]
zone: UTC

numbers:
  "95001": {flow: desk}

queues:
  service: {about: Service desk}

mailboxes:
  box: {about: Messages}

dial_lists:
  mobiles: ["13900000001"]
""",
    "desk.yaml": """\
flow: desk
about: One menu for everything
languages: [en]
start: main

prompts:
  main: {en: "How can we help?"}
  speak: {en: "Please speak after the tone."}
  goodbye: {en: "Goodbye."}
  sorry: {en: "Sorry."}

nodes:
  main: {menu: main, then: {1: people, 2: message, 3: room, 4: mobile, otherwise: sorry}}
  people: {queue: service, then: {talked: goodbye, otherwise: sorry, failed: sorry}}
  message:
    voicemail: box
    greeting: speak
    at_most: 1m
    then: {left: goodbye, empty: sorry, failed: sorry}
  room: {conference: board, at_most: 5s, then: {done: goodbye, full: sorry, failed: sorry}}
  mobile:
    dial: {number: "13900000001"}
    allowed: mobiles
    ring_for: 20s
    then: {talked: goodbye, otherwise: sorry, failed: sorry}
  goodbye: {hang_up: goodbye}
  sorry: {hang_up: sorry}
""",
}
ROSTER = """\
queues: {service: {ring_for: 15s}}
agents: {"7001": {name: Ann, extension: "1001", queues: {service: 1}}}
"""
TALKS = ({"await": "answer"}, {"wait": 4}, {"hang_up": True})


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("one")
    (folder / "flows").mkdir()
    for name, text in FLOWS.items():
        (folder / "flows" / name).write_text(text)
    (folder / "roster.yaml").write_text(ROSTER)
    with running(folder, SETTINGS) as running_house:
        yield running_house


def call(steering: Steering, key: str, *steps: dict) -> str:
    """Call the one number, press *key* in its menu, do *steps*; return what was heard."""
    endpoint = steering.make_endpoint("13800138000", "Zhang San")
    menu = ({"await": "answer"}, {"await": "quiet"}, {"press": key})
    placed = steering.dial(endpoint, "95001", [*menu, *steps])
    return Heard.until_hung_up(steering, placed).words


@pytest.mark.req("INT-01")
def test_menu_queue_voicemail_conference_gateway_recording_and_web_call_are_one_system(
    house: House,
):
    house.command("queues", "import", str(house.folder / "roster.yaml"))
    with house.steering() as steering:
        for phone in ({"number": "1001", "domain": "switchboard.invalid"},
                      {"number": "13900000001", "gateway": "carrier"}):  # fmt: skip
            steering.ask("phone", **phone, manner="answers", rings_ms=500, steps=list(TALKS))
        house.wait_until(lambda: "7001" in house.command("agents", "list"), "the agent is known")
        house.command("agents", "sign-in", "7001")
        spoken = ({"await": "recording"}, {"wait": 3}, {"press": "#"})
        words = [call(steering, "1"), call(steering, "2", *spoken), call(steering, "3"),
                 call(steering, "4")]  # fmt: skip
    stories = [house.story(one["call_id"]) for one in reversed(house.calls())]
    in_queue, message, in_room, outside = stories
    assert all(heard.endswith("“Goodbye.”") for heard in words), words
    assert "talks with 7001" in in_queue
    assert "left in box" in message or "message" in message
    assert "in conference board" in in_room
    assert "talks with 13900000001" in outside
    assert all("recorded from here on" in story for story in stories)
    assert len(json.loads(house.command("messages", "--json"))) == 1
    status, page = house.get("/web-call")
    assert status == 200
    assert "Front desk" in page
