"""A leg that is dialled ends once and says why, in whatever order that is told, or never told."""

from itertools import permutations

import gevent
import pytest

from switchboard.core.causes import HangupCause
from switchboard.core.facts import LegAnswered, LegHungUp, LegRinging
from switchboard.ports.dialling import DialOrder, DialRefused, Outside, Phone
from switchboard.ports.legs import LegGone
from switchboard.switch import dialled
from switchboard.switch.nodes import Reach
from switchboard.switch.phones import Gateway
from tests.wire.peer import OTHER_LEG, wait_for

AGENT = "08180278-f468-4efc-8509-2b63a8c3dead"


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(dialled, "LOOK_EVERY_S", 0.02)
    monkeypatch.setattr(dialled, "RESULT_WITHIN_S", 0.05)


def dial(room, target=None, **more):
    facts = []
    order = {"leg_id": AGENT, "call_id": "c1", "target": target or Phone("1001"), "ring_s": 20}
    leg = room.switch.dialler.dial(DialOrder(**{**order, **more}), facts.append)
    return leg, facts


def job(room, result, leg_id=AGENT):
    room.node.report("BACKGROUND_JOB", "", Job__UUID=leg_id, _body=f"{result}\n")


def hang_up(room, name="CHANNEL_HANGUP"):
    room.node.report(name, AGENT, Hangup__Cause="USER_BUSY", Call__Direction="outbound")


ENDS = {
    "event": hang_up,
    "complete": lambda room: hang_up(room, "CHANNEL_HANGUP_COMPLETE"),
    "job": lambda room: job(room, "-ERR USER_BUSY"),
}


@pytest.mark.parametrize("order", list(permutations(ENDS)))
def test_the_end_is_told_once_in_whatever_order_it_comes(room, order):
    _, facts = dial(room)
    for name in order:
        ENDS[name](room)
    wait_for(lambda: facts, "the end")
    room.node.report("CHANNEL_ANSWER", AGENT)
    gevent.sleep(0.05)
    assert [(type(fact), fact.cause) for fact in facts] == [(LegHungUp, HangupCause.USER_BUSY)]
    assert room.switch.figures().legs_live == 0


def test_an_answer_is_told_when_the_job_says_that_the_leg_can_be_used(room):
    leg, facts = dial(room)
    room.node.report("CHANNEL_PROGRESS", AGENT)
    room.node.report("CHANNEL_PROGRESS_MEDIA", AGENT)
    room.node.report("CHANNEL_ANSWER", AGENT)
    wait_for(lambda: facts, "it rings")
    gevent.sleep(0.05)
    assert [type(fact) for fact in facts] == [LegRinging]
    job(room, f"+OK {leg.leg_id}")
    wait_for(lambda: len(facts) > 1, "it is answered")
    assert [type(fact) for fact in facts] == [LegRinging, LegAnswered]


@pytest.mark.usefixtures("impatient")
def test_an_answer_whose_job_is_lost_is_told_all_the_same(room):
    _, facts = dial(room)
    room.node.channels.append(AGENT)
    room.node.report("CHANNEL_ANSWER", AGENT)
    wait_for(lambda: facts, "it is answered")
    assert [type(fact) for fact in facts] == [LegAnswered]


@pytest.mark.usefixtures("impatient")
def test_an_end_of_which_nothing_is_told_is_found(room):
    _, facts = dial(room)
    wait_for(lambda: facts, "its end is found")
    assert facts[0].cause is HangupCause.NORMAL_TEMPORARY_FAILURE
    assert room.switch.figures().legs_live == 0


def test_an_order_that_freeswitch_refuses_ends_the_leg(room):
    room.node.replies["bgapi"] = "-ERR permission denied"
    _, facts = dial(room)
    wait_for(lambda: facts, "the end")
    assert facts[0].cause is HangupCause.NORMAL_TEMPORARY_FAILURE


def test_a_leg_that_is_not_there_yet_is_cancelled_until_it_is_gone(room):
    leg, facts = dial(room)
    room.node.api["uuid_kill"] = "-ERR No such channel!\n"
    leg.hang_up(HangupCause.ORIGINATOR_CANCEL)
    for _ in range(2):
        room.node.line.expect(f"api uuid_kill {AGENT} ORIGINATOR_CANCEL")
    job(room, "-ERR ORIGINATOR_CANCEL")
    wait_for(lambda: facts, "the end")
    assert facts[0].cause is HangupCause.ORIGINATOR_CANCEL
    with pytest.raises(LegGone):
        leg.hang_up(HangupCause.ORIGINATOR_CANCEL)


def test_a_leg_that_ended_while_its_node_was_away_is_told_when_it_is_back(room, monkeypatch):
    monkeypatch.setattr(dialled, "FRESH_S", 0.0)
    _, facts = dial(room)
    room.node.go_away()
    wait_for(lambda: not room.switch.is_ready, "the node is away")
    with pytest.raises(DialRefused, match="not connected"):
        dial(room, leg_id=OTHER_LEG)
    room.node.listen()
    wait_for(lambda: facts, "its end is told")
    assert [type(fact) for fact in facts] == [LegHungUp]


def test_a_leg_that_was_ordered_just_now_is_not_missed_when_the_node_is_back(room):
    _, facts = dial(room)
    room.node.go_away()
    wait_for(lambda: not room.switch.is_ready, "the node is away")
    room.node.listen()
    wait_for(lambda: room.switch.is_ready, "the node is back")
    room.node.report("CHANNEL_PROGRESS", AGENT)
    wait_for(lambda: facts, "it rings")
    assert [type(fact) for fact in facts] == [LegRinging]


def test_a_node_that_nobody_named_and_a_leg_that_lives_already_are_refused(room):
    with pytest.raises(DialRefused, match="elsewhere"):
        dial(room, node="elsewhere")
    dial(room)
    with pytest.raises(DialRefused, match="already"):
        dial(room)


# --- outside ----------------------------------------------------------------------------------


@pytest.fixture
def reaching(open_room):
    gateways = (
        Gateway("local", "192.0.2.1", numbers=("0*",), most_legs=1),
        Gateway("mobile", "192.0.2.2", numbers=("10086", "+86138*")),
    )
    return open_room(reach=Reach("phones.invalid", gateways))


@pytest.mark.parametrize(
    ("target", "dialled_by"),
    [
        (Outside("02112345"), "sofia/gateway/local/02112345 &park()"),
        (Outside("10086"), "sofia/gateway/mobile/10086 &park()"),
        (Outside("+8613800138000", "mobile"), "sofia/gateway/mobile/+8613800138000 &park()"),
        (Phone("1001"), "sofia/internal/1001%phones.invalid &park()"),
    ],
)
def test_a_number_goes_by_the_gateway_that_admits_it(reaching, target, dialled_by):
    dial(reaching, target)
    assert dialled_by in reaching.node.line.expect("bgapi originate").command


@pytest.mark.parametrize(
    "target",
    [Outside("900123456"), Outside("10087"), Outside("02112345", "mobile"), Outside("0;x"),
     Outside("10086", "nobody"), Outside("")],
)  # fmt: skip
def test_a_number_that_no_gateway_admits_is_not_dialled(reaching, target):
    with pytest.raises(DialRefused):
        dial(reaching, target)
    assert not any("originate" in request.command for request in reaching.node.line.requests)


def test_a_gateway_takes_so_many_legs_and_more_when_one_has_ended(reaching):
    _, facts = dial(reaching, Outside("02112345"))
    with pytest.raises(DialRefused, match="taken"):
        dial(reaching, Outside("02199999"), leg_id=OTHER_LEG)
    job(reaching, "-ERR USER_BUSY")
    wait_for(lambda: facts, "the end")
    dial(reaching, Outside("02199999"), leg_id=OTHER_LEG)
