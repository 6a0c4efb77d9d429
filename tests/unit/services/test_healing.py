"""What is believed of calls and agents is held against what lives: mended, counted, never stuck."""

from dataclasses import dataclass, field

import pytest

from switchboard import acd
from switchboard.acd import AgentProfile, Config, Queue, SetStatus, State, Status, Tier
from switchboard.core.facts import LegFact, LegHungUp
from switchboard.ports.conversations import LiveLeg
from switchboard.ports.dialling import Phone
from switchboard.ports.distribution import Caller
from switchboard.ports.legs import Leg
from switchboard.services.conversation import Exchange
from switchboard.services.healing import LAG_MS, LOOK_EVERY_S, Healing, HealingMeans
from switchboard.services.ringing import Seat
from tests.fakes.clock import VirtualClock
from tests.fakes.conversations import FakeExchange
from tests.fakes.distribution import FakeAgentBook, played_distributor
from tests.fakes.legs import FakeLeg
from tests.fakes.metrics import FakeMetrics
from tests.unit.services.house import MUSIC

CONFIG = Config((Queue("service", wrap_up_ms=10_000),), (AgentProfile("ann", (Tier("service"),)),))


@dataclass
class Calls:
    """The calls of a server, as far as healing sees them."""

    live: dict[str, Leg] = field(default_factory=dict)
    told: list[tuple[str, LegFact]] = field(default_factory=list)

    def owns(self, call_id: str) -> bool:
        return call_id in self.live

    def legs(self) -> dict[str, Leg]:
        return self.live

    def tell(self, call_id: str, fact: LegFact) -> None:
        self.told.append((call_id, fact))


class Ward:
    """A distributor, its agent Ann, one caller c1, and who heals them."""

    def __init__(self) -> None:
        self.clock, self.metrics, self.calls = VirtualClock(), FakeMetrics(), Calls()
        self.exchange = FakeExchange(now=self.clock.now)
        self.connected, self.reachable = True, True
        self.taken_up: list[str] = []
        self.can_take_up = False
        switching = Exchange(self.exchange, self.exchange, MUSIC, lambda: "none")
        seats = {"ann": Seat(Phone("1001"))}
        self.distributor = played_distributor(
            acd.Distribution(CONFIG, run="o"), switching, seats.get, FakeAgentBook(), self.clock
        )
        self.distributor.hear_correction = self.metrics.corrected
        self.healing = Healing(
            HealingMeans(
                distribution=self.distributor,
                conversations=self.exchange,
                live_legs=self._legs,
                calls=self.calls,
                take_up=self._take_up,
                is_reachable=lambda agent_id: self.reachable,
                corrected=self.metrics.corrected,
                stuck=self.metrics.agents_stuck,
                now_ms=self.distributor.now_ms,
                clock=self.clock,
            )
        )
        self.distributor.tell(SetStatus("ann", Status.AVAILABLE))

    def _legs(self) -> dict[str, LiveLeg] | None:
        if not self.connected:
            return None
        return {leg.leg_id: leg for leg in self.exchange.list_legs()}

    def _take_up(self, call_id: str, legs: object) -> bool:
        del legs
        self.taken_up.append(call_id)
        return self.can_take_up

    def calls_in(self) -> FakeLeg:
        leg = self.exchange.offered("leg-1", lambda fact: None)
        self.calls.live["c1"] = leg
        caller = Caller("local", "", lambda fact: None, lambda fact: None)
        self.distributor.join(acd.Join("c1.service", "service", call_id="c1"), caller)
        return leg

    @property
    def agents_leg(self) -> FakeLeg:
        return self.exchange.leg(self.exchange.orders[-1].leg_id)

    def they_talk(self) -> FakeLeg:
        self.calls_in()
        leg = self.agents_leg
        leg.answers()
        self.exchange.join("leg-1", leg.leg_id)
        return leg

    def looks(self, times: int = 1) -> None:
        """So many looks, each when it is due, the first past the lag of the switch."""
        for _ in range(times):
            self.clock.pass_until(self.clock.seconds() + max(LOOK_EVERY_S, LAG_MS / 1000 + 0.1))
            self.healing.look()

    def loses(self, leg_id: str) -> None:
        """The leg ends, and the switch's event is lost."""
        self.exchange._known[leg_id].sink = lambda fact: None
        self.exchange.leg(leg_id).hangs_up()

    @property
    def state(self) -> State:
        return self.distributor.snapshot().agents[0].state

    @property
    def corrected(self) -> list[str]:
        return [str(given[0]) for name, given in self.metrics.told if name == "corrected"]


@pytest.fixture
def ward() -> Ward:
    return Ward()


@pytest.mark.req("X-039", "I11")
def test_what_is_as_believed_is_left_alone(ward):
    ward.they_talk()
    ward.looks(3)
    assert ward.state is State.TALKING
    assert ward.corrected == []
    assert ward.metrics.levels["agents_stuck"] == 0


@pytest.mark.req("X-039", "I11")
def test_an_agent_whose_leg_vanished_in_a_talk_is_free_within_two_looks_and_it_counts(ward):
    leg = ward.they_talk()
    ward.loses(leg.leg_id)
    ward.looks()
    assert ward.state is State.WRAP_UP
    assert ward.corrected == ["talk_over"]
    assert ward.distributor.snapshot().corrections == (("talk_over", 1),)


def test_an_agent_whose_ringing_was_lost_rings_no_more_and_the_caller_waits_on(ward):
    ward.calls_in()
    ward.loses(ward.agents_leg.leg_id)
    ward.looks()
    assert ward.state is State.IDLE
    assert ward.corrected == ["offer_lost"]
    assert [place.call_id for place in ward.distributor.snapshot().entries] == ["c1"]


@pytest.mark.req("X-039")
def test_a_place_whose_call_died_is_given_up_and_its_agent_rings_no_more(ward):
    ward.calls_in()
    leg = ward.agents_leg
    ward.calls.live.clear()
    ward.looks()
    assert ward.distributor.snapshot().entries == ()
    assert leg.has_hung_up
    assert ward.state is State.IDLE
    assert ward.corrected == ["caller_gone"]


def test_a_talk_whose_call_died_is_owned_again(ward):
    ward.they_talk()
    ward.calls.live.clear()
    ward.can_take_up = True
    ward.looks()
    assert ward.taken_up == ["c1"]
    assert ward.state is State.TALKING
    assert ward.corrected == []


def test_a_talk_that_nobody_can_own_again_frees_its_agent(ward):
    leg = ward.they_talk()
    ward.calls.live.clear()
    ward.looks(2)
    assert leg.has_hung_up
    assert ward.state is State.WRAP_UP
    assert ward.corrected == ["leg_left", "talk_over"]


def test_a_call_whose_hang_up_was_lost_hears_of_it_at_the_second_look(ward):
    ward.they_talk()
    ward.loses("leg-1")
    ward.looks()
    assert ward.calls.told == []
    ward.looks()
    ((call_id, fact),) = ward.calls.told
    assert call_id == "c1"
    assert isinstance(fact, LegHungUp)
    assert ward.corrected.count("leg_vanished") == 1


def test_what_began_within_the_lag_of_the_switch_is_not_judged(ward):
    ward.calls_in()
    ward.loses(ward.agents_leg.leg_id)
    ward.healing.look()
    assert ward.state is State.RINGING
    assert ward.corrected == []


def test_nothing_is_concluded_while_a_node_cannot_be_asked(ward):
    leg = ward.they_talk()
    ward.loses(leg.leg_id)
    ward.connected = False
    ward.looks(3)
    assert ward.state is State.TALKING


def test_a_server_that_leaves_its_calls_takes_none_up_again(ward):
    ward.they_talk()
    ward.calls.live.clear()
    ward.healing.leave()
    ward.looks(2)
    assert ward.taken_up == []
    assert ward.state is State.TALKING


def test_a_phone_that_vanished_unseen_makes_its_agent_unreachable_and_back(ward):
    ward.reachable = False
    ward.looks()
    assert ward.state is State.UNREACHABLE
    ward.reachable = True
    ward.looks()
    assert ward.state is State.IDLE
