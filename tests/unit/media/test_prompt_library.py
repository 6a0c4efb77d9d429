"""Which sound is taken for a piece: recorded before spoken, own before shipped, once for all."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import gevent
import pytest

from switchboard.flow.effects import Piece, Sound
from switchboard.media.engines import EngineChoice
from switchboard.media.measure import measure_file
from switchboard.media.prompts import Origin, PromptLibrary
from switchboard.media.speaker import Speaker
from switchboard.ports.prompts import SpeechFailed
from tests.fakes.metrics import FakeMetrics

WELCOME = Piece("shop.welcome", "en", "Welcome to the shop.")


class Room:
    """A library in a folder of the test's own."""

    def __init__(self, folder: Path) -> None:
        self.own, self.shipped = folder / "own", folder / "shipped"
        self.metrics = FakeMetrics()
        self.speaker = Speaker()
        self.library = self.with_voices({})

    def with_voices(self, voices: dict[str, str]) -> PromptLibrary:
        speaker = Speaker(EngineChoice(voices=voices)) if voices else self.speaker
        return PromptLibrary(self.own, self.shipped, speaker, self.metrics)

    def put(self, folder: Path, place: str) -> str:
        file = folder / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"RIFF")
        return str(file)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(tmp_path)
    yield made
    made.speaker.close()


def test_what_nobody_recorded_is_spoken_once_and_kept_with_its_words(room: Room) -> None:
    file = Path(room.library.file_of(WELCOME))
    assert file.is_relative_to(room.own / "spoken/en")
    assert measure_file(file).duration_ms > 500
    assert file.with_suffix(".txt").read_text(encoding="utf-8") == "Welcome to the shop.\n"
    written = file.stat().st_mtime_ns
    assert room.library.file_of(WELCOME) == str(file)
    assert file.stat().st_mtime_ns == written
    assert room.metrics.counted == {"prompt_spoken": 1}
    assert not [left for left in file.parent.iterdir() if left.suffix not in {".wav", ".txt"}]


def test_every_player_may_read_what_is_spoken(room: Room) -> None:
    """FreeSWITCH is another user of the machine."""
    mask = os.umask(0o022)
    try:
        file = Path(room.library.file_of(WELCOME))
    finally:
        os.umask(mask)
    assert file.stat().st_mode & 0o044 == 0o044
    assert file.parent.stat().st_mode & 0o055 == 0o055


def test_a_recording_wins_over_speech_and_ones_own_over_the_shipped(room: Room) -> None:
    spoken = room.library.file_of(WELCOME)
    shipped = room.put(room.shipped, "recordings/shop/en/welcome.wav")
    assert room.library.file_of(WELCOME) == shipped != spoken
    own = room.put(room.own, "recordings/shop/en/welcome.wav")
    assert room.library.file_of(WELCOME) == own
    assert room.library.standing_of(WELCOME).origin is Origin.RECORDED


def test_what_ships_spoken_is_not_spoken_again(room: Room) -> None:
    place = room.library.standing_of(WELCOME).file.relative_to(room.own)
    assert room.library.standing_of(WELCOME).origin is Origin.MISSING
    shipped = room.put(room.shipped, str(place))
    assert room.library.file_of(WELCOME) == shipped
    assert room.library.standing_of(WELCOME).origin is Origin.SPOKEN
    assert not room.metrics.told


def test_fixed_pieces_of_a_text_with_values_are_recorded_by_number(room: Room) -> None:
    first = Piece("shop.bill", "zh", "您用气", part=1, parts=2)
    second = Piece("shop.bill", "zh", "立方米。", part=2, parts=2)
    value = Piece("shop.bill", "zh", "十二", part=0, parts=2)
    files = [room.put(room.own, f"recordings/shop/zh/{name}.wav") for name in ("bill.1", "bill.2")]
    room.put(room.own, "recordings/shop/zh/bill.wav")
    room.put(room.own, "recordings/shop/zh/bill.0.wav")
    assert [room.library.file_of(piece) for piece in (first, second)] == files
    assert room.library.standing_of(value).origin is Origin.MISSING


def test_another_voice_speaks_anew(room: Room) -> None:
    one = room.library.standing_of(WELCOME).file
    assert room.with_voices({"en": "en-gb"}).standing_of(WELCOME).file != one


def test_many_who_ask_for_one_text_at_once_have_it_spoken_once(room: Room) -> None:
    askers = [gevent.spawn(room.library.file_of, WELCOME) for _ in range(10)]
    gevent.joinall(askers, raise_error=True)
    assert len({asker.value for asker in askers}) == 1
    assert room.metrics.counted == {"prompt_spoken": 1}


def test_an_asker_who_hangs_up_takes_the_speech_from_nobody_else(room: Room) -> None:
    first, second = (gevent.spawn(room.library.file_of, WELCOME) for _ in range(2))
    gevent.idle()
    first.kill()
    assert Path(second.get(timeout=20)).is_file()


def test_prompts_of_a_librarys_flow_are_recorded_under_its_full_name(room: Room) -> None:
    file = room.put(room.own, "recordings/house.tickets/en/sorry.wav")
    assert room.library.file_of(Piece("house.tickets.sorry", "en", "Sorry.")) == file


def test_values_are_kept_apart_and_forgotten_unless_they_are_used(room: Room) -> None:
    values = [
        Piece("shop.bill", "en", words, 0, 0, value_of="bill", value=words)
        for words in ("twelve", "thirteen")
    ]
    old, used = (Path(room.library.file_of(value)) for value in values)
    kept = Path(room.library.file_of(WELCOME))
    assert old.is_relative_to(room.own / "values/en")
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    for file in (old, used, kept):
        os.utime(file, (long_ago.timestamp(), long_ago.timestamp()))
    room.library.file_of(values[1])
    assert room.library.forget_values(long_ago + timedelta(days=1)) == 1
    assert [file.exists() for file in (old, used, kept)] == [False, True, True]
    assert not old.with_suffix(".txt").exists()
    assert room.metrics.counted == {"prompt_spoken": 3}


def test_a_form_of_words_that_was_prepared_is_used_for_any_value(room: Room) -> None:
    """Whether it says "metre" or "metres" is known before the call, though the number is not."""
    form = Piece("shop.bill", "en", "metres", 0, 0, value_of="used")
    prepared = room.library.file_of(form)
    said = Piece("shop.bill", "en", "metres", 0, 0, value_of="used", value="12")
    assert room.library.file_of(said) == prepared


@pytest.mark.parametrize(
    "piece",
    [
        Piece("../../etc.passwd", "en", "one"),
        Piece("shop.../../secret", "en", "two"),
        Piece("a.b.c.welcome", "en", "five"),
        Piece("shop", "en", "three"),
        Piece("shop.Welcome", "en", "four"),
    ],
)
def test_a_name_that_is_none_has_no_recording_but_is_spoken(room: Room, piece: Piece) -> None:
    room.put(room.own, "secret.wav")
    assert Path(room.library.file_of(piece)).is_relative_to(room.own / "spoken/en")


@pytest.mark.parametrize("language", ["", "..", "../en", "en/..", "EN", "en\n"])
def test_a_language_that_is_none_is_refused(room: Room, language: str) -> None:
    with pytest.raises(SpeechFailed, match="is no language"):
        room.library.file_of(Piece("shop.welcome", language, "hello"))


def test_a_sound_is_found_by_name_and_never_by_path(room: Room) -> None:
    shipped = room.put(room.shipped, "tone.wav")
    assert room.library.file_of(Sound("tone")) == shipped
    own = room.put(room.own, "tone.wav")
    assert room.library.file_of(Sound("tone")) == own
    with pytest.raises(SpeechFailed, match=r"no sound 'gong': put it at .*own/gong\.wav"):
        room.library.file_of(Sound("gong"))
    with pytest.raises(SpeechFailed, match="no name of a sound"):
        room.library.file_of(Sound("../shipped/tone"))


def test_a_folder_that_cannot_be_written_is_told_with_its_path(room: Room) -> None:
    room.own.write_text("a file where the folder should be")
    (failure,) = room.library.prepare([WELCOME])
    assert "cannot be kept" in failure
    assert str(room.own) in failure
    assert room.metrics.counted == {"prompt_failed": 1}


def test_a_failed_text_is_tried_again_when_it_is_asked_for_again(room: Room) -> None:
    room.own.write_text("a file where the folder should be")
    assert len(room.library.prepare([WELCOME])) == 1
    room.own.unlink()
    assert room.library.prepare([WELCOME]) == ()
    assert Path(room.library.file_of(WELCOME)).is_file()
