"""A secret that is keyed for a look-up: its digits reach the source, and nothing that is kept."""

import logging
from dataclasses import replace

import pytest

from switchboard import flow
from switchboard.flow.effects import Failed, Found, Refused, Request
from switchboard.flow.values import SecretValue
from switchboard.flow.world import LookUp, Sort
from switchboard.ports.sources import RowRefused, SourceFault
from switchboard.services.errands import Occasion
from switchboard.services.secrets import KeyedSecrets
from switchboard.services.timeline import tell_story
from tests.fakes.clock import VirtualClock
from tests.fakes.outside import FakeConnection, FakeOutside, FakeSource
from tests.unit.services.house import HOTLINE, House

DIGITS = "739146"
CARD = {"pin": DIGITS, "name": "Wang"}
FIELDS = {"pin": "secret", "name": "text"}
PROGRAM = replace(flow.load({}).program, fields={"cards": FIELDS})


class Tactless(FakeSource):
    """A source whose faults repeat what it was asked for, as databases do."""

    def __init__(self, fault: type[Exception]) -> None:
        super().__init__()
        self._fault = fault

    def find_rows(self, query):
        raise self._fault(f"invalid input: {query.by['pin']!r}")


def asked(outside: FakeOutside, effect, keyed: KeyedSecrets):
    on = Occasion("c1", "c1-4", "138", PROGRAM, keyed)
    return outside.errands().find_errand(effect, on).work()


def look_up(secret_id: str) -> LookUp:
    return LookUp("cards", {"pin": SecretValue(secret_id)}, 2, Sort.AS_GIVEN, 5000)


@pytest.fixture
def outside() -> FakeOutside:
    made = FakeOutside(VirtualClock())
    made.sources["cards"] = FakeSource(CARD)
    made.connections["bank"] = FakeConnection()
    return made


def test_the_source_gets_the_digits_and_the_row_comes_without_them(outside):
    keyed = KeyedSecrets()
    effect = look_up(keyed.hold(DIGITS))
    assert asked(outside, effect, keyed) == Found(({"name": "Wang"},))
    assert asked(outside, effect, keyed) == Found(({"name": "Wang"},))  # a retry, too
    assert DIGITS not in repr((effect, keyed))


def test_a_request_bears_the_digits_in_its_body(outside):
    keyed = KeyedSecrets()
    body = {"pin": SecretValue(keyed.hold(DIGITS)), "kind": "card"}
    asked(outside, Request("bank", "POST", "/cards", body, 5000), keyed)
    (ask,) = outside.connections["bank"].asked
    assert ask.body == {"pin": DIGITS, "kind": "card"}


def test_digits_that_died_with_a_server_fail_and_are_never_those_of_another(outside):
    before = KeyedSecrets().hold(DIGITS)
    after = KeyedSecrets()
    after.hold("111111")
    answer = asked(outside, look_up(before), after)
    assert isinstance(answer, Failed)


@pytest.mark.parametrize(("fault", "kind"), [(SourceFault, Failed), (RowRefused, Refused)])
def test_no_fault_of_a_source_repeats_the_digits(outside, fault, kind):
    keyed = KeyedSecrets()
    outside.sources["cards"] = Tactless(fault)
    answer = asked(outside, look_up(keyed.hold(DIGITS)), keyed)
    assert answer == kind("invalid input: '••••••'")


# --- in a call --------------------------------------------------------------------------------

FLOWS = {
    "centre.yaml": f"""
centre: c
languages: [en]
numbers: {{"{HOTLINE}": {{flow: card}}}}
sources: {{cards: {{fields: {{pin: secret, name: text}}}}}}
""",
    "card.yaml": """
flow: card
about: Whoever has the number of a card
languages: [en]
start: which
everywhere: {then: {silent: bye, wrong: bye, failed: bye}}
prompts:
  which: {en: "The number of your card?"}
  hello: {en: "Hello, {card.name:text}."}
  bye: {en: "Bye."}
nodes:
  which: {ask: which, answer: secret, length: 6, keep_as: pin, then: {given: find}}
  find:
    look_up: cards
    by: {pin: =pin}
    keep_as: card
    then: {found: hello, several: bye, none: bye}
  hello: {play: hello, then: bye}
  bye: {hang_up: bye}
""",
}


@pytest.mark.parametrize("source", [FakeSource(CARD), Tactless(SourceFault)])
def test_the_digits_stand_in_no_journal_saved_run_story_or_log(tmp_path, caplog, source):
    caplog.set_level(logging.DEBUG)
    house = House(tmp_path, FLOWS)
    house.outside.sources["cards"] = source
    saved: list[str] = []
    save = house.runs.save

    def saving(run):
        saved.append(repr(run))
        save(run)

    house.runs.save = saving
    leg = house.offer()
    house.mailboxes[0].then(
        *(lambda key=key: leg.press(key) for key in DIGITS),
        lambda: house.started.pop()(),
        leg.finish_play,
        leg.finish_play,
    )
    house.run()
    entries = house.journal.list_entries("id-1")
    nodes = [one.details.get("node") for one in entries]
    assert "find" in nodes
    assert ("hello" in nodes) is not isinstance(source, Tactless)
    assert "secret" in repr(saved)
    kept = (saved, entries, [line.text for line in tell_story(entries, ())], caplog.text)
    assert DIGITS not in repr(kept)
