"""Calls that we make: a phone is rung, and whoever answers hears a flow and answers it by keys."""

from collections.abc import Iterator

import pytest

from tests.e2e.conftest import House, running

FLOWS = {
    "centre.yaml": """\
centre: desk
about: A service desk
languages: [en]
zone: UTC

numbers:
  "95001": {flow: dunning, with: {account: "1"}}
""",
    "dunning.yaml": """\
flow: dunning
about: A bill that is due
languages: [en]
takes: {account: digits}
start: tell

prompts:
  tell: {en: "Account {account:digits} is due. Press 1 to say that you heard it."}
  thanks: {en: "Thank you, goodbye."}
  bye: {en: "Goodbye."}

nodes:
  tell: {menu: tell, then: {1: thanks, silent: over, wrong: over}}
  thanks: {hang_up: thanks}
  over: {hang_up: bye}
""",
}
SETTINGS = """\
flows: flows
freeswitch:
  extensions:
    - {number: "1001", password: a-long-word-for-1001}
"""


@pytest.fixture
def house(tmp_path) -> Iterator[House]:
    flows = tmp_path / "flows"
    flows.mkdir()
    for name, text in FLOWS.items():
        (flows / name).write_text(text)
    with running(tmp_path, SETTINGS) as running_house:
        yield running_house


@pytest.mark.req("IVR-38")
def test_a_phone_is_called_and_hears_the_flow_it_is_called_for(house: House):
    with house.steering() as steering:
        steps = [{"await": "answer"}, {"wait": 12}, {"press": "1"}]
        steering.ask("phone", number="1001", manner="answers", rings_ms=1000, steps=steps)
        steering.ask("register", user="1001", domain="switchboard.invalid")
        call_id = house.command("call-out", "dunning", "1001", "--with", "account=42").strip()
        house.wait_until(
            lambda: "hung_up" in house.command("calls", "show", call_id, "--json"), "it is over"
        )
    story = house.command("calls", "show", call_id)
    assert "rings 1001" in story
    assert "heard: dunning.tell" in story
    assert "pressed 1" in story
    assert "heard: dunning.thanks" in story
