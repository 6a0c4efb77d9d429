"""A call's story in words, and whether journal and CDR agree."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from switchboard.core.causes import HangupCause
from switchboard.core.cdrs import Cdr
from switchboard.core.journal import EntryKind, JournalEntry
from switchboard.core.legs import Direction
from switchboard.services.agreement import find_differences
from switchboard.services.timeline import WORDS, tell_story, words_of

START = datetime(2026, 12, 1, 10, 5, 3, 120000, tzinfo=UTC)

CDR = Cdr(
    leg_id="ca225809-4743-4fdf-8925-7d764491ae8e",
    call_id="c1",
    node="fs1",
    direction=Direction.INBOUND,
    ani="+8613800138000",
    caller_name="王",
    dnis="4008001000",
    started_at=START - timedelta(milliseconds=30),
    answered_at=START + timedelta(milliseconds=40),
    ended_at=START + timedelta(seconds=22),
    cause=HangupCause.NORMAL_CLEARING,
    billable_ms=21960,
)


def fact(kind: EntryKind, after_s: float = 0.0, /, **details) -> JournalEntry:
    at = START + timedelta(seconds=after_s)
    return JournalEntry(f"{kind}-{after_s}", "c1", at, kind, details)


OFFERED = fact(
    EntryKind.OFFERED,
    ani="+8613800138000", caller_name="王", dnis="4008001000", node="fs1", leg_id=CDR.leg_id,
)  # fmt: skip
ANSWERED = fact(EntryKind.ANSWERED, 0.05)
HUNG_UP = fact(EntryKind.HUNG_UP, 21.98, cause="NORMAL_CLEARING", by="caller")


def texts(*entries: JournalEntry, cdrs=()) -> list[str]:
    return [line.text for line in tell_story(entries, cdrs)]


def test_a_call_is_told_from_its_offer_to_its_proof():
    story = tell_story(
        [
            OFFERED,
            fact(EntryKind.FLOW_STARTED, 0.01, flow="shop", version="9f86d081884c7d659a2f"),
            ANSWERED,
            fact(EntryKind.NODE_ENTERED, 0.05, flow="shop", node="welcome", kind="say"),
            fact(EntryKind.SAID, 3, prompts=["welcome.greeting", "welcome.hours"]),
            fact(EntryKind.KEYS, 6, keys="1", ended_by=""),
            fact(EntryKind.NODE_LEFT, 6, flow="shop", node="menu", outcome="1", to="note"),
            fact(EntryKind.RECORDED, 19, recording_id="r", duration_ms=4200, ended_by="key"),
            fact(
                EntryKind.MESSAGE_KEPT, 19, mailbox="front_desk", message_id="m1", duration_ms=4200
            ),
            HUNG_UP,
        ],
        [CDR],
    )
    assert [line.text for line in story] == [
        "call offered on fs1: +8613800138000 (王) dialled 4008001000",
        "flow shop started, version 9f86d081884c",
        "answered",
        "at shop.welcome (say)",
        "heard: welcome.greeting, welcome.hours",
        "pressed 1",
        "left menu by 1, to note",
        "spoke for 4.2 s, ended by a key",
        "left a message of 4.2 s in front_desk (m1)",
        "hung up by caller: NORMAL_CLEARING",
        "CDR: leg ca225809, inbound +8613800138000 to 4008001000, 22.0 s long, 22.0 s billable, "
        "NORMAL_CLEARING",
        "journal and CDR agree",
    ]
    assert (story[0].at, story[0].after_s) == (START, 0.0)
    assert story[9].after_s == 21.98
    assert (story[-1].at, story[-1].after_s) == (None, None)


@pytest.mark.parametrize("kind", EntryKind)
def test_every_kind_of_fact_has_words_even_without_details(kind):
    assert words_of(fact(kind)).strip()


def test_no_words_are_left_for_a_kind_that_is_no_more():
    assert set(WORDS) == set(EntryKind)


@pytest.mark.parametrize(
    ("kind", "details", "text"),
    [
        ("offered", {"ani": "", "dnis": "4000"}, "call offered: a withheld number dialled 4000"),
        (
            "refused",
            {"reason": "blacklisted: nuisance", "cause": "CALL_REJECTED"},
            "refused before answer: blacklisted: nuisance (CALL_REJECTED)",
        ),
        ("said", {"prompts": ["a"], "result": "stopped"}, "heard: a (stopped)"),
        ("keys", {"keys": "123", "ended_by": "#"}, "pressed 123, then #"),
        ("keys", {"keys": "", "ended_by": "#"}, "pressed only #"),
        ("silence", {"waited_ms": 5000}, "pressed nothing for 5.0 s"),
        ("silence", {}, "pressed nothing"),
        (
            "recorded",
            {"duration_ms": 800, "ended_by": "cut"},
            "spoke for 0.8 s, its end was not seen",
        ),
        ("language", {"language": "zh"}, "language: zh"),
        ("fault", {"where": "speech", "reason": "no prompt"}, "fault at speech: no prompt"),
        ("resumed", {"why": "taken up", "node": "menu"}, "went on at menu: taken up"),
        ("flow_ended", {"reason": "goodbye"}, "flow ended: goodbye"),
        ("node_left", {"node": "bye", "outcome": "then", "to": ""}, "left bye by then"),
    ],
)
def test_a_fact_is_told_in_words(kind, details, text):
    assert words_of(fact(EntryKind(kind), **details)) == text


def test_a_living_call_has_no_proof_yet():
    assert texts(OFFERED)[-1] == "CDR: none yet; the call has not ended"


def test_an_ended_call_says_that_its_proof_is_not_in():
    assert texts(OFFERED, HUNG_UP)[-1] == "CDR: none is in yet"


def test_a_call_of_which_only_the_switch_knows_is_told_by_its_proof():
    *_, cdr, verdict = texts(cdrs=[CDR])
    assert cdr.startswith("CDR: leg ca225809")
    assert verdict == "journal and CDR differ: the journal does not tell how the call came in"


# --- agreement --------------------------------------------------------------------------------

WHOLE = [OFFERED, ANSWERED, HUNG_UP]


@pytest.mark.req("RPT-01")
@pytest.mark.parametrize(
    ("cdr", "difference"),
    [
        (
            replace(CDR, ani="1000"),
            "calling number: +8613800138000 in the journal, 1000 in the CDR",
        ),
        (replace(CDR, dnis=""), "dialled number: 4008001000 in the journal, none in the CDR"),
        (replace(CDR, answered_at=None), "answered by the journal, never by the CDR"),
        (
            replace(CDR, answered_at=START + timedelta(seconds=5.05)),
            "answered 5.0 s later by the CDR than by the journal",
        ),
        (
            replace(CDR, ended_at=START + timedelta(seconds=11.98)),
            "ended 10.0 s earlier by the CDR than by the journal",
        ),
        (
            replace(CDR, cause=HangupCause.MEDIA_TIMEOUT),
            "cause: NORMAL_CLEARING in the journal, MEDIA_TIMEOUT in the CDR",
        ),
        (replace(CDR, leg_id="another"), "the switch has no record of the caller's leg"),
    ],
)
def test_a_difference_is_named_in_words(cdr, difference):
    assert find_differences(WHOLE, [CDR]) == ()
    assert find_differences(WHOLE, [cdr]) == (difference,)
    assert texts(*WHOLE, cdrs=[cdr])[-1] == f"journal and CDR differ: {difference}"


def test_an_end_or_an_answer_that_the_journal_lost_is_named():
    assert find_differences([OFFERED], [CDR]) == (
        "answered by the CDR, never by the journal",
        "the journal does not tell how the call ended",
    )


def test_the_legs_of_others_are_not_compared_with_the_caller():
    agent = replace(CDR, leg_id="agent", direction=Direction.OUTBOUND, ani="1001")
    assert find_differences(WHOLE, [agent, CDR]) == ()


def test_a_refused_call_agrees_with_its_proof():
    refused = [
        OFFERED,
        fact(EntryKind.REFUSED, 0.01, reason="blacklisted", cause="CALL_REJECTED"),
        fact(EntryKind.HUNG_UP, 0.02, cause="CALL_REJECTED", by="us"),
    ]
    cdr = replace(
        CDR, answered_at=None, billable_ms=0, ended_at=START, cause=HangupCause.CALL_REJECTED
    )
    assert find_differences(refused, [cdr]) == ()
