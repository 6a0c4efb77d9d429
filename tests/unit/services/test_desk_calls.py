"""Calls that agents make: whom they reach, who is busy meanwhile, what is on record."""

import pytest

from switchboard import acd, flow
from switchboard.bundled import bundled
from switchboard.core.journal import EntryKind
from switchboard.core.legs import Direction, LegOffer
from switchboard.ports.dialling import Outside, Phone
from switchboard.services.beside import Beside
from switchboard.services.caller import Caller, Means
from switchboard.services.desk_calls import DeskCalls, DeskMeans
from switchboard.services.feature_call import Visit
from switchboard.services.line import LegReturned, Line
from switchboard.services.wording import Wording
from tests.fakes.announcements import FakeAnnouncements
from tests.fakes.clock import NOON
from tests.fakes.mailboxes import PlayedMailbox
from tests.fakes.prompts import FakePrompts
from tests.fakes.recordings import FakeRecordings
from tests.unit.services.centre import Centre
from tests.unit.services.house import heard

FILE = bundled("ivr_flows") / "agent" / "agent.yaml"
PROGRAM = flow.load({"agent/agent.yaml": FILE.read_text(encoding="utf-8")}).program
MOBILE = "+8613900000001"


class Desk(Centre):
    """Agent 7001 at phone 1001, who dials."""

    def __init__(self, folder) -> None:
        super().__init__()
        self.folder = folder
        self.agents.sign_in("7001")
        self.agents.sign_in("7002")
        self.calls = DeskCalls(
            DeskMeans(
                agents=self.agents,
                seats=self.seats,
                distribution=self.distributor,
                exchange=self.switching,
                wording=Wording(lambda: PROGRAM, "agent"),
                language="en",
                clock=self.clock,
                extensions=frozenset({"1001", "1002", "1009"}),
                may_dial=lambda number: number == MOBILE,
                wrap_up_ms=20_000,
            )
        )
        self.mailbox = PlayedMailbox(self.clock)

    def offer(self, dialled: str, extension: str = "1001", *, talked: bool = False) -> LegOffer:
        return LegOffer(
            "own", "fs1", Direction.INBOUND, "1001", "", dialled, None, True, NOON,
            extension=extension, talked=talked,
        )  # fmt: skip

    def dials(self, dialled: str, *acts, talked: bool = False) -> None:
        """Call and play *acts* until the call is over."""
        offer = self.offer(dialled, talked=talked)
        service = self.calls.find_service(offer)
        assert service is not None
        self.own = self.exchange.offered("own", self.mailbox.put)
        means = Means(self.clock, FakePrompts(), FakeRecordings(self.folder), FakeAnnouncements())
        line = Line(self.own, self.mailbox, self.clock, answered=True)
        self.mailbox.then(*acts)
        visit = Visit(offer, Beside(self.mailbox, lambda _, work: work()))
        service.serve(Caller(line, means, tuple), self.story_of("call-1"), visit)

    @property
    def other(self):
        return self.exchange.leg(self.exchange.orders[-1].leg_id)

    def returns(self) -> None:
        self.mailbox.put(LegReturned(self.offer("x"), self.own))


@pytest.fixture
def desk(tmp_path) -> Desk:
    return Desk(tmp_path)


@pytest.mark.req("SUP-09")
def test_an_agent_calls_a_seat_and_both_are_busy_until_it_is_over(desk):
    states: list[tuple[acd.State, acd.State]] = []
    desk.dials(
        "1002",
        lambda: desk.other.answers(),
        lambda: states.append((desk.moment("7001").state, desk.moment("7002").state)),
        lambda: desk.waits("c1"),
        lambda: desk.other.hangs_up(),
        lambda: desk.returns(),
    )
    assert states == [(acd.State.TALKING, acd.State.TALKING)]
    own, offered = desk.exchange.orders
    assert (own.target, own.node, own.shown_number) == (Phone("1002"), "fs1", "1001")
    assert offered.call_id == "c1"
    (dialled,) = desk.told(EntryKind.DIALLED)
    assert dialled == {
        "agent_id": "7001", "extension": "1001", "to": "1002", "direction": "internal",
    }  # fmt: skip
    assert desk.told(EntryKind.JOINED)[0]["who"] == "7002"
    assert desk.calls.talking == {}


def test_an_agent_is_called_by_number_wherever_they_sit(desk):
    desk.agents.sign_in("7002", "1009")
    desk.dials("7002", lambda: desk.own.hangs_up())
    assert desk.exchange.orders[0].target == Phone("1009")
    assert desk.told(EntryKind.RING_ENDED)[0]["cause"] == "ORIGINATOR_CANCEL"


@pytest.mark.req("AGT-02")
def test_who_has_a_break_calls_outside_and_work_follows_that_call(desk):
    desk.agents.go_on_break("7001", "tea")
    talks: list[object] = []
    desk.dials(
        MOBILE,
        lambda: desk.other.answers(),
        lambda: talks.append(desk.calls.find_talk("7001")),
        lambda: desk.own.hangs_up(),
    )
    assert desk.exchange.orders[0].target == Outside(MOBILE)
    assert desk.told(EntryKind.DIALLED)[0]["direction"] == "outbound"
    assert talks[0].leg is desk.own
    assert desk.moment().state is acd.State.WRAP_UP


def test_a_phone_reaches_only_what_its_agent_may(desk):
    def may(dialled: str, extension: str = "1001") -> bool:
        return desk.calls.find_service(desk.offer(dialled, extension)) is not None

    assert may("1009")
    assert may("7002")
    assert may(MOBILE)
    assert not may("+8613900000002"), "no gateway admits it"
    assert not may("1005"), "a guest's phone, or none"
    assert not may("7001"), "the agent themselves"
    assert not may("9001"), "an agent who never sat anywhere"
    assert not may("1002", "1009"), "nobody is signed in at that phone"
    assert not may("1002", ""), "the phone proved nothing"


def test_who_does_not_answer_is_told_in_words(desk):
    desk.dials("1009", lambda: desk.other.hangs_up("NO_ANSWER"), lambda: desk.own.finish_play())
    assert heard(desk.own) == ["music", "agent.nobody_answered.1"]
    assert desk.moment().state is acd.State.IDLE


def test_what_the_switch_refuses_is_told_in_words(desk):
    desk.exchange.refuses_to_dial = "no node"
    desk.dials("1009", lambda: desk.own.finish_play())
    assert heard(desk.own)[-1] == "agent.cannot_dial.1"


def test_a_call_whose_server_died_in_the_talk_is_not_dialled_again(desk):
    desk.distributor.tell(acd.OtherCallBegan("7001", "call-1"))
    desk.dials("1009", talked=True)
    assert desk.exchange.orders == []
    assert desk.moment().state is acd.State.IDLE
