"""What our server believes of prompts, keys and recordings, on a real switch."""

import time
from urllib.parse import unquote

import pytest

from switchboard.core.causes import HangupCause
from switchboard.esl.arguments import KeySet, Switching, Uuid
from switchboard.esl.commands import (
    answer,
    assign,
    break_off,
    hang_up,
    play,
    record,
    set_variables,
)
from switchboard.esl.names import EventName, Variable
from tests.freeswitch.callers import be_hung_up, press, speak, wait
from tests.freeswitch.callers import hang_up as hang_up_first
from tests.freeswitch.spoken import length_s, level

STAY = be_hung_up(40_000)


@pytest.fixture
def talk(freeswitch, app, tmp_path):
    """Call with these steps; give the answered call, and see that sipp was content."""
    lines = []

    def begin(*steps, **who):
        lines.append(freeswitch.callers(*steps, **who).call(tmp_path))
        call = app.take()
        call.run(answer())
        return call

    yield begin
    for line in lines:
        outcome = line.wait()
        assert outcome.succeeded, outcome.complaints


def finish(call):
    call.begin(hang_up(HangupCause.NORMAL_CLEARING))


def end_with(call, keys):
    call.run(assign(Variable.PLAYBACK_TERMINATORS, KeySet(keys)))


def test_a_key_ends_a_whole_list_of_files_and_is_named(talk, sounds):
    call = talk(wait(500), press("#"), STAY)
    end_with(call, "#")
    files = [str(sounds / "low.wav"), "silence_stream://300", str(sounds / "high.wav")]
    began = time.monotonic()
    done = call.run(play(files))
    assert time.monotonic() - began < 3
    assert done.variable("playback_terminator_used") == "#"
    assert call.keys == "#"
    finish(call)


def test_the_key_is_reported_before_the_end_of_what_it_ended(talk, sounds):
    call = talk(wait(500), press("5"), STAY)
    end_with(call, "5")
    call.run(play([str(sounds / "low.wav")]))
    names = [event.name for event in call.events]
    assert names.index(EventName.DTMF) < len(names) - 1
    assert names[-1] == EventName.CHANNEL_EXECUTE_COMPLETE
    finish(call)


def test_other_keys_are_reported_and_end_nothing(talk, sounds):
    call = talk(wait(300), press("12"), STAY)
    end_with(call, "#")
    began = time.monotonic()
    done = call.run(play([str(sounds / "low.wav")]))
    assert time.monotonic() - began > 3.7
    assert done.variable("playback_terminator_used") is None
    assert call.keys == "12"
    finish(call)


def test_no_key_ends_what_must_be_heard(talk, sounds):
    call = talk(wait(300), press("*"), STAY)
    end_with(call, "none")
    began = time.monotonic()
    call.run(play([str(sounds / "low.wav")]))
    assert time.monotonic() - began > 3.7
    assert call.keys == "*"
    finish(call)


def test_the_same_key_twice_is_two_keys(talk, sounds):
    call = talk(wait(200), press("77"), STAY)
    end_with(call, "none")
    call.run(play([str(sounds / "low.wav")]))
    assert call.keys == "77"
    finish(call)


def test_a_silence_between_files_is_heard(talk, sounds):
    call = talk(STAY)
    began = time.monotonic()
    call.run(play([str(sounds / "short.wav"), "silence_stream://1000", str(sounds / "short.wav")]))
    assert 2.7 < time.monotonic() - began < 3.7
    finish(call)


def test_a_missing_file_is_told_and_the_call_goes_on(talk, sounds):
    call = talk(STAY)
    done = call.run(play([str(sounds / "nowhere.wav")]))
    assert done.text("Application-Response") == "FILE NOT FOUND"
    assert call.run(play([str(sounds / "short.wav")])).text("Application-Response") == "FILE PLAYED"
    finish(call)


def test_a_prompt_is_broken_off_over_the_nodes_connection_at_once(freeswitch, talk, sounds):
    call = talk(STAY)
    prompt = call.begin(play([str(sounds / "low.wav"), str(sounds / "high.wav")]))
    call.hush(0.5)
    with freeswitch.operator() as node:
        broken = time.monotonic()
        assert node.say(break_off(Uuid(call.leg_id)).encode().decode().strip()) == "+OK\n"
    assert call.completed_at(prompt) - broken < 0.1
    finish(call)


def test_three_prompts_are_played_one_behind_another(talk, sounds):
    call = talk(STAY)
    asked = [
        call.begin(play([str(sounds / name)])) for name in ("short.wav", "low.wav", "short.wav")
    ]
    moments = [call.completed_at(prompt) for prompt in asked]
    assert 3.7 < moments[1] - moments[0] < 4.4
    assert 0.8 < moments[2] - moments[1] < 1.4
    finish(call)


def test_variables_are_set_at_once_over_the_nodes_connection(freeswitch, talk):
    call = talk(STAY)
    with freeswitch.operator() as node:
        said = set_variables(
            Uuid(call.leg_id),
            {
                Variable.PLAYBACK_TERMINATORS: KeySet("*#"),
                Variable.SOCKET_RESUME: Switching("false"),
            },
        )
        assert node.say(said.encode().decode().strip()) == "+OK\n"
        assert node.variable(call.leg_id, "playback_terminators") == "*#"
        assert node.variable(call.leg_id, "socket_resume") == "false"
    finish(call)


def test_a_message_ends_by_key_and_holds_what_was_said(talk, tmp_path):
    file = tmp_path / "message.wav"
    call = talk(speak(), wait(4000), press("#"), STAY)
    end_with(call, "#")
    done = call.run(record(str(file), at_most_s=30, silence_s=5), 15)
    assert done.variable("playback_terminator_used") == "#"
    assert 4000 < int(done.variable("record_ms") or 0) < 6000
    assert 4.0 < length_s(file) < 6.0
    assert level(file) > 0.02
    finish(call)


def test_a_message_ends_by_silence_and_each_has_its_own_length(talk, tmp_path):
    call = talk(speak(), wait(15_000), STAY)
    end_with(call, "#")
    first = call.run(record(str(tmp_path / "1.wav"), at_most_s=30, silence_s=2), 20)
    second = call.run(record(str(tmp_path / "2.wav"), at_most_s=30, silence_s=1), 20)
    assert int(first.variable("record_ms") or 0) > 8000
    assert int(second.variable("record_ms") or 0) < 1500
    assert level(tmp_path / "2.wav") < 0.001
    call.hush(4)
    finish(call)


def test_a_pause_of_a_phone_that_sends_nothing_stays_in_the_message(talk, tmp_path):
    file = tmp_path / "message.wav"
    call = talk(wait(3000), press("#"), STAY)
    end_with(call, "#")
    call.run(record(str(file), at_most_s=30, silence_s=10), 15)
    assert length_s(file) > 2.0
    finish(call)


def test_a_hang_up_ends_a_message_and_keeps_it(freeswitch, app, tmp_path):
    file = tmp_path / "message.wav"
    line = freeswitch.callers(speak(), wait(3000), hang_up_first()).call(tmp_path)
    call = app.take()
    call.run(answer())
    call.begin(record(str(file), at_most_s=30, silence_s=5))
    call.listen_until(lambda: [*call.find(EventName.CHANNEL_HANGUP)], "the hang-up")
    assert line.wait().succeeded
    assert level(file) > 0.02
    assert 2.0 < length_s(file) < 4.0


def test_a_protected_message_goes_on_when_the_server_dies(freeswitch, talk, app, tmp_path):
    file = tmp_path / "message.wav"
    call = talk(speak(), wait(5000), press("#"), STAY)
    call.run(assign(Variable.SOCKET_RESUME, Switching("false")))
    end_with(call, "#")
    call.begin(record(str(file), at_most_s=30, silence_s=5))
    call.hush(1.0)
    call.close()
    again = app.take(15)
    assert again.leg_id == call.leg_id
    assert again.came.variable("record_ms") is not None
    assert length_s(file) > 4.0
    finish(again)


def test_a_caller_without_prompts_still_gets_sound(freeswitch, talk):
    call = talk(STAY)
    call.hush(2.0)
    finish(call)
    sound = freeswitch.cdr(call.leg_id)["callStats"]["audio"]["outbound"]
    assert sound["packet_count"] > 2 * 1000 / 30 * 0.8


def test_keys_are_nowhere_in_the_log(freeswitch, talk, sounds):
    call = talk(wait(200), press("4711"), STAY)
    end_with(call, "none")
    call.run(play([str(sounds / "low.wav")]))
    assert call.keys == "4711"
    finish(call)
    _, _, of_calls = freeswitch.log.partition("New Channel")
    assert "answered" in of_calls
    assert "DTMF" not in of_calls
    assert "playback" not in of_calls


@pytest.mark.parametrize(
    "name",
    ["张三 Zoë", "%0AUnique-ID%3A zzz", "x},y;z", "~Reply-Text: +OK"],
)
def test_a_name_is_a_name_whatever_stands_in_it(freeswitch, talk, name):
    call = talk(STAY, name=name)
    # FreeSWITCH writes a percent sign as it is, so one decoding too many is done by design: the
    # name may get a line end, and nothing else may change.
    assert call.came.text("Caller-Caller-ID-Name") == unquote(name)
    assert call.leg_id == call.came.text("variable_uuid")
    finish(call)
    assert freeswitch.cdr(call.leg_id)["variables"]["uuid"] == call.leg_id
