"""Supervisors in a conversation on a real FreeSWITCH: who is heard by whom, sample by sample."""

from contextlib import contextmanager
from uuid import uuid4

import gevent
import pytest

from switchboard.core.facts import LegJoined, RecordingStarted
from switchboard.ports.dialling import Phone
from switchboard.runtime.clock import ScaledClock
from switchboard.runtime.mailboxes import Mailbox
from switchboard.services.distributor import TalkNow
from switchboard.services.monitoring import Manner, Monitoring, WatchMeans
from switchboard.services.story import Story
from tests.fakes.journal import FakeJournal
from tests.freeswitch.callers import be_hung_up, speak
from tests.freeswitch.phones import answer, ring, stay
from tests.freeswitch.room import RealRoom
from tests.freeswitch.test_conversations import dial, loudness_by_half_second
from tests.wire.peer import wait_for

LOUD = 1000


class Floor:
    """A caller and an agent who talk, and a supervisor's phone."""

    def __init__(self, room: RealRoom, agent_says: str, boss_says: str) -> None:
        self.room, clock, self.journal = room, ScaledClock(), FakeJournal()
        self.caller = room.call(be_hung_up(40_000))
        self.caller.leg.mark("call-1")
        room.phone("1001").does(ring(200), answer(), agent_says + stay())
        room.phone("1002").does(ring(200), answer(), boss_says + stay())
        self.agent = dial(room, Phone("1001"))
        wait_for(lambda: len(self.agent.facts) == 2, "the agent answers")
        talks = room.switch.conversations
        talks.join(self.caller.leg.leg_id, self.agent.leg.leg_id)
        self.caller.next(LegJoined)
        self.monitoring = Monitoring(
            {"ann": TalkNow("ann", "call-1", self.agent.leg)}.get,
            lambda _: "fs1",
            WatchMeans(
                room.switch.dialler, talks, lambda: str(uuid4()), lambda: Mailbox(clock),
                room.greenlets.start_task, clock.seconds,
                lambda call_id: Story(call_id, self.journal, clock, lambda: uuid4().hex),
                lambda: None,
            ),
        )  # fmt: skip

    def is_in(self, manner: Manner) -> None:
        """Let the supervisor be in it so, and wait until it is done."""
        before = len(self.journal.entries)
        self.monitoring.be_in(manner, "ann", "boss", Phone("1002"))
        wait_for(lambda: len(self.journal.entries) > before, f"{manner}", 10)

    @contextmanager
    def recorded(self, of, file):
        """Record what this one says and hears; yields nothing, the file is there behind it."""
        of.leg.start_recording(str(file))
        wait_for(lambda: any(isinstance(one, RecordingStarted) for one in of.facts), "it records")
        yield
        of.leg.stop_recording(str(file))
        wait_for(file.exists, "the recording is written")


@pytest.fixture
def room(freeswitch, tmp_path):
    room = RealRoom(freeswitch, tmp_path)
    yield room
    room.close()


def heard_by(floor: Floor, of, manner: Manner, file) -> int:
    """The greatest sample that one heard in a second while the supervisor was in it so."""
    floor.is_in(manner)
    with floor.recorded(of, file):
        gevent.sleep(1.5)
    return max(loudness_by_half_second(file, channel=1)[1:])


@pytest.mark.parametrize(
    ("manner", "agent_hears", "caller_hears"),
    [
        (Manner.LISTEN, False, False),
        (Manner.WHISPER, True, False),
        (Manner.BARGE, True, True),
        (Manner.TAKE_OVER, True, True),
    ],
)
def test_a_supervisor_is_heard_by_those_who_may(room, tmp_path, manner, agent_hears, caller_hears):
    floor = Floor(room, "", speak())
    by_agent = heard_by(floor, floor.agent, manner, tmp_path / "agent.wav")
    assert (by_agent > LOUD) is agent_hears
    with floor.recorded(floor.caller, tmp_path / "caller.wav"):
        gevent.sleep(1.5)
    by_caller = max(loudness_by_half_second(tmp_path / "caller.wav", channel=1)[1:])
    assert (by_caller > LOUD) is caller_hears
    floor.is_in(Manner.LEAVE)


def test_an_agent_whose_call_is_taken_over_is_not_heard_and_then_goes_on(room, tmp_path):
    floor = Floor(room, speak(), "")
    assert heard_by(floor, floor.caller, Manner.LISTEN, tmp_path / "listen.wav") > LOUD
    assert heard_by(floor, floor.caller, Manner.TAKE_OVER, tmp_path / "taken.wav") < LOUD
    floor.is_in(Manner.LEAVE)
    with floor.recorded(floor.caller, tmp_path / "after.wav"):
        gevent.sleep(1.5)
    assert max(loudness_by_half_second(tmp_path / "after.wav", channel=1)[1:]) > LOUD
