"""What is said to FreeSWITCH for each ask of a leg, and what is made of its events."""

import gevent
import pytest

from switchboard.core.causes import HangupCause
from switchboard.core.facts import (
    ExecutionFailed,
    KeyPressed,
    LegAnswered,
    LegHungUp,
    PlayEnded,
    PlayResult,
    RecordEnded,
    SecretGathered,
    SocketLost,
)
from switchboard.esl.serving import encode_api_response
from switchboard.ports.legs import LegGone
from tests.wire.peer import LEG, wait_for


def api(room, start):
    return room.node.line.expect(f"api {start}").command


# --- coming -----------------------------------------------------------------------------------


def test_a_channel_is_asked_for_itself_and_for_the_events_that_are_used(room):
    channel, taken = room.call()
    said = [request.command for request in channel.line.requests[:5]]
    assert said == [
        "connect",
        "myevents json",
        "filter Event-Name CHANNEL_EXECUTE_COMPLETE",
        "filter Event-Name DTMF",
        "filter Event-Name CHANNEL_HANGUP",
    ]
    assert taken.offer.leg_id == taken.leg.leg_id == LEG
    assert (taken.offer.ani, taken.offer.dnis) == ("13800138000", "4000")


def test_the_guard_is_disarmed_before_the_channel_has_even_told_about_itself(room):
    # In a storm the last of hundreds is taken long after its socket was accepted.
    channel, taken = room.call()
    taken.leg.answer()
    channel.line.expect("answer")
    executes = [request.header("execute-app-name") for request in channel.line.requests[5:]]
    assert executes == ["sched_cancel", "answer"]


def test_what_is_asked_while_the_leg_is_taken_comes_behind_the_disarming(room):
    def take(offer, leg):
        leg.answer()
        return lambda fact: None

    room.taker.take = take
    channel = room.node.call(room.switch.address)
    channel.line.expect("answer")
    executes = [request.header("execute-app-name") for request in channel.line.requests[5:]]
    assert executes == ["sched_cancel", "answer"]


def test_every_execute_has_an_id_of_its_own_and_holds_the_next_back(room):
    channel, taken = room.call()
    first = taken.leg.play(["/a.wav"])
    second = taken.leg.play(["/b.wav"])
    requests = [channel.line.expect("playback"), channel.line.expect("playback")]
    assert [request.header("Event-UUID") for request in requests] == [first, second]
    assert {request.header("event-lock") for request in requests} == {"true"}
    assert [request.body for request in requests] == ["/a.wav", "/b.wav"]


# --- what is asked ----------------------------------------------------------------------------


def test_a_mark_is_set_over_the_nodes_connection(room):
    _, taken = room.call()
    taken.leg.mark("call-7")
    assert api(room, "uuid_setvar") == f"api uuid_setvar_multi {LEG} switchboard_call_id=call-7"


def test_keys_that_stop_a_sound_are_named_only_when_they_change(room):
    channel, taken = room.call()
    for keys in ("12", "12", ""):
        taken.leg.play(["/a.wav"], stop_keys=keys)
    for _ in range(3):
        channel.line.expect("playback")
    named = [request.command for request in room.node.line.requests if "term" in request.command]
    assert named == [
        f"api uuid_setvar_multi {LEG} playback_terminators=12",
        f"api uuid_setvar_multi {LEG} playback_terminators=none",
    ]


def test_a_leg_that_came_with_its_stop_keys_need_not_be_told_again(room):
    channel, taken = room.call(variable_playback_terminators="none")
    taken.leg.play(["/a.wav"])
    channel.line.expect("playback")
    assert not [one for one in room.node.line.requests if "term" in one.command]


def test_a_recording_is_protected_before_it_begins_and_no_longer_than_it_lasts(room):
    channel, taken = room.call()
    taken.leg.record("/rec/m.wav", at_most_s=60, silence_s=5, end_keys="#")
    assert api(room, "uuid_setvar") == (
        f"api uuid_setvar_multi {LEG} playback_terminators=#;socket_resume=false;record_ms="
    )
    request = channel.line.expect("record")
    assert request.body == "/rec/m.wav 60 200 5"
    channel.completes(request, variable_record_ms="2540")
    assert taken.next(RecordEnded).recorded_ms == 2540
    assert api(room, "uuid_setvar") == f"api uuid_setvar_multi {LEG} socket_resume=true"


def test_a_protection_that_outlived_its_server_is_taken_away(room):
    _, taken = room.call(variable_socket_resume="false", variable_record_ms="4220")
    assert taken.offer.recorded_ms == 4220
    assert api(room, "uuid_setvar") == f"api uuid_setvar_multi {LEG} socket_resume=true"


def gather_secret(leg):
    leg.gather_secret(
        ["/a.wav", "/b.wav"],
        longest=6,
        end_keys="#*",
        first_key_within_ms=5000,
        next_key_within_ms=3000,
    )


def test_keys_are_told_to_nobody_while_a_secret_is_gathered_and_what_was_keyed_goes_at_once(room):
    channel, taken = room.call()
    gather_secret(taken.leg)
    assert api(room, "uuid_setvar") == (
        f"api uuid_setvar_multi {LEG} sensitive_dtmf=true;read_terminator_used="
    )
    request = channel.line.expect("play_and_get_digits")
    assert request.body == (
        "0 6 1 5000 #* file_string:///a.wav!/b.wav silence_stream://20 switchboard_secret .+ 3000"
    )
    channel.completes(request, variable_switchboard_secret="739146")
    assert taken.next(SecretGathered).digits == "739146"
    assert api(room, "uuid_setvar") == (
        f"api uuid_setvar_multi {LEG} sensitive_dtmf=false;switchboard_secret="
    )


def test_secrecy_is_not_ended_by_a_key_that_comes_while_it_begins(room):
    channel, taken = room.call()
    room.node.silent.add("api uuid_setvar_multi")
    gathering = gevent.spawn(gather_secret, taken.leg)
    api(room, "uuid_setvar")
    channel.say("DTMF", DTMF__Digit="7")
    taken.next(KeyPressed)
    room.node.silent.clear()
    room.node.line.say(encode_api_response("+OK\n"))
    gathering.get(timeout=5)
    channel.line.expect("play_and_get_digits")
    taken.leg.mark("call-7")
    assert api(room, "uuid_setvar").endswith("switchboard_call_id=call-7")


def test_secrecy_that_outlived_its_server_is_ended(room):
    room.call(variable_sensitive_dtmf="true")
    assert "sensitive_dtmf=false;switchboard_secret=" in api(room, "uuid_setvar")


def test_a_hang_up_does_not_wait_for_a_secret(room):
    channel, taken = room.call()
    gather_secret(taken.leg)
    channel.line.expect("play_and_get_digits")
    taken.leg.hang_up(HangupCause.NORMAL_CLEARING)
    assert api(room, "uuid_kill") == f"api uuid_kill {LEG} NORMAL_CLEARING"


def test_a_sound_is_stopped_over_the_nodes_connection_and_again_until_it_has_stopped(room):
    channel, taken = room.call()
    execution_id = taken.leg.play(["/a.wav"])
    request = channel.line.expect("playback")
    taken.leg.stop()
    assert api(room, "uuid_break") == f"api uuid_break {LEG}"
    assert api(room, "uuid_break") == f"api uuid_break {LEG}"
    channel.completes(request)
    ended = taken.next(PlayEnded)
    assert (ended.execution_id, ended.result) == (execution_id, PlayResult.STOPPED)


def test_stopping_when_nothing_sounds_asks_for_nothing(room):
    _, taken = room.call()
    taken.leg.stop()
    taken.leg.mark("call-1")
    api(room, "uuid_setvar")
    assert not [one for one in room.node.line.requests if "uuid_break" in one.command]


def test_a_hang_up_takes_its_turn_when_nothing_sounds(room):
    channel, taken = room.call()
    taken.leg.hang_up(HangupCause.USER_BUSY)
    assert channel.line.expect("hangup").body == "USER_BUSY"


def test_a_hang_up_does_not_wait_for_the_end_of_a_sound(room):
    channel, taken = room.call()
    taken.leg.play(["/music.wav"])
    channel.line.expect("playback")
    taken.leg.hang_up(HangupCause.NORMAL_CLEARING)
    assert api(room, "uuid_kill") == f"api uuid_kill {LEG} NORMAL_CLEARING"


def test_without_the_nodes_connection_variables_go_by_the_legs_own_socket(room):
    channel, taken = room.call()
    room.node.go_away()
    wait_for(lambda: not room.switch.is_ready, "the node is missed")
    taken.leg.play(["/a.wav"], stop_keys="1")
    assert channel.line.expect("set").body == "playback_terminators=1"
    channel.line.expect("playback")


def test_what_the_node_refuses_to_set_goes_by_the_legs_own_socket(room):
    room.node.api["uuid_setvar_multi"] = "-ERR No such channel!\n"
    channel, taken = room.call()
    taken.leg.mark("call-7")
    assert channel.line.expect("set").body == "switchboard_call_id=call-7"


def test_an_ask_that_cannot_be_put_to_freeswitch_fails_as_a_fact(room):
    channel, taken = room.call()
    execution_id = taken.leg.play(["/a.wav\napi system"])
    failed = taken.next(ExecutionFailed)
    assert failed.execution_id == execution_id
    assert "absolute path" in failed.reason
    taken.leg.answer()
    channel.line.expect("answer")
    assert b"system" not in channel.line.received


def test_an_execute_that_freeswitch_refuses_fails_as_a_fact(room):
    channel, taken = room.call()
    channel.refusals["playback"] = "-ERR memory error"
    execution_id = taken.leg.play(["/a.wav"])
    failed = taken.next(ExecutionFailed)
    assert failed.execution_id == execution_id
    assert "memory error" in failed.reason


def test_more_than_fifty_executes_that_wait_fail_as_facts(room):
    channel, taken = room.call()
    asked = [taken.leg.play(["/a.wav"]) for _ in range(60)]
    failed = {taken.next(ExecutionFailed).execution_id for _ in range(11)}
    assert failed == set(asked[-11:])  # the disarming is one of the fifty
    assert channel.line.expect("playback")


# --- what happens -----------------------------------------------------------------------------


def test_an_answer_is_reported_once_whoever_tells_it_first(room):
    channel, taken = room.call()
    taken.leg.answer()
    request = channel.line.expect("answer")
    room.node.report("CHANNEL_ANSWER", Caller__Channel__Answered__Time="1795348321433030")
    assert taken.next(LegAnswered).at.isoformat() == "2026-11-22T11:52:01.433030+00:00"
    channel.completes(request, Answer__State="answered")
    channel.say("DTMF", DTMF__Digit="1")
    assert taken.next(KeyPressed).key == "1"


def test_an_answer_that_was_none_fails(room):
    channel, taken = room.call()
    taken.leg.answer()
    channel.completes(channel.line.expect("answer"), Answer__State="ringing")
    assert "answered" in taken.next(ExecutionFailed).reason


def test_an_event_told_twice_is_one_fact(room):
    channel, taken = room.call()
    event = room.node.event("DTMF", DTMF__Digit="5")
    channel.line.say(event + event)
    assert taken.next(KeyPressed).key == "5"
    wait_for(lambda: room.total("events_twice") == 1, "the copy is dropped")
    assert taken.facts == []


@pytest.mark.parametrize(
    ("response", "key", "result"),
    [
        ("FILE PLAYED", "", PlayResult.PLAYED),
        ("FILE PLAYED", "2", PlayResult.STOPPED),
        ("FILE NOT FOUND", "", PlayResult.MISSING),
        ("PLAYBACK ERROR", "", PlayResult.FAILED),
    ],
)
def test_how_a_playback_ended_is_read_from_its_completion(room, response, key, result):
    channel, taken = room.call()
    taken.leg.play(["/a.wav"], stop_keys="2")
    request = channel.line.expect("playback")
    channel.completes(
        request, Application__Response=response, variable_playback_terminator_used=key
    )
    ended = taken.next(PlayEnded)
    assert (ended.result, ended.key) == (result, key or None)


def test_the_completion_of_something_else_ends_nothing(room):
    channel, taken = room.call()
    execution_id = taken.leg.play(["/a.wav"])
    request = channel.line.expect("playback")
    channel.say("CHANNEL_EXECUTE_COMPLETE", Application="playback", Application__UUID="x")
    channel.completes(request)
    assert taken.next(PlayEnded).execution_id == execution_id


def test_the_length_of_an_earlier_recording_is_not_taken_for_this_ones(room):
    channel, taken = room.call()
    taken.leg.record("/rec/m.wav", at_most_s=60, silence_s=5, end_keys="#")
    request = channel.line.expect("record")
    channel.completes(request)
    assert taken.next(RecordEnded).recorded_ms == 0


def test_a_recording_cut_by_a_hang_up_is_reported_before_it(room):
    channel, taken = room.call()
    execution_id = taken.leg.record("/rec/m.wav", at_most_s=60, silence_s=5, end_keys="#")
    request = channel.line.expect("record")
    channel.say("CHANNEL_HANGUP", Hangup__Cause="NORMAL_CLEARING")
    channel.completes(request, variable_record_ms="1480")
    ended = taken.next(RecordEnded)
    assert (ended.execution_id, ended.recorded_ms) == (execution_id, 1480)
    assert taken.next(LegHungUp).cause is HangupCause.NORMAL_CLEARING


def test_a_recording_cut_by_a_hang_up_may_be_told_by_the_node(room):
    channel, taken = room.call()
    taken.leg.record("/rec/m.wav", at_most_s=60, silence_s=5, end_keys="#")
    channel.line.expect("record")
    room.node.report("CHANNEL_HANGUP", Hangup__Cause="NORMAL_CLEARING")
    room.node.report("RECORD_STOP", Record__File__Path="/rec/other.wav", variable_record_ms="1")
    room.node.report("RECORD_STOP", Record__File__Path="/rec/m.wav", variable_record_ms="1480")
    assert taken.next(RecordEnded).recorded_ms == 1480
    taken.next(LegHungUp)


def test_a_recording_that_never_completes_does_not_hide_the_hang_up(room):
    channel, taken = room.call()
    taken.leg.record("/rec/m.wav", at_most_s=60, silence_s=5, end_keys="#")
    channel.line.expect("record")
    channel.hangs_up("NORMAL_CLEARING")
    taken.next(LegHungUp)


def test_a_recording_whose_end_nobody_tells_does_not_hold_the_hang_up_back_for_long(room):
    channel, taken = room.call()
    taken.leg.record("/rec/m.wav", at_most_s=60, silence_s=5, end_keys="#")
    channel.line.expect("record")
    room.node.report("CHANNEL_HANGUP", Hangup__Cause="NORMAL_CLEARING")
    taken.next(LegHungUp, within_s=1)


@pytest.mark.parametrize("told_by", ["its socket", "the node", "both"])
def test_a_hang_up_is_reported_once_and_nothing_after_it(room, told_by):
    channel, taken = room.call()
    taken.leg.play(["/a.wav"])
    request = channel.line.expect("playback")
    hangup = room.node.event("CHANNEL_HANGUP", Hangup__Cause="USER_BUSY")
    complete = room.node.event("CHANNEL_HANGUP_COMPLETE", Hangup__Cause="USER_BUSY")
    if told_by != "the node":
        channel.line.say(hangup)
    if told_by != "its socket":
        room.node.line.say(hangup + complete)
    assert taken.next(LegHungUp).cause is HangupCause.USER_BUSY
    channel.completes(request)
    channel.vanishes()
    channel.line.close()
    wait_for(lambda: room.switch.figures().sockets_live == 0, "the socket has ended")
    assert taken.facts == []
    assert not room.switch.owns(LEG)


def test_after_a_hang_up_nothing_is_sent_any_more(room):
    channel, taken = room.call()
    channel.say("CHANNEL_HANGUP", Hangup__Cause="NORMAL_CLEARING")
    taken.next(LegHungUp)
    asked = len(channel.line.requests)
    for ask in (
        lambda: taken.leg.play(["/a.wav"]),
        lambda: taken.leg.record("/m.wav", at_most_s=1, silence_s=1, end_keys=""),
        lambda: taken.leg.mark("call-1"),
        lambda: taken.leg.hang_up(HangupCause.NORMAL_CLEARING),
        taken.leg.answer,
        taken.leg.stop,
    ):
        with pytest.raises(LegGone):
            ask()
    assert len(channel.line.requests) == asked


def test_a_socket_that_closes_under_a_living_leg_is_reported_as_lost(room):
    channel, taken = room.call()
    taken.leg.play(["/a.wav"])
    channel.line.expect("playback")
    channel.line.close()
    taken.next(SocketLost)
    with pytest.raises(LegGone):
        taken.leg.play(["/a.wav"])
    assert room.metrics.counted["socket_lost"] == 1


def test_a_leg_that_hangs_up_after_its_socket_was_lost_is_reported_too(room):
    channel, taken = room.call()
    channel.line.close()
    taken.next(SocketLost)
    room.node.report("CHANNEL_HANGUP", Hangup__Cause="NORMAL_CLEARING")
    taken.next(LegHungUp)
    assert not room.switch.owns(LEG)


def test_a_hang_up_that_only_the_node_tells_is_no_lost_socket(room):
    channel, taken = room.call()
    channel.line.close()
    room.node.report("CHANNEL_HANGUP", Hangup__Cause="NO_ANSWER")
    assert taken.next(LegHungUp).cause is HangupCause.NO_ANSWER
    assert taken.facts == []


def test_a_leg_that_is_gone_without_a_word_is_reported_as_hung_up(room):
    channel, taken = room.call()
    channel.vanishes()
    channel.line.close()
    assert taken.next(LegHungUp).cause is HangupCause.NORMAL_UNSPECIFIED


def test_a_leg_that_comes_back_is_offered_again_after_its_socket_was_reported_lost(room):
    channel, taken = room.call()
    channel.line.close()
    _, again = room.call(variable_switchboard_call_id="call-1", Answer__State="answered")
    taken.next(SocketLost)
    assert again.offer.call_id == "call-1"
    assert again.offer.answered
    room.node.report("CHANNEL_HANGUP", Hangup__Cause="NORMAL_CLEARING")
    again.next(LegHungUp)
    assert taken.facts == []


def test_a_leg_that_comes_back_while_its_old_socket_is_open_speaks_through_the_new_one(room):
    _, taken = room.call()
    new, again = room.call(variable_switchboard_call_id="call-1")
    taken.next(SocketLost)
    with pytest.raises(LegGone):
        taken.leg.play(["/a.wav"])
    again.leg.play(["/b.wav"])
    assert new.line.expect("playback")
    assert taken.facts == []


def test_an_older_socket_does_not_take_the_leg_from_a_newer_one_though_it_tells_later(room):
    # A server that slept finds several sockets of one leg, which tell of it in any order.
    older = room.node.call(room.switch.address)
    older.answer_late()
    newer, taken = room.call()
    older.line.expect("sched_cancel")
    older.answer_now()
    older.say("DTMF", DTMF__Digit="7")
    newer.say("DTMF", DTMF__Digit="8")
    assert taken.next(KeyPressed).key == "8"
    taken.leg.play(["/a.wav"])
    assert newer.line.expect("playback")
    assert taken.facts == []
    assert room.taker.taken == []
    assert not older.line.ended.is_set()


def test_a_socket_that_was_left_stays_open_and_its_facts_count_for_the_new_one(room):
    # FreeSWITCH takes the closing of any socket of a channel for the death of its app.
    old, _ = room.call()
    new, again = room.call(variable_switchboard_call_id="call-1")
    event = room.node.event("DTMF", DTMF__Digit="7")
    old.line.say(event)
    new.line.say(event)
    assert again.next(KeyPressed).key == "7"
    again.leg.play(["/b.wav"])
    assert new.line.expect("playback")
    assert again.facts == []
    assert not old.line.ended.is_set()
