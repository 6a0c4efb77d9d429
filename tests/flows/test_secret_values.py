"""A secret that is keyed goes into a look-up or a request, and stands nowhere else."""

import json

import pytest

from switchboard.flow import load
from switchboard.flow.scripts import Outcome, read_script, run_script
from switchboard.flow.values import SecretValue, from_json, to_json
from switchboard.services.script_queues import ScriptQueues

CENTRE = """centre: c
zone: Asia/Shanghai
numbers: {"4001": {flow: f}}
sources:
  cards: {fields: {pin: secret, name: text}}
  notes: {fields: {text: text}, writable: true}
connections: {bank: {}}
"""
FLOW = """flow: f
about: Whoever has the number of a card
languages: [en]
start: which
everywhere: {then: {silent: bye, wrong: bye, failed: bye}}
prompts:
  which: {en: "The number of your card?"}
  hello: {en: "Hello, {card.name:text}."}
  bye: {en: "Bye."}
nodes:
  which:
    ask: which
    answer: secret
    length: 6
    keep_as: pin
    then: {given: find}
  find:
    look_up: cards
    by: {pin: =pin}
    keep_as: card
    then: {found: hello, several: bye, none: bye}
  hello: {play: hello, then: tell}
  tell:
    request: bank
    path: /cards
    method: POST
    with: {pin: =pin}
    then: {done: bye, refused: bye}
  bye: {hang_up: bye}
"""
SCRIPT = """script: f
given:
  at: 2026-12-01 10:05 Asia/Shanghai
  to: "4001"
  sources: {cards: [{pin: "739146", name: Wang}]}
  answers: [{request: {connection: bank, method: POST, path: /cards}, with: {body: {ok: true}}}]
calls:
  - call: the card is found by its number
    steps:
      - hears: which
      - presses: "739146"
      - hears: [{hello: "Hello, Wang."}, bye]
    afterwards: {nowhere: ["739146"]}
  - call: no card has that number
    steps:
      - presses: "111111"
      - hears: bye
    afterwards: {nowhere: ["111111"]}
  - call: a number that is too short is none
    steps:
      - presses: "12#"
      - stays_silent
      - hears: which
      - hangs_up
"""


def test_a_row_is_found_by_a_secret_that_no_trace_of_the_call_bears() -> None:
    program = load({"centre.yaml": CENTRE, "f.yaml": FLOW}).program
    assert program is not None
    _, script, faults = read_script(SCRIPT, "f.test.yaml")
    assert script is not None, faults
    results = list(run_script(program, script, ScriptQueues))
    assert [(one.outcome, one.reasons) for one in results] == [(Outcome.PASSED, ())] * 3
    assert "739146" not in repr([(one.passed, one.heard, one.reasons) for one in results])


def test_a_saved_run_bears_an_id_and_no_digits() -> None:
    saved = json.dumps(to_json({"pin": SecretValue("secret-9f")}))
    assert saved == '{"pin": {"~secret": "secret-9f"}}'
    assert from_json(json.loads(saved)) == {"pin": SecretValue("secret-9f")}


@pytest.mark.parametrize(
    ("right", "wrong", "codes"),
    [
        ("text: {play: x}", "", ()),
        ("{card.name:text}", "{pin:digits}", ("P09",)),
        ("by: {pin: =pin}", "by: {pin: =last_four(pin)}", ("V05",)),
        ("path: /cards\n", "path: /cards/{pin}\n", ("V05",)),
        (
            "hello: {play: hello, then: tell}",
            "hello:\n    set: {x: =pin}\n    then: tell",
            ("V05",),
        ),
        (
            "hello: {play: hello, then: tell}",
            "hello:\n    tell_agent: {PIN: =pin}\n    then: tell",
            ("V05",),
        ),
        (
            "hello: {play: hello, then: tell}",
            'hello:\n    decide:\n      - a: pin == "1"\n    then: {a: tell, otherwise: tell}',
            ("V05",),
        ),
        (
            "hello: {play: hello, then: tell}",
            "hello:\n    create: notes\n    with: {text: =pin}\n"
            "    then: {done: tell, refused: tell}",
            ("V05",),
        ),
        ("    length: 6\n", "    length: 6\n    read_back: hello\n", ("S05",)),
    ],
)
def test_a_secret_may_be_said_set_shown_compared_and_written_nowhere(
    right: str, wrong: str, codes: tuple[str, ...]
) -> None:
    flow = FLOW.replace(right, wrong)
    found = {fault.code for fault in load({"centre.yaml": CENTRE, "f.yaml": flow}).faults}
    assert set(codes) <= found
    assert bool(found) is bool(codes)
