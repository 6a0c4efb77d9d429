"""A caller on a line: does what a script says when its time has come, and hears what differs."""

from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from switchboard.cli._placed_calls import Caller, Differs, not_on_a_line
from switchboard.flow.scripts import CallResult, prove
from switchboard.flow.scripts.forms import Given
from switchboard.services.script_queues import ScriptQueues
from tests.unit.cli.test_flow_proofs import CENTRE, FLOW, SCRIPT


class FakeLine:
    """A line on which things happen in the order that a test wrote; what is done stands in it."""

    speed = 1000.0

    def __init__(self, folder: Path, *happenings: str) -> None:
        self._folder = folder
        self._happenings = deque(happenings)
        self.did: list[str] = []

    def next_event(self, wait_s: float) -> Mapping[str, Any] | None:
        del wait_s
        if not self._happenings:
            return None
        word, _, text = self._happenings.popleft().partition(" ")
        if word != "hears":
            return {"event": word}
        sound = self._folder / f"{abs(hash(text))}.wav"
        sound.with_suffix(".txt").write_text(text, encoding="utf-8")
        return {"event": "hears", "sound": str(sound)}

    def press(self, keys: str) -> None:
        self.did.append(f"press {keys} before {len(self._happenings)}")

    def speak(self, duration_ms: int) -> None:
        self.did.append(f"speak {duration_ms}")

    def hang_up(self) -> None:
        self.did.append("hang up")
        self._happenings.append("hung_up")


@pytest.fixture
def call() -> CallResult:
    files = {"centre.yaml": CENTRE, "desk.yaml": FLOW, "desk.test.yaml": SCRIPT}
    (proven,) = prove(files, ScriptQueues).calls
    return proven.result


def test_a_key_is_pressed_when_what_comes_before_it_has_been_said(tmp_path, call):
    line = FakeLine(tmp_path, "hears Press 1.", "heard", "hears Goodbye.", "heard", "hung_up")
    Caller(line).play(call.story)
    assert line.did == ["press 1 before 3"]


@pytest.mark.parametrize(
    "happenings",
    [
        ("hears Press 2.", "heard"),
        ("hears Press 1.", "heard", "hears Press 1.", "heard"),
        ("hears Press 1.", "heard", "hung_up"),
        ("hears Press 1.", "heard", "hears Goodbye.", "hears And thanks.", "hung_up"),
    ],
)
def test_whatever_is_heard_otherwise_is_a_difference(tmp_path, call, happenings):
    with pytest.raises(Differs):
        Caller(FakeLine(tmp_path, *happenings)).play(call.story)


def test_a_difference_names_what_was_expected_and_what_was_heard(tmp_path, call):
    with pytest.raises(Differs, match=r'expected "Press1\.", heard "Press2\."'):
        Caller(FakeLine(tmp_path, "hears Press 2.", "heard")).play(call.story)


def test_tones_and_pauses_are_no_words(tmp_path, call):
    line = FakeLine(
        tmp_path, "hears Press 1.", "heard", "records", "hears Goodbye.", "heard", "hung_up"
    )
    Caller(line).play(call.story)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"to": "100", "down": ("bills",)}, "it is given down"),
        ({"takes": {"greeting": "hello"}}, "it is given takes"),
        ({}, "nobody dials a number"),
        ({"to": "100"}, ""),
    ],
)
def test_what_no_line_brings_along_is_told(call, given, why):
    assert not_on_a_line(call, Given.model_validate(given)) == why
