"""``record`` and ``uuid_record``: what ends them, and what is in their files."""

import wave
from array import array
from pathlib import Path

import pytest

from switchboard.simulator import audio
from tests.unit.simulator.bench import Bench


def samples_of(path: Path, channel: int = 0) -> "array[int]":
    with wave.open(str(path)) as file:
        return array("h", file.readframes(file.getnframes()))[channel :: file.getnchannels()]


def test_silence_ends_a_message_and_the_file_holds_what_was_said(bench: Bench) -> None:
    person, app = bench.call()
    recording = app.begin("record", f"{bench.folder}/m.wav 60 200 2")
    bench.clock.sleep(0.5)
    bench.say_tone(person, 1000)
    ended = app.ended(recording)
    assert ended["variable_silence_hits_exhausted"] == "true"
    assert int(ended["variable_record_ms"]) == pytest.approx(3500, abs=60)
    said = samples_of(bench.folder / "m.wav")
    assert len(said) == int(ended["variable_record_samples"])
    assert audio.mean_level(said[: 8000 // 4]) == 0
    assert audio.mean_level(said[5000:10000]) > 1000
    assert audio.mean_level(said[16000:]) == 0


def test_speech_puts_the_end_of_a_message_off(bench: Bench) -> None:
    person, app = bench.call()
    recording = app.begin("record", f"{bench.folder}/m.wav 60 200 2")
    for _ in range(3):
        bench.clock.sleep(1.5)
        bench.say_tone(person, 500)
    assert int(app.ended(recording)["variable_record_ms"]) == pytest.approx(7000, abs=100)


def test_a_message_stops_between_its_limit_and_a_second_more(bench: Bench) -> None:
    person, app = bench.call()
    bench.say_tone(person, 60_000)
    ended = app.execute("record", f"{bench.folder}/m.wav 2 200 5")
    assert 2000 <= int(ended["variable_record_ms"]) <= 3000
    assert ended["variable_silence_hits_exhausted"] == "false"


def test_a_key_that_is_a_terminator_ends_a_message_and_others_do_not(bench: Bench) -> None:
    person, app = bench.call()
    bench.log_in().api("uuid_setvar leg-4000 playback_terminators #")
    recording = app.begin("record", f"{bench.folder}/m.wav 60 200 5")
    bench.clock.sleep(1)
    person.press("5#")
    ended = app.ended(recording)
    assert ended["variable_playback_terminator_used"] == "#"
    assert int(ended["variable_record_ms"]) == pytest.approx(1080, abs=60)  # keys are not in it


def test_a_message_that_cannot_be_written_ends_the_call(bench: Bench) -> None:
    (bench.folder / "file").write_text("no folder", encoding="utf-8")
    _, app = bench.call()
    app.begin("record", f"{bench.folder}/file/m.wav 1 200 1")
    assert app.event("CHANNEL_HANGUP")["Hangup-Cause"] == "DESTINATION_OUT_OF_ORDER"


def test_the_person_knows_when_what_is_said_is_taken_down(bench: Bench) -> None:
    person, app = bench.call()
    recording = app.begin("record", f"{bench.folder}/m.wav 60 200 1")
    bench.wait_for(lambda: [person.recording] if person.recording else [])
    app.ended(recording)
    assert person.recording is None


def test_a_stereo_recording_has_the_person_left_and_the_prompt_right(bench: Bench) -> None:
    person, app = bench.call()
    client, file = bench.log_in("RECORD_START", "RECORD_STOP"), bench.folder / "s.wav"
    client.api("uuid_setvar leg-4000 RECORD_STEREO true")
    assert client.api(f"uuid_record leg-4000 start {file}") == "+OK Success\n"
    bench.say_tone(person, 500)
    app.execute("playback", "silence_stream://500")
    app.execute("playback", "tone_stream://%(500,0,440)")
    assert client.api(f"uuid_record leg-4000 stop {file}") == "+OK Success\n"
    said, heard = samples_of(file, 0), samples_of(file, 1)
    assert audio.mean_level(said[800:3200]) > 1000 > audio.mean_level(heard[800:3200])
    assert audio.mean_level(heard[5600:7200]) > 1000 > audio.mean_level(said[5600:7200])
    assert client.event("RECORD_STOP")["Record-File-Path"] == str(file)


def test_what_is_masked_is_not_in_the_recording(bench: Bench) -> None:
    person, _ = bench.call()
    client, file = bench.log_in(), bench.folder / "s.wav"
    bench.say_tone(person, 5000)
    client.api(f"uuid_record leg-4000 start {file}")
    for action in ("mask", "unmask", "stop"):
        bench.clock.sleep(0.5)
        assert client.api(f"uuid_record leg-4000 {action} {file}") == "+OK Success\n"
    assert len(samples_of(file)) / 8000 == pytest.approx(1.0, abs=0.06)


def test_a_recording_beside_the_call_is_closed_when_the_call_ends(bench: Bench) -> None:
    person, _ = bench.call()
    client, file = bench.log_in("RECORD_STOP"), bench.folder / "s.wav"
    client.api(f"uuid_record leg-4000 start {file}")
    bench.clock.sleep(0.5)
    person.hang_up()
    client.event("RECORD_STOP")
    assert len(samples_of(file)) / 8000 == pytest.approx(0.5, abs=0.06)


def test_a_recording_that_was_not_begun_cannot_be_stopped(bench: Bench) -> None:
    bench.call()
    answer = bench.log_in().api("uuid_record leg-4000 stop /tmp/never.wav")
    assert answer == "-ERR Cannot stop record session!\n"
