"""An answer is whole as early as it can be, and never earlier."""

import contextlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.flow.effects import Keypad
from switchboard.flow.keypad import Verdict, judge
from switchboard.flow.keypatterns import (
    BadPattern,
    can_grow,
    captures,
    longest,
    matches,
    read_pattern,
)

MENU = Keypad(longest=1)
ACCOUNT = Keypad(longest=10)
WAYBILL = Keypad(longest=13, end_key="#", alone=frozenset("*"))
EXTENSIONS = Keypad(longest=4, whole=("1", "2", r"\*", "8[0-9]{3}"))

# keypad, keys: whole?, the answer
CASES = {
    "no key yet": (MENU, "", False, ""),
    "a menu takes one key": (MENU, "1", True, "1"),
    "a menu takes a wrong key too": (MENU, "#", True, "#"),
    "an account number grows": (ACCOUNT, "001234567", False, "001234567"),
    "an account number is whole": (ACCOUNT, "0012345678", True, "0012345678"),
    "a star inside is no star alone": (WAYBILL, "7*", False, "7*"),
    "a star alone": (WAYBILL, "*", True, "*"),
    "the end key ends": (WAYBILL, "7700000001#", True, "7700000001"),
    "the end key alone": (WAYBILL, "#", True, ""),
    "a choice that begins nothing longer": (EXTENSIONS, "1", True, "1"),
    "a key that begins an extension": (EXTENSIONS, "8", False, "8"),
    "an extension on its way": (EXTENSIONS, "800", False, "800"),
    "an extension": (EXTENSIONS, "8002", True, "8002"),
    "what can become nothing": (EXTENSIONS, "9", True, "9"),
    "what can become nothing any more": (EXTENSIONS, "8*", True, "8*"),
}


@pytest.mark.parametrize("name", CASES)
def test_keys_are_judged(name: str) -> None:
    keypad, keys, whole, answer = CASES[name]
    verdict = judge(keypad, keys)
    assert (verdict.whole, verdict.keys) == (whole, answer)


def test_the_end_key_is_told_apart_from_the_answer() -> None:
    assert judge(WAYBILL, "12#") == Verdict(whole=True, keys="12", ended_by="#")


def test_an_end_key_pressed_though_the_answer_was_whole_is_swallowed() -> None:
    assert judge(WAYBILL, "7" * 13).swallow == "#"
    assert judge(ACCOUNT, "0" * 10).swallow == ""


def test_a_key_that_may_begin_a_longer_entry_waits() -> None:
    keypad = Keypad(longest=13, whole=("1", "7", "[0-9]{10,13}"))
    assert not judge(keypad, "1").whole
    assert not judge(keypad, "1234567890").whole  # an eleventh may come
    assert judge(keypad, "1234567890123").whole


PATTERNS = (
    "8[0-9]{3}",
    "[0-9]{10,13}",
    "(1|2)3?",
    r"\d+",
    "1*2",
    r"\*[0-9]{2}#",
    "(10?)+",
    "[^0]#",
)
SIGNS = st.text("0123456789*#", max_size=6)


@given(st.sampled_from(PATTERNS), SIGNS)
def test_patterns_match_as_pythons_do(pattern: str, keys: str) -> None:
    assert matches(pattern, keys) == (re.fullmatch(pattern, keys) is not None)


@given(st.sampled_from(PATTERNS), SIGNS, st.text("0123456789*#", min_size=1, max_size=5))
def test_what_a_longer_answer_fits_could_grow(pattern: str, keys: str, more: str) -> None:
    if matches(pattern, keys + more):
        assert can_grow(pattern, keys)


def test_what_no_longer_answer_fits_cannot_grow() -> None:
    assert not can_grow("8[0-9]{3}", "8001")
    assert not can_grow("8[0-9]{3}", "9")
    assert can_grow("8[0-9]{3}", "")


def test_the_longest_answer_of_a_pattern_is_known() -> None:
    assert longest("8[0-9]{3}") == 4
    assert longest("1|22|333") == 3
    assert longest(r"\d{2}(#\d)?") == 4


def test_groups_take_their_part_of_the_keys() -> None:
    assert captures("([0-9]{3})([0-9]{2})", "01234") == ("012", "34")
    assert captures("(1)?2", "2") == ("",)


BAD = {
    "8[0-9": "[",
    "8[a-z]": "[",
    "(8": "(",
    "8)": ")",
    "8{x}": "count",
    "8{5,2}": "count",
    "8{99}": "count",
    "a": "no key",
    "^8": "no key",
    r"8\w": "means nothing",
    "*8": "no key",
}


@pytest.mark.parametrize("pattern", BAD)
def test_what_is_no_pattern_over_keys_is_refused(pattern: str) -> None:
    with pytest.raises(BadPattern, match=re.escape(BAD[pattern])):
        read_pattern(pattern)


def test_a_pattern_cannot_run_away() -> None:
    assert not matches("(1*)*2", "1" * 30)  # kills a backtracking matcher


@given(st.text("0123456789*#[]{},()|?+^\\d", max_size=12))
def test_any_pattern_is_read_or_refused(pattern: str) -> None:
    with contextlib.suppress(BadPattern):
        read_pattern(pattern)
        assert longest(pattern) >= 0
