"""The distributor without a greenlet: what is told to it is applied at once, in order."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from switchboard import acd
from switchboard.ports.agent_book import KeptOffer, KeptSeat, Place
from switchboard.services.conversation import Exchange
from switchboard.services.distributor import Distributor
from switchboard.services.ringing import Seat
from tests.fakes.clock import VirtualClock


class AppliedMailbox:
    """A mailbox whose owner takes each thing as soon as it is put, one behind the other."""

    def __init__(self) -> None:
        self.take: Callable[[Any], None] = lambda thing: None
        self._waiting: deque[Any] = deque()
        self._is_taking = False

    def put(self, thing: Any) -> None:
        self._waiting.append(thing)
        if self._is_taking:
            return
        self._is_taking = True
        try:
            while self._waiting:
                self.take(self._waiting.popleft())
        finally:
            self._is_taking = False

    def next(self, deadline_s: float | None) -> Any:
        raise AssertionError("nobody waits here: what is put is taken at once")

    def close(self) -> None:
        self._waiting.clear()

    def __len__(self) -> int:
        return len(self._waiting)


class FakeAgentBook:
    """Keeps :class:`switchboard.ports.agent_book.AgentBook` in memory.

    Attributes:
        moments: Every moment, oldest first.
    """

    def __init__(self) -> None:
        self.moments: list[acd.AgentMoment] = []
        self._offers: dict[str, KeptOffer] = {}
        self._places: dict[str, Place] = {}
        self._seats: dict[str, KeptSeat] = {}

    def keep_moment(self, moment: acd.AgentMoment) -> None:
        if moment not in self.moments:
            self.moments.append(moment)

    def keep_offer(self, offer: acd.Offer, call_id: str) -> None:
        self._offers.setdefault(offer.offer_id, KeptOffer(offer, call_id))

    def end_offer(self, offer_id: str, result: str, at_ms: int) -> None:
        kept = self._offers.get(offer_id)
        if kept and not kept.result:
            self._offers[offer_id] = replace(kept, result=str(result), ended_at_ms=at_ms)

    def keep_place(self, place: Place) -> None:
        self._places[place.entry_id] = place

    def forget_place(self, entry_id: str) -> None:
        self._places.pop(entry_id, None)

    def keep_seat(self, seat: KeptSeat) -> None:
        self._seats[seat.agent_id] = seat

    def list_latest(self) -> tuple[acd.AgentMoment, ...]:
        ordered = sorted(self.moments, key=lambda one: (one.agent_id, one.at_ms, one.number))
        return tuple({moment.agent_id: moment for moment in ordered}.values())

    def list_moments(self, since_ms: int, until_ms: int) -> tuple[acd.AgentMoment, ...]:
        found = [one for one in self.moments if since_ms <= one.at_ms < until_ms]
        return tuple(sorted(found, key=lambda one: (one.at_ms, one.number)))

    def find_moment(self, agent_id: str, at_ms: int, number: int) -> acd.AgentMoment | None:
        found = [
            one
            for one in self.moments
            if one.agent_id == agent_id and (one.at_ms, one.number) < (at_ms, number)
        ]
        return max(found, key=lambda one: (one.at_ms, one.number), default=None)

    def list_offers(self, call_id: str) -> tuple[KeptOffer, ...]:
        return self._sorted(kept for kept in self._offers.values() if kept.call_id == call_id)

    def list_live_offers(self) -> tuple[KeptOffer, ...]:
        return self._sorted(kept for kept in self._offers.values() if not kept.result)

    def list_places(self) -> tuple[Place, ...]:
        by_age = sorted(self._places.values(), key=lambda one: (one.enqueued_at_ms, one.entry_id))
        return tuple(by_age)

    def list_seats(self) -> tuple[KeptSeat, ...]:
        return tuple(self._seats[agent_id] for agent_id in sorted(self._seats))

    # --- for tests ----------------------------------------------------------------------------

    @property
    def results(self) -> dict[str, str]:
        """How offers ended, by id."""
        return {offer_id: kept.result for offer_id, kept in self._offers.items() if kept.result}

    def ended_offers(self) -> tuple[KeptOffer, ...]:
        """Offers that have ended."""
        return tuple(kept for kept in self._offers.values() if kept.result)

    def states(self, agent_id: str) -> list[acd.State]:
        """An agent's states, oldest first."""
        return [moment.state for moment in self.moments if moment.agent_id == agent_id]

    @staticmethod
    def _sorted(kept: Iterable[KeptOffer]) -> tuple[KeptOffer, ...]:
        return tuple(sorted(kept, key=lambda one: (one.offer.at_ms, one.offer.offer_id)))


def played_distributor(
    distribution: acd.Distribution,
    exchange: Exchange,
    find_seat: Callable[[str], Seat | None],
    book: FakeAgentBook,
    clock: VirtualClock,
) -> Distributor:
    """A distributor that applies what it is told at once; its timers are due when told so."""
    mailbox = AppliedMailbox()
    distributor = Distributor(
        distribution=distribution,
        mailbox=mailbox,
        exchange=exchange,
        find_seat=find_seat,
        book=book,
        clock=clock,
    )
    mailbox.take = distributor.take
    return distributor
