"""Queues over the death of their server, on a real FreeSWITCH: places, order, talks, hang-ups."""

import json
import os
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.freeswitch.callers import be_answered, be_hung_up, wait
from tests.freeswitch.phones import RealPhone, answer, hang_up, ring, stay
from tests.freeswitch.product import Product, running_product
from tests.freeswitch.running import (
    EXTENSION_PASSWORD,
    free_port,
    running_freeswitch,
    wait_until,
)

# As the issue asks for it under SWITCHBOARD_PROOF=1; a few of each otherwise.
WAITING, TALKING = (50, 20) if os.environ.get("SWITCHBOARD_PROOF") == "1" else (5, 3)
TALKS_MS = 45_000
WITHIN_S = 3.0
FLOWS = {
    "centre.yaml": """\
centre: desk
about: A service desk
languages: [en]
zone: UTC
numbers: {"4008001000": {flow: desk}}
queues: {service: {about: Service desk}}
""",
    "desk.yaml": """\
flow: desk
about: A queue and a goodbye
languages: [en]
start: people
prompts:
  goodbye: {en: "Thank you, goodbye."}
  sorry: {en: "Sorry."}
nodes:
  people:
    queue: service
    then: {talked: goodbye, nobody: sorry, otherwise: sorry, failed: sorry}
  goodbye: {hang_up: goodbye}
  sorry: {hang_up: sorry}
""",
}


def roster() -> dict[str, object]:
    """One agent at a phone of ours, the others behind the gateway."""
    others = {
        str(7002 + n): {"outside": f"1380000{n:04}", "confirm": False, "queues": {"service": 1}}
        for n in range(TALKING - 1)
    }
    first = {"7001": {"extension": "1001", "queues": {"service": 1}}}
    return {"queues": {"service": {"wrap_up": "1s"}}, "agents": {**first, **others}}


@pytest.fixture
def product(freeswitch_binary, sounds, tmp_path) -> Iterator[Product]:
    flows = tmp_path / "flows"
    flows.mkdir()
    for name, text in FLOWS.items():
        (flows / name).write_text(text)
    (tmp_path / "roster.yaml").write_text(yaml.safe_dump(roster()))
    with running_freeswitch(
        freeswitch_binary, tmp_path / "freeswitch", app_ports=(free_port(),), sounds=sounds
    ) as freeswitch:
        gateways = [
            {"name": one.name, "proxy": one.proxy, "numbers": list(one.numbers)}
            for one in freeswitch.config.phones.gateways
            if one.numbers
        ]
        known = {
            "extensions": [{"number": "1001", "password": EXTENSION_PASSWORD}],
            "gateways": gateways,
        }
        with running_product(
            freeswitch, tmp_path / "server", freeswitch=known, flows=str(flows)
        ) as running:
            running.tell("queues", "import", str(tmp_path / "roster.yaml"))
            wait_until(lambda: len(ask(running, "/agents")) == TALKING, "the agents are known")
            yield running


def ask(product: Product, path: str, **fields: object) -> Any:
    token = (product.settings.parent / "api-token").read_text().strip()
    request = urllib.request.Request(
        f"http://{product.http}/api{path}",
        data=json.dumps(fields).encode() if fields else None,
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answered:
        return json.load(answered)


def states(product: Product) -> list[str]:
    return [agent["state"] for agent in ask(product, "/agents")]


def places(product: Product) -> list[str]:
    (queue,) = ask(product, "/queues")
    return [entry["call_id"] for entry in queue["entries"]]


def ended(product: Product) -> list[dict[str, Any]]:
    return [call for call in product.say("calls", "--limit", "200") if call["ended_at"]]


def phones_of(product: Product, folder) -> list[RealPhone]:
    """One that hangs up after a while and is called again, and those behind the gateway."""
    side = product.freeswitch.config.phones
    one = RealPhone(
        f"127.0.0.1:{side.internal.port}", side.sip_domain, "1001", EXTENSION_PASSWORD,
        free_port(), folder / "1001",
    )  # fmt: skip
    one.register()
    one.does(ring(100), answer(), wait(TALKS_MS), hang_up(), calls=2, within_s=170)
    proxy = next(gateway.proxy for gateway in side.gateways if gateway.numbers)
    port = int(proxy.rpartition(":")[2])
    others = RealPhone("127.0.0.1:1", "", "outside", "", port, folder / "outside")
    others.does(ring(100), answer(), stay(170_000), calls=TALKING - 1, within_s=170)
    return [one, others]


def sign_in_all(product: Product) -> None:
    for agent in ask(product, "/agents"):
        ask(product, f"/agents/{agent['agent_id']}/sign-in", extension="")


@pytest.mark.req("X-041", "I4")
def test_places_order_talks_and_the_next_hang_up_outlive_the_server(product, tmp_path):
    phones = phones_of(product, tmp_path)
    lines = []

    def call(ani: str, count: int) -> None:
        steps = (be_answered(), be_hung_up(170_000))
        callers = product.freeswitch.ringing_callers(*steps, ani=ani)
        lines.append(callers.call(tmp_path / ani, count=count, within_s=180))

    try:
        sign_in_all(product)
        call("13600000000", TALKING)
        wait_until(lambda: states(product) == ["talking"] * TALKING, "they talk", 20)
        talk_began_s = time.monotonic()
        call("13900000000", WAITING)
        wait_until(lambda: len(places(product)) == WAITING, "the callers wait", 20)
        order = places(product)
        product.kill()
        product.start()
        began_s = time.monotonic()
        wait_until(lambda: len(places(product)) == WAITING, "everybody waits again", WITHIN_S)
        assert places(product) == order
        assert states(product) == ["talking"] * TALKING
        left_s = talk_began_s + TALKS_MS / 1000 - time.monotonic()
        assert left_s > 0, f"the talk was too short: ready {time.monotonic() - began_s:.1f} s ago"
        wait_until(lambda: places(product) == order[1:], "the next is talked to", left_s + WITHIN_S)
        wait_until(lambda: states(product) == ["talking"] * TALKING, "they talk again")
        wait_until(lambda: ended(product), "the call whose talk ended is on record", 20)
        (served,) = ended(product)
        story = product.story(served["call_id"])
        assert story["differences"] == []
        assert "talk with 7001 ended by other" in [line["text"] for line in story["story"]]
        assert ask(product, "/corrections") == {}
    finally:
        for one in (*phones, *lines):
            one.stop()
