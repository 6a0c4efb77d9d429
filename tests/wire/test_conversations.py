"""What a conversation needs of FreeSWITCH, in which order it is asked, and what may go wrong."""

import gevent
import pytest

from switchboard.core.facts import (
    LegHungUp,
    LegJoined,
    LegParted,
    RecordingStarted,
    RecordingStopped,
)
from switchboard.ports.conversations import NotDone
from switchboard.ports.dialling import DialOrder, Phone
from switchboard.ports.legs import LegGone
from tests.wire.peer import LEG, OTHER_LEG, wait_for

AGENT = "08180278-f468-4efc-8509-2b63a8c3dead"
FILE = "/rec/whole.wav"


class Pair:
    """A caller, and an agent who has answered."""

    def __init__(self, room):
        self.room = room
        self.node = room.node
        self.channel, self.taken = room.call(LEG, Answer__State="answered")
        self.agent_facts = []
        room.switch.dialler.dial(
            DialOrder(leg_id=AGENT, call_id="c1", target=Phone("1001"), ring_s=20),
            self.agent_facts.append,
        )
        self.node.channels.append(AGENT)
        self.node.report("CHANNEL_ANSWER", AGENT)
        self.node.report("BACKGROUND_JOB", "", Job__UUID=AGENT, _body=f"+OK {AGENT}\n")
        wait_for(lambda: self.agent_facts, "the agent answers")
        self.agent_facts.clear()

    def join(self):
        self.room.switch.conversations.join(LEG, AGENT)
        self.bridge("CHANNEL_BRIDGE")
        self.taken.next(LegJoined)
        wait_for(lambda: self.agent_facts, "the agent is joined")
        self.agent_facts.clear()
        return self

    def bridge(self, name, one=LEG, other=AGENT):
        ends = {"Bridge__A__Unique__ID": one, "Bridge__B__Unique__ID": other}
        self.node.report(name, one, **ends)

    def comes_back(self, **headers):
        back = {
            "Answer__State": "answered",
            "Caller__Destination__Number": "resume",
            "variable_switchboard_talks": "true",
        }
        return self.room.call(LEG, **{**back, **headers})

    def asked(self):
        return [request.command for request in self.node.line.requests]


@pytest.fixture
def pair(room):
    return Pair(room)


def test_the_caller_is_protected_then_joined_and_its_socket_given_up(pair):
    pair.join()
    asked = pair.asked()
    protect = asked.index(
        f"api uuid_setvar_multi {LEG} socket_resume=false;switchboard_talks=true;"
        "transfer_after_bridge=resume:XML:switchboard"
    )
    assert protect < asked.index(f"api uuid_bridge {LEG} {AGENT}")
    pair.channel.line.expect("exit")
    pair.channel.line.close()
    gevent.sleep(0.4)  # longer than a lost socket is waited for
    assert pair.taken.facts == []


def test_who_cannot_be_joined_keeps_the_socket(pair):
    pair.node.api["uuid_bridge"] = "-ERR no reply\n"
    with pytest.raises(NotDone, match="no reply"):
        pair.room.switch.conversations.join(LEG, AGENT)
    assert not any(request.command == "exit" for request in pair.channel.line.requests)
    pair.taken.leg.play(["/a.wav"])


def test_nobody_is_joined_while_the_node_is_away(pair):
    pair.node.go_away()
    wait_for(lambda: not pair.room.switch.is_ready, "the node is away")
    with pytest.raises(NotDone, match="not connected"):
        pair.room.switch.conversations.join(LEG, AGENT)


def test_a_caller_who_is_back_before_the_end_was_told_has_parted_before(pair):
    pair.join()
    _, again = pair.comes_back()
    assert pair.taken.next(LegParted).other_leg_id == AGENT
    assert [type(fact) for fact in pair.agent_facts] == [LegParted]
    pair.bridge("CHANNEL_UNBRIDGE")
    gevent.sleep(0.05)
    assert again.facts == pair.taken.facts == []
    assert len(pair.agent_facts) == 1


def test_a_hang_up_ends_the_conversation_for_both_at_once(pair):
    pair.join()
    pair.node.report("CHANNEL_HANGUP", LEG, Hangup__Cause="NORMAL_CLEARING")
    pair.taken.next(LegParted)
    pair.taken.next(LegHungUp)
    pair.bridge("CHANNEL_UNBRIDGE")
    gevent.sleep(0.05)
    assert [type(fact) for fact in pair.agent_facts] == [LegParted]
    assert pair.taken.facts == []


@pytest.mark.parametrize(
    ("headers", "referred_to"),
    [
        ({}, ""),
        ({"Caller__Destination__Number": "4711"}, ""),
        ({"Caller__Destination__Number": "4711", "variable_sip_refer_to": "<sip:4711@x>"}, "4711"),
        ({"variable_sip_refer_to": "<sip:4711@x>"}, ""),
        ({"Caller__Destination__Number": "set:socket_resume=true,socket:x",
          "variable_sip_refer_to": "<sip:4711@x>"}, ""),
    ],
)  # fmt: skip
def test_a_leg_says_whether_a_phone_sent_it(pair, headers, referred_to):
    _, again = pair.join().comes_back(**headers)
    assert (again.offer.talked, again.offer.referred_to) == (True, referred_to)
    pair.taken.next(LegParted)
    pair.node.line.expect(f"api uuid_setvar_multi {LEG} switchboard_talks=")


def test_a_recording_is_masked_and_stopped_in_a_conversation_and_after_it(pair):
    pair.taken.leg.start_recording(FILE)
    pair.node.report("RECORD_START", LEG, Record__File__Path=FILE)
    pair.taken.next(RecordingStarted)
    pair.join()
    pair.taken.leg.mask(FILE)
    with pytest.raises(LegGone, match="in a conversation"):
        pair.taken.leg.play(["/a.wav"])
    _, again = pair.comes_back()
    pair.node.report("RECORD_STOP", LEG, Record__File__Path=FILE, variable_record_ms="1480")
    assert again.next(RecordingStopped).recorded_ms == 1480


def test_what_was_missed_while_the_node_was_away_is_told(pair):
    pair.join()
    pair.node.go_away()
    wait_for(lambda: not pair.room.switch.is_ready, "the node is away")
    pair.node.application = "park"
    pair.node.listen()
    pair.taken.next(LegParted)
    assert [type(fact) for fact in pair.agent_facts] == [LegParted]


def test_a_caller_in_conversation_who_waits_for_a_socket_is_nobodys(pair):
    """So the watchdog fetches it; while it talks it does not wait for one."""
    assert pair.room.switch.owns(LEG)
    pair.join()
    assert not pair.room.switch.owns(LEG)
    pair.comes_back()
    assert pair.room.switch.owns(LEG)
    pair.taken.next(LegParted)


def test_legs_that_talk_are_found_by_their_own_words_only(room):
    room.node.rows = [
        {"uuid": LEG, "direction": "inbound", "application": "uuid_bridge", "dest": "4000",
         "application_data": AGENT, "callstate": "ACTIVE", "created_epoch": "1795348321"},
        {"uuid": AGENT, "direction": "outbound", "application": "uuid_bridge", "dest": "1001",
         "application_data": LEG, "callstate": "ACTIVE", "created_epoch": "1795348321"},
        {"uuid": OTHER_LEG, "direction": "outbound", "application": "uuid_bridge", "dest": "1002",
         "application_data": LEG, "callstate": "RINGING", "created_epoch": "1795348321"},
    ]  # fmt: skip
    talks = room.switch.conversations
    found = {leg.leg_id: leg for leg in talks.list_legs()}
    assert {leg_id: leg.joined_to for leg_id, leg in found.items()} == {
        LEG: AGENT,
        AGENT: LEG,
        OTHER_LEG: "",
    }
    assert [found[one].answered for one in (LEG, AGENT, OTHER_LEG)] == [True, True, False]
    facts = []
    talks.follow(AGENT, "fs1", facts.append)
    room.node.report("CHANNEL_HANGUP", LEG, Hangup__Cause="NORMAL_CLEARING")
    room.node.report(
        "CHANNEL_UNBRIDGE", LEG, Bridge__A__Unique__ID=LEG, Bridge__B__Unique__ID=AGENT
    )
    wait_for(lambda: facts, "they part")
    assert facts[0].other_leg_id == LEG
    with pytest.raises(LegGone):
        talks.follow("00000000-0000-4000-8000-000000000000", "fs1", facts.append)
