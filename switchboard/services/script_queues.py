"""The queues of a call script: the running centre's own distribution, on the script's clock.

Agents who are given are signed in, able to do everything, and pick up when the script says so;
a phone that nobody picks up rings out as a real one would. Queues have the usual settings.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from switchboard import acd
from switchboard.flow.effects import BookCallback, Enqueue
from switchboard.flow.program import Program
from switchboard.flow.scripts.forms import Given
from switchboard.flow.world import QueueResult
from switchboard.services.asked_places import RESULTS, callback_for, place_for
from switchboard.services.roster_forms import QueueForm

OTHER_CALL = "busy"


class ScriptQueues:
    """Keeps :class:`switchboard.flow.scripts.queues.Queues`.

    Args:
        program: Whose centre it is.
        given: The agents, who of them is busy, and callbacks that are booked.
    """

    def __init__(self, program: Program, given: Given) -> None:
        self._priorities = program.centre.priorities
        self._now_ms = _ms(given.at or datetime.now(UTC))
        self._distribution = acd.Distribution(_config(program, given), run="script")
        self._entries: dict[str, str] = {}  # the place that a call has now
        self._left: dict[str, acd.Leaving] = {}
        self._offers: dict[str, acd.Offer] = {}  # whose phones ring
        self._talks: dict[str, acd.Offer] = {}  # by agent
        self._back: dict[str, str] = {}  # callers who are called back, by place: the agent
        self._places: dict[str, acd.Joined] = {}
        self._numbers: dict[str, str] = {}
        self._served: list[str] = []
        self._begin(given)

    def _begin(self, given: Given) -> None:
        for agent in dict.fromkeys(name for names in given.agents.values() for name in names):
            self._tell(acd.SetStatus(agent, acd.Status.AVAILABLE))
            if agent in given.busy:
                self._tell(acd.OtherCallBegan(agent, OTHER_CALL))
        for number, row in enumerate(given.callbacks):
            booked = BookCallback(str(row.get("queue", "")), str(row.get("to", "")))
            self.book(f"booked-{number}", booked)

    # --- callers ------------------------------------------------------------------------------

    def join(self, call_id: str, number: str, effect: Enqueue) -> QueueResult | None:
        """Give a call its place; see the protocol."""
        asked = place_for(effect, call_id, number, self._priorities)
        return self._refused(self._ask(call_id, number, asked))

    def book(self, call_id: str, effect: BookCallback) -> str:
        """Keep a place; see the protocol."""
        asked = callback_for(effect, call_id, self._priorities, self._now_ms)
        return str(self._ask(call_id, effect.to, asked) or "")

    def _ask(self, call_id: str, number: str, asked: acd.Join) -> acd.Leaving | None:
        self._left.pop(asked.entry_id, None)
        self._numbers[asked.entry_id] = number
        # What agents are able to do is no script's business: everybody can serve everybody.
        self._tell(_without_demands(asked))
        refused = self._left.pop(asked.entry_id, None)
        if refused is None:
            self._entries[call_id] = asked.entry_id
        return refused

    def _refused(self, why: acd.Leaving | None) -> QueueResult | None:
        return None if why is None else RESULTS.get(why, QueueResult.NOBODY)

    def leave(self, call_id: str) -> None:
        """The caller has left the queue; see the protocol."""
        self._tell(acd.Leave(self._entries.get(call_id, ""), keep_place=True))

    def left(self, call_id: str) -> QueueResult | None:
        """How the wait has ended; see the protocol."""
        return self._refused(self._left.get(self._entries.get(call_id, "")))

    def position(self, call_id: str) -> int | None:
        """The caller's place; see the protocol."""
        return self._distribution.position(self._entries.get(call_id, ""))

    def ringing(self, call_id: str) -> tuple[str, ...]:
        """Whose phones ring; see the protocol."""
        entry_id = self._entries.get(call_id)
        return tuple(o.agent_id for o in self._offers.values() if o.entry_id == entry_id)

    def agent_of(self, call_id: str) -> str:
        """Who talks to the caller; see the protocol."""
        entry_id = self._entries.get(call_id)
        found = (agent for agent, offer in self._talks.items() if offer.entry_id == entry_id)
        return next((agent for agent in found if entry_id not in self._back), "")

    def caller_back(self, call_id: str) -> str:
        """Who waits while the caller is called back; see the protocol."""
        return self._back.get(self._entries.get(call_id, ""), "")

    def caller_answers(self, call_id: str) -> None:
        """Who is called back has answered; see the protocol."""
        entry_id = self._entries.get(call_id, "")
        self._back.pop(entry_id, None)
        self._tell(acd.CallerReached(entry_id))

    def overtook(self, call_id: str) -> tuple[str, ...]:
        """Who joined later and was served earlier; see the protocol."""
        mine = self._entries.get(call_id, "")
        if mine not in self._places:
            return ()
        until = self._served.index(mine) if mine in self._served else len(self._served)
        since = self._places[mine].enqueued_at_ms
        return tuple(
            self._numbers.get(other) or "withheld"
            for other in self._served[:until]
            if self._places[other].enqueued_at_ms > since
        )

    # --- agents -------------------------------------------------------------------------------

    def answer(self, agent: str) -> bool:
        """An agent takes the call; see the protocol."""
        offer = self._rings_at(agent)
        if offer is not None:
            self._talks[agent] = self._offers.pop(offer.offer_id)
            self._tell(acd.OfferAnswered(offer.offer_id))
        return offer is not None

    def reject(self, agent: str) -> bool:
        """An agent rejects the call; see the protocol."""
        offer = self._rings_at(agent)
        if offer is not None:
            self._end_ringing(offer, acd.OfferResult.REJECTED)
        return offer is not None

    def end_talk(self, agent: str) -> bool:
        """An agent is out of the conversation; see the protocol."""
        offer = self._talks.pop(agent, None)
        if offer is not None:
            self._tell(acd.TalkEnded(agent, offer.offer_id))
        return offer is not None

    def free(self, agent: str) -> bool:
        """A busy agent is free again; see the protocol."""
        if self.end_talk(agent):
            return True
        talking = (m for m in self._distribution.snapshot(self._now_ms).agents if m.other_calls)
        if agent not in {moment.agent_id for moment in talking}:
            return False
        self._tell(acd.OtherCallEnded(agent, OTHER_CALL))
        return True

    def _rings_at(self, agent: str) -> acd.Offer | None:
        return next((o for o in self._offers.values() if o.agent_id == agent), None)

    def _end_ringing(self, offer: acd.Offer, result: acd.OfferResult) -> None:
        del self._offers[offer.offer_id]
        self._tell(acd.OfferFailed(offer.offer_id, result))

    # --- time ---------------------------------------------------------------------------------

    def pass_to(self, now: datetime) -> None:
        """Let time pass, and what is due by then happen at its moment; see the protocol."""
        until_ms = _ms(now)
        while (due_ms := self._due_ms()) is not None and due_ms <= until_ms:
            self._now_ms = max(self._now_ms, due_ms)
            self._tell(acd.Tick())
            for offer in tuple(self._offers.values()):
                if offer.ring_until_ms <= self._now_ms:
                    self._end_ringing(offer, acd.OfferResult.NO_ANSWER)
        self._now_ms = max(self._now_ms, until_ms)

    def due_at(self) -> datetime | None:
        """When something happens by itself; see the protocol."""
        due_ms = self._due_ms()
        return (
            None
            if due_ms is None
            else datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=due_ms)
        )

    def _due_ms(self) -> int | None:
        timers = (self._distribution.next_timer_ms(), *self._ring_ends())
        return min((at for at in timers if at is not None), default=None)

    def _ring_ends(self) -> tuple[int, ...]:
        return tuple(offer.ring_until_ms for offer in self._offers.values())

    # --- decisions ----------------------------------------------------------------------------

    def _tell(self, event: object) -> None:
        for decision in self._distribution.apply(event, self._now_ms):
            self._carry_out(decision)

    def _carry_out(self, decision: acd.Decision) -> None:
        match decision:
            case acd.Joined():
                self._places[decision.entry_id] = decision
            case acd.JoinRefused() | acd.EntryLeft():
                if decision.reason is acd.Leaving.ANSWERED:
                    self._served.append(decision.entry_id)
                else:
                    self._left[decision.entry_id] = decision.reason
            case acd.MakeOffer():
                self._offers[decision.offer.offer_id] = decision.offer
            case acd.CancelOffer():
                self._offers.pop(decision.offer_id, None)
            case acd.DialCaller():
                self._back[decision.entry_id] = decision.agent_id
            case _:
                pass  # what is told for screens and reports


def _config(program: Program, given: Given) -> acd.Config:
    tiers: dict[str, list[acd.Tier]] = {}
    for queue, agents in given.agents.items():
        for agent in agents:
            tiers.setdefault(agent, []).append(acd.Tier(queue))
    return acd.Config(
        queues=tuple(QueueForm().made(name) for name in program.centre.queues),
        agents=tuple(acd.AgentProfile(agent, tuple(served)) for agent, served in tiers.items()),
    )


def _without_demands(asked: acd.Join) -> acd.Join:
    return replace(asked, demands=())


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
