"""An offer's beginning and its cancelling: the agent is reserved before anything rings.

Between the reservation and the end of an offer no other offer can be made to the agent; the lease
ends it if nothing is ever heard. Who is offered what is decided elsewhere.
"""

from switchboard.acd.decisions import (
    Cancelled,
    CancelOffer,
    MakeOffer,
    Offer,
    Overtaken,
    Passed,
    Turn,
)
from switchboard.acd.floor import Floor
from switchboard.acd.lines import Bucket, Entry, Phase
from switchboard.acd.people import Agent
from switchboard.acd.staging import bucket_of, seat_in, works_for
from switchboard.acd.strategies import suffices

SHARE = 1.0
"""What an offer of a queue of weight 1 costs of its share."""


def make(floor: Floor, entry: Entry, agent: Agent, turn: Turn) -> Offer:
    """Reserve *agent* for *entry* and have them rung."""
    line, now = entry.line, floor.now
    queue = line.queue
    bucket = entry.bucket or bucket_of(floor, entry)
    overtook = overtaken(floor, agent, entry)
    leave_waiting(floor, entry)
    floor.counter += 1
    ring_until = now + queue.ring_ms
    offer = Offer(
        f"{floor.run}{floor.counter}", floor.counter, entry.entry_id, agent.agent_id,
        line.queue_id, now, ring_until, ring_until + floor.config.lease_grace_ms,
        now - entry.joined_at_ms, turn, queue.strategy, entry.key, bucket.demands, bucket.sources,
        tuple(entry.tried), agent.agent_id if turn is Turn.AGENT_WAITED else "", overtook,
    )  # fmt: skip
    agent.take_out()
    agent.offer = offer
    agent.last_offered = offer.number
    floor.offers[offer.offer_id] = offer
    entry.offers[offer.offer_id] = offer
    entry.tried[agent.agent_id] = entry.tried.get(agent.agent_id, 0) + 1
    floor.note(entry, Phase.OFFERED, agent.agent_id)
    if floor.weighted:
        floor.share = max(floor.share, line.share)
        line.share += SHARE / queue.weight
    floor.timers.at(offer.lease_until_ms, floor.lapsed, offer)
    floor.out.append(MakeOffer(offer))
    floor.record(agent)
    return offer


def leave_waiting(floor: Floor, entry: Entry) -> None:
    """Take *entry* out of whatever it waits in; its place in the line stays."""
    if entry.bucket is not None:
        entry.bucket.leave(entry)
    elif entry.personal:
        entry.version += 1
        entry.personal = False
        entry.line.personals.pop(entry, None)


def overtaken(floor: Floor, agent: Agent, entry: Entry) -> tuple[Overtaken, ...]:
    """Return the heads that are older than *entry* and may not go to *agent*, and why."""
    key, found = entry.key, None
    for line in agent.lines:
        for bucket in line.active:
            head = bucket.head()
            if (head[0], head[1]) < key and head[3] is not entry:
                found = found or {}
                if bucket not in found:
                    found[bucket] = Overtaken(
                        head[3].entry_id, bucket.line.queue_id, passed(floor, bucket, agent)
                    )
    return () if found is None else tuple(found.values())


def passed(floor: Floor, bucket: Bucket, agent: Agent) -> Passed:
    """Return why an idle *agent* does not take the head of *bucket*."""
    queue = bucket.line.queue
    if not works_for(agent.profile, queue):
        return Passed.OTHER_WORK
    seat = seat_in(bucket.sources, agent.tiers)
    if seat is None:
        in_queue = any(name in agent.tiers for name, _ in bucket.sources)
        return Passed.LEVEL_NOT_OPEN if in_queue else Passed.NOT_IN_QUEUE
    if not suffices(agent.skills, bucket.demands):
        return Passed.LACKS_SKILL
    if queue.background:
        return Passed.KEPT_FREE
    return Passed.WEIGHTS if floor.weighted else Passed.RANKED_BEHIND


def release(floor: Floor, offer: Offer) -> Agent | None:
    """End *offer* on both sides; the agent, when it was theirs still, is free of it."""
    floor.forget_offer(offer)
    entry = floor.entries.get(offer.entry_id)
    if entry is not None:
        entry.offers.pop(offer.offer_id, None)
    agent = floor.agents.get(offer.agent_id)
    if agent is None or agent.offer is not offer:
        return None
    agent.offer = None
    return agent


def cancel(floor: Floor, offer: Offer, reason: Cancelled) -> Agent | None:
    """End *offer* and have the ringing ended."""
    floor.out.append(CancelOffer(offer.offer_id, offer.agent_id, offer.entry_id, reason))
    return release(floor, offer)
