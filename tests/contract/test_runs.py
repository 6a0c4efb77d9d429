"""The promises of saved runs (``switchboard/ports/runs.py``)."""

from dataclasses import replace
from datetime import UTC, datetime

from switchboard.ports.runs import SavedRun

RUN = SavedRun(
    call_id="c1",
    leg_id="leg-1",
    dnis="4008001000",
    run={"node": "menu", "values": {"名字": "王", "tries": 2, "ok": True, "none": None}},
    saved_at=datetime(2026, 12, 1, 12, 0, 0, 5, tzinfo=UTC),
)


def test_a_run_comes_back_whole(store):
    store.runs.save(RUN)
    assert store.runs.find_run("c1") == RUN


def test_an_unknown_call_has_no_run(store):
    assert store.runs.find_run("c1") is None


def test_a_later_run_takes_the_place_of_the_former(store):
    later = replace(RUN, run={"node": "goodbye"}, leg_id="leg-2")
    store.runs.save(RUN)
    store.journal.settle()
    store.runs.save(replace(RUN, run={"node": "between"}))
    store.runs.save(later)
    assert store.runs.find_run("c1") == later


def test_a_forgotten_run_is_gone_and_another_stays(store):
    other = replace(RUN, call_id="c2")
    store.runs.save(RUN)
    store.runs.save(other)
    store.runs.forget("c1")
    assert store.runs.find_run("c1") is None
    assert store.runs.find_run("c2") == other


def test_a_run_saved_again_after_it_was_forgotten_stands(store):
    store.runs.save(RUN)
    store.journal.settle()
    store.runs.forget("c1")
    store.runs.save(RUN)
    assert store.runs.find_run("c1") == RUN


def test_forgetting_an_unknown_call_is_no_error(store):
    store.runs.forget("nobody")
    store.journal.settle()
    assert store.runs.find_run("nobody") is None
