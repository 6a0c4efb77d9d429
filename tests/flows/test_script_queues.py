"""Call scripts with queues: the running centre's own distribution decides, and scripts prove it."""

import pytest

from switchboard.flow.scripts import prove
from switchboard.services.script_queues import ScriptQueues

CENTRE = """
centre: desk
zone: Asia/Shanghai
numbers: {"100": {flow: desk}}
queues:
  service: {about: Service}
  backup: {about: Backup}
priorities: {vip: 10m}
"""
FLOW = """
flow: desk
about: A desk
languages: [en]
start: who
prompts:
  wait: {en: "Please wait."}
  kept: {en: "We call you back."}
  twice: {en: "You are called back already."}
  over: {en: "Goodbye."}
nodes:
  who:
    decide: [{known: 'caller.number == "+8613800000002"'}]
    then: {known: vip_line, otherwise: line}
  line:
    queue: service
    widen: [{to: backup, after: 30s}]
    while_waiting: {say: [wait], every: 20s}
    at_most: 2m
    then: {2: book, talked: over, otherwise: over, failed: over}
  vip_line: {queue: service, priority: vip, then: {talked: over, otherwise: over, failed: over}}
  book:
    call_back: service
    to: =caller.number
    then: {done: kept, already: twice, otherwise: over, failed: over}
  kept: {play: kept, then: over}
  twice: {play: twice, then: over}
  over: {hang_up: over}
"""
RULES = """
flow: rules
about: Rules
languages: [en]
agents_may_use: true
ends: [done]
start: read
prompts:
  rule: {en: "Mind the gap."}
nodes:
  read: {play: rule, then: done}
  done: {end: done}
"""


def goes(steps: str, given: str = '{service: ["1"], backup: ["9"]}', more: str = "") -> str:
    """What does not go as the steps say; empty when all does."""
    lines = "".join(f"      - {step.strip()}\n" for step in steps.strip().splitlines())
    script = (
        'script: desk\ngiven: {at: 2026-12-01 10:05 UTC, from: "+8613800000001", to: "100", '
        f"agents: {given}}}\ncalls:\n  - call: one\n    steps:\n{lines}{more}"
    )
    files = {
        "centre.yaml": CENTRE,
        "desk.yaml": FLOW,
        "rules.yaml": RULES,
        "desk.test.yaml": script,
    }
    proof = prove(files, ScriptQueues)
    assert proof.faults == ()
    return "; ".join(reason for one in proof.failed for reason in one.result.reasons)


def test_a_free_agents_phone_rings_at_once_and_no_other_one() -> None:
    assert goes('is_in_queue: {queue: service, position: 1, offered_to: "1"}\nhangs_up') == ""
    assert "expected 9 to ring, 1 does" in goes('is_in_queue: {queue: service, offered_to: "9"}')


@pytest.mark.req("I1")
def test_only_who_rings_can_answer_and_talks_from_then_on() -> None:
    talk = '{agent: "1", does: answers, after: 3s}\nis_talking_to: "1"\n'
    assert goes(talk + '{agent: "1", does: hangs_up, after: 1m}\nhears: over') == ""
    assert "9 does not ring at desk.line: 1 rings" in goes('{agent: "9", does: answers}')


def test_a_phone_that_nobody_picks_up_rings_out_and_the_next_one_rings() -> None:
    rung = '{agent: "1", does: misses}\nis_in_queue: {queue: service, offered_to: "2"}\nhangs_up'
    assert goes(rung, '{service: ["1", "2"]}') == ""
    alone = '{agent: "1", does: rejects}\nis_in_queue: {queue: service, offered_to: nobody}\n'
    assert goes(alone + 'waits: 10s\nis_in_queue: {queue: service, offered_to: "1"}') == ""


def test_another_queue_helps_after_its_time_and_the_wait_has_an_end() -> None:
    busy = "busy: ['1']"
    given = f'{{service: ["1"], backup: ["9"]}}, {busy}'
    early = "waits: 29s\nis_in_queue: {queue: service, offered_to: nobody}\n"
    late = 'waits: 1s\nis_in_queue: {queue: service, offered_to: "9"}'
    assert goes(early + late, given) == ""
    assert goes("waits: 2m\nskips_to: over", '{service: ["1"]}, busy: ["1"]') == ""
    assert goes("hears: over", "{}") == ""


def test_who_waits_too_long_leaves_when_the_phone_that_rings_then_is_not_picked_up() -> None:
    """A limit that passes while a phone rings is not forgotten."""
    assert goes("waits: 2m\nstays_silent\nskips_to: over") == ""


def test_a_callback_keeps_its_place_before_who_comes_later() -> None:
    steps = """
        presses: "2"
        hears: [kept, over]
        another_caller: {from: "+8613800000003", to: "100", is_in_queue: service}
        {agent: "1", does: becomes_free}
        is_called_back: {by: "1", from: "100"}
        answers
        is_talking_to: "1"
    """
    given, after = '{service: ["1"]}, busy: ["1"]', "    afterwards: {overtaken_by: nobody}\n"
    booked = "waits: 25s\n" + steps.strip()
    assert goes(booked, given, after) == ""
    wrong = booked.replace('by: "1"', 'by: "9"')
    assert "the caller is not called back by 9" in goes(wrong, given)


def test_who_is_more_urgent_overtakes_and_the_script_says_whom() -> None:
    steps = """
        waits: 25s
        another_caller: {from: "+8613800000002", to: "100", is_in_queue: service}
        {agent: "1", does: becomes_free}
        is_in_queue: {queue: service, position: 2, offered_to: nobody}
        {agent: "1", does: answers}
        is_in_queue: {queue: service, position: 1}
        hangs_up
    """
    given = '{service: ["1"]}, busy: ["1"]'
    after = '    afterwards: {overtaken_by: "+8613800000002"}\n'
    assert goes(steps, given, after) == ""
    nobody = "    afterwards: {overtaken_by: nobody}\n"
    assert "came later and was served earlier" in goes(steps, given, nobody)


def test_a_number_is_booked_once() -> None:
    given = '{service: ["1"]}, busy: ["1"], callbacks: [{queue: service, to: "+8613800000001"}]'
    assert goes('presses: "2"\nhears: [twice, over]', given) == ""


def test_an_agent_sends_a_caller_to_a_flow_and_gets_them_back() -> None:
    talk = '{agent: "1", does: answers}\n{agent: "1", does: sends_caller_to, flow: rules}\n'
    assert goes(talk + 'hears: rules.rule\nis_at: line\nis_talking_to: "1"\nhangs_up') == ""
    closed = talk.replace("flow: rules", "flow: desk")
    assert "it does not say agents_may_use" in goes(closed)
