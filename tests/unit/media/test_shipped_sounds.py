"""Every prompt that ships has its sound, in each of its languages, fit to be heard.

When a text of ``ivr_flows/`` has changed: ``make sounds``.
"""

from pathlib import Path

import pytest

from switchboard.bundled import bundled
from switchboard.console.metrics import PrometheusMetrics
from switchboard.flow.effects import Piece
from switchboard.media.engines import EngineChoice
from switchboard.media.judging import remarks_on
from switchboard.media.measure import measure_file
from switchboard.media.prompts import Origin, PromptLibrary
from switchboard.media.speaker import Speaker
from switchboard.settings import read_settings
from tools.speak_shipped import shipped_pieces

PIECES = shipped_pieces(read_settings("nodes: [{password: none-is-asked-here}]", Path("x"), {}))
REMEDY = "`make sounds` speaks what is new and removes what is old"


@pytest.fixture(scope="module")
def library(tmp_path_factory) -> PromptLibrary:
    """What ships alone, with an engine that is never asked."""
    empty = tmp_path_factory.mktemp("empty")
    return PromptLibrary(empty, bundled("sounds"), Speaker(EngineChoice()), PrometheusMetrics())


@pytest.mark.req("IVR-02")
def test_every_prompt_that_ships_has_its_sound_and_none_is_left_over(library: PromptLibrary):
    standing = [library.standing_of(piece) for piece in PIECES]
    missing = [
        piece
        for piece, found in zip(PIECES, standing, strict=True)
        if found.origin is Origin.MISSING
    ]
    assert missing == [], REMEDY
    used = {found.file for found in standing}
    left = set((bundled("sounds") / "spoken").rglob("*.wav")) - used
    assert left == set(), REMEDY


def test_what_has_words_has_them_in_both_languages():
    languages: dict[str, set[str]] = {}
    for piece in PIECES:
        if isinstance(piece, Piece):
            languages.setdefault(piece.prompt, set()).add(piece.language)
    assert {name for name, spoken in languages.items() if spoken != {"zh", "en"}} == set()
    assert len(languages) > 30


def test_every_sound_is_long_loud_and_clean_enough_for_its_words(library: PromptLibrary):
    spoken = [piece for piece in PIECES if not isinstance(piece, Piece) or has_words(piece)]
    remarks = {
        piece: remarks_on(measure_file(library.standing_of(piece).file), piece) for piece in spoken
    }
    assert {piece: unfit for piece, unfit in remarks.items() if unfit} == {}


def has_words(piece: Piece) -> bool:
    """Punctuation alone is a pause."""
    return any(letter.isalnum() for letter in piece.text)
