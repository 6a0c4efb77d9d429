"""What an agent chose (status), what the system derives (state), and one moment of an agent.

An agent's moments, in order, partition the signed-in time: each lasts until the next.
"""

from enum import StrEnum
from typing import NamedTuple

DELAYED = "after_a_failed_offer"
"""Reason of an idle agent who gets no offer before ``until_ms``."""


class Status(StrEnum):
    """What the agent chose."""

    LOGGED_OUT = "logged_out"
    AVAILABLE = "available"
    ON_BREAK = "on_break"


class State(StrEnum):
    """What the system derives: the first that holds, from talking down."""

    TALKING = "talking"
    RINGING = "ringing"
    WRAP_UP = "wrap_up"
    UNREACHABLE = "unreachable"
    IDLE = "idle"


class AgentMoment(NamedTuple):
    """An agent as they were from a moment on. A tuple, since five are made for every call.

    Attributes:
        number: Counts all changes of the distribution; orders moments and offers.
        agent_id: Who.
        at_ms: From when on.
        status: What the agent chose.
        state: What the system derives.
        reason: Why on a break; which result delays the next offer; else empty.
        until_ms: End of the wrap-up, of the ringing or of the delay; 0 for open.
        idle_since_ms: When the agent last became ready.
        calls: Answered offers since signing in.
        talk_ms: Time in conversations since signing in, ended ones.
        last_offered: Number of the last offer; 0 before the first.
        signed_in_at_ms: 0 when signed out.
        offer_id: The offer that rings or was answered and goes on; else empty.
        reachable: The phone can be dialled.
        other_calls: References of calls that no offer made.
        failures: ``(result, how many in a row)``.
    """

    number: int
    agent_id: str
    at_ms: int
    status: Status
    state: State
    reason: str
    until_ms: int
    idle_since_ms: int
    calls: int
    talk_ms: int
    last_offered: int
    signed_in_at_ms: int
    offer_id: str
    reachable: bool
    other_calls: tuple[str, ...]
    failures: tuple[tuple[str, int], ...]

    @property
    def counts_as(self) -> str:
        """Under which state the time counts: a state, ``on_break``, or empty when signed out.

        Work goes before what the agent has chosen: who is to have a break behind the call talks.
        """
        if self.state in (State.TALKING, State.RINGING, State.WRAP_UP):
            return self.state
        if self.status is Status.LOGGED_OUT:
            return ""
        return self.status if self.status is Status.ON_BREAK else self.state
