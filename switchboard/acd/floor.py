"""Everything that a distribution holds, and how a change of it is recorded.

The rules stand in the modules about their subjects; they get the floor, change it, and append
decisions to ``out``. One event is carried through at a time.
"""

from collections import Counter, deque
from collections.abc import Callable

from switchboard.acd.config import Config, Fairness
from switchboard.acd.decisions import AgentChanged, Corrected, Decision, Offer
from switchboard.acd.draws import Draws
from switchboard.acd.lines import Entry, Line, Phase
from switchboard.acd.people import Agent
from switchboard.acd.states import DELAYED, AgentMoment, State, Status
from switchboard.acd.timers import Timers

KEPT_OFFERS = 2_000
"""Offers, and entries that left, of which ``why`` can still tell."""


class Floor:
    """The state of a distribution."""

    __slots__ = (
        "agents", "closed_offers", "config", "corrections", "counter", "departed", "draws",
        "entries", "ignored", "lag_ms", "lapsed", "lines", "now", "offers", "out", "past_offers",
        "run", "share", "timers", "weighted",
    )  # fmt: skip

    def __init__(
        self, config: Config, seed: int, run: str, lapsed: Callable[["Floor", Offer], None]
    ) -> None:
        self.lapsed = lapsed  # what is done when the lease of an offer ends
        self.config = config
        self.run = run
        self.weighted = config.fairness is Fairness.WEIGHTS
        self.draws = Draws(seed)
        self.timers = Timers()
        self.now = 0
        self.counter = 0  # numbers every change
        self.lines: dict[str, Line] = {}
        self.agents: dict[str, Agent] = {}
        self.entries: dict[str, Entry] = {}
        self.offers: dict[str, Offer] = {}  # ringing or answered, until the conversation ends
        self.past_offers: dict[str, Offer] = {}
        self.closed_offers: deque[str] = deque()
        self.departed: deque[Entry] = deque(maxlen=KEPT_OFFERS)
        self.share = 0.0  # virtual time of weighted sharing
        self.lag_ms = 0
        self.out: list[Decision] = []
        self.corrections: Counter[str] = Counter()
        self.ignored: Counter[str] = Counter()

    def number(self) -> int:
        """Return the next number."""
        self.counter += 1
        return self.counter

    def record(self, agent: Agent) -> None:
        """Record the agent's new moment, if anything but time has changed."""
        state, before = agent.state, agent.moment
        offer = agent.offer.offer_id if agent.offer is not None else ""
        delayed = agent.ready_at_ms > self.now and state is State.IDLE
        until = agent.until_ms(state, self.now)
        if (
            before is not None
            and before.state is state
            and before.status is agent.status
            and before.offer_id == offer
            and before.until_ms == until
            and before.reachable is agent.reachable
            and before.other_calls == agent.other_calls
            and before.reason == (self._delay(agent) if delayed else agent.reason)
        ):
            return
        self.counter += 1
        moment = AgentMoment(
            self.counter, agent.agent_id, self.now, agent.status, state,
            self._delay(agent) if delayed else agent.reason, until,
            agent.idle_since_ms, agent.calls, agent.talk_ms, agent.last_offered,
            agent.signed_in_at_ms, offer, agent.reachable, agent.other_calls,
            tuple((str(result), count) for result, count in agent.failures.items())
            if agent.failures else (),
        )  # fmt: skip
        self._count(agent, before, moment)
        agent.moment = moment
        moments = agent.moments
        moments.append(moment)
        if len(moments) > 2 * self.config.kept_moments:
            del moments[: -self.config.kept_moments]
        self.out.append(AgentChanged(moment))

    @staticmethod
    def _delay(agent: Agent) -> str:
        return agent.reason or DELAYED

    @staticmethod
    def _count(agent: Agent, before: AgentMoment | None, now: AgentMoment) -> None:
        was = "" if before is None else presence(before.status, before.state)
        now_is = presence(now.status, now.state)
        if was == now_is:
            return
        for line in agent.lines:
            present = line.present
            if was:
                present[was] -= 1
            if now_is:
                present[now_is] = present.get(now_is, 0) + 1

    def note(self, entry: Entry, phase: Phase, where: str = "") -> None:
        """Record that *entry* is in another phase."""
        entry.phase = phase
        entry.history.append((self.counter, phase, where))

    def correct(self, kind: str, subject_id: str) -> None:
        """Count and tell that something we believed was not so."""
        self.corrections[kind] += 1
        self.out.append(Corrected(kind, subject_id))

    def forget_offer(self, offer: Offer) -> None:
        """Keep an offer that has ended for ``why``, and for answers that come too late."""
        self.offers.pop(offer.offer_id, None)
        self.past_offers[offer.offer_id] = offer
        self.closed_offers.append(offer.offer_id)
        if len(self.closed_offers) > KEPT_OFFERS:
            self.past_offers.pop(self.closed_offers.popleft(), None)


def presence(status: Status, state: State) -> str:
    """Return under what an agent counts in their queues; empty for who is not signed in."""
    if status is Status.LOGGED_OUT:
        return ""
    if status is Status.ON_BREAK and state is State.IDLE:
        return "on_break"
    return state
