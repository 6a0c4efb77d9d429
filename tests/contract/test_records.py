"""The promises of call records (``switchboard/ports/records.py``)."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest

from switchboard.core.causes import HangupCause
from switchboard.core.cdrs import Cdr, cdr_from_json
from switchboard.core.journal import EntryKind, JournalEntry
from switchboard.core.legs import Direction
from switchboard.core.summaries import CallResult, CallSummary
from switchboard.ports.records import AmbiguousCall, CallSearch

SAMPLES = Path(__file__).parent.parent / "conformance" / "cdrs"
NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
CDR = Cdr(
    leg_id="leg-c1",
    call_id="c1",
    node="fs1",
    direction=Direction.INBOUND,
    ani="+8613800138000",
    caller_name="王先生",
    dnis="4008001000",
    started_at=NOON,
    answered_at=NOON + timedelta(milliseconds=20),
    ended_at=NOON + timedelta(seconds=42),
    cause=HangupCause.NORMAL_CLEARING,
    billable_ms=41980,
)


def offered(
    call_id: str, at: datetime = NOON, ani: str = "+8613800138000", dnis: str = "4008001000"
):
    details = {
        "ani": ani,
        "caller_name": "",
        "dnis": dnis,
        "node": "fs1",
        "leg_id": f"leg-{call_id}",
    }
    return JournalEntry(f"{call_id}-offered", call_id, at, EntryKind.OFFERED, details)


def fact(call_id: str, kind: EntryKind, after_s: float, **details):
    key = f"{call_id}-{kind}-{after_s}"
    return JournalEntry(key, call_id, NOON + timedelta(seconds=after_s), kind, details)


def append(store, *entries: JournalEntry) -> None:
    for entry in entries:
        store.journal.append(entry)


# --- CDRs ---------------------------------------------------------------------------------------


@pytest.mark.req("RPT-01")
@pytest.mark.parametrize("sample", sorted(SAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_a_record_that_freeswitch_wrote_comes_back_whole(store, sample):
    cdr = replace(cdr_from_json(json.loads(sample.read_text(encoding="utf-8"))), call_id="c1")
    assert store.records.take_in(cdr) == 1
    assert store.records.list_cdrs("c1") == (cdr,)
    assert cdr.ended_at > cdr.started_at


def test_a_record_taken_in_twice_stands_once_as_it_was_first(store):
    assert store.records.take_in(CDR) == 1
    assert store.records.take_in(replace(CDR, billable_ms=1), CDR) == 0
    assert store.records.list_cdrs("c1") == (CDR,)


def test_of_several_records_the_new_ones_are_counted(store):
    second = replace(CDR, leg_id="leg-2", started_at=NOON + timedelta(seconds=5))
    store.records.take_in(CDR)
    assert store.records.take_in(second, CDR) == 1
    assert store.records.list_cdrs("c1") == (CDR, second)
    assert store.records.take_in() == 0


def test_a_leg_that_was_never_answered_or_never_ours_is_kept(store):
    never_ours = replace(CDR, leg_id="leg-9", call_id=None, answered_at=None, billable_ms=0)
    odd_cause = replace(CDR, leg_id="leg-8", cause="A_CAUSE_WITHOUT_A_NAME")
    assert store.records.take_in(never_ours, odd_cause) == 2
    assert store.records.list_cdrs("c1") == (odd_cause,)


def test_a_legs_record_is_found_also_when_it_ended_before_it_knew_its_call(store):
    store.records.take_in(replace(CDR, call_id=None))
    assert store.records.find_cdr("leg-c1") == replace(CDR, call_id=None)
    assert store.records.find_cdr("leg-x") is None


# --- calls in one line ----------------------------------------------------------------------------


@pytest.mark.req("RPT-01")
def test_a_call_is_listed_with_its_time_numbers_and_end(store):
    append(
        store,
        offered("c1"),
        fact("c1", EntryKind.ANSWERED, 0.1),
        fact("c1", EntryKind.MESSAGE_KEPT, 9, mailbox="front", message_id="m1", duration_ms=4200),
        fact("c1", EntryKind.HUNG_UP, 12, cause="NORMAL_CLEARING", by="caller"),
    )
    assert store.records.list_calls() == (
        CallSummary(
            call_id="c1",
            started_at=NOON,
            ended_at=NOON + timedelta(seconds=12),
            ani="+8613800138000",
            dnis="4008001000",
            answered=True,
            outcome="NORMAL_CLEARING",
            messages=1,
            result=CallResult.ANSWERED,
        ),
    )


def test_a_live_call_has_no_end(store):
    append(store, offered("c1"), fact("c1", EntryKind.ANSWERED, 0.1))
    (line,) = store.records.list_calls()
    assert (line.ended_at, line.outcome, line.answered) == (None, None, True)


@pytest.mark.req("ACD-12")
def test_a_refused_call_is_on_record_with_the_reason_of_its_refusal(store):
    append(
        store,
        offered("c1"),
        fact("c1", EntryKind.REFUSED, 0, reason="blacklisted", cause="CALL_REJECTED"),
        fact("c1", EntryKind.HUNG_UP, 0.5, cause="CALL_REJECTED", by="us"),
    )
    (line,) = store.records.list_calls()
    assert (line.outcome, line.answered) == ("blacklisted", False)
    assert line.ended_at == NOON + timedelta(seconds=0.5)


def test_a_fact_written_twice_counts_once(store):
    kept = fact("c1", EntryKind.MESSAGE_KEPT, 9, mailbox="front", message_id="m1")
    append(store, offered("c1"), kept)
    store.journal.settle()
    append(store, kept, fact("c1", EntryKind.MESSAGE_KEPT, 10, mailbox="front", message_id="m2"))
    store.journal.settle()
    append(store, kept)
    (line,) = store.records.list_calls()
    assert line.messages == 2


@pytest.mark.req("RPT-01")
def test_the_switchs_record_tells_the_end_that_the_journal_lost(store):
    append(store, offered("c1"))
    store.records.take_in(CDR)
    (line,) = store.records.list_calls()
    assert (line.ended_at, line.outcome) == (CDR.ended_at, "NORMAL_CLEARING")
    assert line.answered


def test_the_switchs_record_restores_a_call_of_which_the_journal_knows_nothing(store):
    agent_leg = replace(CDR, leg_id="agent", direction=Direction.OUTBOUND, ani="1001", dnis="1001")
    store.records.take_in(agent_leg, CDR)
    line = store.records.find_call("c1")
    assert line is not None
    assert (line.ani, line.dnis, line.started_at) == (CDR.ani, CDR.dnis, CDR.started_at)


def test_the_journal_may_come_behind_the_switchs_record(store):
    store.records.take_in(CDR)
    append(store, offered("c1", at=NOON + timedelta(seconds=1)))
    (line,) = store.records.list_calls()
    assert line.started_at == NOON + timedelta(seconds=1)
    assert line.ended_at == CDR.ended_at


@pytest.mark.req("RPT-01")
def test_calls_are_listed_newest_first_since_a_moment_and_so_many(store):
    for minute in (2, 0, 1, 3):
        append(store, offered(f"c{minute}", at=NOON + timedelta(minutes=minute)))

    def ids(**conditions):
        return [line.call_id for line in store.records.list_calls(CallSearch(**conditions))]

    assert ids() == ["c3", "c2", "c1", "c0"]
    assert ids(at_most=2) == ["c3", "c2"]
    assert ids(since=NOON + timedelta(minutes=2)) == ["c3", "c2"]


@pytest.mark.req("RPT-01")
def test_calls_are_found_by_the_beginning_of_either_number(store):
    append(
        store,
        offered("c1", ani="+8613800138000", dnis="4008001000"),
        offered("c2", ani="+8613900139000", dnis="4008002000"),
        offered("c3", ani="", dnis="4008002000"),
        offered("c4", ani="13%_*", dnis="4008003000"),
    )

    def ids(number):
        return {line.call_id for line in store.records.list_calls(CallSearch(number=number))}

    assert ids("+86138") == {"c1"}
    assert ids("4008002") == {"c2", "c3"}
    assert ids("400") == {"c1", "c2", "c3", "c4"}
    assert ids("138") == set()
    assert ids("13%_*") == {"c4"}
    assert ids("%") == set()


def test_a_call_is_found_by_the_beginning_of_its_id(store):
    append(store, offered("abc1"), offered("abd2"))
    assert store.records.find_call("abc").call_id == "abc1"
    assert store.records.find_call("abd2").call_id == "abd2"
    assert store.records.find_call("x") is None
    assert store.records.find_call("ABC") is None
    with pytest.raises(AmbiguousCall, match="ab"):
        store.records.find_call("ab")


def test_an_id_that_another_one_begins_with_is_still_found(store):
    append(store, offered("abc"), offered("abcd"))
    assert store.records.find_call("abc").call_id == "abc"


def test_a_journal_without_an_offer_makes_no_line(store):
    append(store, fact("c1", EntryKind.SAID, 1, prompts=["a"]))
    assert store.records.list_calls() == ()
    assert store.records.find_call("c1") is None


@pytest.mark.req("RPT-01")
@pytest.mark.parametrize("at_most", [1, 2, 3])
def test_pages_of_calls_follow_one_another_without_gap_or_repetition(store, at_most):
    for minute, twin in product(range(3), "ab"):
        append(store, offered(f"c{minute}{twin}", at=NOON + timedelta(minutes=minute)))
    listed, page = [], CallSearch(at_most=at_most)
    while calls := store.records.list_calls(page):
        listed += [call.call_id for call in calls]
        page = replace(page, behind=calls[-1])
    assert listed == ["c2a", "c2b", "c1a", "c1b", "c0a", "c0b"]


@pytest.mark.req("RPT-01")
def test_calls_are_found_by_time_and_by_what_became_of_them(store):
    append(
        store,
        offered("live"),
        offered("refused", at=NOON + timedelta(minutes=1)),
        fact("refused", EntryKind.REFUSED, 60, reason="blocked", cause="CALL_REJECTED"),
        offered("given-up", at=NOON + timedelta(minutes=2)),
        fact("given-up", EntryKind.HUNG_UP, 125, cause="ORIGINATOR_CANCEL", by="caller"),
        offered("lost", at=NOON + timedelta(minutes=3)),
        fact("lost", EntryKind.HUNG_UP, 185, cause="NORMAL_TEMPORARY_FAILURE", by="us"),
    )

    def ids(**conditions):
        return [call.call_id for call in store.records.list_calls(CallSearch(**conditions))]

    assert [ids(result=result) for result in CallResult] == [
        ["live"], [], ["refused"], ["given-up"], ["lost"]
    ]  # fmt: skip
    assert ids(until=NOON + timedelta(minutes=1)) == ["live"]
    assert ids(since=NOON + timedelta(minutes=1), until=NOON + timedelta(minutes=2)) == ["refused"]


def test_a_number_that_many_have_and_one_that_few_have_are_found_alike(store):
    many = [offered(f"m{n:04}", NOON + timedelta(seconds=n), "138", "400") for n in range(2000)]
    append(store, *many, offered("few", NOON, "0755", "500"))
    found = store.records.list_calls(CallSearch(number="138", at_most=3))
    assert [call.call_id for call in found] == ["m1999", "m1998", "m1997"]
    for number in ("07", "500"):
        assert [call.call_id for call in store.records.list_calls(CallSearch(number=number))] == [
            "few"
        ]


def test_a_beginning_at_the_edge_of_what_text_can_hold_finds_no_other(store):
    edge, last = "\ud7ff", "\U0010ffff"
    append(
        store, offered("a", ani=f"{edge}1"), offered("b", ani="\ue000"), offered("c", ani=last * 2)
    )

    def ids(number):
        return [call.call_id for call in store.records.list_calls(CallSearch(number=number))]

    assert ids(edge) == ["a"]
    assert ids(last) == ["c"]


@pytest.mark.req("ADM-30")
def test_a_call_is_forgotten_with_its_journal_and_its_records(store):
    append(store, offered("c1"), fact("c1", EntryKind.ANSWERED, 1), offered("c2"))
    store.records.take_in(CDR, replace(CDR, leg_id="stray", call_id=None))
    assert store.records.forget_calls("c1", "unknown") == 1
    assert store.records.find_call("c1") is None
    assert store.journal.list_entries("c1") == ()
    assert store.records.list_cdrs("c1") == ()
    assert store.records.find_call("c2") is not None
    assert store.records.forget_stray_cdrs(CDR.ended_at) == 0
    assert store.records.forget_stray_cdrs(CDR.ended_at + timedelta(seconds=1)) == 1
