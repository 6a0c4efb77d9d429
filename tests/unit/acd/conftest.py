"""A centre to ask: agents sign in, callers join, and whom was rung is read from the decisions."""

from collections.abc import Callable

import pytest

from switchboard.acd import (
    AgentProfile,
    Config,
    Distribution,
    MakeOffer,
    OfferAnswered,
    Queue,
    SetStatus,
    Status,
    TalkEnded,
    Tier,
)
from switchboard.acd.invariants import check


class Centre:
    """A distribution with a clock that tests move; invariants are checked after every event."""

    def __init__(self, config: Config, seed: int = 1) -> None:
        self.distribution = Distribution(config, seed)
        self.now = 0
        self.all: list[object] = []

    def tell(self, event: object, at: int | None = None) -> list[object]:
        self.now = self.now if at is None else at
        decided = list(self.distribution.apply(event, self.now))
        check(self.distribution, self.now)
        self.all += decided
        return decided

    def sign_in(self, *agents: str) -> None:
        for agent in agents:
            self.tell(SetStatus(agent, Status.AVAILABLE), self.now + 1)

    def rung(self) -> list[tuple[str, str]]:
        """Entry and agent of every offer so far."""
        offers = [one.offer for one in self.all if isinstance(one, MakeOffer)]
        return [(offer.entry_id, offer.agent_id) for offer in offers]

    def offer_of(self, agent_id: str) -> str:
        offers = self.distribution.snapshot(self.now).offers
        return next(one.offer_id for one in offers if one.agent_id == agent_id)

    def answer(self, agent_id: str) -> list[object]:
        return self.tell(OfferAnswered(self.offer_of(agent_id)))

    def finish(self, agent_id: str) -> list[object]:
        return self.tell(TalkEnded(agent_id, self.offer_of(agent_id)))

    def state(self, agent_id: str) -> str:
        moments = self.distribution.snapshot(self.now).agents
        return next(str(one.state) for one in moments if one.agent_id == agent_id)

    def found(self, kind: type) -> list[object]:
        return [one for one in self.all if isinstance(one, kind)]


def agent(
    name: str, *, level: int = 1, position: int = 1, queue: str = "q", **more
) -> AgentProfile:
    return AgentProfile(name, (Tier(queue, level, position),), **more)


@pytest.fixture
def centre() -> Callable[..., Centre]:
    """Makes a centre of one queue ``q`` from agents and the queue's settings."""

    def make(*agents: AgentProfile | str, **queue) -> Centre:
        profiles = tuple(agent(one) if isinstance(one, str) else one for one in agents)
        return Centre(Config((Queue("q", **queue),), profiles))

    return make
