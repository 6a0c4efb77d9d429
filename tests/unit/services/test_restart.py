"""A distributor begins behind another that died: order, ringing, talks, places never claimed."""

from dataclasses import dataclass, field

import pytest

from switchboard import acd
from switchboard.acd import AgentProfile, Config, Queue, SetStatus, State, Status, Tier
from switchboard.ports.agent_book import Place
from switchboard.ports.clock import Clock
from switchboard.ports.conversations import LiveLeg
from switchboard.ports.dialling import DialOrder, Phone
from switchboard.ports.distribution import AgentRings, Caller, QueueFact, TalkTakenUp
from switchboard.ports.outages import StoreAway
from switchboard.ports.runs import SavedRun
from switchboard.services.conversation import Exchange
from switchboard.services.distributor import Distributor
from switchboard.services.offer_legs import leg_id_of
from switchboard.services.places import GIVE_UP_S
from switchboard.services.restart import LOST, RestartMeans
from switchboard.services.ringing import Seat
from tests.fakes.clock import NOON, VirtualClock
from tests.fakes.conversations import FakeExchange
from tests.fakes.distribution import FakeAgentBook
from tests.fakes.journal import FakeJournal
from tests.fakes.legs import FakeLeg
from tests.fakes.mailboxes import PlayedMailbox
from tests.fakes.records import FakeRecords
from tests.fakes.runs import FakeRuns
from tests.unit.services.house import MUSIC

CONFIG = Config(
    (Queue("service", wrap_up_ms=10_000),),
    tuple(AgentProfile(name, (Tier("service"),)) for name in ("ann", "bob")),
)


@dataclass
class Beginning:
    """What a dead server left, and the distributor that begins behind it."""

    clock: Clock = field(default_factory=VirtualClock)
    book: FakeAgentBook = field(default_factory=FakeAgentBook)
    live: bool = True
    store_is_away: bool = False

    def __post_init__(self) -> None:
        self.exchange = FakeExchange(now=self.clock.now)
        self.runs = FakeRuns(FakeRecords(FakeJournal()))
        self.mailbox = PlayedMailbox(self.clock)
        self.told: dict[str, list[QueueFact]] = {}
        switching = Exchange(self.exchange, self.exchange, MUSIC, lambda: "none")
        self.distributor = Distributor(
            distribution=acd.Distribution(CONFIG, run="new"),
            mailbox=self.mailbox,
            exchange=switching,
            find_seat=lambda agent_id: Seat(Phone({"ann": "1001", "bob": "1002"}[agent_id])),
            book=self.book,
            clock=self.clock,
        )
        self.distributor.restart = RestartMeans(
            self._make, self.book, self.runs, self.exchange, self._legs, self.clock
        )
        self.now_ms = self.distributor.now_ms()

    def _make(self, snapshot: acd.Snapshot | None) -> acd.Distribution:
        if snapshot is None:
            return acd.Distribution(CONFIG, run="new")
        return acd.Distribution.restore(CONFIG, snapshot, run="new")

    def _legs(self) -> dict[str, LiveLeg] | None:
        if self.store_is_away:
            raise StoreAway("the test's store is away")
        return {leg.leg_id: leg for leg in self.exchange.list_legs()} if self.live else None

    def died_after(self, *events: object) -> list[object]:
        """The former distributor lived through this; what it decided is in the book."""
        former = acd.Distribution(CONFIG, run="old")
        decided: list[object] = []
        for event in events:
            for decision in former.apply(event, self.now_ms - 60_000):
                decided.append(decision)
                match decision:
                    case acd.AgentChanged():
                        self.book.keep_moment(decision.moment)
                    case acd.MakeOffer():
                        self.book.keep_offer(decision.offer, "c0")
                    case acd.Joined():
                        place = Place(decision.entry_id, "service", decision.enqueued_at_ms)
                        self.book.keep_place(place)
        return decided

    def waited(self, *calls: str) -> None:
        """These waited, the first the longest."""
        for n, call in enumerate(calls):
            self.book.keep_place(Place(f"{call}.service", "service", self.now_ms - 50_000 + n))

    def comes(self, call: str) -> None:
        """A call joins, for the first time or again."""
        join = acd.Join(f"{call}.service", "service", call_id=call)
        told = self.told.setdefault(call, [])
        self.distributor.join(join, Caller("local", "", told.append, lambda fact: None))

    def dialled(self, offer_id: str, *, answered: bool) -> FakeLeg:
        order = DialOrder(
            leg_id=leg_id_of(offer_id, 0), call_id="c0", target=Phone("1001"), ring_s=20
        )
        leg = self.exchange.dial(order, lambda fact: None)
        if answered:
            leg.answers()
        return leg

    def offered(self) -> list[str]:
        return [kept.offer.entry_id for kept in self.book.list_live_offers()]


@pytest.fixture
def left() -> Beginning:
    return Beginning()


AVAILABLE = SetStatus("ann", Status.AVAILABLE)


@pytest.mark.req("X-041")
def test_nobody_is_offered_before_all_who_waited_are_back_and_the_first_comes_first(left):
    left.died_after(AVAILABLE)
    left.waited("c1", "c2", "c3")
    left.mailbox.then(
        lambda: left.comes("c9"), lambda: left.comes("c3"), lambda: left.comes("c2"),
        lambda: left.comes("c1"),
    )  # fmt: skip
    left.distributor.begin()
    assert left.offered() == ["c1.service"]
    places = left.distributor.snapshot().entries
    assert [place.call_id for place in places] == ["c1", "c2", "c3", "c9"]
    assert [type(fact) for fact in left.told["c1"]] == [acd.Joined, AgentRings]


def test_who_does_not_come_back_in_time_holds_nobody_up_and_has_the_old_place_when_late(left):
    left.waited("c1", "c2")
    left.mailbox.then(lambda: left.comes("c2"))
    left.mailbox.let_time_pass()
    left.distributor.begin()
    assert [place.call_id for place in left.distributor.snapshot().entries] == ["c2"]
    left.comes("c1")
    left.distributor.take(left.mailbox.next(None))
    assert [place.call_id for place in left.distributor.snapshot().entries] == ["c1", "c2"]


def test_the_place_of_who_never_comes_back_is_given_up(left):
    left.waited("c1", "c2")
    left.mailbox.then(lambda: left.comes("c2"))
    left.mailbox.let_time_pass()
    left.distributor.begin()
    seen = acd.Reconcile(frozenset({"c2.service"}), frozenset(), frozenset(), 0)
    left.distributor.take(seen)
    assert len(left.book.list_places()) == 2
    left.clock.pass_until(left.clock.seconds() + GIVE_UP_S)
    left.distributor.take(seen)
    assert [place.entry_id for place in left.book.list_places()] == ["c2.service"]


def test_a_phone_that_rang_falls_silent_and_its_agent_is_ready(left):
    decided = left.died_after(AVAILABLE, acd.Join("c0.service", "service", call_id="c0"))
    (offer,) = [one.offer for one in decided if isinstance(one, acd.MakeOffer)]
    leg = left.dialled(offer.offer_id, answered=False)
    left.mailbox.let_time_pass()
    left.distributor.begin()
    assert leg.has_hung_up
    assert left.book.results == {offer.offer_id: LOST}
    (ann,) = left.distributor.snapshot().agents
    assert ann.state is State.IDLE
    assert left.book.states("ann")[-1] is State.IDLE


def talking(left: Beginning) -> acd.Offer:
    """Ann talks to c0, whose run says so."""
    decided = left.died_after(AVAILABLE, acd.Join("c0.service", "service", call_id="c0"))
    (offer,) = [one.offer for one in decided if isinstance(one, acd.MakeOffer)]
    moment = left.book.moments[-1]
    left.book.keep_moment(
        moment._replace(number=moment.number + 1, state=State.TALKING, until_ms=0)
    )
    left.book.end_offer(offer.offer_id, "answered", left.now_ms)
    pending = {
        "talking": "queue", "who": "ann", "offer_id": offer.offer_id,
        "leg_id": leg_id_of(offer.offer_id, 0),
    }  # fmt: skip
    left.runs.save(SavedRun("c0", "leg-0", "95001", {"pending": pending}, NOON))
    return offer


@pytest.mark.req("I4")
def test_an_agent_who_talks_is_talking_and_wraps_up_when_it_ends(left):
    offer = talking(left)
    left.exchange.offered("leg-0", lambda fact: None)
    leg = left.dialled(offer.offer_id, answered=True)
    left.exchange.join("leg-0", leg.leg_id)
    left.distributor.begin()
    assert left.distributor.snapshot().agents[0].state is State.TALKING
    assert left.distributor.snapshot().corrections == ()
    left.distributor.take(TalkTakenUp(offer.offer_id, leg))
    assert left.distributor.find_talk("ann").call_id == "c0"
    left.distributor.take(acd.TalkEnded("ann", offer.offer_id))
    assert left.distributor.snapshot().agents[0].state is State.WRAP_UP
    assert left.book.list_places() == ()


def test_a_talk_that_ended_while_no_server_lived_is_followed_by_the_wrap_up(left):
    talking(left)
    left.mailbox.let_time_pass()
    left.distributor.begin()
    assert left.distributor.snapshot().agents[0].state is State.WRAP_UP
    assert left.distributor.snapshot().corrections == ()


def test_what_was_compared_before_it_began_corrects_nothing(left):
    offer = talking(left)
    left.exchange.offered("leg-0", lambda fact: None)
    leg = left.dialled(offer.offer_id, answered=True)
    left.exchange.join("leg-0", leg.leg_id)
    left.waited("c1")
    nothing = acd.Reconcile(frozenset(), frozenset(), frozenset(), left.now_ms)
    left.mailbox.then(lambda: left.distributor.tell(nothing), lambda: left.comes("c1"))
    left.distributor.begin()
    assert left.distributor.snapshot().agents[0].state is State.TALKING
    assert [place.call_id for place in left.distributor.snapshot().entries] == ["c1"]


def test_it_waits_for_store_and_switch_and_forgets_nothing_meanwhile(left):
    left.died_after(AVAILABLE)
    left.live, left.store_is_away = False, True
    left.mailbox.let_time_pass()
    left.mailbox.then(lambda: left.comes("c1") or setattr(left, "store_is_away", False))
    left.mailbox.then(lambda: left.comes("c2") or setattr(left, "live", True))
    left.distributor.begin()
    assert left.offered() == ["c1.service"]
    assert [place.call_id for place in left.distributor.snapshot().entries] == ["c1", "c2"]


def test_a_graceful_end_cancels_what_rings_and_keeps_the_places(left):
    left.died_after(AVAILABLE)
    left.mailbox.then(lambda: left.comes("c1"), left.distributor.leave)
    left.distributor.keep_distributing()
    (order,) = left.exchange.orders
    assert left.exchange.list_legs() == ()
    assert order.leg_id == leg_id_of(left.book.list_live_offers()[0].offer.offer_id, 0)
    assert [place.entry_id for place in left.book.list_places()] == ["c1.service"]
