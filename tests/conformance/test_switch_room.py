"""Our own switch room finds in the stand-in what it finds in a real FreeSWITCH.

The conversations of ``tests/freeswitch/test_conversations.py``, with people of the stand-in.
"""

import pytest

from switchboard.core.causes import HangupCause
from switchboard.core.facts import (
    LegHungUp,
    LegJoined,
    LegParted,
    LegRinging,
    ListeningEnded,
    PlayEnded,
    RoomEntered,
    RoomLeft,
)
from switchboard.ports.conversations import Hearers
from switchboard.simulator.phones import Manner
from tests.conformance.stand_in_world import StandInWorld


@pytest.fixture
def world():
    made = StandInWorld()
    yield made
    made.close()


def met(one, other):
    assert one.next(LegJoined).other_leg_id == other.leg.leg_id
    assert other.next(LegJoined).other_leg_id == one.leg.leg_id


def parted(one, other):
    assert one.next(LegParted).other_leg_id == other.leg.leg_id
    assert other.next(LegParted).other_leg_id == one.leg.leg_id


def a_conversation(world):
    (person, caller), (owner, agent) = world.caller(), world.agent("1001")
    world.switch.conversations.join(caller.leg.leg_id, agent.leg.leg_id)
    met(caller, agent)
    return person, caller, owner, agent


def test_a_caller_meets_an_agent_who_was_told_of_him_and_leaves_first(world):
    person, caller = world.caller()
    caller.leg.play(["local_stream://hold"])
    _, agent = world.agent("1001")
    agent.leg.play(["silence_stream://100"])
    agent.next(PlayEnded)
    world.switch.conversations.join(caller.leg.leg_id, agent.leg.leg_id)
    met(caller, agent)
    person.hang_up()
    caller.next(LegParted)
    caller.next(LegHungUp)
    agent.next(LegParted)
    agent.leg.hang_up(HangupCause.NORMAL_CLEARING)
    agent.next(LegHungUp)


def test_the_caller_comes_back_when_the_agent_leaves(world):
    _, caller, owner, agent = a_conversation(world)
    owner.hang_up()
    agent.next(LegParted)
    agent.next(LegHungUp)
    caller.next(LegParted)
    back = world.taker.next()
    assert (back.offer.call_id, back.offer.talked, back.offer.referred_to) == ("call-1", True, "")


@pytest.mark.parametrize(
    ("manner", "cause"),
    [
        (Manner.BUSY, HangupCause.USER_BUSY),
        (Manner.REJECTS, HangupCause.CALL_REJECTED),
        (Manner.RINGS, HangupCause.NO_ANSWER),
    ],
)
def test_a_phone_that_does_not_answer_says_why(world, manner, cause):
    world.phone("1001", manner)
    agent = world.dial("1001")
    if manner is not Manner.BUSY:
        agent.next(LegRinging)
    assert agent.next(LegHungUp).cause is cause


def test_a_phone_that_is_not_registered_says_so(world):
    assert world.dial("1009").next(LegHungUp).cause is HangupCause.USER_NOT_REGISTERED


def test_an_attended_transfer(world):
    talks = world.switch.conversations
    _, caller, _, agent = a_conversation(world)
    talks.park(agent.leg.leg_id)
    parted(caller, agent)
    back = world.taker.next()
    _, colleague = world.agent("1002")
    talks.join(agent.leg.leg_id, colleague.leg.leg_id)
    met(agent, colleague)
    talks.join(back.leg.leg_id, colleague.leg.leg_id)
    parted(agent, colleague)
    met(back, colleague)


def test_a_room_and_a_supervisor_who_listens(world):
    talks = world.switch.conversations
    _, caller, _, agent = a_conversation(world)
    _, supervisor = world.agent("1009")
    talks.listen(supervisor.leg.leg_id, agent.leg.leg_id)
    talks.speak_to(supervisor.leg.leg_id, Hearers.BOTH)
    talks.park(supervisor.leg.leg_id)
    supervisor.next(ListeningEnded)
    talks.enter_room(caller.leg.leg_id, "room-1")
    parted(caller, agent)
    talks.enter_room(agent.leg.leg_id, "room-1")
    assert {one.next(RoomEntered).room for one in (caller, agent)} == {"room-1"}
    talks.park(agent.leg.leg_id)
    agent.next(RoomLeft)
    talks.bring_back(caller.leg.leg_id)
    caller.next(RoomLeft)
    assert world.taker.next().offer.talked


def test_a_phone_that_transfers_by_itself_brings_the_caller_to_us(world):
    _, caller, owner, _ = a_conversation(world)
    owner.refer("4711")
    caller.next(LegParted)
    assert world.taker.next().offer.referred_to == "4711"
