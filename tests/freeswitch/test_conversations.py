"""Dialling and conversations on a real FreeSWITCH: callers of sipp meet phones of sipp."""

import array
import wave
from uuid import uuid4

import gevent
import pytest

from switchboard.core.causes import HangupCause
from switchboard.core.facts import (
    KeyPressed,
    LegAnswered,
    LegHeld,
    LegHungUp,
    LegJoined,
    LegParted,
    LegRetrieved,
    LegRinging,
    ListeningEnded,
    PhoneRegistered,
    PhoneUnregistered,
    PlayEnded,
    RecordingStarted,
    RecordingStopped,
    RoomEntered,
    RoomLeft,
)
from switchboard.ports.conversations import ClipAct, Hearers, NotDone
from switchboard.ports.dialling import DialOrder, DialRefused, Outside, Phone
from tests.freeswitch.callers import be_hung_up, speak, wait
from tests.freeswitch.callers import hang_up as caller_hangs_up
from tests.freeswitch.phones import (
    answer,
    be_cancelled,
    press,
    refuse,
    ring,
    stay,
    transfer_to,
)
from tests.freeswitch.phones import hang_up as phone_hangs_up
from tests.freeswitch.room import RealRoom
from tests.wire.peer import wait_for

STAY = be_hung_up(40_000)
LONG = "silence_stream://60000"


class Followed:
    """A leg that was dialled, and what it has reported."""

    def __init__(self):
        self.facts = []
        self.leg = None

    def next(self, kind, within_s=5.0):
        wait_for(lambda: self.facts, f"a {kind.__name__}", within_s)
        fact = self.facts.pop(0)
        assert isinstance(fact, kind), fact
        return fact

    def next_of(self, kind, within_s=5.0):
        """Wait for the last fact, which must be of this kind, whatever came before."""
        wait_for(lambda: self.facts and isinstance(self.facts[-1], kind), kind.__name__, within_s)
        return self.facts.pop()


@pytest.fixture
def room(freeswitch, tmp_path):
    room = RealRoom(freeswitch, tmp_path)
    yield room
    room.close()


def dial(room, target, **more):
    followed = Followed()
    order = DialOrder(
        leg_id=str(uuid4()), call_id="call-1", target=target, shown_number="13800138000",
        **{"ring_s": 20, **more},
    )  # fmt: skip
    followed.leg = room.switch.dialler.dial(order, followed.facts.append)
    return followed


def an_agent(room, extension="1001", *steps):
    room.phone(extension).does(ring(200), answer(), *(steps or (stay(),)))
    agent = dial(room, Phone(extension))
    agent.next(LegRinging)
    agent.next(LegAnswered)
    return agent


def a_caller(room, *steps):
    taken = room.call(*(steps or (STAY,)))
    taken.leg.mark("call-1")
    return taken


def met(caller, agent):
    assert caller.next(LegJoined).other_leg_id == agent.leg.leg_id
    assert agent.next(LegJoined).other_leg_id == caller.leg.leg_id


def parted(caller, agent):
    assert caller.next(LegParted).other_leg_id == agent.leg.leg_id
    assert agent.next(LegParted).other_leg_id == caller.leg.leg_id


def a_conversation(room, *agent_steps):
    caller, agent = a_caller(room), an_agent(room, "1001", *agent_steps)
    room.switch.conversations.join(caller.leg.leg_id, agent.leg.leg_id)
    met(caller, agent)
    return caller, agent


def loudness_by_half_second(file, channel):
    """The greatest sample of each half second of one channel."""
    with wave.open(str(file)) as sound:
        samples = array.array("h", sound.readframes(sound.getnframes()))[channel::2]
        step = sound.getframerate() // 2
    return [max(map(abs, samples[at : at + step])) for at in range(0, len(samples), step)]


def test_a_waiting_caller_meets_an_agent_and_leaves_first(room, sounds):
    caller = a_caller(room, wait(3000), caller_hangs_up())
    caller.leg.play(["local_stream://hold"])
    agent = an_agent(room)
    agent.leg.play([str(sounds / "short.wav")])
    agent.next(PlayEnded)
    room.switch.conversations.join(caller.leg.leg_id, agent.leg.leg_id)
    met(caller, agent)
    caller.next(LegParted, 10)
    caller.next(LegHungUp)
    agent.next(LegParted)
    gevent.sleep(0.2)
    assert agent.facts == []
    agent.leg.play([str(sounds / "short.wav")])
    agent.next(PlayEnded)
    agent.leg.hang_up(HangupCause.NORMAL_CLEARING)
    assert agent.next(LegHungUp).cause is HangupCause.NORMAL_CLEARING


def test_an_agent_leaves_first_and_the_caller_comes_back(room):
    caller, agent = a_conversation(room, '  <pause milliseconds="700"/>\n', phone_hangs_up())
    agent.next(LegParted)
    agent.next(LegHungUp)
    caller.next(LegParted)
    again = room.taker.next()
    assert (again.offer.leg_id, again.offer.call_id) == (caller.leg.leg_id, "call-1")
    assert (again.offer.talked, again.offer.referred_to) == (True, "")
    again.leg.play([LONG])
    gevent.sleep(0.1)
    again.leg.hang_up(HangupCause.NORMAL_CLEARING)
    again.next(LegHungUp)
    assert caller.facts == []


@pytest.mark.parametrize(
    ("steps", "cause"),
    [
        ((refuse(486, "Busy Here"),), HangupCause.USER_BUSY),
        ((ring(200), refuse(603, "Decline")), HangupCause.CALL_REJECTED),
        ((ring(0), be_cancelled()), HangupCause.NO_ANSWER),
    ],
)
def test_a_phone_that_does_not_answer_says_why(room, steps, cause):
    room.phone("1001").does(*steps)
    agent = dial(room, Phone("1001"), ring_s=2)
    if len(steps) == 2:
        agent.next(LegRinging)
    assert agent.next(LegHungUp, 8).cause is cause
    assert room.switch.figures().legs_live == 0


def test_a_phone_that_is_not_registered_and_one_that_is_gone(room):
    assert dial(room, Phone("1009")).next(LegHungUp).cause is HangupCause.USER_NOT_REGISTERED
    room.phone("1009")
    gone = dial(room, Phone("1009")).next(LegHungUp, 10)
    assert gone.cause is HangupCause.NORMAL_TEMPORARY_FAILURE


def test_ringing_is_cancelled_however_early(room):
    phone = room.phone("1001")
    for pause_s in (0.0, 0.01, 0.5):
        line = phone.does(ring(0), be_cancelled())
        gevent.sleep(0.2)
        agent = dial(room, Phone("1001"))
        gevent.sleep(pause_s)
        agent.leg.hang_up(HangupCause.LOSE_RACE)
        assert agent.next_of(LegHungUp).cause is HangupCause.LOSE_RACE
        line.stop()


def test_a_phone_is_shown_what_we_say_and_asked_to_answer_by_itself(room):
    phone = room.phone("1001")
    phone.does(answer(), stay())
    agent = dial(room, Phone("1001"), shown_name="Sales 1", auto_answer=True)
    agent.next(LegAnswered)
    invite = phone.messages.partition("INVITE")[2].partition("\n\n")[0]
    assert 'From: "Sales 1" <sip:13800138000@' in invite
    assert "answer-after=0" in invite


# --- transfers --------------------------------------------------------------------------------


def test_a_blind_transfer_to_a_colleague(room):
    caller, agent = a_conversation(room)
    colleague = an_agent(room, "1002")
    room.switch.conversations.join(caller.leg.leg_id, colleague.leg.leg_id)
    parted(caller, agent)
    met(caller, colleague)
    room.switch.conversations.hang_up(agent.leg.leg_id)
    agent.next(LegHungUp)
    gevent.sleep(0.3)
    assert caller.facts == colleague.facts == []
    assert room.taker.taken == []


def test_an_attended_transfer_with_a_consultation(room):
    talks = room.switch.conversations
    caller, agent = a_conversation(room)
    talks.park(agent.leg.leg_id)
    parted(caller, agent)
    back = room.taker.next()
    back.leg.play(["local_stream://hold"])
    colleague = an_agent(room, "1002")
    talks.join(agent.leg.leg_id, colleague.leg.leg_id)
    met(agent, colleague)
    talks.join(back.leg.leg_id, colleague.leg.leg_id)
    parted(agent, colleague)
    met(back, colleague)
    agent.leg.hang_up(HangupCause.NORMAL_CLEARING)
    agent.next(LegHungUp)
    talks.hang_up(back.leg.leg_id)
    parted(back, colleague)
    back.next(LegHungUp)
    assert caller.facts == []


def test_a_consultation_that_is_given_up(room):
    talks = room.switch.conversations
    caller, agent = a_conversation(room)
    talks.park(agent.leg.leg_id)
    parted(caller, agent)
    back = room.taker.next()
    room.phone("1002").does(ring(100), refuse(603, "Decline"))
    assert dial(room, Phone("1002")).next_of(LegHungUp).cause is HangupCause.CALL_REJECTED
    talks.join(back.leg.leg_id, agent.leg.leg_id)
    met(back, agent)


def test_a_caller_is_brought_back_to_a_flow(room, sounds):
    caller, agent = a_conversation(room)
    room.switch.conversations.bring_back(caller.leg.leg_id)
    parted(caller, agent)
    back = room.taker.next()
    assert back.offer.talked
    back.leg.play([str(sounds / "short.wav")])
    back.next(PlayEnded)
    gevent.sleep(0.2)
    assert agent.facts == []


def test_a_phone_that_transfers_by_itself_brings_the_caller_to_us(room):
    pause = '  <pause milliseconds="500"/>\n'
    caller, agent = a_conversation(room, pause, transfer_to("4711"))
    agent.next(LegParted)
    agent.next(LegHungUp)
    caller.next(LegParted)
    back = room.taker.next()
    assert (back.offer.referred_to, back.offer.talked) == ("4711", True)
    assert back.offer.dnis == caller.offer.dnis


def test_a_leg_that_we_dialled_becomes_one_through_which_a_flow_speaks(room, sounds):
    agent = an_agent(room)
    room.switch.conversations.bring_back(agent.leg.leg_id)
    back = room.taker.next()
    assert (back.offer.leg_id, back.offer.call_id) == (agent.leg.leg_id, "call-1")
    back.leg.play([str(sounds / "short.wav")])
    back.next(PlayEnded)
    back.leg.hang_up(HangupCause.NORMAL_CLEARING)
    back.next(LegHungUp)
    assert agent.facts == []


# --- more than two ----------------------------------------------------------------------------


def test_three_in_a_room_of_which_one_leaves_and_nobody_else_gets_in(room):
    talks = room.switch.conversations
    caller, agent = a_conversation(room)
    colleague = an_agent(room, "1002")
    talks.enter_room(caller.leg.leg_id, "room-1")
    parted(caller, agent)
    for one in (agent, colleague):
        talks.enter_room(one.leg.leg_id, "room-1")
    for one in (caller, agent, colleague):
        assert one.next(RoomEntered).room == "room-1"
    talks.lock_room("room-1")
    talks.unlock_room("room-1")
    assert {leg.room for leg in talks.list_legs()} == {"room-1"}
    talks.park(agent.leg.leg_id)
    agent.next(RoomLeft)
    talks.bring_back(caller.leg.leg_id)
    caller.next(RoomLeft)
    back = room.taker.next()
    back.leg.play([LONG])
    colleague.leg.hang_up(HangupCause.NORMAL_CLEARING)
    colleague.next(RoomLeft)
    colleague.next(LegHungUp)
    gevent.sleep(0.2)
    assert back.facts == agent.facts == []


def test_a_supervisor_listens_whispers_barges_and_takes_over(room):
    talks = room.switch.conversations
    caller, agent = a_conversation(room)
    supervisor = an_agent(room, "1002")
    execution_id = talks.listen(supervisor.leg.leg_id, agent.leg.leg_id)
    for hearers in (Hearers.LEG, Hearers.OTHER, Hearers.BOTH, Hearers.NOBODY):
        gevent.sleep(0.1)
        talks.speak_to(supervisor.leg.leg_id, hearers)
    talks.park(supervisor.leg.leg_id)
    assert supervisor.next(ListeningEnded).execution_id == execution_id
    talks.listen(supervisor.leg.leg_id, agent.leg.leg_id)
    gevent.sleep(0.2)
    talks.join(caller.leg.leg_id, supervisor.leg.leg_id)
    supervisor.next(ListeningEnded)
    parted(caller, agent)
    met(caller, supervisor)


def test_a_supervisor_speaks_to_the_caller_while_the_agent_only_listens(room):
    talks = room.switch.conversations
    caller, agent = a_conversation(room)
    supervisor = an_agent(room, "1002")
    talks.join(caller.leg.leg_id, supervisor.leg.leg_id)
    parted(caller, agent)
    met(caller, supervisor)
    talks.listen(agent.leg.leg_id, supervisor.leg.leg_id)
    gevent.sleep(0.3)
    talks.join(caller.leg.leg_id, agent.leg.leg_id)
    agent.next(ListeningEnded)
    parted(caller, supervisor)
    met(caller, agent)


def test_listening_ends_with_the_agent(room):
    caller, agent = a_conversation(room)
    supervisor = an_agent(room, "1002")
    room.switch.conversations.listen(supervisor.leg.leg_id, agent.leg.leg_id)
    gevent.sleep(0.2)
    agent.leg.hang_up(HangupCause.NORMAL_CLEARING)
    supervisor.next(ListeningEnded)
    parted(caller, agent)
    supervisor.leg.hang_up(HangupCause.NORMAL_CLEARING)
    supervisor.next(LegHungUp)


# --- while they talk --------------------------------------------------------------------------


def test_hold_mute_keys_and_a_clip(room, sounds):
    talks = room.switch.conversations
    caller, agent = a_conversation(room)
    talks.hold(agent.leg.leg_id)
    agent.next(LegHeld)
    talks.retrieve(agent.leg.leg_id)
    agent.next(LegRetrieved)
    talks.mute(agent.leg.leg_id)
    talks.unmute(agent.leg.leg_id)
    talks.send_keys(caller.leg.leg_id, "12#")
    talks.play_clip(caller.leg.leg_id, str(sounds / "short.wav"), Hearers.BOTH)
    gevent.sleep(1.5)
    assert caller.facts == agent.facts == []


def pauses(talks, agent):
    try:
        talks.control_clip(agent.leg.leg_id, ClipAct.PAUSE)
    except NotDone:
        return False
    return True


@pytest.mark.parametrize("hearers", [Hearers.LEG, Hearers.OTHER, Hearers.BOTH])
def test_a_clip_is_paused_begun_anew_and_ended(room, sounds, hearers):
    talks = room.switch.conversations
    caller, agent = a_conversation(room)
    with pytest.raises(NotDone, match="No file handle"):
        talks.control_clip(agent.leg.leg_id, ClipAct.PAUSE)
    talks.play_clip(agent.leg.leg_id, str(sounds / "short.wav"), hearers)
    wait_for(lambda: pauses(talks, agent), "the clip has begun, and is paused")
    gevent.sleep(1.5)  # it would be over
    for act in (ClipAct.RESTART, ClipAct.PAUSE, ClipAct.STOP):
        talks.control_clip(agent.leg.leg_id, act)
    gevent.sleep(0.2)
    with pytest.raises(NotDone):
        talks.control_clip(agent.leg.leg_id, ClipAct.PAUSE)
    assert caller.facts == agent.facts == []


def test_who_is_on_hold_hears_music(room, tmp_path):
    file = tmp_path / "heard.wav"
    talks = room.switch.conversations
    caller = a_caller(room, speak(), STAY)
    agent = an_agent(room)
    talks.join(caller.leg.leg_id, agent.leg.leg_id)
    met(caller, agent)
    caller.leg.start_recording(str(file))
    caller.next(RecordingStarted)
    gevent.sleep(1)
    talks.hold(agent.leg.leg_id)
    agent.next(LegHeld)
    gevent.sleep(2)
    talks.retrieve(agent.leg.leg_id)
    agent.next(LegRetrieved)
    caller.leg.stop_recording(str(file))
    caller.next(RecordingStopped)
    heard = loudness_by_half_second(file, channel=1)
    assert min(heard[3:5]) > 1000 > max(heard[:1])


def test_a_recording_goes_on_through_the_conversation_and_the_return(room, tmp_path):
    file = str(tmp_path / "whole.wav")
    pause = '  <pause milliseconds="1200"/>\n'
    caller = a_caller(room)
    caller.leg.start_recording(file)
    caller.next(RecordingStarted)
    agent = an_agent(room, "1001", pause, phone_hangs_up())
    room.switch.conversations.join(caller.leg.leg_id, agent.leg.leg_id)
    met(caller, agent)
    caller.leg.mask(file)
    caller.leg.unmask(file)
    back = room.taker.next()
    gevent.sleep(0.3)
    back.leg.hang_up(HangupCause.NORMAL_CLEARING)
    stopped = back.next(RecordingStopped)
    back.next(LegHungUp)
    assert stopped.recorded_ms > 1000  # without sound nothing is written
    with wave.open(file) as sound:
        assert sound.getnchannels() == 2


def test_keys_of_a_dialled_leg_are_told(room, sounds):
    agent = an_agent(room, "1001", '  <pause milliseconds="300"/>\n', press("1"), stay())
    agent.leg.play([str(sounds / "low.wav")], stop_keys="1")
    assert agent.next(KeyPressed).key == "1"
    assert agent.next(PlayEnded).key == "1"


# --- outside, and from inside -----------------------------------------------------------------


def test_a_number_outside_is_reached_by_the_gateway_that_admits_it(room):
    gateway = room.freeswitch.config.phones.gateways[1]
    provider = room.outside(int(gateway.proxy.partition(":")[2]))
    provider.does(ring(100), answer(), stay())
    customer = dial(room, Outside("13800138001"))
    customer.next(LegRinging)
    customer.next(LegAnswered)
    agent = an_agent(room)
    room.switch.conversations.join(agent.leg.leg_id, customer.leg.leg_id)
    met(agent, customer)
    with pytest.raises(DialRefused, match="no gateway admits"):
        dial(room, Outside("900123456"))


def test_a_call_by_an_agent_says_which_extension_proved_itself(room):
    phone = room.phone("1002")
    phone.calls("4711", as_number="9999")
    taken = room.taker.next()
    assert (taken.offer.extension, taken.offer.dnis) == ("1002", "4711")
    assert a_caller(room).offer.extension == ""


def test_registrations_are_followed(room):
    phone = room.phone("1009")
    phone.register(expires_s=0)
    wait_for(lambda: room.switch.phones.find_registration("1009") is None, "it is away")
    facts = []

    def take(fact):
        if fact.extension == "1009":
            facts.append(fact)

    room.switch.phones.follow_phones(take)
    facts.clear()
    phone.register()
    wait_for(lambda: facts, "the phone is registered")
    fact = facts.pop()
    assert (type(fact), fact.extension, fact.address) == (PhoneRegistered, "1009", "127.0.0.1")
    phone.register()
    phone.register(expires_s=0)
    wait_for(lambda: facts, "the phone is not registered any more")
    assert [type(fact) for fact in facts] == [PhoneUnregistered]
    assert room.switch.phones.find_registration("1009") is None


def test_another_server_finds_the_legs_that_talk_and_follows_them(room):
    caller, agent = a_conversation(room)
    leg_ids = {caller.leg.leg_id, agent.leg.leg_id}
    room.begin_anew()
    talks = room.switch.conversations
    # FreeSWITCH brings its list of channels up to date a moment later.
    wait_for(lambda: {leg.joined_to for leg in talks.list_legs()} == leg_ids, "they are found")
    followed = {leg_id: Followed() for leg_id in leg_ids}
    for leg_id, one in followed.items():
        one.leg = talks.follow(leg_id, "fs1", one.facts.append)
    again_caller, again_agent = (followed[one.leg.leg_id] for one in (caller, agent))
    talks.hang_up(agent.leg.leg_id)
    parted(again_caller, again_agent)
    again_agent.next(LegHungUp)
    back = room.taker.next()
    assert (back.offer.leg_id, back.offer.call_id) == (caller.leg.leg_id, "call-1")
