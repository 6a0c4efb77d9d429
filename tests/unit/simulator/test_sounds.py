"""Sounds by name: how long they last, what they sound like, what is no sound."""

import wave
from array import array
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.simulator import audio
from switchboard.simulator.hearing import Mouth, SilenceWatch
from switchboard.simulator.sounds import SoundLibrary, SpokenSound, taken


@pytest.fixture
def library(tmp_path: Path) -> SoundLibrary:
    (tmp_path / "second.wav").write_bytes(audio.encode_wav([audio.tone([440], 8000)]))
    (tmp_path / "text.wav").write_text("no sound", encoding="utf-8")
    return SoundLibrary(tmp_path)


@pytest.mark.parametrize(
    ("name", "length"),
    [
        ("second.wav", 8000),
        ("{pause=1}second.wav", 8000),
        ("silence_stream://250", 2000),
        ("silence_stream://250,1400", 2000),
        ("silence_stream://-1", None),
        ("tone_stream://%(200,100,440)", 2400),
        ("tone_stream://%(200,100,440);loops=40", 96000),
        ("tone_stream://v=-7;%(100,0,941.0,1477.0);loops=-1", None),
        ("tone_stream://%(100,0,350)%(100,0,440)", 1600),
        ("local_stream://default", None),
        ("file_string://second.wav!silence_stream://500!second.wav", 20000),
        ("file_string://second.wav!local_stream://default", None),
    ],
)
def test_a_sound_is_as_long_as_its_name_says(
    library: SoundLibrary, name: str, length: int | None
) -> None:
    sound = library.open(name)
    assert sound is not None
    assert sound.length == length
    assert sound.name == name


@pytest.mark.parametrize(
    "name",
    ["missing.wav", "text.wav", "tone_stream://nonsense", "silence_stream://soon", "say://hello",
     "file_string://missing.wav!text.wav", ""],
)  # fmt: skip
def test_what_cannot_be_opened_is_no_sound(library: SoundLibrary, name: str) -> None:
    assert library.open(name) is None


@given(begin=st.integers(0, 30000), count=st.integers(0, 30000))
def test_samples_asked_for_in_two_pieces_are_those_asked_for_at_once(
    begin: int, count: int
) -> None:
    library = SoundLibrary(Path())
    chain = "tone_stream://%(50,7,300)!silence_stream://20!local_stream://x"
    names = (
        "tone_stream://%(200,100,440);loops=5",
        "local_stream://x",
        "silence_stream://300",
        f"file_string://{chain}",
    )
    for name in names:
        sound = library.open(name)
        assert sound is not None
        whole = sound.samples(begin, count)
        assert len(whole) == count
        half = count // 2
        assert sound.samples(begin, half) + sound.samples(begin + half, count - half) == whole


def test_a_broken_file_was_read_in_blocks_and_a_tone_in_rounds(library: SoundLibrary) -> None:
    tone = library.open("tone_stream://%(200,100,440);loops=40")
    file = library.open("second.wav")
    assert tone is not None
    assert file is not None
    assert taken(tone, 4800) == 7200
    assert taken(file, 160) == 8000


def test_other_rates_and_channels_are_brought_to_one_line_of_8_khz(tmp_path: Path) -> None:
    path = tmp_path / "cd.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(16000)
        left_and_right = [100, -100] * 16000
        file.writeframes(array("h", left_and_right).tobytes())
    assert audio.wav_length(path) == 8000
    assert audio.read_wav(path) == array("h", [100] * 8000)


def test_samples_of_eight_bits_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "old.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8000)
        file.writeframes(bytes(100))
    with pytest.raises(audio.NotAudio, match="8 bits"):
        audio.read_wav(path)


def test_hold_music_may_be_a_file_that_is_looped(tmp_path: Path) -> None:
    (tmp_path / "music.wav").write_bytes(audio.encode_wav([audio.tone([440], 1000)]))
    music = SoundLibrary(tmp_path, tmp_path / "music.wav").open("local_stream://default")
    assert music is not None
    assert music.length is None
    assert music.samples(0, 1000) == music.samples(5000, 1000)


def test_two_sounds_at_once_are_mixed_within_full_scale() -> None:
    assert audio.mix(array("h", [30000, 1]), array("h", [30000, -2])) == array("h", [32767, -1])


def test_silence_is_counted_anew_after_each_word() -> None:
    mouth = Mouth()
    watch = SilenceWatch(mouth, 0, 200, 50)
    mouth.begin(SpokenSound("word", audio.tone([440], 1600)), 20)
    assert watch.missing(20) == 30
    assert watch.missing(30) == 50
    assert watch.missing(70) == 10
    assert watch.missing(80) == 0


def test_a_person_who_falls_silent_says_no_more() -> None:
    mouth = Mouth()
    mouth.begin(SpokenSound("long", audio.tone([440], 16000)), 0)
    mouth.hush(10)
    assert mouth.level(9) > 1000
    assert mouth.level(10) == 0
