"""We call somebody, and whoever answers hears a flow that was told what it takes."""

import pytest

from switchboard.core.causes import HangupCause
from switchboard.core.journal import EntryKind
from switchboard.core.legs import Direction, LegOffer
from switchboard.ports.dialling import Outside, Phone
from switchboard.services.agents import NotPossible
from switchboard.services.outgoing_calls import Outgoing, OutgoingCalls, OutgoingMeans
from tests.fakes.clock import NOON
from tests.fakes.legs import FakeLeg
from tests.unit.services.house import HOTLINE, House, heard

FLOWS = {
    "centre.yaml": f"""
centre: desk
languages: [en]
zone: UTC
numbers: {{"{HOTLINE}": {{flow: desk}}}}
""",
    "desk.yaml": """
flow: desk
about: A desk
languages: [en]
start: bye
prompts: {bye: {en: "Goodbye."}}
nodes:
  bye: {hang_up: bye}
""",
    "dunning.yaml": """
flow: dunning
about: A bill that is due
languages: [en]
takes: {due: amount, account: digits}
start: tell
prompts:
  tell: {en: "You owe {due:money}. Press 1 to hear it again."}
  bye: {en: "Goodbye."}
nodes:
  tell: {menu: tell, then: {1: tell, silent: over, wrong: over}}
  over: {hang_up: bye}
""",
}
DUE = Outgoing("dunning", "13900139000", {"due": "12.50", "account": "77"}, shown=HOTLINE)


@pytest.fixture
def house(tmp_path) -> House:
    return House(tmp_path, FLOWS)


def outgoing(house: House) -> OutgoingCalls:
    means = OutgoingMeans(
        extensions=frozenset({"1001"}),
        may_dial=lambda number: number.startswith("139"),
        open_mailbox=house.open_mailbox,
        start=lambda _, work: house.started.append(work),
    )
    return OutgoingCalls(house.world, means)


def dialled(house: House) -> FakeLeg:
    (order,) = house.exchange.orders
    return house.exchange.leg(order.leg_id)


def brought_back(house: House, call_id: str) -> FakeLeg:
    """The leg comes to a server with a socket, as the switch brings it."""
    (leg_id,) = house.exchange.came_back
    sinks = []
    leg = house.exchange.offered(leg_id, lambda fact: sinks[0](fact), node="local")
    offer = LegOffer(
        leg_id, "local", Direction.OUTBOUND, HOTLINE, "", "13900139000", call_id, True, NOON
    )
    sinks.append(house.calls.take(offer, leg))
    return leg


@pytest.mark.req("IVR-38")
def test_whoever_answers_hears_the_flow_with_what_it_was_told(house):
    call_id = outgoing(house).begin(DUE)
    (order,) = house.exchange.orders
    assert (order.target, order.call_id) == (Outside("13900139000"), call_id)
    assert order.shown_number == HOTLINE
    house.mailboxes[-1].then(lambda: dialled(house).answers())
    house.run()
    leg = brought_back(house, call_id)
    house.mailboxes[-1].then(lambda: leg.press("1"), leg.hangs_up)
    house.run()
    assert [name.partition(".")[2] for name in heard(leg)].count("tell.1") == 2
    kinds = [entry.kind for entry in house.journal.list_entries(call_id)]
    assert kinds[:3] == [EntryKind.OFFERED, EntryKind.RANG, EntryKind.FLOW_STARTED]
    assert EntryKind.KEYS in kinds
    assert kinds[-1] is EntryKind.HUNG_UP
    assert house.runs.find_run(call_id) is None


@pytest.mark.req("IVR-38")
def test_who_does_not_answer_hears_nothing_and_the_record_says_why(house):
    call_id = outgoing(house).begin(DUE)
    house.mailboxes[-1].then(lambda: dialled(house).hangs_up(HangupCause.USER_BUSY))
    house.run()
    assert house.runs.saved == []
    assert house.exchange.came_back == []
    assert house.details(EntryKind.RING_ENDED)["cause"] == "USER_BUSY"
    assert house.journal.list_entries(call_id)[-1].kind is EntryKind.HUNG_UP


def test_a_server_that_goes_down_meanwhile_lets_the_phone_ring_no_more(house):
    outgoing(house).begin(DUE)
    house.mailboxes[-1].close()
    leg = dialled(house)
    house.run()
    assert leg.has_hung_up
    assert house.runs.saved == []


def test_a_leg_that_cannot_be_brought_back_is_ended_and_leaves_no_run(house):
    call_id = outgoing(house).begin(DUE)
    house.exchange.refuses = "no"
    leg = dialled(house)
    house.mailboxes[-1].then(leg.answers)
    house.run()
    assert leg.has_hung_up
    assert house.runs.find_run(call_id) is None


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (Outgoing("dunnin", "1001", {}), "there is no flow 'dunnin'; there are: desk, dunning"),
        (Outgoing("dunning", "1001", {"due": "1"}), "takes account"),
        (Outgoing("dunning", "1001", {"due": "x", "account": "1"}), "takes due"),
        (Outgoing("desk", "1001", {"due": "1"}), "does not take due"),
        (Outgoing("desk", "13800138000", {}), "no gateway admits it"),
        (Outgoing("desk", "1001}{execute", {}), "may not be dialled"),
        (Outgoing("desk", "1001", {}, shown="110"), "is no number of the centre"),
        (Outgoing("desk", "1001", {}, language="zh"), "speaks no 'zh'"),
    ],
)
def test_what_cannot_be_called_is_refused_in_words_and_nothing_rings(house, asked, why):
    with pytest.raises(NotPossible, match=why):
        outgoing(house).begin(asked)
    assert house.exchange.orders == []


def test_a_phone_of_ours_is_called_as_such(house):
    outgoing(house).begin(Outgoing("desk", "1001", {}))
    assert house.exchange.orders[0].target == Phone("1001")
