"""The server is killed at random moments under a load of SIP calls: none dropped, none lost.

Callers stand in prompts, menus, messages, hold music, talks and a conference when it happens.
``SWITCHBOARD_PROOF=1`` makes it 300 calls and 40 kills, some five minutes. Its figures are left in
``figures.txt`` of its folder (``--basetemp``).
"""

import os
import random
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from statistics import quantiles

import pytest
import yaml

from switchboard.cli._opening import opened_store
from switchboard.core.journal import EntryKind, JournalEntry
from switchboard.settings import load_settings
from tests.freeswitch.callers import Running, hang_up, press, speak, wait
from tests.freeswitch.phones import RealPhone, answer, ring, stay
from tests.freeswitch.phones import hang_up as phone_hangs_up
from tests.freeswitch.product import Product, running_product
from tests.freeswitch.running import (
    EXTENSION_PASSWORD,
    free_port,
    running_freeswitch,
    wait_until,
)

IS_PROOF = os.environ.get("SWITCHBOARD_PROOF") == "1"
ROUNDS, KILLS = (25, 40) if IS_PROOF else (3, 4)
BETWEEN_ROUNDS_S = 6.0
UP_FOR_S = (0.5, 4.0)  # the server's life between being ready and being killed again
SEED = 20261124
WITHIN_S = 3.0
# Its caller went while no server lived: nobody waits for it, and it is finished later.
LEFT = "finished without its caller"
# So many call one number in a round, from a number of the round's own.
A_ROUND = {"95001": 6, "95002": 2, "95003": 2, "95004": 2}
CALLS = ROUNDS * sum(A_ROUND.values())
FLOWS = {
    "centre.yaml": """\
centre: desk
about: A desk that is called while its server dies
languages: [en]
zone: UTC
numbers:
  "95001": {flow: message}
  "95002": {flow: room}
  "95003": {flow: colleague}
  "95004": {flow: desk}
mailboxes: {front_desk: {about: Messages for the front desk}}
queues: {service: {about: Service desk}}
""",
    "message.yaml": """\
flow: message
about: A prompt, a menu, a message
languages: [en]
start: hello
prompts:
  hello: {en: "Welcome. This is a long greeting, so that somebody may die in it."}
  main: {en: "To leave a message press one, and to hear this again press two."}
  speak: {en: "Please speak."}
  goodbye: {en: "Thank you, goodbye."}
nodes:
  hello: {play: hello, then: main}
  main:
    menu: main
    then: {1: record, 2: record, silent: record, wrong: record}
  record:
    voicemail: front_desk
    greeting: speak
    at_most: 1m
    then: {left: goodbye, empty: goodbye, failed: goodbye}
  goodbye: {hang_up: goodbye}
""",
    "room.yaml": """\
flow: room
about: A conference room
languages: [en]
start: meet
prompts:
  goodbye: {en: "The meeting is over."}
nodes:
  meet: {conference: board, at_most: 1m, then: {done: goodbye, full: goodbye, failed: goodbye}}
  goodbye: {hang_up: goodbye}
""",
    "colleague.yaml": """\
flow: colleague
about: Rings extension 1001
languages: [en]
start: ring
prompts:
  goodbye: {en: "Thank you, goodbye."}
nodes:
  ring:
    dial: {extension: "1001"}
    ring_for: 20s
    then: {talked: goodbye, no_answer: goodbye, otherwise: goodbye, failed: goodbye}
  goodbye: {hang_up: goodbye}
""",
    "desk.yaml": """\
flow: desk
about: A queue and a goodbye
languages: [en]
start: people
prompts:
  goodbye: {en: "Thank you, goodbye."}
nodes:
  people:
    queue: service
    then: {talked: goodbye, nobody: goodbye, otherwise: goodbye, failed: goodbye}
  goodbye: {hang_up: goodbye}
""",
}
ROSTER = {
    "queues": {"service": {"wrap_up": "1s"}},
    "agents": {"7001": {"extension": "1002", "queues": {"service": 1}}},
}


@pytest.fixture
def product(freeswitch_binary: Path, sounds: Path, tmp_path: Path) -> Iterator[Product]:
    flows = tmp_path / "flows"
    flows.mkdir()
    for name, text in FLOWS.items():
        (flows / name).write_text(text)
    roster = tmp_path / "roster.yaml"
    roster.write_text(yaml.safe_dump(ROSTER))
    extensions = [{"number": number, "password": EXTENSION_PASSWORD} for number in ("1001", "1002")]
    with (
        running_freeswitch(
            freeswitch_binary,
            tmp_path / "freeswitch",
            app_ports=(free_port(),),
            sounds=sounds,
            hold_s=60,
        ) as freeswitch,
        running_product(
            freeswitch, tmp_path / "server", freeswitch={"extensions": extensions}, flows=str(flows)
        ) as running,
    ):
        running.tell("queues", "import", str(roster))
        wait_until(lambda: running.say("agents", "list"), "the agent is known")
        yield running


@dataclass
class Load:
    """Callers and their phones, and whoever kills the server meanwhile."""

    product: Product
    folder: Path
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))
    lines: list[Running] = field(default_factory=list)
    kills: list[datetime] = field(default_factory=list)
    ready_s: list[float] = field(default_factory=list)

    def carry_through(self) -> None:
        """Call and kill, until everybody has hung up."""
        began_s = time.monotonic()
        rounds = 0
        while rounds < ROUNDS or len(self.kills) < KILLS:
            if rounds < ROUNDS and time.monotonic() >= began_s + rounds * BETWEEN_ROUNDS_S:
                self._call(rounds)
                rounds += 1
            elif len(self.kills) < KILLS:
                time.sleep(self.chance.uniform(*UP_FOR_S))
                self._kill()
            else:
                time.sleep(0.1)
        for line in self.lines:
            outcome = line.wait()
            assert outcome.succeeded, outcome.complaints

    def _call(self, at: int) -> None:
        for number, count in A_ROUND.items():
            callers = self.product.freeswitch.callers(
                *self._steps(number), number=number, ani=f"{number}{at:06}"
            )
            folder = self.folder / f"{number}-{at}"
            self.lines.append(callers.call(folder, count=count, per_second=2, within_s=150))

    def _steps(self, number: str) -> Sequence[str]:
        if number != "95001":
            return (wait(self.chance.randint(15_000, 30_000)), hang_up())
        return (
            wait(self.chance.randint(4000, 7000)), press("1"),
            wait(6000), speak(), wait(7000), speak(), wait(8000), hang_up(),
        )  # fmt: skip

    def _kill(self) -> None:
        self.kills.append(datetime.now(UTC))
        self.product.kill()
        self.product.start()
        self.ready_s.append((datetime.now(UTC) - self.kills[-1]).total_seconds())


def recoveries(stories: Mapping[str, Sequence[JournalEntry]], kills: list[datetime]) -> list[float]:
    """Seconds from the death of a call's server to the moment at which the next one has it."""
    found = []
    for story in stories.values():
        for before, entry in pairwise(story):
            if entry.kind is not EntryKind.RESUMED or entry.details["why"] == LEFT:
                continue
            death = next((kill for kill in kills if kill >= before.at), kills[0])
            found.append((entry.at - death).total_seconds())
    return found


def phones(product: Product, folder: Path) -> list[RealPhone]:
    side = product.freeswitch.config.phones
    behaviour = {
        "1001": (ring(300), answer(), stay(300_000)),
        "1002": (ring(300), answer(), wait(8000), phone_hangs_up()),
    }
    made = []
    for number, steps in behaviour.items():
        phone = RealPhone(
            f"127.0.0.1:{side.internal.port}", side.sip_domain, number, EXTENSION_PASSWORD,
            free_port(), folder / number,
        )  # fmt: skip
        made.append(phone)
        phone.register(600)
        phone.does(*steps, calls=10_000, within_s=600)
    return made


@pytest.mark.timeout(600)
def test_a_server_killed_at_random_drops_no_sip_call_and_loses_no_record(
    product: Product, tmp_path: Path
) -> None:
    on_the_wall = phones(product, tmp_path)
    load = Load(product, tmp_path)
    try:
        product.tell("agents", "sign-in", "7001")
        load.carry_through()
        wait_until(lambda: product.metric("switchboard_calls_live") == 0, "no call is left", 40)
    finally:
        for phone in on_the_wall:
            phone.stop()
        for line in load.lines:
            line.stop()
    callers = Counter({f"{n}{r:06}": count for n, count in A_ROUND.items() for r in range(ROUNDS)})
    calls = product.say("calls", "--limit", str(CALLS * 2))
    calls = [call for call in calls if call["ani"] in callers]
    ids = [call["call_id"] for call in calls]
    wait_until(lambda: not unfinished(product, ids), "all are finished, all CDRs are in", 60)
    stories = stories_of(product, ids)
    back_s = recoveries(stories, load.kills)
    told = report(stories, load, back_s)
    (tmp_path / "figures.txt").write_text(told)
    assert Counter(call["ani"] for call in calls) == callers
    assert dropped(stories) == {}, told
    assert doubled(stories) == {}, told
    assert product.differences(ids) == {}, told
    kept = Counter(message["call_id"] for message in product.messages_of(*ids))
    assert kept == Counter(
        {
            call_id: sum(entry.kind is EntryKind.MESSAGE_KEPT for entry in story)
            for call_id, story in stories.items()
            if any(entry.kind is EntryKind.MESSAGE_KEPT for entry in story)
        }
    )
    assert quantiles(back_s, n=100)[98] <= WITHIN_S, told


def stories_of(product: Product, ids: list[str]) -> dict[str, tuple[JournalEntry, ...]]:
    with opened_store(load_settings(product.settings)) as store:
        return {call_id: store.journal.list_entries(call_id) for call_id in ids}


def unfinished(product: Product, ids: list[str]) -> list[str]:
    """Calls whose journal has no end or which have no CDR yet."""
    with opened_store(load_settings(product.settings)) as store:
        return [
            call_id
            for call_id in ids
            if not store.records.list_cdrs(call_id)
            or store.journal.list_entries(call_id)[-1].kind is not EntryKind.HUNG_UP
        ]


def dropped(stories: Mapping[str, Sequence[JournalEntry]]) -> dict[str, list[str]]:
    """Calls that ended neither by their caller nor by the goodbye of their flow."""
    return {
        call_id: [f"{entry.kind} {dict(entry.details)}" for entry in story[-4:]]
        for call_id, story in stories.items()
        if not (
            story[-1].kind is EntryKind.HUNG_UP
            and story[-1].details["cause"] == "NORMAL_CLEARING"
            and story[-1].details["by"] in ("caller", "us")
        )
    }


def doubled(stories: Mapping[str, Sequence[JournalEntry]]) -> dict[str, Counter[EntryKind]]:
    """Calls with a fact twice that can be there but once."""
    once = {EntryKind.OFFERED, EntryKind.ANSWERED, EntryKind.HUNG_UP, EntryKind.FLOW_ENDED}
    counted = {
        call_id: Counter(entry.kind for entry in story if entry.kind in once)
        for call_id, story in stories.items()
    }
    return {call_id: kinds for call_id, kinds in counted.items() if max(kinds.values()) > 1}


def report(
    stories: Mapping[str, Sequence[JournalEntry]], load: Load, back_s: Sequence[float]
) -> str:
    """The figures, in words."""
    centiles = quantiles(back_s, n=100)
    where = Counter(
        str(entry.details.get("node", entry.details["why"]))
        for story in stories.values()
        for entry in story
        if entry.kind is EntryKind.RESUMED and entry.details["why"] != LEFT
    )
    left = sum(entry.details.get("why") == LEFT for story in stories.values() for entry in story)
    ready = sorted(load.ready_s)
    return (
        f"\n{len(stories)} calls, {len(load.kills)} kills, {len(back_s)} times taken up {where},"
        f" {left} finished without their caller;"
        f"\nD {len(dropped(stories))}, C {len(doubled(stories))} doubled;"
        f"\nR p50 {centiles[49]:.2f} s, p99 {centiles[98]:.2f} s, longest {max(back_s):.2f} s;"
        f"\nthe server ready again p50 {ready[len(ready) // 2]:.2f} s, longest {ready[-1]:.2f} s"
    )
