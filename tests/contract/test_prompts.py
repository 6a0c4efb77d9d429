"""The promise of the prompts port, held by the library and by the fake alike."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from switchboard.flow.effects import Piece, Sound
from switchboard.media.prompts import PromptLibrary
from switchboard.media.speaker import Speaker
from switchboard.ports.prompts import Prompts, SpeechFailed
from tests.fakes.metrics import FakeMetrics
from tests.fakes.prompts import FakePrompts

UNSPEAKABLE = Piece("shop.odd", "xx", "no engine has this language")
WELCOME = Piece("shop.welcome", "en", "Welcome.")
AMOUNT = Piece("shop.amount", "en", "twelve", part=0, parts=2)


@pytest.fixture(params=["library", "fake"])
def prompts(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Prompts]:
    if request.param == "fake":
        yield FakePrompts(unspeakable={UNSPEAKABLE.text, "no_such_sound"})
        return
    (tmp_path / "shipped").mkdir()
    (tmp_path / "shipped/tone.wav").write_bytes(b"RIFF")
    speaker = Speaker()
    yield PromptLibrary(tmp_path / "own", tmp_path / "shipped", speaker, FakeMetrics())
    speaker.close()


def test_a_piece_has_an_absolute_path_that_stays_the_same(prompts: Prompts) -> None:
    for piece in (WELCOME, AMOUNT, Sound("tone")):
        file = prompts.file_of(piece)
        assert Path(file).is_absolute()
        assert file.endswith(".wav")
        assert prompts.file_of(piece) == file


def test_other_words_or_another_language_have_another_file(prompts: Prompts) -> None:
    pieces = [
        WELCOME,
        Piece("shop.welcome", "zh", "欢迎。"),
        Piece("shop.goodbye", "en", "Goodbye."),
        AMOUNT,
        Piece("shop.amount", "en", "thirteen", part=0, parts=2),
        Piece("shop.amount", "en", "dollars", part=2, parts=2),
    ]
    assert len({prompts.file_of(piece) for piece in pieces}) == len(pieces)


@pytest.mark.parametrize("piece", [UNSPEAKABLE, Sound("no_such_sound")])
def test_what_cannot_be_said_is_refused_in_words(prompts: Prompts, piece: Piece | Sound) -> None:
    with pytest.raises(SpeechFailed, match=r"\w+ \w+"):
        prompts.file_of(piece)


def test_preparing_tells_each_failure_and_does_the_rest(prompts: Prompts) -> None:
    failures = prompts.prepare([WELCOME, UNSPEAKABLE, AMOUNT, Sound("no_such_sound"), WELCOME])
    assert len(failures) == 2
    assert prompts.prepare([WELCOME, AMOUNT]) == ()
    assert prompts.prepare([]) == ()
