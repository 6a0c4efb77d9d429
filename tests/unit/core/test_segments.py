"""A call's segments follow one another, come out even, and know their recordings."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.core.causes import HangupCause
from switchboard.core.cdrs import Cdr
from switchboard.core.journal import EntryKind, JournalEntry
from switchboard.core.legs import Direction
from switchboard.core.segments import Segment, SegmentKind, Turn, ledger_of
from switchboard.core.summaries import summarise

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
# What queues and agents will tell is not told yet: other kinds stand for theirs.
TURNS = {
    EntryKind.LOOKED_UP: lambda details: Turn(SegmentKind.QUEUE, details["who"]),
    EntryKind.REQUESTED: lambda details: Turn(SegmentKind.TALK, details["who"]),
    EntryKind.SENT: lambda details: Turn(SegmentKind.HOLD, details["who"]),
    EntryKind.LANGUAGE: lambda _: Turn(SegmentKind.IVR),
    EntryKind.SURVEY_KEPT: lambda details: Turn(SegmentKind.WRAP_UP, details["who"]),
}


def at(after_s: float) -> datetime:
    return NOON + timedelta(seconds=after_s)


def fact(kind: EntryKind, after_s: float, **details) -> JournalEntry:
    return JournalEntry(f"{kind}-{after_s}", "c1", at(after_s), kind, details)


OFFERED = fact(EntryKind.OFFERED, 0, ani="138", dnis="400", leg_id="leg-1")
ANSWERED = fact(EntryKind.ANSWERED, 2)
HUNG_UP = fact(EntryKind.HUNG_UP, 60, cause="NORMAL_CLEARING", by="caller")
CDR = Cdr(
    "leg-1", "c1", "fs1", Direction.INBOUND, "138", "", "400", NOON, at(2), at(60),
    HangupCause.NORMAL_CLEARING, 58_000,
)  # fmt: skip


def ledger(*entries: JournalEntry, cdrs=()):
    call = summarise(entries, cdrs)
    assert call is not None
    return ledger_of(call, entries, cdrs, TURNS)


@pytest.mark.req("I12")
def test_a_call_without_agents_is_one_stretch_of_the_flow():
    found = ledger(OFFERED, ANSWERED, HUNG_UP, cdrs=(CDR,))
    assert found.segments == (Segment(SegmentKind.IVR, "", NOON, at(60)),)
    assert found.errors == ()


def test_a_live_call_has_a_last_segment_without_an_end():
    assert ledger(OFFERED, ANSWERED).segments == (Segment(SegmentKind.IVR, "", NOON, None),)


@pytest.mark.req("I12")
def test_queue_agents_and_hold_follow_one_another_and_work_stands_behind():
    found = ledger(
        OFFERED,
        fact(EntryKind.LOOKED_UP, 10, who="sales"),
        fact(EntryKind.REQUESTED, 20, who="Ann"),
        fact(EntryKind.SENT, 30, who="Ann"),
        fact(EntryKind.REQUESTED, 35, who="Ben"),
        fact(EntryKind.LANGUAGE, 50),
        HUNG_UP,
        fact(EntryKind.SURVEY_KEPT, 61, who="Ben"),
    )
    assert [(one.kind, one.who, one.length.total_seconds()) for one in found.segments] == [
        ("ivr", "", 10),
        ("queue", "sales", 10),
        ("talk", "Ann", 10),
        ("hold", "Ann", 5),
        ("talk", "Ben", 15),
        ("ivr", "", 10),
        ("wrap_up", "Ben", 0),
    ]
    assert found.errors == ()


@pytest.mark.req("I12")
def test_each_segment_knows_the_recordings_that_hold_some_of_it():
    found = ledger(
        OFFERED,
        fact(EntryKind.RECORDED, 8, recording_id="said", duration_ms=3000),
        fact(EntryKind.LOOKED_UP, 10, who="sales"),
        fact(EntryKind.RECORDING_STARTED, 15, recording_id="both"),
        fact(EntryKind.REQUESTED, 20, who="Ann"),
        fact(EntryKind.RECORDING_STOPPED, 40, recording_id="both"),
        fact(EntryKind.LANGUAGE, 50),
        HUNG_UP,
    )
    assert [one.recordings for one in found.segments] == [("said",), ("both",), ("both",), ()]


def test_a_recording_that_nobody_saw_stop_ends_with_the_call():
    started = fact(EntryKind.RECORDING_STARTED, 5, recording_id="both")
    assert ledger(OFFERED, started, HUNG_UP).segments[0].recordings == ("both",)


@pytest.mark.req("I12")
def test_a_length_that_is_not_the_switchs_is_an_error():
    longer = replace(CDR, ended_at=at(90))
    (error,) = ledger(OFFERED, ANSWERED, HUNG_UP, cdrs=(longer,)).errors
    assert error == "the segments last 60.0 s, the switch's record 90.0 s"


@pytest.mark.req("I12")
def test_facts_that_are_stamped_before_what_they_follow_are_an_error():
    back = fact(EntryKind.KEYS, 5, keys="1")
    (error,) = ledger(OFFERED, fact(EntryKind.SAID, 30), back, HUNG_UP).errors
    assert error == "keys is stamped 25.0 s before what it follows"


@pytest.mark.req("I12")
def test_a_call_that_is_told_of_after_its_end_ended_when_the_switch_says():
    after = fact(EntryKind.FLOW_ENDED, 90, reason="caller_gone")
    assert ledger(OFFERED, ANSWERED, after, HUNG_UP, cdrs=(CDR,)).errors == ()


KINDS = st.sampled_from([*TURNS, EntryKind.SAID, EntryKind.KEYS])


@given(
    st.lists(st.tuples(KINDS, st.integers(0, 600_000), st.sampled_from("AB")), max_size=30),
    st.integers(0, 600_000),
)
def test_whatever_happens_the_segments_cover_the_call_once(facts, length_ms):
    entries = [fact(kind, ms / 1000, who=who) for kind, ms, who in facts]
    end = fact(EntryKind.HUNG_UP, length_ms / 1000, cause="NORMAL_CLEARING", by="caller")
    found = ledger(OFFERED, *entries, end)
    of_caller = [one for one in found.segments if one.ended_at is not None]
    assert sum((one.length for one in of_caller), timedelta()) == end.at - NOON
    assert all(one.length > timedelta() for one in of_caller)
    assert all(one.ended_at == later.begun_at for one, later in pairwise(of_caller))
    assert not [error for error in found.errors if "off the call's length" in error]
