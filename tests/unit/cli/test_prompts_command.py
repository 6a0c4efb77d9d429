"""``switchboard prompts``: the shipped flows can be heard, and what cannot is found."""

import re
from array import array
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from switchboard.cli import main
from switchboard.media.compacting import Compactor
from switchboard.media.measure import measure
from switchboard.media.wav import Pcm, read_wav, write_wav

FLOW = """
flow: shop
about: A shop
languages: [zh, en]
start: hello
prompts:
  hello: {zh: "您好，欢迎光临。", en: "Hello, and welcome to the shop."}
nodes:
  hello: {hang_up: hello}
"""


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """An installation with one flow of its own."""
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows/shop.yaml").write_text(FLOW, encoding="utf-8")
    file = tmp_path / "switchboard.yaml"
    file.write_text("flows: flows\nnodes: [{password: long-enough-to-pass}]\n", encoding="utf-8")
    return file


def prompts(*words: object) -> Result:
    return CliRunner().invoke(main, ["prompts", *map(str, words)])


@pytest.mark.req("IVR-02")
def test_every_shipped_prompt_is_spoken_in_both_languages_and_fit_to_be_heard(
    tmp_path: Path,
) -> None:
    settings = tmp_path / "switchboard.yaml"
    settings.write_text("nodes: [{password: long-enough-to-pass}]\n", encoding="utf-8")
    spoken = prompts("--settings", settings, "speak")
    assert spoken.exit_code == 0, spoken.output
    measured = prompts("--settings", settings, "measure")
    assert measured.exit_code == 0, measured.output
    by_language = {
        language: re.findall(rf" s +-\d+\.\d dB +0\.\d+ {language} (\S+):", measured.output)
        for language in ("zh", "en")
    }
    assert "welcome.welcome" in by_language["zh"]
    assert by_language["zh"] == by_language["en"]


def test_what_is_missing_is_listed_until_it_is_spoken(settings: Path) -> None:
    before = prompts("--settings", settings, "list", "--missing")
    assert before.exit_code == 1
    assert "missing   zh shop.hello: 您好，欢迎光临。" in before.output
    assert "2 prompts have no sound" in before.output
    assert prompts("--settings", settings, "speak").output == "2 spoken, 0 there\n"
    assert prompts("--settings", settings, "speak").output == "0 spoken, 2 there\n"
    after = prompts("--settings", settings, "list", "--missing")
    assert (after.exit_code, after.output) == (0, "")


def test_a_recording_is_listed_as_one(settings: Path) -> None:
    place = settings.parent / "prompts/recordings/shop/en/hello.wav"
    place.parent.mkdir(parents=True)
    place.write_bytes(b"RIFF")
    assert "recorded  en shop.hello" in prompts("--settings", settings, "list").output


def test_a_sound_that_is_unfit_is_found(settings: Path) -> None:
    prompts("--settings", settings, "speak")
    files = {file.parent.name: file for file in settings.parent.glob("prompts/spoken/*/*.wav")}
    loud = read_wav(files["en"])
    for at, sample in enumerate(loud.samples):
        loud.samples[at] = max(-32768, min(32767, sample * 20))
    write_wav(files["en"], loud)
    write_wav(files["zh"], Pcm(8000, loud.samples[:1000]))
    measured = prompts("--settings", settings, "measure")
    assert measured.exit_code == 1
    assert "too loud" in measured.output
    assert "clipped" in measured.output
    assert "too short for its words" in measured.output
    assert "2 of 2 prompts are unfit" in measured.output
    files["en"].write_bytes(b"ID3")
    files["zh"].unlink()
    measured = prompts("--settings", settings, "measure")
    assert "[no sound]" in measured.output
    assert "no WAV file" in measured.output


def test_an_engine_that_cannot_is_told_prompt_by_prompt(settings: Path) -> None:
    text = settings.read_text(encoding="utf-8")
    settings.write_text(
        text + "speech: {engine: command, command: [/nonexistent/talker, '{wav_file}']}\n",
        encoding="utf-8",
    )
    spoken = prompts("--settings", settings, "speak")
    assert spoken.exit_code == 1
    assert spoken.output.startswith("0 spoken, 0 there\n")
    assert spoken.output.count("/nonexistent/talker cannot be run") == 2


def test_mistakes_in_settings_and_flows_are_told_with_their_place(settings: Path) -> None:
    (settings.parent / "flows/shop.yaml").write_text(FLOW + "start: hello\n", encoding="utf-8")
    assert re.search(r"shop\.yaml:\d+:\d+", prompts("--settings", settings, "list").output)
    settings.write_text("nodes: 5\n", encoding="utf-8")
    assert "switchboard.yaml:1" in prompts("--settings", settings, "list").output
    assert "no such file" in prompts("--settings", "nowhere.yaml", "list").output


def tone(file: Path, rate: int, level: int, seconds: float = 1.5) -> None:
    """A tone with half a second of silence around it."""
    quiet = [0] * (rate // 2)
    loud = [level if n // (rate // 800) % 2 else -level for n in range(int(rate * seconds))]
    write_wav(file, Pcm(rate, array("h", quiet + loud + quiet)))


@pytest.mark.req("IVR-27")
@pytest.mark.parametrize("kind", ["wav", "mp3"])
def test_an_upload_is_converted_evened_and_wins_over_speech(settings, tmp_path, kind):
    upload = tmp_path / "upload.wav"
    tone(upload, 44_100, 500)
    if kind == "mp3":
        upload = Compactor().compact(upload)
    done = prompts("--settings", settings, "import", upload, "--as", "shop.hello", "--in", "zh")
    assert done.exit_code == 0, done.output
    place = tmp_path / "prompts/recordings/shop/zh/hello.wav"
    sound = read_wav(place)
    assert (sound.rate, sound.channels) == (8000, 1)
    assert 1400 < sound.duration_ms < 1800, "the silence around it is gone"
    assert abs(measure(sound).rms_db + 20) < 1.5
    listed = prompts("--settings", settings, "list").output
    assert "recorded  zh shop.hello" in listed
    assert "recorded  en shop.hello" not in listed


def test_what_cannot_be_imported_is_told(settings, tmp_path):
    upload = tmp_path / "upload.wav"
    upload.write_bytes(b"no sound at all")
    for words, told in (
        (("--as", "shop.hello", "--in", "zh"), "neither WAV, MP3, FLAC nor Ogg Vorbis"),
        (("--as", "shop.nothing", "--in", "zh"), "no flow says shop.nothing in zh"),
        (("--as", "shop.hello", "--in", "zh", "--part", "2"), "has 1 fixed pieces in zh, not 2"),
    ):
        refused = prompts("--settings", settings, "import", upload, *words)
        assert refused.exit_code != 0
        assert told in refused.output
    write_wav(upload, Pcm(8000, array("h", [0] * 8000)))
    refused = prompts("--settings", settings, "import", upload, "--as", "shop.hello", "--in", "zh")
    assert "nothing but silence" in refused.output


@pytest.mark.req("IVR-27")
def test_a_recording_of_no_prompt_is_found(settings, tmp_path):
    assert prompts("--settings", settings, "unused").exit_code == 0
    stray = tmp_path / "prompts/recordings/shop/zh/farewell.wav"
    stray.parent.mkdir(parents=True)
    tone(stray, 8000, 3000)
    found = prompts("--settings", settings, "unused")
    assert found.exit_code != 0
    assert str(stray) in found.output
