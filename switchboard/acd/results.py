"""How offers and conversations end, and what follows for the agent and for the entry."""

from switchboard.acd.config import (
    DEFAULT_FAILURES,
    Action,
    FailurePolicy,
    Goal,
    OfferResult,
    Target,
)
from switchboard.acd.decisions import (
    Cancelled,
    CancelOffer,
    Connect,
    DialCaller,
    EntryLeft,
    Leaving,
    Offer,
)
from switchboard.acd.events import OfferAnswered, OfferFailed, TalkEnded
from switchboard.acd.floor import Floor
from switchboard.acd.lines import Entry, Phase
from switchboard.acd.matching import free, seat
from switchboard.acd.offering import cancel, leave_waiting, release
from switchboard.acd.people import Agent
from switchboard.acd.states import Status


def answered(floor: Floor, event: OfferAnswered) -> None:
    """The first to answer wins; every other ringing ends, and a late answer is hung up on."""
    offer = floor.offers.get(event.offer_id)
    agent = None if offer is None else floor.agents.get(offer.agent_id)
    if offer is None or agent is None or agent.offer is not offer:
        _too_late(floor, event.offer_id)
        return
    if agent.talking:
        floor.ignored["answered twice"] += 1
        return
    entry = floor.entries[offer.entry_id]
    agent.talking = True
    agent.talk_began_ms = floor.now
    agent.calls += 1
    agent.failures.clear()
    floor.record(agent)
    _stop_ringing(floor, entry, offer)
    if entry.on_line:
        floor.out.append(Connect(offer.offer_id, entry.entry_id, agent.agent_id))
        depart(floor, entry, Leaving.ANSWERED)
    else:
        _call_back(floor, entry, offer)


def _too_late(floor: Floor, offer_id: str) -> None:
    past = floor.past_offers.get(offer_id)
    if past is None:
        floor.ignored["answer to no offer"] += 1
        return
    late = CancelOffer(past.offer_id, past.agent_id, past.entry_id, Cancelled.TOO_LATE)
    floor.out.append(late)


def _stop_ringing(floor: Floor, entry: Entry, won: Offer) -> None:
    entry.line.ringing.pop(entry, None)
    entry.offers.pop(won.offer_id, None)
    for offer in tuple(entry.offers.values()):
        loser = cancel(floor, offer, Cancelled.LOST)
        if loser is not None:
            free(floor, loser)


def _call_back(floor: Floor, entry: Entry, offer: Offer) -> None:
    plan = entry.callback
    if plan is None:
        raise AssertionError(f"{entry.entry_id} has neither a caller nor a callback")
    entry.attempts += 1
    floor.note(entry, Phase.CALLING, offer.agent_id)
    floor.out.append(DialCaller(entry.entry_id, offer.offer_id, offer.agent_id, plan.number))


def depart(floor: Floor, entry: Entry, reason: Leaving, target: Target | None = None) -> None:
    """Take *entry* out of its queue for good, with its offers."""
    leave_waiting(floor, entry)
    entry.line.remove(entry)
    entry.line.ringing.pop(entry, None)
    del floor.entries[entry.entry_id]
    floor.number()
    floor.note(entry, Phase.GONE, reason)
    floor.departed.append(entry)
    for timer in (entry.timer, entry.ring_timer):
        if timer is not None:
            timer.cancel()
    waited = floor.now - entry.joined_at_ms
    _learn(floor, entry, reason)
    floor.out.append(EntryLeft(entry.entry_id, entry.line.queue_id, reason, waited, target))
    why = Cancelled.CALLER_GONE if reason is Leaving.CALLER_GONE else Cancelled.MOVED
    for offer in tuple(entry.offers.values()):
        agent = cancel(floor, offer, why)
        if agent is not None:
            free(floor, agent)


def _learn(floor: Floor, entry: Entry, reason: Leaving) -> None:
    if entry.estimate is None:
        return
    estimates = entry.line.estimates
    if reason is Leaving.ANSWERED:
        estimates.taken(floor.now, entry.estimate[3])
    estimates.judge(entry.estimate, reason, floor.now)


def failed(floor: Floor, event: OfferFailed) -> None:
    """An offer ended without an answer: the agent's policy, and the entry's next try."""
    offer = floor.offers.get(event.offer_id)
    if offer is None or floor.agents[offer.agent_id].talking:
        floor.ignored["result of no offer"] += 1
        return
    end_unanswered(floor, offer, event.result)


def end_unanswered(floor: Floor, offer: Offer, result: OfferResult) -> None:
    """End *offer* with *result* on both sides."""
    agent = release(floor, offer)
    if agent is not None:
        if result is not OfferResult.CALLER_GONE:
            _blame(floor, agent, offer, result)
        free(floor, agent)
    requeue(floor, offer.entry_id)


def requeue(floor: Floor, entry_id: str) -> None:
    """Have an entry that rings nowhere any more wait again, at its place, or be offered at once."""
    entry = floor.entries.get(entry_id)
    if entry is None or entry.offers or entry.phase is not Phase.OFFERED:
        return
    entry.line.ringing.pop(entry, None)
    if entry.ring_timer is not None:
        entry.ring_timer.cancel()
    if not leave_too_late(floor, entry):
        seat(floor, entry)


def leave_too_late(floor: Floor, entry: Entry) -> bool:
    """Send away who has waited for too long, also while a phone rang; say whether it was so."""
    limit = entry.join.at_most_wait_ms or entry.line.queue.at_most_wait_ms
    if not limit or floor.now - entry.enqueued_at_ms < limit:
        return False
    depart(floor, entry, Leaving.TOO_LONG, Target(Goal.REFUSE))
    return True


def policy_of(floor: Floor, queue_id: str, result: OfferResult) -> FailurePolicy:
    """Return what follows *result* in this queue."""
    line = floor.lines.get(queue_id)
    own = dict(line.queue.failures) if line is not None and line.queue.failures else {}
    return own.get(result) or DEFAULT_FAILURES[result]


def _blame(floor: Floor, agent: Agent, offer: Offer, result: OfferResult) -> None:
    policy = policy_of(floor, offer.queue_id, result)
    row = agent.failures.get(result, 0) + 1
    agent.failures[result] = row
    agent.ready_at_ms = floor.now + policy.delay_ms
    if policy.limit and row >= policy.limit and policy.action is not Action.NOTHING:
        agent.failures.pop(result)
        broke = policy.action is Action.BREAK
        agent.status = Status.ON_BREAK if broke else Status.LOGGED_OUT
        agent.reason = result
        if not broke:
            agent.signed_in_at_ms = 0


def lapsed(floor: Floor, offer: Offer) -> None:
    """Nothing was heard of *offer* until its lease ended: released, and counted as a correction."""
    agent = floor.agents.get(offer.agent_id)
    if floor.offers.get(offer.offer_id) is not offer or (agent is not None and agent.talking):
        return
    floor.correct("offer_lapsed", offer.offer_id)
    end = CancelOffer(offer.offer_id, offer.agent_id, offer.entry_id, Cancelled.LAPSED)
    floor.out.append(end)
    end_unanswered(floor, offer, OfferResult.UNREACHABLE)


def talk_ended(floor: Floor, event: TalkEnded) -> None:
    """The agent is out of the conversation: wrap-up begins, when no other call is left."""
    agent = floor.agents.get(event.agent_id)
    offer = None if agent is None else agent.offer
    if agent is None or offer is None or offer.offer_id != event.offer_id or not agent.talking:
        floor.ignored["end of no talk"] += 1
        return
    end_talk(floor, agent, offer)
    entry = floor.entries.get(offer.entry_id)
    if entry is not None and entry.phase is Phase.CALLING:
        # The agent hung up while the caller was being called: the place stays.
        floor.note(entry, Phase.OFFERED, "")
        requeue(floor, entry.entry_id)


def end_talk(floor: Floor, agent: Agent, offer: Offer, wrap_up: bool = True) -> None:
    """Free *agent* of the conversation that *offer* began."""
    floor.forget_offer(offer)
    agent.offer = None
    agent.talking = False
    agent.talk_ms += floor.now - agent.talk_began_ms
    line = floor.lines.get(offer.queue_id)
    own = agent.profile.wrap_up_ms
    if wrap_up:
        agent.wrap_pending_ms = own if own is not None else line.queue.wrap_up_ms if line else 0
    agent.wrap_limit_ms = line.queue.wrap_up_limit_ms if line else agent.wrap_pending_ms
    calls_ended(floor, agent)


def calls_ended(floor: Floor, agent: Agent) -> None:
    """Begin the wrap-up that is due, or be ready, once the agent is on no call."""
    if not agent.talking and not agent.other_calls:
        if agent.wrap_pending_ms and agent.status is not Status.LOGGED_OUT:
            agent.wrap_began_ms = floor.now
            agent.wrap_until_ms = floor.now + min(agent.wrap_pending_ms, agent.wrap_limit_ms)
        else:
            agent.idle_since_ms = floor.now
        agent.wrap_pending_ms = 0
    free(floor, agent)
