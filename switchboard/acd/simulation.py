"""A centre in virtual time: seeded callers and agents around the production distribution.

Nothing here decides who is offered whom; it plays the world (callers who come, wait and give up,
agents who answer, let it ring, talk and wrap up, a server that dies and is restored) and counts.
The same load and seed give the same trace, event by event.
"""

from collections.abc import Callable
from dataclasses import dataclass
from heapq import heappop, heappush
from math import log

from switchboard.acd.config import Config, Demand, OfferResult
from switchboard.acd.decisions import (
    AgentChanged,
    Connect,
    Decision,
    EntryLeft,
    JoinRefused,
    Leaving,
    MakeOffer,
)
from switchboard.acd.distribution import Distribution
from switchboard.acd.draws import Draws
from switchboard.acd.events import (
    Join,
    Leave,
    OfferAnswered,
    OfferFailed,
    SetStatus,
    TalkEnded,
    Tick,
)
from switchboard.acd.states import State, Status

Check = Callable[[Distribution, int], None]
"""Looks at the distribution after an event; raises AssertionError for what must not be."""


@dataclass(frozen=True, slots=True)
class Stream:
    """Callers of one kind.

    Attributes:
        queue_id: Where they join.
        per_hour: Mean arrivals, as a Poisson stream.
        talk_ms: Mean talk, exponential.
        patience_ms: Mean patience, exponential; 0 for callers who never give up.
        demands: Skills.
        priority: Points.
    """

    queue_id: str
    per_hour: float
    talk_ms: int
    patience_ms: int = 0
    demands: tuple[Demand, ...] = ()
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong, each as a share of offers (*restart* of events)."""

    no_answer: float = 0.0
    rejected: float = 0.0
    lost: float = 0.0  # nothing is ever heard of the offer: its lease has to end it
    answer_ms: int = 0  # how long a phone rings before it is answered, at most
    restart: float = 0.0


@dataclass(slots=True)
class Outcome:
    """What came of it. Waits are of answered callers, in milliseconds."""

    arrived: int = 0
    answered: int = 0
    waited: int = 0
    abandoned: int = 0
    refused: int = 0
    wait_ms: int = 0
    within_target: int = 0
    busy_ms: int = 0
    signed_in_ms: int = 0
    short_abandons: int = 0

    @property
    def asa_ms(self) -> float:
        """Mean wait of answered callers (ASA)."""
        return self.wait_ms / self.answered if self.answered else 0.0

    @property
    def service_level(self) -> float:
        """Answered within target / (answered + abandoned after the short-abandon limit)."""
        counted = self.answered + self.abandoned - self.short_abandons
        return self.within_target / counted if counted else 1.0

    @property
    def occupancy(self) -> float:
        """(Talk + wrap-up) / signed-in time."""
        return self.busy_ms / self.signed_in_ms if self.signed_in_ms else 0.0


class Simulation:
    """One run.

    Args:
        config: The centre; every agent signs in at the beginning.
        streams: Who calls.
        seed: Of everything that is drawn.
        faults: What goes wrong.
        check: Called after every event.
    """

    def __init__(
        self,
        config: Config,
        streams: tuple[Stream, ...],
        seed: int = 1,
        faults: Faults | None = None,
        check: Check | None = None,
    ) -> None:
        self.config, self.streams, self.check = config, streams, check
        self.faults = faults or Faults()
        self.draws = Draws(seed)
        self.distribution = Distribution(config, seed)
        self.outcome = Outcome()
        self.now = 0
        self._seed = seed
        self._coming: list[tuple[int, int, object]] = []
        self._made = 0
        self._restarts = 0
        self._talks: dict[str, int] = {}  # mean talk of each entry that is not answered yet
        self._busy_since: dict[str, int] = {}
        self._targets = {q.queue_id: (q.target_ms, q.short_abandon_ms) for q in config.queues}

    def run(self, calls: int) -> Outcome:
        """Let *calls* callers arrive and everything end; return what came of it."""
        for agent in self.config.agents:
            self._tell(SetStatus(agent.agent_id, Status.AVAILABLE))
        for stream in self.streams:
            self._expect(self._gap(stream), stream)
        last = 0
        while (due := self._due()) is not None or self._coming:
            if not self._coming or (due is not None and due < self._coming[0][0]):
                self.now = due if due is not None else self.now
                self._tell(Tick())
                continue
            self.now, _, coming = heappop(self._coming)
            if not isinstance(coming, Stream):
                self._tell(coming)
            elif self.outcome.arrived < calls:
                self._arrive(coming)
                last = self.now
        self.outcome.signed_in_ms = len(self.config.agents) * last
        return self.outcome

    def _due(self) -> int | None:
        return self.distribution.next_timer_ms()

    def _gap(self, stream: Stream) -> int:
        return self._exponential(3_600_000 / stream.per_hour)

    def _exponential(self, mean: float) -> int:
        return round(-mean * log(1.0 - self.draws.share()))

    def _expect(self, after_ms: int, what: object) -> None:
        self._made += 1
        heappush(self._coming, (self.now + after_ms, self._made, what))

    def _arrive(self, stream: Stream) -> None:
        self.outcome.arrived += 1
        self._expect(self._gap(stream), stream)
        entry_id = f"e{self.outcome.arrived}"
        self._talks[entry_id] = stream.talk_ms
        self._tell(
            Join(entry_id, stream.queue_id, priority=stream.priority, demands=stream.demands)
        )
        if stream.patience_ms and entry_id in self._talks:
            self._expect(self._exponential(stream.patience_ms), Leave(entry_id, keep_place=False))

    def _tell(self, event: object) -> None:
        decisions = self.distribution.apply(event, self.now)
        if self.check is not None:
            self.check(self.distribution, self.now)
        for decision in decisions:
            self._carry_out(decision)
        if self.faults.restart and self.draws.share() < self.faults.restart:
            self._restart()

    def _restart(self) -> None:
        self._restarts += 1
        snapshot = self.distribution.snapshot(self.now)
        run = f"r{self._restarts}-"
        self.distribution = Distribution.restore(self.config, snapshot, self._seed, run)
        again = self.distribution.apply(Tick(), self.now)
        for decision in again:
            self._carry_out(decision)

    def _carry_out(self, decision: Decision) -> None:
        match decision:
            case AgentChanged(moment):
                self._count_busy(moment.agent_id, moment.state)
            case MakeOffer(offer):
                self._ring(offer.offer_id, offer.ring_until_ms - self.now)
            case Connect(offer_id, entry_id, agent_id):
                talk = self._exponential(self._talks[entry_id])
                self._expect(talk, TalkEnded(agent_id, offer_id))
            case EntryLeft():
                self._left(decision)
            case JoinRefused(entry_id):
                self.outcome.refused += 1
                del self._talks[entry_id]
            case _:
                return  # a cancelled offer's answer comes too late, and is told so

    def _ring(self, offer_id: str, ring_ms: int) -> None:
        faults = self.faults
        drawn = self.draws.share()
        if drawn < faults.lost:
            return
        if drawn < faults.lost + faults.no_answer:
            self._expect(ring_ms, OfferFailed(offer_id, OfferResult.NO_ANSWER))
        elif drawn < faults.lost + faults.no_answer + faults.rejected:
            self._expect(1_000, OfferFailed(offer_id, OfferResult.REJECTED))
        else:
            wait = self.draws.below(faults.answer_ms) if faults.answer_ms else 0
            self._expect(wait, OfferAnswered(offer_id))

    def _left(self, left: EntryLeft) -> None:
        outcome = self.outcome
        target_ms, short_ms = self._targets[left.queue_id]
        if left.reason is Leaving.ANSWERED:
            outcome.answered += 1
            outcome.wait_ms += left.waited_ms
            outcome.waited += left.waited_ms > 0
            outcome.within_target += left.waited_ms <= target_ms
        else:
            outcome.abandoned += 1
            outcome.short_abandons += left.waited_ms < short_ms
            self._talks.pop(left.entry_id, None)

    def _count_busy(self, agent_id: str, state: State) -> None:
        if state in (State.TALKING, State.WRAP_UP):
            self._busy_since.setdefault(agent_id, self.now)
        else:
            since = self._busy_since.pop(agent_id, None)
            if since is not None:
                self.outcome.busy_ms += self.now - since
