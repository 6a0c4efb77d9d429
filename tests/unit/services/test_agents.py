"""Agents at work: where they sit, what they chose, breaks that last too long, what they read."""

import pytest

from switchboard import acd
from switchboard.ports.dialling import Outside, Phone
from switchboard.services.agents import NotPossible
from tests.unit.services.centre import AGENTS, Centre


@pytest.fixture
def centre() -> Centre:
    return Centre()


def with_breaks(over: str) -> Centre:
    ann = {**AGENTS["7001"], "break_over": over}
    return Centre({**AGENTS, "7001": ann})


@pytest.mark.req("AGT-01")
def test_calls_are_delivered_from_the_sign_in_to_the_sign_out_at_whatever_phone(centre):
    centre.waits("c1")
    assert centre.exchange.orders == []
    centre.agents.sign_in("7001", "1002")
    assert [order.target for order in centre.exchange.orders] == [Phone("1002")]
    centre.exchange.leg(centre.exchange.orders[0].leg_id).hangs_up("NO_ANSWER")
    centre.agents.sign_out("7001")
    centre.passes(60)
    assert len(centre.exchange.orders) == 1


@pytest.mark.req("MUL-01", "MUL-02")
def test_agents_in_other_places_are_reached_by_the_same_queue(centre):
    centre.waits("c1", "sales")
    centre.waits("c2", "sales")
    centre.agents.sign_in("7002")
    centre.agents.sign_in("7003")
    targets = [order.target for order in centre.exchange.orders]
    assert targets == [Phone("1002"), Outside("+8613900000003")]


@pytest.mark.req("AGT-37")
def test_a_seat_is_an_ip_phone_a_telephone_behind_a_gateway_or_a_soft_phone():
    seats = {
        "8001": {"extension": "1001", "queues": {"service": 1}},
        "8002": {"outside": "+8613900000003", "queues": {"service": 1}},
        "8003": {"extension": "1009", "auto_answer": True, "queues": {"service": 1}},
    }
    centre = Centre(seats)
    for agent_id in seats:
        centre.agents.sign_in(agent_id)
        centre.waits(f"call of {agent_id}")
    rung = [(order.target, order.auto_answer) for order in centre.exchange.orders]
    assert rung == [
        (Phone("1001"), False),
        (Outside("+8613900000003"), False),
        (Phone("1009"), True),
    ]


def test_nobody_takes_the_seat_of_another(centre):
    centre.agents.sign_in("7001")
    with pytest.raises(NotPossible, match="7001 is signed in at phone:1001"):
        centre.agents.sign_in("7002", "1001")


@pytest.mark.req("AGT-02", "AGT-03")
def test_who_has_a_break_is_offered_nothing_and_the_reason_shows(centre):
    centre.agents.sign_in("7001")
    centre.agents.go_on_break("7001", "tea")
    centre.waits("c1")
    assert centre.exchange.orders == []
    assert (centre.moment().status, centre.moment().reason) == (acd.Status.ON_BREAK, "tea")
    centre.agents.go_on_break("7001", "training")
    assert centre.moment().reason == "training"
    centre.agents.be_ready("7001")
    assert [order.call_id for order in centre.exchange.orders] == ["c1"]


@pytest.mark.req("AGT-20", "AGT-21")
def test_work_after_a_call_ends_by_itself_after_its_time(centre):
    centre.talks()
    centre.waits("c2")
    (offer,) = centre.distributor.snapshot().offers
    centre.distributor.tell(acd.TalkEnded("7001", offer.offer_id))
    centre.passes(29)
    assert centre.moment().state is acd.State.WRAP_UP
    assert [order.call_id for order in centre.exchange.orders] == ["c1"]
    centre.passes(1.5)
    assert [order.call_id for order in centre.exchange.orders] == ["c1", "c2"]


@pytest.mark.req("X-055")
def test_a_break_that_lasts_too_long_ends_as_it_is_set_up():
    for over, status in (
        ("alert", acd.Status.ON_BREAK),
        ("ready", acd.Status.AVAILABLE),
        ("sign_out", acd.Status.LOGGED_OUT),
    ):
        centre = with_breaks(over)
        centre.agents.sign_in("7001")
        centre.agents.go_on_break("7001", "tea")
        centre.passes(599)
        assert centre.moment().status is acd.Status.ON_BREAK
        centre.passes(2)
        assert centre.moment().status is status
        (notice,) = centre.agents.messages.list_after("7001")
        assert notice.text == "break tea is over its time"


def test_a_break_without_a_limit_lasts():
    centre = with_breaks("sign_out")
    centre.agents.sign_in("7001")
    centre.agents.go_on_break("7001", "training")
    centre.passes(3600)
    assert centre.moment().status is acd.Status.ON_BREAK


@pytest.mark.req("X-060")
def test_an_agent_reads_what_a_supervisor_or_a_program_wrote(centre):
    centre.agents.notify("7001", "The queue is long.", "9001")
    centre.agents.notify("7001", "Break at noon.", "a program")
    centre.agents.notify("7002", "Not for Ann.", "9001")
    first, second = centre.agents.messages.list_after("7001")
    assert [(one.by, one.text) for one in (first, second)] == [
        ("9001", "The queue is long."), ("a program", "Break at noon."),
    ]  # fmt: skip
    assert centre.agents.messages.list_after("7001", first.number) == (second,)
    with pytest.raises(NotPossible, match="no agent"):
        centre.agents.notify("7999", "Hello", "9001")
    with pytest.raises(NotPossible, match="1 to 500"):
        centre.agents.notify("7001", " ", "9001")


@pytest.mark.req("AGT-39")
def test_a_phone_beside_a_computer_is_a_seat_and_is_followed_live(centre):
    centre.agents.sign_in("7001")
    centre.phones.unregisters("1001")
    assert centre.moment().state is acd.State.UNREACHABLE
    centre.phones.registers("1001")
    assert centre.moment().state is acd.State.IDLE
