"""What is kept of agents and queues while they work, so that a new server goes on from there."""

from dataclasses import dataclass
from typing import Protocol

from switchboard.acd import AgentMoment, Offer


@dataclass(frozen=True, slots=True)
class Place:
    """A caller's place in a queue.

    Attributes:
        entry_id: The place's id.
        queue_id: The queue it is in now.
        enqueued_at_ms: From when it counts; milliseconds since 1970.
    """

    entry_id: str
    queue_id: str
    enqueued_at_ms: int


@dataclass(frozen=True, slots=True)
class KeptSeat:
    """Where an agent has signed in.

    Attributes:
        agent_id: Who.
        target: ``phone:EXTENSION`` or ``outside:NUMBER``.
    """

    agent_id: str
    target: str


@dataclass(frozen=True, slots=True)
class KeptOffer:
    """An offer, and what became of it.

    Attributes:
        offer: With everything it was decided from.
        call_id: The call whose caller was offered.
        result: How it ended; empty while it rings or goes on.
        ended_at_ms: When; 0 before.
    """

    offer: Offer
    call_id: str
    result: str = ""
    ended_at_ms: int = 0


class AgentBook(Protocol):
    """Keeps moments, offers, places and seats. What is kept is durable like the journal."""

    def keep_moment(self, moment: AgentMoment) -> None:
        """Keep an agent's new moment; returns at once."""
        ...

    def keep_offer(self, offer: Offer, call_id: str) -> None:
        """Keep an offer that begins; returns at once."""
        ...

    def end_offer(self, offer_id: str, result: str, at_ms: int) -> None:
        """Keep how an offer ended; returns at once."""
        ...

    def keep_place(self, place: Place) -> None:
        """Keep a place; returns at once."""
        ...

    def forget_place(self, entry_id: str) -> None:
        """The place is given up; returns at once."""
        ...

    def keep_seat(self, seat: KeptSeat) -> None:
        """Keep where an agent is; returns at once."""
        ...

    def list_latest(self) -> tuple[AgentMoment, ...]:
        """The latest moment of each agent, by agent; raises :class:`StoreAway`."""
        ...

    def list_moments(self, since_ms: int, until_ms: int) -> tuple[AgentMoment, ...]:
        """Moments that began in a period, oldest first; raises :class:`StoreAway`."""
        ...

    def find_moment(self, agent_id: str, at_ms: int, number: int) -> AgentMoment | None:
        """What an agent was just before change *number* at a moment; None before the first.

        Raises:
            StoreAway: it cannot be read just now.
        """
        ...

    def list_offers(self, call_id: str) -> tuple[KeptOffer, ...]:
        """A call's offers, oldest first; raises :class:`StoreAway`."""
        ...

    def list_live_offers(self) -> tuple[KeptOffer, ...]:
        """Offers without an end, oldest first; raises :class:`StoreAway`."""
        ...

    def list_places(self) -> tuple[Place, ...]:
        """Places that are kept, the oldest first; raises :class:`StoreAway`."""
        ...

    def list_seats(self) -> tuple[KeptSeat, ...]:
        """Where each agent was last, by agent; raises :class:`StoreAway`."""
        ...
