"""What the stand-in plays, and what ends it."""

import pytest

from switchboard.simulator import audio
from tests.unit.simulator.bench import Bench, kinds


def test_a_prompt_lasts_as_long_as_its_file(bench: Bench) -> None:
    (bench.folder / "prompt.wav").write_bytes(audio.encode_wav([audio.tone([440], 12000)]))
    _, app = bench.call()
    began_s = bench.clock.seconds()
    ended = app.execute("playback", str(bench.folder / "prompt.wav"))
    assert ended["Application-Response"] == "FILE PLAYED"
    assert ended["variable_playback_ms"] == "1500"
    assert bench.clock.seconds() - began_s == pytest.approx(1.5, abs=0.05)


def test_files_joined_by_exclamation_marks_are_one_prompt(bench: Bench) -> None:
    (bench.folder / "a.wav").write_bytes(audio.encode_wav([audio.silence(4000)]))
    (bench.folder / "b.wav").write_bytes(audio.encode_wav([audio.silence(8000)]))
    _, app = bench.call()
    ended = app.execute("playback", "file_string://a.wav!missing.wav!b.wav")
    assert (ended["Application-Response"], ended["variable_playback_ms"]) == ("FILE PLAYED", "1500")


def test_a_star_ends_a_prompt_unless_other_keys_are_named(bench: Bench) -> None:
    person, app = bench.call()
    playing = app.begin("playback", "silence_stream://-1")
    bench.clock.sleep(0.5)
    person.press("7*")
    ended = app.ended(playing)
    assert ended["variable_playback_terminator_used"] == "*"
    assert [event["DTMF-Digit"] for event in app.events("DTMF")] == ["7", "*"]


def test_no_key_ends_a_prompt_whose_terminators_are_none(bench: Bench) -> None:
    person, app = bench.call()
    bench.log_in().api("uuid_setvar leg-4000 playback_terminators none")
    playing = app.begin("playback", "silence_stream://2000")
    bench.clock.sleep(0.5)
    person.press("*#1")
    assert "variable_playback_terminator_used" not in app.ended(playing)
    assert bench.clock.seconds() > 2


def test_an_execute_without_event_lock_nests_into_the_prompt(bench: Bench) -> None:
    _, app = bench.call()
    outer = app.begin("playback", "silence_stream://2000", lock=False)
    bench.clock.sleep(0.5)
    inner = app.begin("playback", "silence_stream://300")
    app.ended(inner)
    ended = [event["Application-UUID"] for event in app.events("CHANNEL_EXECUTE_COMPLETE")]
    assert inner in ended
    assert outer not in ended
    app.ended(outer)


def test_a_break_sent_by_execute_comes_behind_a_locked_prompt(bench: Bench) -> None:
    _, app = bench.call()
    prompt = app.begin("playback", "silence_stream://1000")
    broken = app.begin("break")
    began_s = bench.clock.seconds()
    app.ended(prompt)
    app.ended(broken)
    assert bench.clock.seconds() - began_s >= 1


def test_breaking_all_drops_what_was_queued(bench: Bench) -> None:
    _, app = bench.call()
    client = bench.log_in()
    prompt = app.begin("playback", "local_stream://default")
    dropped = app.begin("playback", "silence_stream://100")
    bench.clock.sleep(0.3)
    assert client.api("uuid_break leg-4000 all") == "+OK\n"
    app.ended(prompt)
    app.execute("set", "a=b")
    ended = [event["Application-UUID"] for event in app.events("CHANNEL_EXECUTE_COMPLETE")]
    assert dropped not in ended


def test_a_break_while_nothing_plays_does_not_spoil_the_next_prompt(bench: Bench) -> None:
    _, app = bench.call()
    bench.log_in().api("uuid_break leg-4000 all")
    ended = app.execute("playback", "silence_stream://700")
    assert ended["variable_playback_ms"] == "700"


def test_playing_before_the_answer_lets_sound_flow_early(bench: Bench) -> None:
    bench.dial()
    app = bench.next_app()
    app.take_call()
    ended = app.execute("playback", "silence_stream://100")
    assert ended["Answer-State"] == "early"
    assert app.events("CHANNEL_PROGRESS_MEDIA")


def test_the_person_hears_what_is_played_from_when_and_for_how_long(bench: Bench) -> None:
    person, app = bench.call()
    app.execute("playback", "tone_stream://%(300,100,440)")
    hears, heard = (one for one in bench.happened if one.kind in {"hears", "heard"})
    assert hears.about == {"sound": "tone_stream://%(300,100,440)", "lasts_s": 0.4}
    assert heard.about["for_s"] == pytest.approx(0.4)
    assert heard.about["early"] is False
    assert heard.at_s - hears.at_s == pytest.approx(0.4)
    begin = person.ear.stretches[0].from_tick
    assert audio.mean_level(person.ear.samples(begin, begin + 10)) > 1000
    assert audio.mean_level(person.ear.samples(begin + 16, begin + 20)) == 0


def test_speech_without_an_engine_is_silence_that_looks_like_success(bench: Bench) -> None:
    _, app = bench.call()
    for application in ("say", "speak"):
        assert (
            app.execute(application, "en number pronounced 3")["Application-Response"] == "_none_"
        )
    assert "hears" not in kinds(bench.happened)


def test_an_argument_may_name_a_variable_but_calls_no_function(bench: Bench) -> None:
    _, app = bench.call()
    app.execute("set", "greeting=hello")
    ended = app.execute("set", "copy=${greeting} ${system(touch /tmp/never)}!")
    assert ended["variable_copy"] == "hello !"


def test_a_file_is_paused_goes_on_begins_anew_and_is_ended(bench: Bench) -> None:
    person, app = bench.call()
    client = bench.log_in()
    control = "uuid_fileman leg-4000"
    assert client.api(f"{control} pause") == "-ERR No file handle!\n"
    began_s = bench.clock.seconds()
    played = app.begin("playback", "tone_stream://%(1000,0,440)")
    bench.clock.sleep(0.5)
    assert client.api(f"{control} pause") == "+OK\n"
    bench.clock.sleep(3)
    assert not person.hears_now
    client.api(f"{control} pause")
    bench.clock.sleep(0.2)
    assert person.hears_now
    client.api(f"{control} restart")
    ended = app.ended(played)
    assert 4.6 <= bench.clock.seconds() - began_s <= 4.9
    assert ended["Application-Response"] == "FILE PLAYED"
    endless = app.begin("playback", "tone_stream://%(1000,0,440);loops=-1")
    bench.clock.sleep(1)
    client.api(f"{control} stop")
    assert app.ended(endless)["Application-Response"] == "FILE PLAYED"
