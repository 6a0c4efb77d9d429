"""``switchboard calls`` and ``switchboard calls show``."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from switchboard.core.journal import EntryKind
from switchboard.services.records import read_cdr
from tests.unit.cli.conftest import START, Installation, fact, offered

SAMPLE = Path(__file__).parents[2] / "conformance/cdrs/message-inbound-ca22.json"


def whole_call(call_id: str, after_s: float = 0.0):
    return [
        offered(call_id, after_s),
        fact(call_id, EntryKind.ANSWERED, after_s + 0.05),
        fact(call_id, EntryKind.SAID, after_s + 3, prompts=["welcome.greeting"]),
        fact(call_id, EntryKind.KEYS, after_s + 6, keys="1", ended_by=""),
        fact(
            call_id, EntryKind.MESSAGE_KEPT, after_s + 12,
            mailbox="front_desk", message_id="m1", duration_ms=4200,
        ),
        fact(call_id, EntryKind.HUNG_UP, after_s + 73, cause="NORMAL_CLEARING", by="caller"),
    ]  # fmt: skip


@pytest.fixture
def two_calls(installation) -> Installation:
    refusal = {"reason": "blacklisted: nuisance", "cause": "CALL_REJECTED"}
    installation.put(
        *whole_call("7f3a9c01d2e4"),
        offered("8b1e2f00aa11", 60, ani="", dnis="4008002000"),
        fact("8b1e2f00aa11", EntryKind.REFUSED, 60, **refusal),
        fact("8b1e2f00aa11", EntryKind.HUNG_UP, 60.1, cause="CALL_REJECTED", by="us"),
    )
    return installation


# --- the list ---------------------------------------------------------------------------------


def test_without_calls_the_list_says_so(installation):
    assert installation.says("calls") == "no call is on record\n"
    assert installation.says("calls", "--number", "1") == "no call is on record that fits\n"


@pytest.mark.req("RPT-01")
def test_calls_are_listed_newest_first_with_time_numbers_length_and_end(two_calls):
    assert two_calls.says("calls").splitlines() == [
        "call          began                length  from            dialled     ended"
        "                  messages",
        "8b1e2f00aa11  2026-12-01 18:06:03  -       withheld        4008002000"
        "  blacklisted: nuisance",
        "7f3a9c01d2e4  2026-12-01 18:05:03  1:13    +8613800138000  4008001000"
        "  NORMAL_CLEARING        1",
    ]


@pytest.mark.req("RPT-01")
def test_the_list_for_programs_has_moments_in_utc(two_calls):
    newest, oldest = two_calls.json("calls")
    assert newest["outcome"] == "blacklisted: nuisance"
    assert oldest == {
        "call_id": "7f3a9c01d2e4",
        "started_at": "2026-12-01T10:05:03.120000+00:00",
        "ended_at": "2026-12-01T10:06:16.120000+00:00",
        "ani": "+8613800138000",
        "dnis": "4008001000",
        "answered": True,
        "outcome": "NORMAL_CLEARING",
        "messages": 1,
        "result": "answered",
        "agent": "",
    }


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        (["--number", "4008001"], ["7f3a9c01d2e4"]),
        (["--number", "+86138"], ["7f3a9c01d2e4"]),
        (["--limit", "1"], ["8b1e2f00aa11"]),
        (["--since", "2026-12-01 18:06"], ["8b1e2f00aa11"]),
        (["--since", "2026-12-01T10:06:00+00:00"], ["8b1e2f00aa11"]),
        (["--since", "2026-12-02"], []),
    ],
)
def test_the_list_can_be_narrowed(two_calls, words, ids):
    assert [call["call_id"] for call in two_calls.json("calls", *words)] == ids


def test_since_a_length_of_time_counts_back_from_now(installation):
    now = datetime.now().astimezone()
    installation.put(
        offered("old", (now - timedelta(hours=3) - START).total_seconds()),
        offered("new", (now - timedelta(hours=1) - START).total_seconds()),
    )
    assert [call["call_id"] for call in installation.json("calls", "--since", "2h")] == ["new"]


def test_a_moment_that_cannot_be_read_says_how_to_write_one(installation):
    assert "write 30m, 2h, 7d" in installation.refuses("calls", "--since", "yesterday")


# --- one call ---------------------------------------------------------------------------------


def test_a_call_tells_its_story(two_calls):
    assert two_calls.says("calls", "show", "7f3").splitlines() == [
        "call 7f3a9c01d2e4, 2026-12-01 18:05:03, +8613800138000 to 4008001000, 1:13",
        "18:05:03.120     +0.0 s  call offered on fs1: +8613800138000 (王) dialled 4008001000",
        "18:05:03.170     +0.1 s  answered",
        "18:05:06.120     +3.0 s  heard: welcome.greeting",
        "18:05:09.120     +6.0 s  pressed 1",
        "18:05:15.120    +12.0 s  left a message of 4.2 s in front_desk (m1)",
        "18:06:16.120    +73.0 s  hung up by caller: NORMAL_CLEARING",
        "                         CDR: none is in yet",
        "                         segment: ivr from 18:05:03.120, 73.0 s",
    ]


@pytest.mark.req("RPT-01")
def test_a_call_with_its_record_tells_whether_they_agree(two_calls):
    document = json.loads(SAMPLE.read_text(encoding="utf-8"))
    document["variables"]["switchboard_call_id"] = "7f3a9c01d2e4"
    with two_calls.store() as store:
        store.records.take_in(read_cdr(json.dumps(document).encode()))
    told = two_calls.says("calls", "show", "7f3a9c01d2e4")
    assert "CDR: leg ca225809, inbound 13800138000 to 4000, 1.5 s long, 1.5 s billable" in told
    assert "journal and CDR differ: dialled number: 4008001000 in the journal, 4000 in" in told
    shown = two_calls.json("calls", "show", "7f3a9c01d2e4")
    assert shown["cdrs"][0]["duration_ms"] == 1480
    assert shown["cdrs"][0]["started_at"] == "2026-11-22T11:13:35.713010+00:00"
    assert len(shown["differences"]) >= 3


def test_last_is_the_newest_call(two_calls):
    shown = two_calls.json("calls", "show", "last")
    assert shown["call_id"] == "8b1e2f00aa11"
    assert [entry["kind"] for entry in shown["journal"]] == ["offered", "refused", "hung_up"]
    assert shown["story"][1]["text"].startswith("refused before answer: blacklisted")


def test_an_unknown_or_ambiguous_id_says_what_to_do(two_calls):
    assert "`switchboard calls` lists" in two_calls.refuses("calls", "show", "zzz")
    two_calls.put(offered("7f4"))
    assert "give more of the id" in two_calls.refuses("calls", "show", "7f")


def test_before_the_first_call_there_is_no_last(installation):
    assert "no call is on record yet" in installation.refuses("calls", "show", "last")


def test_facts_of_a_call_whose_offer_was_lost_can_still_be_read(installation):
    installation.put(fact("c1", EntryKind.ANSWERED))
    assert "answered" in installation.says("calls", "show", "c1")


# --- the world outside ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("\x1b[2J\x1b]0;owned\x07", r"\x1b[2J\x1b]0;owned\x07"),
        ("a\nb\rc", r"a\nb\rc"),
        ("\u202egnirts", r"\u202egnirts"),
        ("王　先生", "王 先生"),
        ("\x9b31m", r"\x9b31m"),
    ],
)
def test_a_callers_name_does_nothing_to_the_terminal(installation, name, shown):
    installation.put(offered("c1", caller_name=name, ani=name, dnis=name))
    told = installation.says("calls", "show", "c1")
    assert f"({shown}) dialled {shown}\n" in told
    assert all(line.isprintable() for line in told.splitlines())
    assert all(line.isprintable() for line in installation.says("calls").splitlines())


def test_settings_that_are_not_there_are_told_in_words(installation):
    installation.settings.unlink()
    assert "there is no such file of settings" in installation.refuses("calls")


def test_records_that_cannot_be_opened_are_told_in_words(installation):
    installation.settings.write_text(
        "database: mysql://nowhere/x\nnodes:\n  - password: long-enough-for-a-test\n"
    )
    assert "the records cannot be opened" in installation.refuses("calls")
