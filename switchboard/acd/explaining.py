"""Why this agent, why not me, why not now: recomputed by the code that decides.

An offer keeps what it was decided from; every agent's moments say what they were at its number.
So the ranked candidates and the reason why each other agent was passed over are worked out when
somebody asks, not at every call. A moment that is no longer kept is said to be unknown.
"""

from dataclasses import dataclass

from switchboard.acd.decisions import Offer, Passed, Turn
from switchboard.acd.floor import Floor
from switchboard.acd.lines import Entry, Phase
from switchboard.acd.people import Agent
from switchboard.acd.staging import bucket_of, seat_in, works_for
from switchboard.acd.states import DELAYED, AgentMoment, State, Status
from switchboard.acd.strategies import Rank, rank, suffices


@dataclass(frozen=True, slots=True)
class Candidate:
    """An agent, as they stood when an offer was decided.

    Attributes:
        agent_id: Who.
        reason: Why chosen, ranked behind, or passed over.
        rank: Among who could have been chosen, 1 for the first; 0 for who could not.
        moment: What they were then; None when it is no longer kept.
    """

    agent_id: str
    reason: Passed
    rank: int
    moment: AgentMoment | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an offer went where it went, or why an entry still waits.

    Attributes:
        entry_id: The place.
        offer: The offer; None for an entry that waits.
        candidates: Who could, in order of rank, then everybody else by id.
    """

    entry_id: str
    offer: Offer | None
    candidates: tuple[Candidate, ...]


def explain_offer(floor: Floor, offer_id: str) -> Explanation | None:
    """Return why an offer went to its agent; None for one that is not known (any more)."""
    offer = floor.offers.get(offer_id) or floor.past_offers.get(offer_id)
    if offer is None:
        return None
    able: list[tuple[Rank, Agent, AgentMoment | None]] = []
    others: list[Candidate] = []
    for agent in floor.agents.values():
        moment = moment_at(agent, offer.number)
        reason = _passed(floor, offer, agent, moment)
        if agent.agent_id != offer.agent_id and reason is not Passed.RANKED_BEHIND:
            others.append(Candidate(agent.agent_id, reason, 0, moment))
        else:
            ranked = _rank(offer, agent, agent.moment if moment is None else moment)
            able.append((ranked, agent, moment or next(iter(agent.moments), None)))
    able.sort(key=lambda one: _order(offer, one[0]))
    candidates = tuple(
        Candidate(agent.agent_id, _reason(offer, agent), place + 1, moment)
        for place, (_, agent, moment) in enumerate(able)
    )
    others.sort(key=lambda one: one.agent_id)
    return Explanation(offer.entry_id, offer, (*candidates, *others))


def _order(offer: Offer, ranked: Rank) -> tuple[bool, int, int, int, int, int, str]:
    """Out of turn, and by chance, the chosen comes first; else who was tried comes later."""
    chosen = ranked[4] == offer.agent_id
    named = offer.turn is not Turn.AGENT_WAITED or offer.strategy == "random"
    tried = offer.tried.count(ranked[4]) if offer.strategy == "top_down" else 0
    return not (named and chosen), ranked[0], ranked[1], tried, *ranked[2:]


def _reason(offer: Offer, agent: Agent) -> Passed:
    return Passed.CHOSEN if agent.agent_id == offer.agent_id else Passed.RANKED_BEHIND


def _rank(offer: Offer, agent: Agent, moment: AgentMoment | None) -> Rank:
    seat = seat_in(offer.sources, agent.tiers) or (len(offer.sources), 0, 0)
    return rank(offer.strategy, moment or agent, seat, agent.skills, offer.demands)


def moment_at(agent: Agent, number: int) -> AgentMoment | None:
    """Return what *agent* was when change *number* was decided; None when it is not kept."""
    for moment in reversed(agent.moments):
        if moment.number < number:
            return moment
    return None


def _passed(floor: Floor, offer: Offer, agent: Agent, moment: AgentMoment | None) -> Passed:
    busy = _occupied(moment, offer.at_ms)
    line = floor.lines.get(offer.queue_id)
    if busy is not None:
        return busy
    if line is not None and not works_for(agent.profile, line.queue):
        return Passed.OTHER_WORK
    return _unsuited(agent, offer.sources, offer) or Passed.RANKED_BEHIND


def _unsuited(agent: Agent, sources: tuple[tuple[str, int], ...], offer: Offer) -> Passed | None:
    if not any(queue_id in agent.tiers for queue_id, _ in sources):
        return Passed.NOT_IN_QUEUE
    if seat_in(sources, agent.tiers) is None:
        return Passed.LEVEL_NOT_OPEN
    return None if suffices(agent.skills, offer.demands) else Passed.LACKS_SKILL


OCCUPIED = {
    State.TALKING: Passed.TALKING,
    State.RINGING: Passed.RINGING,
    State.WRAP_UP: Passed.WRAP_UP,
    State.UNREACHABLE: Passed.UNREACHABLE,
}


def _occupied(moment: AgentMoment | None, at_ms: int) -> Passed | None:
    """Return why an agent in this moment could not be offered anything at all."""
    if moment is None or moment.status is Status.LOGGED_OUT:
        return Passed.NOT_SIGNED_IN
    if moment.status is Status.ON_BREAK:
        return Passed.ON_BREAK
    if moment.state in OCCUPIED:
        return OCCUPIED[moment.state]
    return Passed.DELAYED if moment.reason == DELAYED and moment.until_ms > at_ms else None


def explain_waiting(floor: Floor, entry_id: str) -> Explanation | None:
    """Return why an entry is with nobody yet: for each agent, the reason of this moment."""
    entry = floor.entries.get(entry_id)
    if entry is None:
        return None
    people = sorted(floor.agents.values(), key=lambda one: one.agent_id)
    found = (Candidate(one.agent_id, _now(floor, entry, one), 0, one.moment) for one in people)
    return Explanation(entry_id, None, tuple(found))


def _now(floor: Floor, entry: Entry, agent: Agent) -> Passed:
    if agent.offer is not None and agent.offer.entry_id == entry.entry_id:
        return Passed.OFFERED
    occupied = _occupied(agent.moment, floor.now)
    if occupied is not None:
        return occupied
    if entry.phase is Phase.ASLEEP:
        return Passed.ASLEEP
    if entry.personal and agent.agent_id not in entry.join.prefer:
        return Passed.PREFERS_ANOTHER
    bucket = bucket_of(floor, entry)
    if not works_for(agent.profile, entry.line.queue):
        return Passed.OTHER_WORK
    if agent in bucket.seats:
        return Passed.KEPT_FREE if entry.line.queue.leave_idle else Passed.RANKED_BEHIND
    if not any(queue_id in agent.tiers for queue_id, _ in bucket.sources):
        return Passed.NOT_IN_QUEUE
    level_open = seat_in(bucket.sources, agent.tiers) is not None
    return Passed.LACKS_SKILL if level_open else Passed.LEVEL_NOT_OPEN
