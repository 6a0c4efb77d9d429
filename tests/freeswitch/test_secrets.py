"""A secret on a real FreeSWITCH: gathered whole, told once, and in no log, event or CDR."""

import json

import pytest

from switchboard.core.causes import HangupCause
from switchboard.core.facts import KeyPressed, LegHungUp, PlayEnded, SecretGathered
from tests.freeswitch.callers import be_hung_up, press, wait
from tests.freeswitch.callers import hang_up as hang_up_first
from tests.freeswitch.test_legs import RealRoom

STAY = be_hung_up(40_000)
DIGITS = "739146"


@pytest.fixture
def room(freeswitch, tmp_path):
    room = RealRoom(freeswitch, tmp_path)
    yield room
    room.close()


def gather(leg, files, *, longest=6, end_keys="#*", first_key_within_ms=4000):
    return leg.gather_secret(
        files,
        longest=longest,
        end_keys=end_keys,
        first_key_within_ms=first_key_within_ms,
        next_key_within_ms=2000,
    )


def finish(room, taken) -> dict:
    taken.leg.hang_up(HangupCause.NORMAL_CLEARING)
    taken.next(LegHungUp)
    return room.freeswitch.cdr(taken.leg.leg_id)


def test_a_secret_is_told_once_as_a_whole_and_stands_nowhere(room, sounds):
    taken = room.call(wait(1500), press(DIGITS), STAY)
    execution_id = gather(taken.leg, [str(sounds / "low.wav"), "silence_stream://200"])
    gathered = taken.next(SecretGathered, 10)
    assert (gathered.execution_id, gathered.digits) == (execution_id, DIGITS)
    assert taken.facts == []  # no key of it was told
    cdr = finish(room, taken)
    assert DIGITS not in json.dumps(cdr)
    assert DIGITS not in room.freeswitch.log
    assert "DTMF" not in "".join(
        line for line in room.freeswitch.log.splitlines() if taken.leg.leg_id in line
    )


@pytest.mark.parametrize(("keys", "digits", "ended_by"), [("7391#", "7391", "#"), ("*", "", "*")])
def test_an_end_key_ends_it_also_while_the_question_is_asked(room, sounds, keys, digits, ended_by):
    taken = room.call(wait(1500), press(keys), STAY)
    gather(taken.leg, [str(sounds / "low.wav")])
    gathered = taken.next(SecretGathered, 10)
    assert (gathered.digits, gathered.ended_by) == (digits, ended_by)
    finish(room, taken)


def test_who_keys_nothing_is_waited_for_so_long_and_no_longer(room):
    taken = room.call(STAY)
    gather(taken.leg, ["silence_stream://100"], first_key_within_ms=1500)
    gathered = taken.next(SecretGathered, 5)
    assert (gathered.digits, gathered.ended_by) == ("", "")
    finish(room, taken)


def test_an_earlier_end_key_is_not_taken_for_this_ones(room):
    taken = room.call(wait(1500), press("7391#"), STAY)
    gather(taken.leg, ["silence_stream://100"])
    assert taken.next(SecretGathered, 10).ended_by == "#"
    gather(taken.leg, ["silence_stream://100"], first_key_within_ms=1000)
    assert taken.next(SecretGathered, 10).ended_by == ""
    finish(room, taken)


def test_keys_are_told_again_behind_it(room, sounds):
    taken = room.call(wait(1500), press("7391#"), wait(4500), press("5"), STAY)
    gather(taken.leg, ["silence_stream://100"])
    taken.next(SecretGathered, 10)
    taken.leg.play([str(sounds / "low.wav")], stop_keys="5")
    assert taken.next(KeyPressed, 10).key == "5"
    assert taken.next(PlayEnded, 10).key == "5"
    finish(room, taken)


def test_a_caller_who_hangs_up_midway_has_hung_up(room):
    taken = room.call(wait(1500), press("73"), wait(3000), hang_up_first())
    gather(taken.leg, ["silence_stream://100"], first_key_within_ms=8000)
    assert isinstance(taken.next(LegHungUp, 15), LegHungUp)
