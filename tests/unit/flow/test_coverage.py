"""What call scripts reach: ways as they are written, those of `everywhere` once for each kind."""

import pytest

from switchboard.flow.scripts import Coverage, prove
from switchboard.services.script_queues import ScriptQueues

CENTRE = 'centre: desk\nlanguages: [en]\nzone: UTC\nnumbers: {"100": {flow: desk}}\n'
FLOW = """
flow: desk
about: A desk
languages: [en]
start: main
everywhere:
  then: {silent: goodbye, wrong: goodbye, star: goodbye}
prompts:
  main: {en: "Press 1 or 2."}
  more: {en: "Press 2."}
  goodbye: {en: "Goodbye."}
nodes:
  main: {menu: main, then: {1: more, 2: day}}
  more: {menu: more, then: {2: day}}
  day:
    hours: office
    then: {open: goodbye, otherwise: goodbye}
  goodbye: {hang_up: goodbye}
"""
OFFICE = "calendars: {office: {zone: UTC, week: {mon to fri: 09:00-17:00}}}\n"


def coverage_of(*keys: str, more: str = "") -> Coverage:
    calls = "".join(
        f'  - call: presses {key}\n    steps:\n      - hears: main\n      - presses: "{key}"\n'
        for key in keys
    )
    head = 'script: desk\ngiven: {at: 2026-12-01 10:05 UTC, from: "201", to: "100"}\n'
    files = {
        "centre.yaml": CENTRE + OFFICE,
        "desk.yaml": FLOW,
        "desk.test.yaml": f"{head}calls:\n{calls}{more}",
    }
    proof = prove(files, ScriptQueues)
    assert proof.faults == ()
    assert proof.failed == ()
    assert proof.coverage is not None
    return proof.coverage


def ways(found) -> set[str]:
    return {str(way) for way in found}


@pytest.mark.req("I2")
def test_every_way_that_no_call_takes_is_missing():
    assert ways(coverage_of("2").missing) == {
        "desk.main: 1",
        "desk.more: 2",
        "desk.day: otherwise",
        "desk: silent in any menu (everywhere)",
        "desk: wrong in any menu (everywhere)",
        "desk: star in any menu (everywhere)",
    }


def test_a_way_of_everywhere_is_one_way_for_each_kind():
    assert "desk: star in any menu (everywhere)" in ways(coverage_of("star").taken)
    assert "desk: star in any menu (everywhere)" not in ways(coverage_of("star").missing)


@pytest.mark.req("I2")
def test_what_is_left_out_on_purpose_counts_and_is_listed():
    because = "because: the office says so"
    marked = coverage_of(
        "1", "2", more=f"not_tested:\n  - {{node: day, outcome: otherwise, {because}}}\n"
    )
    assert ways(marked.marked) == {"desk.day: otherwise"}
    assert "desk.day: otherwise" not in ways(marked.missing)
    assert marked.percent == 100 * 4 // 8
    assert coverage_of("1", "2").percent == 100 * 3 // 8


def test_marking_any_node_of_a_kind_marks_the_way_of_everywhere():
    entry = "{node: more, outcome: wrong, because: nobody does}"
    marked = coverage_of("2", more=f"not_tested:\n  - {entry}\n")
    assert ways(marked.marked) == {"desk: wrong in any menu (everywhere)"}


def test_what_is_marked_and_taken_all_the_same_is_told():
    entry = '{node: main, outcome: "2", because: it cannot be}'
    assert ways(coverage_of("2", more=f"not_tested:\n  - {entry}\n").needless) == {"desk.main: 2"}
