"""What the engines say, measured: how long, how loud, and not the wrong thing."""

import json
import stat
import sys
from array import array
from pathlib import Path

import pytest

from switchboard.media.engines import (
    CommandLine,
    Engine,
    EngineChoice,
    EngineFailed,
    EngineName,
    EspeakProgram,
    EspeakWheel,
    Google,
    espeak_words,
    make_engine,
)
from switchboard.media.loading import NotSound, load_sound
from switchboard.media.measure import Measure, measure_file
from switchboard.media.pinyin import to_pinyin
from switchboard.media.studio import answer, speak
from switchboard.media.wav import Pcm, read_wav, write_wav

GREETING = {
    "zh": "您好，欢迎致电客户服务中心。查询账单请按一，留言请按二。",
    "en": "Welcome to our service centre. For your bill, press one. To leave a message, press two.",
}
HANZI = sum("\u4e00" <= letter <= "\u9fff" for letter in GREETING["zh"])
WORDS = len(GREETING["en"].split())


NOWHERE = ("/nonexistent/talker", "{wav_file}")


def spoken(tmp_path: Path, language: str, **voices: str) -> Measure:
    file = tmp_path / f"{language}.wav"
    speak(make_engine(EngineChoice(voices=voices)), GREETING[language], language, file)
    assert read_wav(file).rate == 8000
    assert read_wav(file).channels == 1
    return measure_file(file)


@pytest.mark.req("IVR-02")
@pytest.mark.parametrize(
    ("language", "units", "shortest_ms", "longest_ms"),
    [("zh", HANZI, 150, 450), ("en", WORDS, 180, 550)],
)
def test_a_greeting_is_as_long_and_loud_as_speech(
    tmp_path: Path, language: str, units: int, shortest_ms: int, longest_ms: int
) -> None:
    found = spoken(tmp_path, language)
    assert shortest_ms < found.duration_ms / units < longest_ms
    assert -23 < found.rms_db < -18
    assert found.clipped == 0
    assert found.peak <= 0.9


def test_reading_hanzi_as_chinese_letter_would_take_twice_as_long(tmp_path: Path) -> None:
    """The measure above tells the right reading from the wrong one."""
    wrong = spoken(tmp_path, "zh", zh="en-us")
    assert wrong.duration_ms / HANZI > 600


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_machine_with_python_only_speaks_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    usual = spoken(tmp_path, language)
    monkeypatch.setenv("PATH", "/nonexistent")
    assert isinstance(make_engine(EngineChoice()), EspeakWheel)
    from_wheel = spoken(tmp_path, language)
    assert from_wheel.duration_ms == pytest.approx(usual.duration_ms, rel=0.15)
    assert from_wheel.rms_db == pytest.approx(usual.rms_db, abs=1.5)


def test_the_wheel_says_which_voice_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(EngineFailed, match="no voice 'xx'"):
        EspeakWheel({}).speak("hello", "xx", tmp_path / "x.wav")


@pytest.mark.parametrize(
    ("text", "pinyin"),
    [
        ("您好，请按1。", "nin2 hao3, qing3 an4 1."),
        ("重新登录", "chong2 xin1 deng1 lu4"),
        ("不要", "bu2 yao4"),
        ("VIP客户", "VIP ke4 hu4"),
        ("好吗？", "hao3 ma5?"),
        ("", ""),
    ],
)
def test_chinese_becomes_pinyin_as_it_is_spoken(text: str, pinyin: str) -> None:
    assert to_pinyin(text) == pinyin


def test_no_text_becomes_phonemes() -> None:
    assert "[[" not in espeak_words("[[h@l'oU]]", "en-us")


def program(folder: Path, name: str, body: str) -> str:
    """A program of our own on disk, that notes what it was given."""
    file = folder / name
    file.write_text(f"#!{sys.executable}\nimport json, sys, shutil, pathlib\n{body}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return str(file)


NOTE = "pathlib.Path(__file__ + '.note').write_text(json.dumps([sys.argv, sys.stdin.read()]))"


def test_espeak_gets_the_text_as_text_never_as_an_argument(tmp_path: Path) -> None:
    name = program(tmp_path, "espeak-ng", NOTE)
    EspeakProgram(name, {"en": "en-gb"}, 10).speak("--version; rm -rf", "en", tmp_path / "x.wav")
    arguments, text = json.loads(Path(name + ".note").read_text())
    assert text == "--version; rm -rf"
    assert not any("version" in word for word in arguments)
    assert arguments[arguments.index("-v") + 1] == "en-gb"


def test_any_command_line_speaks(tmp_path: Path) -> None:
    sound = tmp_path / "given.wav"
    write_wav(sound, Pcm(16000, array("h", [0, 9000, 0, -9000] * 4000)))
    body = f"{NOTE}\nshutil.copy({str(sound)!r}, sys.argv[2])"
    name = program(tmp_path, "talker", body)
    line = (name, "--out", "{wav_file}", "--voice={voice}", "{language}", "$(id)", "{text_file}")
    choice = EngineChoice(EngineName.COMMAND, {"zh": "Lin Xia"}, line)
    file = tmp_path / "said.wav"
    speak(make_engine(choice), "您好 {wav_file}", "zh", file)
    assert read_wav(file).rate == 8000
    arguments, text = json.loads(Path(name + ".note").read_text())
    assert arguments[3:6] == ["--voice=Lin Xia", "zh", "$(id)"]
    assert text == "您好 {wav_file}"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("sys.exit('no licence')", "failed with 1: no licence"),
        ("pass", "wrote no"),
        ("pathlib.Path(sys.argv[1]).write_text('not sound')", "cannot be read"),
    ],
)
def test_a_command_that_fails_says_why(tmp_path: Path, body: str, reason: str) -> None:
    engine = CommandLine((program(tmp_path, "talker", body), "{wav_file}"), {}, 10)
    with pytest.raises(EngineFailed, match=reason):
        speak(engine, "hello", "en", tmp_path / "x.wav")


def test_a_command_that_does_not_end_is_ended(tmp_path: Path) -> None:
    name = program(tmp_path, "dreamer", "import time; time.sleep(600)")
    with pytest.raises(EngineFailed, match=r"did not end within 0\.5 s"):
        CommandLine((name, "{wav_file}"), {}, 0.5).speak("x", "en", tmp_path / "x.wav")


def test_a_command_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(EngineFailed, match="/nonexistent/talker cannot be run"):
        CommandLine(NOWHERE, {}, 10).speak("x", "en", tmp_path / "x.wav")


def test_a_command_must_say_where_its_file_goes() -> None:
    with pytest.raises(ValueError, match=r"must name \{wav_file\}"):
        EngineChoice(EngineName.COMMAND, command=("talker", "{text_file}"))


def test_an_engine_that_gives_silence_has_failed(tmp_path: Path) -> None:
    mute = "import wave; w = wave.open(sys.argv[1], 'wb'); w.setnchannels(1)\n"
    mute += "w.setsampwidth(2); w.setframerate(8000); w.writeframes(bytes(16000)); w.close()"
    engine = CommandLine((program(tmp_path, "mute", mute), "{wav_file}"), {}, 10)
    with pytest.raises(EngineFailed, match="silence"):
        speak(engine, "hello", "en", tmp_path / "x.wav")


def test_google_without_the_internet_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("https_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")  # nothing listens there
    with pytest.raises(EngineFailed, match="gTTS"):
        Google({}, 10).speak("hello", "en", tmp_path / "x.mp3")


def test_punctuation_alone_is_a_short_pause_and_asks_no_engine(tmp_path: Path) -> None:
    speak(CommandLine(NOWHERE, {}, 10), "。", "zh", tmp_path / "x.wav")
    assert measure_file(tmp_path / "x.wav") == Measure(120, 0.0, 0.0, 0)


@pytest.mark.parametrize("name", ["second.mp3", "second.flac", "second.ogg"])
def test_compressed_sound_is_loaded(name: str) -> None:
    """One second of 440 Hz in each format, made with sox."""
    sound = load_sound(Path(__file__).parent / "sounds" / name)
    assert sound.channels == 1
    assert sound.duration_ms == pytest.approx(1000, abs=80)
    assert max(sound.samples) / 32768 == pytest.approx(0.3, abs=0.03)


def test_what_is_no_sound_is_refused_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "page.wav").write_text("<html>")
    with pytest.raises(NotSound, match=r"page\.wav"):
        load_sound(tmp_path / "page.wav")


def test_a_fault_in_one_order_is_answered_and_the_next_is_carried_out(tmp_path: Path) -> None:
    engine = make_engine(EngineChoice())

    def make() -> Engine:
        return engine

    lost = {"text": "hello", "language": "en", "file": str(tmp_path / "no/such/folder/x.wav")}
    assert "FileNotFoundError" in json.loads(answer(make, json.dumps(lost)))["failed"]
    kept = lost | {"file": str(tmp_path / "x.wav")}
    assert json.loads(answer(make, json.dumps(kept))) == {}
    assert measure_file(tmp_path / "x.wav").rms > 0


def test_an_engine_that_cannot_be_had_fails_in_words_and_is_tried_again() -> None:
    tries = []

    def make() -> Engine:
        tries.append(1)
        raise EngineFailed("espeak-ng's library cannot be loaded: no such file")

    order = json.dumps({"text": "hello", "language": "en", "file": "/nonexistent/x.wav"})
    for _ in range(2):
        assert "cannot be loaded" in json.loads(answer(make, order))["failed"]
    assert len(tries) == 2
