"""The promises of the blacklist (``switchboard/ports/screening.py``)."""

from datetime import UTC, datetime, timedelta

import pytest

from switchboard.ports.screening import BlockedNumber

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


@pytest.mark.req("ACD-12")
def test_a_blocked_number_is_matched_and_says_why(store):
    entry = BlockedNumber("+8613800138000", "nuisance calls at night")
    store.blacklist.block(entry)
    assert store.blacklist.find_match("+8613800138000", NOW) == entry


@pytest.mark.req("ACD-12")
@pytest.mark.parametrize(
    "ani", ["", "anonymous", "+861380013800", "+86138001380001", "8613800138000", "*", "+"]
)
def test_any_other_number_is_let_in(store, ani):
    store.blacklist.block(BlockedNumber("+8613800138000", "nuisance"))
    assert store.blacklist.find_match(ani, NOW) is None


@pytest.mark.req("ACD-12")
def test_a_trailing_star_blocks_every_number_that_begins_so(store):
    entry = BlockedNumber("0900*", "premium numbers")
    store.blacklist.block(entry)
    assert store.blacklist.find_match("09001234567", NOW) == entry
    assert store.blacklist.find_match("0900", NOW) == entry
    assert store.blacklist.find_match("1090012", NOW) is None


def test_the_longest_number_tells_why(store):
    store.blacklist.block(BlockedNumber("0900*", "premium"))
    store.blacklist.block(BlockedNumber("0900123*", "the worst of them"))
    match = store.blacklist.find_match("09001234567", NOW)
    assert match is not None
    assert match.reason == "the worst of them"


@pytest.mark.req("ACD-12")
def test_an_entry_ends_by_itself(store):
    entry = BlockedNumber("123", "for a day", until=NOW + timedelta(days=1))
    store.blacklist.block(entry)
    assert store.blacklist.find_match("123", NOW) == entry
    assert store.blacklist.find_match("123", NOW + timedelta(days=1)) is None
    assert store.blacklist.list_blocked() == (entry,)


def test_an_ended_entry_does_not_hide_one_in_force(store):
    store.blacklist.block(BlockedNumber("123456", "ended", until=NOW - timedelta(days=1)))
    store.blacklist.block(BlockedNumber("123*", "in force"))
    match = store.blacklist.find_match("123456", NOW)
    assert match is not None
    assert match.reason == "in force"


def test_an_unblocked_number_is_let_in(store):
    store.blacklist.block(BlockedNumber("123", "mistaken"))
    assert store.blacklist.unblock("123") is True
    assert store.blacklist.find_match("123", NOW) is None
    assert store.blacklist.unblock("123") is False


def test_a_number_blocked_again_has_its_new_reason_and_end(store):
    later = BlockedNumber("123", "again", until=NOW + timedelta(days=9))
    store.blacklist.block(BlockedNumber("123", "once"))
    store.blacklist.block(later)
    assert store.blacklist.list_blocked() == (later,)


def test_the_list_is_by_number(store):
    for number in ("22", "1*", "+33"):
        store.blacklist.block(BlockedNumber(number, ""))
    assert [entry.number for entry in store.blacklist.list_blocked()] == ["+33", "1*", "22"]


@pytest.mark.parametrize("number", ["", "*", "+", "+*", "12a", "1*2", " 12", "12\n", "1**", "٣"])
def test_what_is_no_number_cannot_be_blocked(number):
    with pytest.raises(ValueError, match="is no number to block"):
        BlockedNumber(number, "mistaken")
