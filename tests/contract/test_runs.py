"""The promises of saved runs (``switchboard/ports/runs.py``)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from switchboard.core.cdrs import Cdr
from switchboard.core.legs import Direction
from switchboard.ports.runs import LeftRun, SavedRun

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


# --- runs that nobody owns any more -----------------------------------------------------------

AT_ONCE = 10
LATER = RUN.saved_at + timedelta(minutes=1)
CDR = Cdr(
    leg_id=RUN.leg_id,
    call_id=RUN.call_id,
    node="local",
    direction=Direction.INBOUND,
    ani="13800138000",
    caller_name="",
    dnis=RUN.dnis,
    started_at=RUN.saved_at - timedelta(seconds=9),
    answered_at=None,
    ended_at=RUN.saved_at + timedelta(seconds=1),
    cause="NORMAL_CLEARING",
    billable_ms=0,
)


def test_a_run_whose_leg_has_ended_is_left_and_one_whose_leg_lives_is_not(store):
    store.runs.save(RUN)
    store.runs.save(replace(RUN, call_id="c2", leg_id="leg-2"))
    store.records.take_in(CDR)
    assert store.runs.list_left(LATER, AT_ONCE) == (LeftRun(RUN, CDR),)


def test_a_run_is_not_left_while_its_owner_saves_it_or_just_after_its_leg_has_ended(store):
    store.runs.save(RUN)
    store.records.take_in(CDR)
    assert store.runs.list_left(CDR.ended_at, AT_ONCE) == ()
    store.runs.save(replace(RUN, saved_at=LATER))
    assert store.runs.list_left(LATER, AT_ONCE) == ()


def test_the_runs_left_longest_come_first_and_no_more_than_asked_for(store):
    for number in range(3):
        leg_id, earlier = f"leg-{number}", timedelta(seconds=number)
        run = replace(RUN, call_id=f"c{number}", leg_id=leg_id, saved_at=RUN.saved_at - earlier)
        store.runs.save(run)
        store.records.take_in(replace(CDR, leg_id=leg_id))
    assert [one.saved.call_id for one in store.runs.list_left(LATER, 2)] == ["c2", "c1"]


def test_of_two_who_claim_a_run_one_gets_it(store):
    store.runs.save(RUN)
    store.records.take_in(CDR)
    assert store.runs.claim(RUN, LATER)
    assert not store.runs.claim(RUN, LATER)
    assert store.runs.find_run("c1") == replace(RUN, saved_at=LATER)
    assert store.runs.list_left(LATER, AT_ONCE) == ()


def test_a_run_that_was_saved_or_forgotten_meanwhile_cannot_be_claimed(store):
    store.runs.save(replace(RUN, saved_at=LATER))
    assert not store.runs.claim(RUN, LATER)
    store.runs.forget("c1")
    assert not store.runs.claim(replace(RUN, saved_at=LATER), LATER)
    assert store.runs.find_run("c1") is None
