"""The one owner of waiting callers and of agents, as calls and desks reach it.

Everybody else sends it messages and learns by facts, or reads a frozen snapshot; so that later one
elected owner can serve several servers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from switchboard.acd import (
    EntryLeft,
    EntryMoved,
    Join,
    Joined,
    JoinRefused,
    OfferResult,
    Snapshot,
    ThresholdPassed,
    WaitRange,
)
from switchboard.ports.leg_offers import FactSink
from switchboard.ports.legs import Leg


@dataclass(frozen=True, slots=True)
class AgentRings:
    """An agent's phone is being rung for the entry."""

    entry_id: str
    offer_id: str
    agent_id: str


@dataclass(frozen=True, slots=True)
class OfferOver:
    """The ringing at an agent ended without a conversation."""

    entry_id: str
    offer_id: str
    agent_id: str
    result: OfferResult | str


@dataclass(frozen=True, slots=True)
class AgentAnswered:
    """An agent has answered and waits to be joined; from here on the call owns the leg.

    Attributes:
        entry_id: The place, which is given up.
        offer_id: The offer, named again when the agent is out of the conversation.
        agent_id: Who.
        leg: The agent's leg.
        waited_ms: How long the caller waited.
    """

    entry_id: str
    offer_id: str
    agent_id: str
    leg: Leg
    waited_ms: int


@dataclass(frozen=True, slots=True)
class TalkTakenUp:
    """Told to the distribution: a conversation goes on whose former server has died.

    Attributes:
        offer_id: The offer that led to it; one that is not known is no concern of the distribution.
        leg: The agent's leg, followed anew.
    """

    offer_id: str
    leg: Leg


QueueFact = (
    Joined
    | JoinRefused
    | EntryMoved
    | EntryLeft
    | ThresholdPassed
    | AgentRings
    | OfferOver
    | AgentAnswered
)
"""What a call that waits is told, in order."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who waits, for whoever rings agents.

    Attributes:
        node: The FreeSWITCH node of the caller's leg: an agent's leg is dialled there.
        shown_number: What the agent's phone shows: digits with an optional ``+``, or nothing.
        tell: Takes what happens to the place; never waits.
        tell_leg: Takes what happens to the agent's leg from :class:`AgentAnswered` on.
    """

    node: str
    shown_number: str
    tell: Callable[[QueueFact], None]
    tell_leg: FactSink


@dataclass(frozen=True, slots=True)
class Standing:
    """How a waiting entry stands.

    Attributes:
        position: In its queue, 1 for the first.
        expected: The range that may be spoken; None: not to be spoken.
    """

    position: int
    expected: WaitRange | None


class Distribution(Protocol):
    """Brings callers and agents together."""

    def join(self, join: Join, caller: Caller) -> None:
        """Ask for a place; :class:`Joined` or :class:`JoinRefused` follows.

        A place that is there already is kept as it is, and told to *caller* from here on: a call
        that was taken up joins again.
        """
        ...

    def tell(self, event: object) -> None:
        """Tell an event of :mod:`switchboard.acd.events`, or :class:`TalkTakenUp`.

        Returns at once, before it is applied.
        """
        ...

    def standing(self, entry_id: str) -> Standing | None:
        """How an entry stands now; None for one that does not wait."""
        ...

    def snapshot(self) -> Snapshot:
        """Everything as of now, frozen."""
        ...
