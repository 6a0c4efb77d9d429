"""The promises of dialling and of conversations (``switchboard/ports/dialling.py``,
``conversations.py``), kept by the real ones and by their fake.

The real ones speak to a scripted FreeSWITCH over sockets; the world of either does what people and
the switch do.
"""

import pytest

from switchboard.core.causes import HangupCause
from switchboard.core.facts import (
    LegAnswered,
    LegHeld,
    LegHungUp,
    LegJoined,
    LegParted,
    LegRetrieved,
    LegRinging,
    ListeningEnded,
    PlayEnded,
    RoomEntered,
    RoomLeft,
)
from switchboard.ports.conversations import ClipAct, Hearers, NotDone
from switchboard.ports.dialling import DialOrder, DialRefused, Outside, Phone
from switchboard.ports.legs import LegGone
from tests.contract.wire_conversations import CALLER, WireWorld
from tests.fakes.conversations import FakeExchange

AGENT = "08180278-f468-4efc-8509-2b63a8c3dead"
COLLEAGUE = "80375553-7fbf-4e0e-984d-b2a55c49b014"
UNKNOWN = "00000000-0000-4000-8000-000000000000"


class FakeWorld:
    """The fake exchange is its own world."""

    def __init__(self):
        self.facts = {}
        self.exchange = FakeExchange()
        self.dialler = self.conversations = self.exchange
        self.rings = self.exchange.rings

    def sink(self, leg_id):
        return self.facts.setdefault(leg_id, []).append

    def caller(self):
        return self.exchange.offered(CALLER, self.sink(CALLER))

    def answers(self, leg_id):
        self.exchange.leg(leg_id).answers()

    def hangs_up(self, leg_id, cause=HangupCause.NORMAL_CLEARING):
        self.exchange.leg(leg_id).hangs_up(cause)

    def finishes_play(self, leg_id):
        self.exchange.leg(leg_id).finish_play()

    def does(self, ask, *args):
        return ask(*args)

    def comes_back(self, leg_id):
        assert self.exchange.came_back == [leg_id]
        self.exchange.came_back.clear()
        return self.exchange.offered(leg_id, self.sink(leg_id))

    def no_clip_plays(self):
        """The fake knows it."""

    def wait(self, holds):
        assert holds()

    def next(self, leg_id, kind):
        fact = self.facts[leg_id].pop(0)
        assert isinstance(fact, kind), fact
        assert fact.leg_id == leg_id
        return fact

    def close(self):
        assert all(not facts for facts in self.facts.values()), self.facts


@pytest.fixture(params=[FakeWorld, WireWorld])
def world(request):
    made = request.param()
    yield made
    made.close()


def order(leg_id=AGENT, target=None, **more):
    return DialOrder(
        leg_id=leg_id, call_id="call-1", target=target or Phone("1001"), ring_s=20, **more
    )


def an_agent(world, leg_id=AGENT, extension="1001"):
    leg = world.dialler.dial(order(leg_id, Phone(extension)), world.sink(leg_id))
    world.answers(leg_id)
    world.next(leg_id, LegAnswered)
    return leg


def a_conversation(world):
    caller, agent = world.caller(), an_agent(world)
    world.does(world.conversations.join, CALLER, AGENT)
    joined(world, CALLER, AGENT)
    return caller, agent


def joined(world, *pair):
    for leg_id, other in (pair, pair[::-1]):
        assert world.next(leg_id, LegJoined).other_leg_id == other


def parted(world, *pair):
    for leg_id, other in (pair, pair[::-1]):
        assert world.next(leg_id, LegParted).other_leg_id == other


# --- dialling ---------------------------------------------------------------------------------


def test_a_phone_rings_and_is_answered(world):
    leg = world.dialler.dial(order(), world.sink(AGENT))
    assert leg.leg_id == AGENT
    world.rings(AGENT)
    world.next(AGENT, LegRinging)
    world.answers(AGENT)
    world.next(AGENT, LegAnswered)


@pytest.mark.parametrize(
    "cause",
    [HangupCause.USER_BUSY, HangupCause.CALL_REJECTED, HangupCause.NO_ANSWER,
     HangupCause.USER_NOT_REGISTERED, HangupCause.NORMAL_TEMPORARY_FAILURE],
)  # fmt: skip
def test_a_leg_that_is_not_answered_ends_once_and_says_why(world, cause):
    world.dialler.dial(order(), world.sink(AGENT))
    world.hangs_up(AGENT, cause)
    assert world.next(AGENT, LegHungUp).cause is cause


def test_a_ringing_leg_is_cancelled(world):
    leg = world.dialler.dial(order(), world.sink(AGENT))
    world.rings(AGENT)
    world.next(AGENT, LegRinging)
    world.does(leg.hang_up, HangupCause.LOSE_RACE)
    assert world.next(AGENT, LegHungUp).cause is HangupCause.LOSE_RACE
    with pytest.raises(LegGone):
        leg.hang_up(HangupCause.LOSE_RACE)


@pytest.mark.parametrize("target", [Phone("1001;x"), Phone("${x}"), Outside("0123 456")])
def test_what_is_no_number_is_refused_and_nothing_rings(world, target):
    with pytest.raises(DialRefused):
        world.dialler.dial(order(target=target), world.sink(AGENT))


def test_a_dialled_leg_hears_an_announcement_before_it_is_joined(world):
    leg = an_agent(world)
    execution_id = world.does(leg.play, ["/sounds/queue.wav"])
    world.finishes_play(AGENT)
    assert world.next(AGENT, PlayEnded).execution_id == execution_id


# --- conversations ----------------------------------------------------------------------------


def test_both_legs_tell_that_they_are_joined_and_that_they_part(world):
    a_conversation(world)
    world.hangs_up(CALLER)
    parted(world, CALLER, AGENT)
    world.next(CALLER, LegHungUp)
    assert CALLER not in [leg.leg_id for leg in world.conversations.list_legs()]


def test_the_caller_comes_back_when_the_agent_leaves(world):
    a_conversation(world)
    world.hangs_up(AGENT)
    parted(world, AGENT, CALLER)
    world.next(AGENT, LegHungUp)
    world.comes_back(CALLER)


def test_a_caller_in_conversation_is_asked_for_nothing_to_hear(world):
    caller, _ = a_conversation(world)
    with pytest.raises(LegGone):
        caller.play(["/sounds/queue.wav"])


def test_a_consultation_parks_the_agent_and_brings_the_caller_back(world):
    a_conversation(world)
    world.does(world.conversations.park, AGENT)
    parted(world, AGENT, CALLER)
    world.comes_back(CALLER)
    an_agent(world, COLLEAGUE, "1002")
    world.does(world.conversations.join, AGENT, COLLEAGUE)
    joined(world, AGENT, COLLEAGUE)
    world.does(world.conversations.join, CALLER, COLLEAGUE)
    parted(world, COLLEAGUE, AGENT)
    joined(world, CALLER, COLLEAGUE)


def test_a_caller_who_is_joined_with_a_colleague_parts_from_the_agent_before(world):
    a_conversation(world)
    an_agent(world, COLLEAGUE, "1002")
    world.does(world.conversations.join, CALLER, COLLEAGUE)
    parted(world, CALLER, AGENT)
    joined(world, CALLER, COLLEAGUE)


def test_a_caller_is_brought_back_from_a_conversation(world):
    a_conversation(world)
    world.does(world.conversations.bring_back, CALLER)
    parted(world, CALLER, AGENT)
    world.comes_back(CALLER)


def test_hold_and_retrieve_are_told(world):
    a_conversation(world)
    world.does(world.conversations.hold, AGENT)
    world.next(AGENT, LegHeld)
    world.does(world.conversations.retrieve, AGENT)
    world.next(AGENT, LegRetrieved)


def test_mute_keys_and_clips_tell_nothing(world):
    a_conversation(world)
    world.does(world.conversations.mute, AGENT)
    world.does(world.conversations.unmute, AGENT)
    world.does(world.conversations.send_keys, CALLER, "12#")
    world.no_clip_plays()
    with pytest.raises(NotDone):
        world.conversations.control_clip(CALLER, ClipAct.STOP)
    world.does(world.conversations.play_clip, CALLER, "/sounds/terms.wav", Hearers.BOTH)
    for act in ClipAct:
        world.does(world.conversations.control_clip, CALLER, act)


def test_three_talk_in_a_room_that_can_be_locked(world):
    a_conversation(world)
    world.does(world.conversations.enter_room, CALLER, "room-1")
    parted(world, CALLER, AGENT)
    assert world.next(CALLER, RoomEntered).room == "room-1"
    world.does(world.conversations.enter_room, AGENT, "room-1")
    world.next(AGENT, RoomEntered)
    world.does(world.conversations.lock_room, "room-1")
    world.does(world.conversations.unlock_room, "room-1")
    world.does(world.conversations.park, AGENT)
    assert world.next(AGENT, RoomLeft).room == "room-1"
    world.does(world.conversations.bring_back, CALLER)
    world.next(CALLER, RoomLeft)
    world.comes_back(CALLER)


def test_a_room_in_which_nobody_is_cannot_be_locked(world):
    with pytest.raises(NotDone):
        world.conversations.lock_room("room-2")


def test_a_supervisor_listens_whispers_and_is_parked_again(world):
    a_conversation(world)
    an_agent(world, COLLEAGUE, "1009")
    execution_id = world.does(world.conversations.listen, COLLEAGUE, AGENT)
    for hearers in (Hearers.LEG, Hearers.OTHER, Hearers.BOTH, Hearers.NOBODY):
        world.does(world.conversations.speak_to, COLLEAGUE, hearers)
    world.does(world.conversations.park, COLLEAGUE)
    assert world.next(COLLEAGUE, ListeningEnded).execution_id == execution_id


def test_a_leg_that_does_not_listen_cannot_whisper(world):
    an_agent(world)
    with pytest.raises(NotDone):
        world.conversations.speak_to(AGENT, Hearers.BOTH)


def test_who_follows_a_leg_gets_its_facts_from_then_on(world):
    an_agent(world)
    followed = []
    leg = world.conversations.follow(AGENT, "fs1", followed.append)
    world.does(leg.hang_up, HangupCause.NORMAL_CLEARING)
    world.wait(lambda: followed)
    assert [type(fact) for fact in followed] == [LegHungUp]


@pytest.mark.parametrize("method", ["park", "bring_back", "hold", "retrieve", "mute", "hang_up"])
def test_a_leg_that_nobody_knows_is_gone(world, method):
    with pytest.raises(LegGone):
        getattr(world.conversations, method)(UNKNOWN)
