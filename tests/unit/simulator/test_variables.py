"""Variables keep FreeSWITCH's order, its indifference to case, and its histories."""

import pytest

from switchboard.simulator.variables import Variables


def test_a_variable_set_again_becomes_the_newest() -> None:
    variables = Variables()
    for name, value in (("a", "1"), ("b", "2"), ("a", "3")):
        variables.set(name, value)
    assert list(variables) == [("b", "2"), ("a", "3")]


@pytest.mark.parametrize("nothing", [None, ""])
def test_a_variable_set_to_nothing_is_gone(nothing: str | None) -> None:
    variables = Variables()
    variables.set("a", "1")
    variables.set("A", nothing)
    assert list(variables) == []
    assert variables.get("a") == ""


def test_a_name_is_found_whatever_its_case_and_told_as_it_was_set() -> None:
    variables = Variables()
    variables.set("RECORD_STEREO", "true")
    assert variables.is_true("record_stereo")
    assert list(variables) == [("RECORD_STEREO", "true")]


def test_entries_that_are_pushed_make_a_history() -> None:
    variables = Variables()
    variables.push("history", "first")
    assert variables.get("history") == "first"
    variables.push("history", "second")
    assert list(variables) == [("history", ("first", "second"))]
    assert variables.get("history") == "ARRAY::first|:second"


@pytest.mark.parametrize(
    ("value", "answer"),
    [("true", True), ("YES", True), ("1", True), ("false", False), ("0", False)],
)
def test_the_switch_has_many_words_for_yes(value: str, answer: bool) -> None:
    variables = Variables()
    variables.set("a", value)
    assert variables.is_true("a") is answer
