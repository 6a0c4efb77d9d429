"""How a strategy ranks agents: one function, used when deciding and when explaining.

A rank is a tuple that is smaller for who comes first. Its head is where the agent comes from
(the entry's own queue before queues that help) and the tier's level; then what the strategy looks
at; then position; and the agent's id, so that no tie is left to chance or to the order of a dict.
"""

from collections.abc import Mapping
from typing import Protocol

from switchboard.acd.config import Demand, Strategy

Rank = tuple[int, int, int, int, str]
"""Source, level, what the strategy looks at, position, agent id."""


class Ranked(Protocol):
    """What a rank is made of: a live agent, or a moment of one."""

    @property
    def agent_id(self) -> str:
        """Last deciding key."""

    @property
    def idle_since_ms(self) -> int:
        """When the agent last became ready."""

    @property
    def last_offered(self) -> int:
        """Number of the last offer."""

    @property
    def calls(self) -> int:
        """Answered since signing in."""

    @property
    def talk_ms(self) -> int:
        """In conversations since signing in."""


def looked_at(
    strategy: Strategy, who: Ranked, skills: Mapping[str, int], demands: tuple[Demand, ...]
) -> int:
    """Return what *strategy* looks at; the smallest comes first.

    Source: the strategies of mod_callcenter (``longest-idle-agent``, ``round-robin``,
    ``top-down``, ``sequentially-by-agent-order``, ``agent-with-fewest-calls``,
    ``agent-with-least-talk-time``), read 2026-11. Ours differ: idle time starts when the agent
    became ready, not when the last bridge ended; counts begin anew at each sign-in, so that the
    early shift is not idle in the afternoon.
    """
    match strategy:
        case Strategy.LONGEST_IDLE | Strategy.RING_ALL | Strategy.RING_PROGRESSIVELY:
            return who.idle_since_ms
        case Strategy.ROUND_ROBIN:
            return who.last_offered
        case Strategy.FEWEST_CALLS:
            return who.calls
        case Strategy.LEAST_TALK:
            return who.talk_ms
        case Strategy.BEST_SKILL:
            return -suitability(skills, demands)
        case Strategy.LEAST_SKILLED:
            return sum(skills.values())
        case _:
            return 0


def rank(
    strategy: Strategy,
    who: Ranked,
    seat: tuple[int, int, int],
    skills: Mapping[str, int],
    demands: tuple[Demand, ...],
) -> Rank:
    """Return the place of *who* among those who may take an entry; smaller comes first."""
    source, level, position = seat
    return source, level, looked_at(strategy, who, skills, demands), position, who.agent_id


def suitability(skills: Mapping[str, int], demands: tuple[Demand, ...]) -> int:
    """Return the weighted sum of the levels that *demands* ask for; the best of each ``any_of``."""
    return sum(
        demand.weight * max((skills.get(name, 0) for name in demand.any_of), default=0)
        for demand in demands
    )


def suffices(skills: Mapping[str, int], demands: tuple[Demand, ...]) -> bool:
    """Say whether *skills* meet every demand."""
    return all(
        any(skills.get(name, 0) >= demand.at_least for name in demand.any_of) for demand in demands
    )


def relaxed(demands: tuple[Demand, ...], waited_ms: int) -> tuple[Demand, ...]:
    """Return *demands* as they are after *waited_ms*: weaker, or dropped; the steps taken off."""
    if not demands:
        return demands
    now = []
    for demand in demands:
        level = demand.at_least
        for step in demand.relaxed:
            if step.after_ms <= waited_ms:
                level = step.at_least
        if level > 0:
            now.append(Demand(demand.any_of, level, demand.weight))
    return tuple(now)
