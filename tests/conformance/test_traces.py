"""The stand-in is held to every recorded trace of a real FreeSWITCH."""

import re
import wave
from collections import Counter
from pathlib import Path

import pytest

from tests.conformance.accepted_differences import ACCEPTED, LOST, MOST, SPANNING
from tests.conformance.comparison import Comparison
from tests.conformance.replay import LAB, Replay
from tests.conformance.trace import Trace, read_trace, scenarios

SOXI = re.compile(r"'([^']+)' Channels +: (\d+) .* = (\d+) samples")

met: Counter[str] = Counter()


@pytest.mark.parametrize("scenario", scenarios())
def test_the_stand_in_behaves_as_recorded(scenario: str, lab: Path) -> None:
    trace = read_trace(scenario)
    differences = Comparison(trace, Replay(trace, lab).run()).differences()
    unexpected = []
    for difference in differences:
        covering = [accepted.name for accepted in ACCEPTED if accepted.covers(difference)]
        met.update(covering)
        if not covering:
            unexpected.append(str(difference))
    assert unexpected == []
    assert_recordings_are_as_recorded(trace, lab)


def assert_recordings_are_as_recorded(trace: Trace, lab: Path) -> None:
    notes = [SOXI.search(row.text) for row in trace.rows if row.dir == "note"]
    for path, channels, samples in (note.groups() for note in notes if note):
        with wave.open(path.replace(LAB, str(lab))) as file:
            assert file.getnchannels() == int(channels)
            more = LOST["variable_record_samples"] if trace.scenario == SPANNING else 0
            assert -320 <= file.getnframes() - int(samples) <= 320 + more  # two ticks


def test_accepted_differences_are_few_and_all_still_met() -> None:
    assert len(ACCEPTED) <= MOST
    assert {accepted.name for accepted in ACCEPTED} <= set(met) or not met


def test_no_trace_is_left_out() -> None:
    assert len(scenarios()) == 63
