"""``switchboard blacklist``."""

from datetime import UTC, datetime, timedelta

import pytest


def match(installation, ani, now=None):
    with installation.store() as store:
        return store.blacklist.find_match(ani, now or datetime.now(UTC))


@pytest.mark.req("ACD-12")
def test_a_number_is_blocked_and_let_in_again(installation):
    said = installation.says("blacklist", "add", "+8613800138000", "--reason", "nuisance")
    assert said == "+8613800138000 is blocked\n"
    assert match(installation, "+8613800138000").reason == "nuisance"
    said = installation.says("blacklist", "remove", "+8613800138000")
    assert said == "+8613800138000 is blocked no more\n"
    assert match(installation, "+8613800138000") is None


@pytest.mark.req("ACD-12")
def test_a_number_is_blocked_for_a_time(installation):
    assert " is blocked until " in installation.says("blacklist", "add", "0900*", "--until", "7d")
    assert match(installation, "0900123").number == "0900*"
    assert match(installation, "0900123", datetime.now(UTC) + timedelta(days=8)) is None


def test_the_list_shows_until_and_why(installation):
    assert installation.says("blacklist", "list") == "no number is blocked\n"
    installation.says("blacklist", "add", "2", "--reason", "骚扰\x1b[2J")
    installation.says("blacklist", "add", "1", "--until", "2099-01-01 08:00")
    assert installation.says("blacklist", "list").splitlines() == [
        "number  until                reason",
        "1       2099-01-01 08:00:00",
        r"2                            骚扰\x1b[2J",
    ]
    first, second = installation.json("blacklist", "list")
    assert first == {"number": "1", "reason": "", "until": "2099-01-01T00:00:00+00:00"}
    assert second["until"] is None


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["add", "anonymous"], "is no number to block"),
        (["add", "*"], "is no number to block"),
        (["add", "1", "--until", "2020-01-01"], "has passed"),
        (["add", "1", "--until", "soon"], "is no moment"),
        (["remove", "1"], "`switchboard blacklist list` shows it"),
    ],
)
def test_a_mistake_is_told_and_changes_nothing(installation, words, says):
    assert says in installation.refuses("blacklist", *words)
    assert installation.says("blacklist", "list") == "no number is blocked\n"
