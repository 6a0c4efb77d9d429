"""Menus: patterns with captures that the way uses, two waits for keys, two counters of tries."""

from collections.abc import Mapping

import pytest

from switchboard.flow.scripts import prove
from switchboard.services.script_queues import ScriptQueues

CENTRE = (
    'centre: desk\nlanguages: [en]\nzone: UTC\nnumbers: {"100": {flow: desk}}\n'
    'dial_lists: {desks: ["8001", "8002"]}\n'
)
FLOW = """\
flow: desk
about: A menu that takes whole extensions too
languages: [en]
start: main
prompts:
  main: {en: "Press 1, or key the extension."}
  still_there: {en: "Are you there?"}
  no_choice: {en: "There is no such choice."}
  calling: {en: "Calling {wing:digits}, desk {desk:digits}."}
  silent: {en: "You said nothing."}
  wrong: {en: "None of these was a choice."}
  one: {en: "One."}
nodes:
  main:
    menu: main
    also:
      - extension: "(8)([0-9]{3})"
    keep_as: keyed
    captures: [wing, desk]
    first_key_within: 7s
    next_key_within: 2s
    tries_silent: 2
    tries_wrong: 3
    if_silent: still_there
    if_wrong: no_choice
    then: {1: one, extension: calling, silent: silent, wrong: wrong}
  calling: {play: calling, then: ring}
  ring:
    dial: {extension: =keyed}
    allowed: desks
    ring_for: 10s
    then: {talked: over, otherwise: over, failed: over}
  one: {play: one, then: over}
  silent: {play: silent, then: over}
  wrong: {play: wrong, then: over}
  over: {hang_up: silence}
"""


def goes(steps: str, flow: str = FLOW) -> tuple[str, ...]:
    """What does not go as the steps say."""
    lines = "".join(f"      - {step.strip()}\n" for step in steps.strip().splitlines())
    script = (
        'script: desk\ngiven: {at: 2026-12-01 10:05 UTC, from: "201", to: "100"}\n'
        f"calls:\n  - call: one\n    steps:\n{lines}"
    )
    files: Mapping[str, str] = {"centre.yaml": CENTRE, "desk.yaml": flow, "desk.test.yaml": script}
    proof = prove(files, ScriptQueues)
    assert proof.faults == ()
    return tuple(reason for one in proof.failed for reason in one.result.reasons)


@pytest.mark.req("X-001")
def test_what_a_pattern_captures_is_used_on_the_way_it_leads_to():
    steps = """
        hears: main
        presses: "8002"
        hears: {calling: "Calling eight, desk zero zero two."}
        {phone: "8002", does: answers}
        is_talking_to: "8002"
    """
    assert goes(steps) == ()
    assert goes(steps, FLOW.replace("[wing, desk]", "[desk, wing]")) != ()


@pytest.mark.req("X-001")
def test_keys_that_fit_no_pattern_are_no_choice():
    assert goes('hears: main\npresses: "800"\nwaits: 2s\nhears: [no_choice, main]') == ()
    assert goes('hears: main\npresses: "7"\nhears: [no_choice, main]') == ()


@pytest.mark.req("X-002")
def test_the_first_key_and_the_next_ones_are_awaited_each_for_its_own_time():
    assert goes("hears: main\nwaits: 6999ms\nis_at: main\nwaits: 1ms\nhears: still_there") == ()
    assert goes('hears: main\npresses: "8"\nwaits: 2s\nhears: no_choice') == ()
    assert goes('hears: main\npresses: "8"\nwaits: 1999ms\npresses: "001"\nhears: calling') == ()
    (reason,) = goes('hears: main\npresses: "8"\nwaits: 2s\nhears: calling')
    assert "expected calling, heard no_choice" in reason


@pytest.mark.req("X-002")
def test_silences_and_wrong_keys_are_counted_apart_and_lead_each_its_own_way():
    assert (
        goes("hears: main\nstays_silent\nhears: [still_there, main]\nstays_silent\nhears: silent")
        == ()
    )
    mixed = """
        hears: main
        presses: "5"
        hears: [no_choice, main]
        stays_silent
        hears: [still_there, main]
        presses: "5"
        hears: [no_choice, main]
        presses: "5"
        hears: wrong
    """
    assert goes(mixed) == ()
