"""The switch room on a real FreeSWITCH: what is asked of a leg happens, and is told as it was."""

import random
import time

import gevent
import pytest

from switchboard.core.causes import HangupCause
from switchboard.core.facts import (
    KeyPressed,
    LegAnswered,
    LegHungUp,
    PlayEnded,
    PlayResult,
    RecordEnded,
    SocketLost,
)
from switchboard.ports.leg_offers import LegRefused
from tests.freeswitch.callers import be_hung_up, be_refused, press, speak, wait
from tests.freeswitch.callers import hang_up as hang_up_first
from tests.freeswitch.room import RealRoom
from tests.freeswitch.spoken import length_s
from tests.wire.peer import wait_for

STAY = be_hung_up(40_000)
LONG = "silence_stream://60000"


@pytest.fixture
def room(freeswitch, tmp_path):
    room = RealRoom(freeswitch, tmp_path)
    yield room
    room.close()


def test_a_prompt_a_key_and_a_hang_up(room, sounds):
    taken = room.call(wait(300), press("5"), wait(1500), press("1"), STAY)
    files = [str(sounds / "low.wav"), "silence_stream://300", str(sounds / "high.wav")]
    execution_id = taken.leg.play(files, stop_keys="12")
    assert taken.next(KeyPressed).key == "5"
    assert taken.next(KeyPressed).key == "1"
    ended = taken.next(PlayEnded)
    assert (ended.execution_id, ended.result, ended.key) == (execution_id, PlayResult.STOPPED, "1")
    taken.leg.hang_up(HangupCause.USER_BUSY)
    assert taken.next(LegHungUp).cause is HangupCause.USER_BUSY
    wait_for(lambda: room.switch.figures().sockets_live == 0, "the socket has ended")
    assert taken.facts == []


def test_sounds_that_end_by_themselves_or_cannot_be_played(room, sounds):
    taken = room.call(STAY)
    for files, result in (
        ([str(sounds / "short.wav")], PlayResult.PLAYED),
        (["/nowhere/missing.wav"], PlayResult.MISSING),
        (["/nowhere/missing.wav", str(sounds / "short.wav")], PlayResult.PLAYED),
        (["silence_stream://200"], PlayResult.PLAYED),
    ):
        taken.leg.play(files)
        assert taken.next(PlayEnded).result is result
    taken.leg.hang_up(HangupCause.NORMAL_CLEARING)
    taken.next(LegHungUp)


def test_a_stop_is_never_forgotten_however_close_to_the_beginning(room):
    taken = room.call(STAY)
    for _ in range(30):
        taken.leg.play([LONG])
        gevent.sleep(random.choice([0, 0, 0.001, 0.005, 0.02, 0.05]))
        taken.leg.stop()
        assert taken.next(PlayEnded).result is PlayResult.STOPPED
    taken.leg.hang_up(HangupCause.NORMAL_CLEARING)
    taken.next(LegHungUp)


def test_a_hang_up_does_not_wait_for_the_end_of_a_sound(room):
    taken = room.call(STAY)
    taken.leg.play([LONG])
    gevent.sleep(0.1)
    began = time.monotonic()
    taken.leg.hang_up(HangupCause.NORMAL_CLEARING)
    taken.next(LegHungUp)
    assert time.monotonic() - began < 1


@pytest.mark.req("VM-04")
def test_a_recording_has_the_length_that_is_told_whoever_ends_it(room, tmp_path):
    taken = room.call(speak(), wait(3000), press("#"), wait(2000), hang_up_first())
    by_key, by_hang_up = str(tmp_path / "key.wav"), str(tmp_path / "hang_up.wav")
    taken.leg.record(by_key, at_most_s=60, silence_s=30, end_keys="#")
    assert taken.next(KeyPressed, 10).key == "#"
    ended = taken.next(RecordEnded)
    assert ended.recorded_ms == pytest.approx(length_s(by_key) * 1000, abs=40)
    taken.leg.record(by_hang_up, at_most_s=60, silence_s=30, end_keys="#")
    ended = taken.next(RecordEnded, 20)
    assert ended.recorded_ms == pytest.approx(length_s(by_hang_up) * 1000, abs=40)
    taken.next(LegHungUp)


def test_the_length_of_an_earlier_recording_is_never_told_again(room, tmp_path):
    taken = room.call(STAY)
    taken.leg.record(str(tmp_path / "a.wav"), at_most_s=1, silence_s=30, end_keys="#")
    assert taken.next(RecordEnded, 10).recorded_ms > 500
    taken.leg.record(str(tmp_path / "no/such/folder/b.xyz"), at_most_s=1, silence_s=3, end_keys="")
    assert taken.next(RecordEnded).recorded_ms == 0
    taken.next(LegHungUp)


@pytest.mark.req("ACD-14")
def test_a_leg_is_refused_before_answer(room):
    room.taker.refuses = LegRefused(HangupCause.CALL_REJECTED, "blacklisted")
    callers = room.freeswitch.ringing_callers(be_refused(603))
    line = callers.call(room.folder / "refused")
    outcome = gevent.get_hub().threadpool.apply(line.wait)
    assert outcome.succeeded, outcome.complaints


def test_a_leg_whose_socket_is_lost_in_a_prompt_comes_back_with_its_call(room):
    taken = room.call(STAY)
    taken.leg.mark("call-7")
    taken.leg.play([LONG])
    gevent.sleep(0.2)
    taken.leg._socket.close("as if the server had died")
    again = room.taker.next()
    taken.next(SocketLost)
    assert (again.offer.call_id, again.offer.answered) == ("call-7", True)
    assert again.offer.leg_id == taken.offer.leg_id
    again.leg.hang_up(HangupCause.NORMAL_CLEARING)
    again.next(LegHungUp)
    assert taken.facts == []


def test_a_recording_outlives_the_server_and_its_length_comes_with_the_leg(room, tmp_path):
    taken = room.call(STAY)
    taken.leg.record(str(tmp_path / "m.wav"), at_most_s=2, silence_s=30, end_keys="#")
    gevent.sleep(0.5)
    taken.leg._socket.close("as if the server had died")
    taken.next(SocketLost)
    wait_for(lambda: room.taker.taken, "the leg comes back", 10)
    again = room.taker.next()
    assert again.offer.recorded_ms == pytest.approx(length_s(tmp_path / "m.wav") * 1000, abs=40)
    gevent.sleep(0.2)
    again.leg._socket.close("as if it had died again, now without protection")
    third = room.taker.next()
    third.leg.hang_up(HangupCause.NORMAL_CLEARING)
    third.next(LegHungUp)


@pytest.mark.req("ACD-29")
def test_a_hundred_callers_at_once(room, sounds):
    callers = room.freeswitch.callers(press("1"), STAY)
    room.lines.append(callers.call(room.folder / "crowd", count=100, per_second=50))
    wait_for(lambda: len(room.taker.taken) == 100, "all have come", 20)
    for taken in room.taker.taken:
        taken.leg.answer()
        taken.leg.play([str(sounds / "low.wav"), LONG], stop_keys="1")
    for taken in room.taker.taken:
        taken.next(LegAnswered, 10)
        assert taken.next(KeyPressed, 10).key == "1"
        assert taken.next(PlayEnded, 10).result is PlayResult.STOPPED
        taken.leg.hang_up(HangupCause.NORMAL_CLEARING)
        taken.next(LegHungUp)
    assert room.switch.figures().legs_live == 0
