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
    with running(tmp_path, "flows: flows\n") as running_house:
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
    house.wait_until(lambda: states(house) == ["talking"] * count, "they talk")
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


@pytest.mark.req("X-041", "I4", "REL-11")
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
