"""The promises of a leg (``switchboard/ports/legs.py``), kept by the real one and by its fake.

The real one speaks to a scripted FreeSWITCH over sockets; the world of either does what the person
on the line and the switch do.
"""

import pytest

from switchboard.core.causes import HangupCause
from switchboard.core.facts import (
    KeyPressed,
    LegAnswered,
    LegHungUp,
    PlayEnded,
    PlayResult,
    RecordEnded,
    RecordingStarted,
    RecordingStopped,
    SecretGathered,
    SocketLost,
)
from switchboard.ports.legs import LegGone, RecordingRefused
from tests.fakes.legs import FakeLeg
from tests.wire.peer import LEG
from tests.wire.room import Room


class FakeWorld:
    """The fake leg is its own world, and does at once what it is asked."""

    def __init__(self):
        self.facts = []
        self.leg = FakeLeg(LEG, self.facts.append)
        self.plays = self.leg.finish_play
        self.records = self.leg.finish_record
        self.hangs_up = self.leg.hangs_up
        self.loses_socket = self.leg.loses_socket

    def next(self, kind):
        fact = self.facts.pop(0)
        assert isinstance(fact, kind), fact
        return fact

    def obeys(self, asked):
        """The switch does what was asked of the leg."""

    def presses(self, key, ends=None):
        self.leg.press(key)

    def gathers(self, digits, ended_by=""):
        for key in digits + ended_by:
            self.leg.press(key)
        if self.leg.running:
            self.leg.finish_secret()

    def begins_beside(self, file):
        """The fake has told it already."""

    def ends_beside(self, file):
        """The fake has told it already."""

    def hangs_up_recorded(self, file):
        self.leg.hangs_up(recorded_ms=1480)

    def refuses_recording(self):
        self.leg.refuses_recording = "refused by the test"

    def close(self):
        assert self.facts == []


class WireWorld:
    """A scripted FreeSWITCH on the other side of a socket."""

    def __init__(self):
        self.room = Room().open()
        self.channel, self.taken = self.room.call()
        self.leg = self.taken.leg
        self.next = self.taken.next

    def obeys(self, asked):
        if asked == "answer":
            self._completes("answer", Answer__State="answered")
        elif asked == "stop":
            self.room.node.line.expect("api uuid_break")
            self._completes("playback")
        else:
            self.channel.line.expect("hangup")
            self.hangs_up(HangupCause.USER_BUSY)

    def plays(self, result=PlayResult.PLAYED, *, key=None):
        responses = {PlayResult.MISSING: "FILE NOT FOUND", PlayResult.FAILED: "PLAYBACK ERROR"}
        self._completes(
            "playback",
            Application__Response=responses.get(result, "FILE PLAYED"),
            variable_playback_terminator_used=key or "",
        )

    def records(self, ms):
        self._completes("record", variable_record_ms=str(ms))

    def gathers(self, digits, ended_by=""):
        self._completes(
            "play_and_get_digits",
            variable_switchboard_secret=digits,
            variable_read_terminator_used=ended_by,
        )

    def presses(self, key, ends=None):
        self.channel.say("DTMF", DTMF__Digit=key)
        if ends == "playback":
            self.plays(key=key)
        elif ends == "record":
            self.records(1000)

    def hangs_up(self, cause=HangupCause.NORMAL_CLEARING, *, recorded_ms=None):
        event = self.room.node.event("CHANNEL_HANGUP", Hangup__Cause=str(cause))
        self.room.node.line.say(event)
        self.channel.vanishes()
        if self.channel.line.ended.is_set():
            return
        self.channel.line.say(event)
        if recorded_ms is not None:
            self.records(recorded_ms)
        self.channel.line.close()

    def begins_beside(self, file):
        self.room.node.report("RECORD_START", Record__File__Path=file)

    def ends_beside(self, file, ms="1000"):
        self.room.node.report("RECORD_STOP", Record__File__Path=file, variable_record_ms=ms)

    def hangs_up_recorded(self, file):
        self.room.node.report("CHANNEL_HANGUP", Hangup__Cause="NORMAL_CLEARING")
        self.ends_beside(file, "1480")

    def refuses_recording(self):
        self.room.node.api["uuid_record"] = "-ERR Cannot record session!\n"

    def loses_socket(self):
        self.channel.line.close()
        self.channel.line.ended.set()

    def close(self):
        assert self.taken.facts == []
        self.room.close()
        assert self.room.greenlets.failures == []

    def _completes(self, application, **headers):
        request = self.channel.line.expect(application)
        self.channel.completes(request, **headers)


@pytest.fixture(params=[FakeWorld, WireWorld], ids=["fake", "wire"])
def world(request):
    world = request.param()
    yield world
    world.close()


def asks(leg):
    return {
        "mark": lambda: leg.mark("call-1"),
        "answer": leg.answer,
        "play": lambda: leg.play(["/a.wav"]),
        "record": lambda: leg.record("/m.wav", at_most_s=9, silence_s=3, end_keys="#"),
        "start_recording": lambda: leg.start_recording("/r.wav"),
        "stop_recording": lambda: leg.stop_recording("/r.wav"),
        "mask": lambda: leg.mask("/r.wav"),
        "unmask": lambda: leg.unmask("/r.wav"),
        "stop": leg.stop,
        "hang_up": lambda: leg.hang_up(HangupCause.NORMAL_CLEARING),
    }


def test_a_leg_knows_its_id(world):
    assert world.leg.leg_id == LEG


def test_a_mark_is_no_fact(world):
    world.leg.mark("call-1")


def test_an_answer_asked_for_is_reported_once(world):
    world.leg.answer()
    world.obeys("answer")
    answered = world.next(LegAnswered)
    assert answered.leg_id == LEG
    assert answered.at.utcoffset().total_seconds() == 0


def test_every_ask_that_ends_has_an_id_of_its_own(world):
    ids = [
        world.leg.answer(),
        world.leg.play(["/a.wav"]),
        world.leg.play(["/a.wav"]),
        world.leg.record("/m.wav", at_most_s=9, silence_s=3, end_keys="#"),
    ]
    assert len(set(ids)) == 4
    world.obeys("answer")
    world.next(LegAnswered)


@pytest.mark.parametrize("result", [PlayResult.PLAYED, PlayResult.MISSING, PlayResult.FAILED])
def test_a_playback_ends_by_itself(world, result):
    execution_id = world.leg.play(["/a.wav", "silence_stream://100"])
    world.plays(result)
    ended = world.next(PlayEnded)
    assert (ended.leg_id, ended.execution_id) == (LEG, execution_id)
    assert (ended.result, ended.key) == (result, None)


def test_playbacks_end_one_after_another(world):
    ids = [world.leg.play(["/a.wav"]), world.leg.play(["/b.wav"])]
    world.plays()
    world.plays()
    assert [world.next(PlayEnded).execution_id for _ in ids] == ids


def test_nothing_to_play_is_a_fault_of_whoever_asks(world):
    with pytest.raises(ValueError, match="nothing to play"):
        world.leg.play([])


def test_a_stop_key_is_reported_and_ends_the_playback(world):
    world.leg.play(["/a.wav"], stop_keys="12")
    world.presses("1", ends="playback")
    assert world.next(KeyPressed).key == "1"
    ended = world.next(PlayEnded)
    assert (ended.result, ended.key) == (PlayResult.STOPPED, "1")


def test_another_key_is_reported_and_ends_nothing(world):
    world.leg.play(["/a.wav"], stop_keys="12")
    world.presses("5")
    assert world.next(KeyPressed).key == "5"
    world.plays()
    assert world.next(PlayEnded).result is PlayResult.PLAYED


def test_keys_are_reported_whatever_runs(world):
    for key in "0*#D":
        world.presses(key)
        assert world.next(KeyPressed).key == key


def gather(leg):
    return leg.gather_secret(
        ["/a.wav"],
        longest=6,
        end_keys="*#",
        first_key_within_ms=5000,
        next_key_within_ms=3000,
    )


@pytest.mark.parametrize(
    ("digits", "ended_by"), [("739146", ""), ("7391", "#"), ("", "*"), ("7391", ""), ("", "")]
)
def test_a_secret_is_told_once_as_a_whole_and_no_key_of_it(world, digits, ended_by):
    execution_id = gather(world.leg)
    world.gathers(digits, ended_by)
    gathered = world.next(SecretGathered)
    assert gathered.execution_id == execution_id
    assert (gathered.digits, gathered.ended_by) == (digits, ended_by)
    assert not digits or digits not in repr(gathered)


def test_keys_are_told_again_behind_a_secret(world):
    gather(world.leg)
    world.gathers("739146")
    world.next(SecretGathered)
    world.presses("5")
    assert world.next(KeyPressed).key == "5"


def test_a_recording_ends_with_its_length(world):
    execution_id = world.leg.record("/m.wav", at_most_s=60, silence_s=5, end_keys="#")
    world.records(2540)
    ended = world.next(RecordEnded)
    assert (ended.execution_id, ended.recorded_ms) == (execution_id, 2540)


def test_an_end_key_ends_a_recording(world):
    world.leg.record("/m.wav", at_most_s=60, silence_s=5, end_keys="#")
    world.presses("#", ends="record")
    assert world.next(KeyPressed).key == "#"
    assert world.next(RecordEnded).recorded_ms == 1000


def test_a_playback_that_is_stopped_says_so(world):
    execution_id = world.leg.play(["/a.wav"])
    world.leg.stop()
    world.obeys("stop")
    ended = world.next(PlayEnded)
    assert (ended.execution_id, ended.result) == (execution_id, PlayResult.STOPPED)


def test_stopping_when_nothing_runs_is_no_fault(world):
    world.leg.stop()


def test_a_hang_up_asked_for_is_reported_with_its_cause(world):
    world.leg.hang_up(HangupCause.USER_BUSY)
    world.obeys("hang_up")
    assert world.next(LegHungUp).cause is HangupCause.USER_BUSY


def test_a_hang_up_ends_silently_what_plays(world):
    world.leg.play(["/a.wav"])
    world.hangs_up(HangupCause.NORMAL_CLEARING)
    assert world.next(LegHungUp).cause is HangupCause.NORMAL_CLEARING


def test_a_cause_without_a_name_of_ours_is_kept_as_its_text(world):
    world.hangs_up("EXCHANGE_ROUTING_ERROR")
    assert world.next(LegHungUp).cause == "EXCHANGE_ROUTING_ERROR"


def test_a_hang_up_is_the_last_fact_even_of_a_recording(world):
    world.leg.record("/m.wav", at_most_s=60, silence_s=5, end_keys="#")
    world.hangs_up(recorded_ms=1480)
    assert world.next(RecordEnded).recorded_ms == 1480
    world.next(LegHungUp)


@pytest.mark.req("X-072")
def test_a_recording_beside_the_rest_begins_and_ends(world):
    world.leg.start_recording("/r.wav")
    world.begins_beside("/r.wav")
    started = world.next(RecordingStarted)
    assert (started.leg_id, started.file) == (LEG, "/r.wav")
    world.leg.play(["/a.wav"])
    world.plays()
    world.next(PlayEnded)
    world.leg.stop_recording("/r.wav")
    world.ends_beside("/r.wav")
    stopped = world.next(RecordingStopped)
    assert (stopped.file, stopped.recorded_ms) == ("/r.wav", 1000)


def test_a_mask_is_no_fact_of_its_own(world):
    world.leg.start_recording("/r.wav")
    world.begins_beside("/r.wav")
    world.next(RecordingStarted)
    world.leg.mask("/r.wav")
    world.leg.unmask("/r.wav")


def test_a_hang_up_ends_a_recording_first(world):
    world.leg.start_recording("/r.wav")
    world.begins_beside("/r.wav")
    world.next(RecordingStarted)
    world.hangs_up_recorded("/r.wav")
    assert world.next(RecordingStopped).recorded_ms == 1480
    world.next(LegHungUp)


@pytest.mark.req("X-069")
@pytest.mark.parametrize("ask", ["start_recording", "stop_recording", "mask", "unmask"])
def test_what_the_switch_does_not_do_with_a_recording_is_raised(world, ask):
    world.refuses_recording()
    with pytest.raises(RecordingRefused):
        asks(world.leg)[ask]()


ASKS = [
    "mark", "answer", "play", "record", "stop", "hang_up",
    "start_recording", "stop_recording", "mask", "unmask",
]  # fmt: skip


@pytest.mark.parametrize("ask", ASKS)
def test_nothing_can_be_asked_of_a_leg_that_has_hung_up(world, ask):
    world.hangs_up()
    world.next(LegHungUp)
    with pytest.raises(LegGone):
        asks(world.leg)[ask]()


@pytest.mark.parametrize("ask", ASKS)
def test_nothing_can_be_asked_of_a_leg_whose_socket_is_lost(world, ask):
    world.loses_socket()
    assert world.next(SocketLost).leg_id == LEG
    with pytest.raises(LegGone):
        asks(world.leg)[ask]()


def test_a_leg_whose_socket_is_lost_may_still_hang_up(world):
    world.leg.play(["/a.wav"])
    world.loses_socket()
    world.next(SocketLost)
    world.hangs_up()
    world.next(LegHungUp)
