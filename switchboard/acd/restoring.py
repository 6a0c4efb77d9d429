"""Going on from a snapshot: the same places, states, timers and leases as before.

First agents and offers are put back as they were, then entries, in their order; only then is
matched whoever can be, so that nobody is overtaken by the order of restoring.
"""

from switchboard.acd.callbacks import wake
from switchboard.acd.changes import count_in, count_out
from switchboard.acd.config import OfferResult
from switchboard.acd.decisions import Offer
from switchboard.acd.entering import effective_ms, wait_for_milestone
from switchboard.acd.floor import Floor
from switchboard.acd.lines import Entry, Phase
from switchboard.acd.matching import free, seat
from switchboard.acd.people import Agent
from switchboard.acd.snapshots import EntryPlace, Snapshot
from switchboard.acd.staging import milestones_of
from switchboard.acd.states import DELAYED, AgentMoment, State

LONGEST_WRAP_UP_MS = 600_000
"""How long a wrap-up may still be extended whose queue's limit is no longer known."""


def take_over(floor: Floor, snapshot: Snapshot) -> None:
    """Fill an empty *floor* from *snapshot*."""
    floor.now = snapshot.at_ms
    floor.counter = snapshot.counter
    floor.draws.resume(snapshot.draws)
    floor.corrections.update(dict(snapshot.corrections))
    for view in snapshot.queues:
        line = floor.lines.get(view.queue_id)
        if line is not None and line.queue.open and not view.open:
            line.closed_by_hand = True
    for kept in snapshot.kept_places:
        if kept.queue_id in floor.lines:
            place = (kept.enqueued_at_ms, kept.priority, kept.until_ms)
            floor.lines[kept.queue_id].kept_places[kept.name] = place
    offers = {offer.offer_id: offer for offer in snapshot.offers}
    for moment in snapshot.agents:
        agent = floor.agents.get(moment.agent_id)
        if agent is not None:
            _put_back_agent(floor, agent, moment, offers.get(moment.offer_id))
    entries = [_put_back_entry(floor, place) for place in snapshot.entries]
    _match(floor, [entry for entry in entries if entry is not None])


def _put_back_agent(floor: Floor, agent: Agent, moment: AgentMoment, offer: Offer | None) -> None:
    count_out(agent)
    agent.status = moment.status
    agent.reason = "" if moment.reason == DELAYED else moment.reason
    agent.reachable = moment.reachable
    agent.signed_in_at_ms = moment.signed_in_at_ms
    agent.idle_since_ms = moment.idle_since_ms
    agent.calls, agent.talk_ms = moment.calls, moment.talk_ms
    agent.last_offered = moment.last_offered
    agent.other_calls = moment.other_calls
    agent.failures = {OfferResult(result): count for result, count in moment.failures}
    agent.offer = offer
    agent.talking = offer is not None and moment.state is State.TALKING
    agent.talk_began_ms = moment.at_ms
    if moment.state is State.WRAP_UP:
        agent.wrap_began_ms = moment.at_ms
        agent.wrap_until_ms = moment.until_ms
        agent.wrap_limit_ms = max(LONGEST_WRAP_UP_MS, moment.until_ms - moment.at_ms)
    elif moment.state is State.IDLE:
        agent.ready_at_ms = moment.until_ms
    agent.moment = moment
    agent.moments = [moment]
    count_in(agent)
    if offer is not None:
        floor.offers[offer.offer_id] = offer
        if not agent.talking:
            floor.timers.at(offer.lease_until_ms, floor.lapsed, offer)


def _put_back_entry(floor: Floor, place: EntryPlace) -> Entry | None:
    line = floor.lines.get(place.queue_id)
    if line is None or place.entry_id in floor.entries:
        return None
    entry = Entry(place.join, line, place.enqueued_at_ms, place.number)
    entry.call_id = place.call_id
    entry.joined_at_ms = place.joined_at_ms
    entry.priority = place.priority
    entry.demands = place.demands
    entry.key = (effective_ms(floor, entry), place.number)
    entry.on_line, entry.callback = place.on_line, place.callback
    entry.attempts, entry.asleep_until_ms = place.attempts, place.asleep_until_ms
    entry.tried = dict(place.tried)
    entry.milestones = milestones_of(entry)
    floor.entries[entry.entry_id] = entry
    line.add(entry)
    wait_for_milestone(floor, entry)
    _find_offers(floor, entry, place)
    return entry


def _find_offers(floor: Floor, entry: Entry, place: EntryPlace) -> None:
    for offer in floor.offers.values():
        agent = floor.agents.get(offer.agent_id)
        if offer.entry_id != entry.entry_id or agent is None or agent.offer is not offer:
            continue
        if agent.talking:
            # Only a callback stays in its queue while its agent is on the line.
            floor.note(entry, Phase.CALLING, offer.agent_id)
        else:
            entry.offers[offer.offer_id] = offer
            floor.note(entry, Phase.OFFERED, offer.agent_id)


def _match(floor: Floor, entries: list[Entry]) -> None:
    for entry in sorted(entries, key=lambda one: one.key):
        if entry.phase in (Phase.OFFERED, Phase.CALLING):
            continue
        if entry.on_line:
            seat(floor, entry)
        else:
            wake(floor, entry)
    known = (agent for agent in floor.agents.values() if agent.moment is not None)
    for agent in sorted(known, key=lambda one: (one.idle_since_ms, one.agent_id)):
        free(floor, agent)
