"""The distributor without a greenlet: what is told to it is applied at once, in order."""

from collections import deque
from collections.abc import Callable
from typing import Any

from switchboard import acd
from switchboard.services.conversation import Exchange
from switchboard.services.distributor import Distributor, Seat
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
    """Keeps moments and offers in memory.

    Attributes:
        moments: Every moment, oldest first.
        offers: Every offer by its id.
        results: How offers ended, by id.
    """

    def __init__(self) -> None:
        self.moments: list[acd.AgentMoment] = []
        self.offers: dict[str, acd.Offer] = {}
        self.results: dict[str, str] = {}

    def keep_moment(self, moment: acd.AgentMoment) -> None:
        self.moments.append(moment)

    def keep_offer(self, offer: acd.Offer) -> None:
        self.offers[offer.offer_id] = offer

    def end_offer(self, offer_id: str, result: str, at_ms: int) -> None:
        del at_ms
        self.results[offer_id] = str(result)

    def states(self, agent_id: str) -> list[acd.State]:
        return [moment.state for moment in self.moments if moment.agent_id == agent_id]


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
