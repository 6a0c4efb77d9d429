"""What the distributor keeps of an offer: while its agent rings, and while the agent talks."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from switchboard import acd
from switchboard.core.causes import HangupCause
from switchboard.core.facts import LegFact
from switchboard.ports.distribution import QueueFact
from switchboard.ports.legs import Leg, LegGone
from switchboard.services.ringing import Ringing, Rung


@dataclass(frozen=True, slots=True)
class Answered:
    """In place of a ringing: the agent of an offer was answered before this server began."""

    leg: Leg
    cause: HangupCause | str = ""

    def hear(self, fact: LegFact) -> Rung:
        """Take what happened to the leg; it belongs to its call."""
        del fact
        return Rung.GOES_ON

    def hang_up(self, cause: HangupCause) -> None:
        """End the leg."""
        with suppress(LegGone):
            self.leg.hang_up(cause)


@dataclass(slots=True)
class Offered:
    """An offer whose phone rings, or whose agent talks.

    Attributes:
        offer: The offer.
        ringing: What rings, or was answered.
        tell: Tells the call of its place.
        tell_leg: Tells whom the leg belongs to, once it is given to a call.
    """

    offer: acd.Offer
    ringing: Ringing | Answered
    tell: Callable[[QueueFact], None]
    tell_leg: Callable[[LegFact], None] | None = None

    @property
    def rings(self) -> bool:
        """Whether it rings still."""
        return self.tell_leg is None

    @property
    def call_id(self) -> str:
        """The call whose caller is offered."""
        return call_of(self.offer)


@dataclass(frozen=True, slots=True)
class TalkNow:
    """A conversation that an agent has now.

    Attributes:
        agent_id: Who.
        call_id: The call.
        leg: The agent's leg.
    """

    agent_id: str
    call_id: str
    leg: Leg


def taken_up(offer: acd.Offer, leg: Leg) -> Offered:
    """The conversation of a former server, whose call looks after both legs."""
    return Offered(offer, Answered(leg), lambda fact: None, lambda fact: None)


def call_of(offer: acd.Offer) -> str:
    """Return the call of an offer: entries are named by their call and their queue."""
    return offer.entry_id.partition(".")[0]
