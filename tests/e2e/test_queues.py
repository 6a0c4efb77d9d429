"""Callers, a queue and agents, whole: set up, signed in, rung, talked to, wrapped up."""

import json
from collections.abc import Iterator

import pytest

from switchboard.simulator.steering import Steering
from tests.e2e.conftest import Heard, House, running

DOMAIN = "switchboard.invalid"
FLOWS = {
    "centre.yaml": """\
centre: desk
about: A service desk
languages: [en]
zone: UTC

numbers:
  "95001": {flow: desk}

queues:
  service: {about: Service desk}
""",
    "desk.yaml": """\
flow: desk
about: A queue and a goodbye
languages: [en]
start: told

prompts:
  goodbye: {en: "Thank you, goodbye."}
  nobody: {en: "Nobody is here."}
  sorry: {en: "Sorry."}

nodes:
  told:
    about: Straight to the desk
    tell_agent: {Number: =caller.number}
    then: people
  people:
    queue: service
    while_waiting: {position: true, every: 20s}
    then: {talked: goodbye, nobody: nobody, otherwise: sorry, failed: sorry}
  goodbye: {hang_up: goodbye}
  nobody: {hang_up: nobody}
  sorry: {hang_up: sorry}
""",
}
ROSTER = """\
queues:
  service: {wrap_up: 10s, ring_for: 15s}
agents:
  "7001": {name: Ann, extension: "1001", queues: {service: 1}}
  "7002": {name: Bob, extension: "1002", queues: {service: 1}}
"""


@pytest.fixture
def house(tmp_path) -> Iterator[House]:
    flows = tmp_path / "flows"
    flows.mkdir()
    for name, text in FLOWS.items():
        (flows / name).write_text(text)
    (tmp_path / "roster.yaml").write_text(ROSTER)
    with running(tmp_path, "flows: flows\n") as running_house:
        running_house.command("queues", "import", str(tmp_path / "roster.yaml"))
        running_house.wait_until(lambda: len(agents(running_house)) == 2, "the agents are known")
        yield running_house


def agents(house: House) -> dict[str, dict]:
    return {
        agent["agent_id"]: agent for agent in json.loads(house.command("agents", "list", "--json"))
    }


def phone(steering: Steering, number: str, manner: str, *steps: dict) -> None:
    steering.ask("phone", number=number, manner=manner, rings_ms=1000, steps=list(steps))
    steering.ask("register", user=number, domain=DOMAIN)


def call(steering: Steering, *steps: dict, ani: str = "13800138000") -> str:
    endpoint = steering.make_endpoint(ani, "Zhang San")
    return steering.dial(endpoint, "95001", [{"await": "answer"}, *steps])


TALKS_5_S = ({"await": "answer"}, {"wait": 5}, {"hang_up": True})


def test_a_caller_reaches_the_agent_who_is_signed_in_and_comes_back_to_the_flow(house: House):
    with house.steering() as steering:
        phone(steering, "1001", "answers", *TALKS_5_S)
        house.command("agents", "sign-in", "7001")
        heard = Heard.until_hung_up(steering, call(steering))
    assert heard.words.endswith("“Thank you, goodbye.”")
    story = house.story()
    assert "waits in service" in story
    assert "offered to agent 7001" in story
    assert "talks with 7001" in story
    house.wait_until(lambda: agents(house)["7001"]["state"] == "idle", "the wrap-up has ended")
    assert agents(house)["7001"]["calls"] == 1


@pytest.mark.req("IVR-42")
def test_the_agent_is_shown_what_the_flow_told_and_where_the_caller_came_from(house: House):
    with house.steering() as steering:
        phone(steering, "1001", "answers", {"await": "answer"}, {"wait": 60}, {"hang_up": True})
        house.command("agents", "sign-in", "7001")
        placed = call(steering)
        house.wait_until(lambda: agents(house)["7001"]["state"] == "talking", "they talk")
        shown = json.loads(house.command("agents", "call", "7001", "--json"))
        Heard.until_hung_up(steering, placed)
    assert shown["sees"] == {"Number": "13800138000"}
    assert [step["about"] for step in shown["way"]] == ["Straight to the desk"]
    assert (shown["number"], shown["dialled"]) == ("13800138000", "95001")


def test_nobody_signed_in_is_told_at_once(house: House):
    with house.steering() as steering:
        heard = Heard.until_hung_up(steering, call(steering))
    assert heard.words.endswith("“Nobody is here.”")


def test_callers_are_served_in_the_order_they_came(house: House):
    with house.steering() as steering:
        phone(steering, "1001", "answers", *TALKS_5_S)
        house.command("agents", "sign-in", "7001")
        house.command("agents", "break", "7001", "tea")
        placed = []
        for n in range(3):
            placed.append(call(steering, ani=f"1380013800{n}"))
            house.wait_until(lambda n=n: waiting(house) == n + 1, "the caller waits")
        house.command("agents", "ready", "7001")
        for one in placed:
            assert Heard.until_hung_up(steering, one).words.endswith("“Thank you, goodbye.”")
    talked = [one["ani"] for one in sorted(house.calls(), key=lambda one: one["ended_at"])]
    assert talked == ["13800138000", "13800138001", "13800138002"]


def waiting(house: House) -> int:
    (queue,) = json.loads(house.command("queues", "list", "--json"))
    return queue["waiting"]
