"""Agents and supervisors by phone: number and PIN, the seat, breaks, being called back."""

import pytest

from switchboard import acd, flow
from switchboard.bundled import bundled
from switchboard.core.journal import EntryKind
from switchboard.ports.dialling import Outside, Phone
from switchboard.services.agent_phone import PIN, AgentDoor, AgentPhone, MonitorPhone
from switchboard.services.distributor import TalkNow
from switchboard.services.mailbox_phone import PinPolicy
from switchboard.services.monitoring import Monitoring, WatchMeans
from switchboard.services.secrets import SecretDesk
from switchboard.services.supervising import Supervising
from switchboard.services.wording import Wording
from tests.fakes.mailboxes import PlayedMailbox
from tests.fakes.outside import FakeHasher, FakeSecretBook
from tests.unit.services.centre import Centre
from tests.unit.services.scene import Scene

FILE = bundled("ivr_flows") / "agent" / "agent.yaml"
PROGRAM = flow.load({"agent/agent.yaml": FILE.read_text(encoding="utf-8")}).program


class Call:
    """Somebody who calls one of the two numbers."""

    def __init__(self, folder) -> None:
        self.folder, self.centre, self.secrets = folder, Centre(), FakeSecretBook()
        self.talks: dict[str, TalkNow] = {}
        self.started: list = []
        self.begins()
        for agent_id in ("7001", "9001"):
            self.desk.set(PIN, agent_id, "4712")

    def begins(self, ani: str = "1002", extension: str = "1002") -> "Call":
        self.ani, self.extension = ani, extension
        self.scene = Scene(self.folder)
        self.desk = SecretDesk(self.secrets, FakeHasher(), self.scene.clock)
        return self

    def keys(self, *answers: str) -> "Call":
        for key in "".join(answers):
            self.scene.then(lambda key=key: self.scene.leg.press(key))
        return self

    def hears(self, *prompts: str) -> "Call":
        def heard(prompt: str) -> None:
            assert f"agent.{prompt}" in " ".join(self.scene.leg.running.files), self.scene.heard()
            self.scene.leg.finish_play()

        for prompt in prompts:
            self.scene.then(lambda prompt=prompt: heard(prompt))
        return self

    def door(self) -> AgentDoor:
        return AgentDoor(
            self.centre.agents, self.desk, Wording(lambda: PROGRAM, "agent"), "en",
            PinPolicy(attempts=3, lock_for_ms=60_000), self.scene.clock,
        )  # fmt: skip

    def serve(self) -> None:
        self.lead(AgentPhone(self.door(), {"1": "tea"}))

    def lead(self, phone: AgentPhone | MonitorPhone) -> None:
        visit = self.scene.visit(self.ani, extension=self.extension)
        phone.serve(self.scene.caller, self.centre.story_of("call-1"), visit)
        assert self.scene.mailbox.acts_left == 0, self.scene.heard()

    def monitor(self) -> None:
        centre, clock = self.centre, self.scene.clock
        monitoring = Monitoring(
            self.talks.get,
            lambda _: "fs1",
            WatchMeans(
                centre.exchange, centre.exchange, centre.new_id, lambda: PlayedMailbox(clock),
                lambda _, work: self.started.append(work), clock.seconds, centre.story_of,
                lambda: None,
            ),
        )  # fmt: skip
        supervising = Supervising(
            centre.rosters, centre.seats, centre.distributor, centre.exchange,
            self.talks.get, centre.story_of,
        )  # fmt: skip
        self.lead(MonitorPhone(self.door(), supervising, monitoring))


@pytest.fixture
def call(tmp_path) -> Call:
    return Call(tmp_path)


@pytest.mark.req("AGT-01")
def test_an_agent_signs_in_at_the_phone_that_calls_and_moves_to_another(call):
    call.keys("7001#", "4712#", "1").hears("signed_in", "goodbye").serve()
    assert call.centre.agent().seat == "phone:1002"
    assert call.centre.moment().status is acd.Status.AVAILABLE
    call.begins("1009", "1009").keys("7001#", "4712#", "1").hears("signed_in", "goodbye").serve()
    assert call.centre.agent().seat == "phone:1009"
    assert call.centre.moment().state is acd.State.IDLE
    call.centre.waits("c1")
    assert call.centre.exchange.orders[-1].target == Phone("1009")


def test_a_queue_rings_the_phone_only_when_it_is_free_again(call):
    call.centre.waits("c1")
    offered_during: list[int] = []
    call.keys("7001#", "4712#", "1")
    call.scene.then(lambda: offered_during.append(len(call.centre.exchange.orders)))
    call.scene.then(lambda: call.scene.leg.finish_play())
    call.hears("goodbye").serve()
    assert offered_during == [0]
    assert [order.call_id for order in call.centre.exchange.orders] == ["c1"]
    assert call.scene.leg.has_hung_up


def test_a_number_that_nobody_proved_is_no_seat(call):
    call.begins("1002", "").keys("7001#", "4712#", "1").hears("signed_in", "goodbye").serve()
    assert call.centre.agent().seat == "phone:1001"


@pytest.mark.req("AGT-02", "AGT-03")
def test_a_break_with_its_kind_ready_again_and_out(call):
    call.centre.agents.sign_in("7001", "1002")
    call.keys("7001#", "4712#", "3", "1").hears("on_break").keys("*").hears("goodbye").serve()
    assert (call.centre.moment().status, call.centre.moment().reason) == (
        acd.Status.ON_BREAK, "tea",
    )  # fmt: skip
    call.begins().keys("7001#", "4712#", "2").hears("ready").keys("*").hears("goodbye").serve()
    assert call.centre.moment().status is acd.Status.AVAILABLE
    call.begins().keys("7001#", "4712#", "4").hears("signed_out", "goodbye").serve()
    assert call.centre.moment().status is acd.Status.LOGGED_OUT


def test_what_is_not_offered_is_no_choice(call):
    call.keys("7001#", "4712#", "3").hears("not_a_choice").keys("*").hears("goodbye").serve()
    assert call.centre.agents.find_agent_at(call.extension) != "7001"
    call.centre.agents.sign_in("7001", "1002")
    call.begins().keys("7001#", "4712#", "3", "9").hears("not_a_choice").keys("*")
    call.hears("goodbye").serve()
    assert call.centre.moment().status is acd.Status.AVAILABLE


def test_wrong_pins_lock_and_a_right_one_opens_nothing_then(call):
    for _ in range(2):
        call.keys("7001#", "1111#").hears("wrong_pin")
    call.keys("7001#", "1111#").hears("locked", "goodbye").serve()
    call.begins("1009", "1009").keys("7001#").hears("locked", "goodbye").serve()
    assert call.centre.agents.find_agent_at(call.extension) != "7001"
    outcomes = [told["outcome"] for told in call.centre.told(EntryKind.SECRET_CHECKED)]
    assert outcomes == ["wrong", "wrong", "locked", "locked"]


def test_nobody_learns_which_agents_there_are(call):
    call.keys("5555#", "4712#").hears("wrong_pin")
    call.keys("7002#", "4712#").hears("wrong_pin")
    call.keys("7001#", "4712#").keys("*").hears("goodbye").serve()


def test_a_seat_that_is_taken_is_not_possible(call):
    call.centre.agents.sign_in("7002")
    call.keys("7001#", "4712#", "1").hears("not_possible", "goodbye").serve()
    assert call.centre.agents.find_agent_at(call.extension) != "7001"


@pytest.mark.req("X-065")
def test_a_supervisor_listens_from_outside_by_number_and_pin(call):
    order_leg = call.centre.exchange.offered("agent-leg", lambda _: None)
    call.talks["7001"] = TalkNow("7001", "c1", order_leg)
    call.begins("13900000009", "").keys("9001#", "4712#").keys("7002#").hears("no_talk")
    call.keys("7001#").hears("call_back").monitor()
    assert call.scene.leg.has_hung_up
    (order,) = call.centre.exchange.orders
    assert (order.target, order.call_id) == (Outside("13900000009"), "c1")
    assert len(call.started) == 1


def test_who_is_no_supervisor_listens_to_nobody(call):
    call.talks["9001"] = TalkNow("9001", "c1", call.scene.leg)
    call.keys("7001#", "4712#").hears("not_possible", "goodbye").monitor()
    call.begins().keys("9001#", "1111#").hears("wrong_pin")
    call.keys("9001#", "4712#").keys("#").hears("goodbye").monitor()
    assert call.centre.exchange.orders == []
