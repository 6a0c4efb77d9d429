"""Queues over the death of their server: places, order, conversations, the next hang-up."""

import json
import os
import time
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from switchboard.simulator.steering import Steering
from tests.e2e.conftest import Heard, House, running

DOMAIN = "switchboard.invalid"
# As the issue asks for it under SWITCHBOARD_PROOF=1; a tenth of it for every change.
PROOF = os.environ.get("SWITCHBOARD_PROOF") == "1"
WAITING, TALKING = (50, 20) if PROOF else (6, 3)
# A new server needs seconds of the wall, and callers are held for seconds of the house.
SPEED = 2
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
start: people

prompts:
  goodbye: {en: "Thank you, goodbye."}
  shut: {en: "We are closed."}
  sorry: {en: "Sorry."}

nodes:
  people:
    queue: service
    then: {talked: goodbye, closed: shut, nobody: sorry, otherwise: sorry, failed: sorry}
  goodbye: {hang_up: goodbye}
  shut: {hang_up: shut}
  sorry: {hang_up: sorry}
""",
}


def roster(agents: int) -> str:
    lines = [
        f'  "{7001 + n}": {{extension: "{1001 + n}", queues: {{service: 1}}}}'
        for n in range(agents)
    ]
    return "queues:\n  service: {wrap_up: 2s, ring_for: 15s}\nagents:\n" + "\n".join(lines) + "\n"


@pytest.fixture
def house(tmp_path) -> Iterator[House]:
    flows = tmp_path / "flows"
    flows.mkdir()
    for name, text in FLOWS.items():
        (flows / name).write_text(text)
    (tmp_path / "roster.yaml").write_text(roster(TALKING))
    with running(tmp_path, "flows: flows\n", speed=SPEED) as running_house:
        running_house.command("queues", "import", str(tmp_path / "roster.yaml"))
        running_house.wait_until(
            lambda: len(agents(running_house)) == TALKING, "the agents are known"
        )
        yield running_house


def ask(house: House, path: str, **fields: object) -> Any:
    """Ask the running server; with fields to do something."""
    token = (house.folder / "api-token").read_text().strip()
    request = urllib.request.Request(
        f"{house.http}/api{path}",
        data=json.dumps(fields).encode() if fields else None,
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def agents(house: House) -> dict[str, dict]:
    return {agent["agent_id"]: agent for agent in ask(house, "/agents")}


def places(house: House) -> list[str]:
    (queue,) = ask(house, "/queues")
    return [entry["number"] for entry in queue["entries"]]


def states(house: House) -> list[str]:
    return [agent["state"] for agent in agents(house).values()]


def call(steering: Steering, ani: str) -> str:
    endpoint = steering.make_endpoint(ani, "Zhang San")
    return steering.dial(endpoint, "95001", [{"await": "answer"}])


def talks(house: House, steering: Steering, count: int) -> list[tuple[str, str]]:
    """So many agents sign in and talk to so many callers: each caller's call, each phone's."""
    pairs = []
    for n in range(count):
        steering.ask("phone", number=str(1001 + n), manner="answers", rings_ms=200)
        steering.ask("register", user=str(1001 + n), domain=DOMAIN)
        ask(house, f"/agents/{7001 + n}/sign-in", extension=str(1001 + n))
        placed = call(steering, f"1380000{n:04}")
        pairs.append((placed, str(steering.await_event("rings")["call"])))
    house.wait_until(lambda: states(house).count("talking") == count, "they talk")
    return pairs


def waits(house: House, steering: Steering, count: int) -> list[str]:
    """So many callers wait, in the order they came."""
    for n in range(count):
        call(steering, f"1390000{n:04}")
        house.wait_until(lambda n=n: len(places(house)) == n + 1, "the caller waits")
    return places(house)


def die_and_come_back(house: House, meanwhile: Callable[[], None] = lambda: None) -> float:
    """kill -9, then a new server; the moment it is ready."""
    house.kill_server()
    meanwhile()
    house.start_server()
    house.wait_until(house.is_ready, "the new server is ready")
    return time.monotonic()


@pytest.mark.req("X-041", "I4")
def test_places_and_order_talks_and_hang_ups_outlive_the_server(house: House):
    with house.steering() as steering:
        pairs = talks(house, steering, TALKING)
        order = waits(house, steering, WAITING)
        die_and_come_back(house)
        house.wait_until(lambda: len(places(house)) == WAITING, "all who waited wait", 15)
        assert places(house) == order
        assert states(house) == ["talking"] * TALKING
        caller, agent = pairs[0]
        steering.hang_up(agent)
        house.wait_until(lambda: places(house) == order[1:], "the next caller is talked to", 15)
        assert Heard.until_hung_up(steering, caller).words.endswith("“Thank you, goodbye.”")
    story = house.story(_call_of(house, "13800000000"))
    assert "talk with 7001 ended by other" in story
    assert house.metric("switchboard_corrections_total") == 0


def _call_of(house: House, ani: str) -> str:
    return next(one["call_id"] for one in house.calls(200) if one["ani"] == ani)


@pytest.mark.req("X-041")
def test_a_graceful_end_silences_who_rings_and_keeps_places_and_talks(house: House):
    with house.steering() as steering:
        talks(house, steering, 1)
        steering.ask("phone", number="1002", manner="rings")
        steering.ask("register", user="1002", domain=DOMAIN)
        order = waits(house, steering, 2)
        ask(house, "/agents/7002/sign-in", extension="1002")
        rung = str(steering.await_event("rings")["call"])
        assert house.end_server() == 0
        assert steering.await_event("hung_up", rung)
        steering.ask("phone", number="1002", manner="busy")
        house.start_server()
        house.wait_until(house.is_ready, "the new server is ready")
        house.wait_until(lambda: len(places(house)) == 2, "both wait", 15)
        assert places(house) == order
        assert agents(house)["7001"]["state"] == "talking"


@pytest.mark.req("X-047")
def test_a_queue_that_is_closed_now_lets_who_waits_go_and_takes_nobody_until_it_opens(house: House):
    with house.steering() as steering:
        talks(house, steering, 1)
        waiting = call(steering, "13900000000")
        house.wait_until(lambda: len(places(house)) == 1, "the caller waits")
        house.command("queues", "close", "service", "--now")
        assert Heard.until_hung_up(steering, waiting).words.endswith("“We are closed.”")
        late = call(steering, "13900000001")
        assert Heard.until_hung_up(steering, late).words.endswith("“We are closed.”")
        house.command("queues", "open", "service")
        house.wait_until(lambda: ask(house, "/queues")[0]["open"], "the queue is open")
        call(steering, "13900000002")
        house.wait_until(lambda: places(house) == ["13900000002"], "the caller waits")


@pytest.mark.req("X-039", "I11")
def test_a_talk_whose_end_nobody_heard_of_is_over_within_seconds_and_it_is_counted(house: House):
    with house.steering() as steering:
        ((caller, _),) = talks(house, steering, 1)
        steering.ask("fault", fault="drop_events", amount=100)
        steering.hang_up(caller)
        house.wait_until(lambda: states(house)[0] in ("wrap_up", "idle"), "the agent is free", 5)
        steering.ask("fault", fault="none")
        assert house.metric("switchboard_corrections_total") >= 1
        assert "leg_vanished" in house.command("queues", "corrections")
