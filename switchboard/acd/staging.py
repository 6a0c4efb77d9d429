"""To which class an entry belongs now, and when that changes.

A class is made of the entry's queue, its demands as relaxed by its waiting time, and the queues and
levels that take part by then. Every milestone of an entry (a level opens, a demand relaxes, a
queue helps, a threshold, a limit) is known when it joins; one timer waits for the next.
"""

from switchboard.acd.config import AgentProfile, Demand, Queue, Tier, When
from switchboard.acd.floor import Floor
from switchboard.acd.lines import EVERY_LEVEL, Bucket, Entry, Line, Sources
from switchboard.acd.people import Agent
from switchboard.acd.strategies import relaxed, suffices

MOST_BUCKETS = 256
"""Demands come from flows; beyond so many classes of a queue, those nobody waits in are dropped."""


def bucket_of(floor: Floor, entry: Entry) -> Bucket:
    """Return the bucket in which *entry* belongs at this moment."""
    line = entry.line
    waited = floor.now - entry.enqueued_at_ms
    demands = relaxed(entry.demands, waited)
    sources = sources_of(floor, entry, waited)
    bucket = line.buckets.get((demands, sources))
    if bucket is None:
        bucket = _open(floor, line, demands, sources)
    return bucket


def sources_of(floor: Floor, entry: Entry, waited_ms: int) -> Sources:
    """Return whose agents may take *entry* after *waited_ms*: its queue first, then who helps."""
    line = entry.line
    own = (line.queue_id, open_level(line, waited_ms))
    widen = line.queue.widen + entry.join.widen
    if not widen:
        return (own,)
    helping = tuple(
        (floor.lines[step.to].queue_id, open_level(floor.lines[step.to], waited_ms))
        for step in widen
        if step.after_ms <= waited_ms and step.to in floor.lines and step.to != line.queue_id
    )
    return (own, *helping)


def open_level(line: Line, waited_ms: int) -> int:
    """Return the highest level that takes part; a level below which nobody is available counts."""
    waits = line.queue.level_waits_ms
    if not waits:
        return EVERY_LEVEL
    closed = {level for level, after_ms in waits if after_ms > waited_ms}
    if not closed:
        return EVERY_LEVEL
    highest = min(closed) - 1
    if any(count and level <= highest for level, count in line.available.items()):
        return highest
    staffed = [level for level, count in line.available.items() if count]
    return min(staffed, default=highest)


def milestones_of(entry: Entry) -> tuple[int, ...]:
    """Return every waiting time at which something about *entry* changes, in order."""
    queue, join = entry.line.queue, entry.join
    moments = set(queue.thresholds_ms)
    moments.add(join.at_most_wait_ms or queue.at_most_wait_ms)
    if queue.level_waits_ms or queue.widen or join.widen:
        moments.update(after_ms for _, after_ms in queue.level_waits_ms)
        moments.update(step.after_ms for step in (*queue.widen, *join.widen))
    if entry.demands:
        moments.update(step.after_ms for one in entry.demands for step in one.relaxed)
    if queue.waiting:
        moments.update(rule.limit for rule in queue.waiting if rule.when is When.WAIT)
    moments.discard(0)
    return tuple(sorted(moments)) if moments else ()


def _open(floor: Floor, line: Line, demands: tuple[Demand, ...], sources: Sources) -> Bucket:
    if len(line.buckets) >= MOST_BUCKETS:
        for key in [key for key, bucket in line.buckets.items() if not bucket.count]:
            _close(line.buckets.pop(key))
    bucket = Bucket(line, demands, sources)
    bucket.lines = tuple(floor.lines[name] for name, _ in sources)
    line.buckets[(demands, sources)] = bucket
    for helping in bucket.lines:
        for agent in helping.agents.values():
            offer_seat(bucket, agent)
    return bucket


def _close(bucket: Bucket) -> None:
    for agent in bucket.seats:
        agent.buckets.remove(bucket)


def offer_seat(bucket: Bucket, agent: Agent) -> None:
    """Give *agent* a seat in *bucket* if their tier and skills allow it."""
    if agent in bucket.seats:
        return
    seat = seat_of(bucket.line.queue, bucket.sources, bucket.demands, agent)
    if seat is not None:
        bucket.seats[agent] = seat
        agent.buckets.append(bucket)


def seat_of(
    queue: Queue, sources: Sources, demands: tuple[Demand, ...], agent: Agent
) -> tuple[int, int, int] | None:
    """Return through which source, level and position *agent* may take a class; None if not."""
    if not works_for(agent.profile, queue) or not suffices(agent.skills, demands):
        return None
    return seat_in(sources, agent.tiers)


def seat_in(sources: Sources, tiers: dict[str, Tier]) -> tuple[int, int, int] | None:
    """Return the first source in which one of *tiers* takes part, with level and position."""
    for place, (queue_id, level) in enumerate(sources):
        tier = tiers.get(queue_id)
        if tier is not None and tier.level <= level:
            return place, tier.level, tier.position
    return None


def works_for(profile: AgentProfile, queue: Queue) -> bool:
    """Say whether the agent's share of inbound and outbound work includes this queue."""
    return profile.takes_background if queue.background else profile.takes_foreground


def unseat(agent: Agent) -> None:
    """Take *agent* out of every bucket."""
    for bucket in agent.buckets:
        del bucket.seats[agent]
    agent.buckets.clear()


def reseat(floor: Floor, agent: Agent) -> None:
    """Give *agent* seats anew, after tiers or skills have changed."""
    agent.take_out()
    unseat(agent)
    agent.lines = tuple(floor.lines[name] for name in agent.tiers if name in floor.lines)
    seen: set[Bucket] = set()
    for line in floor.lines.values():
        for bucket in line.buckets.values():
            if bucket not in seen and any(name in agent.tiers for name, _ in bucket.sources):
                seen.add(bucket)
                offer_seat(bucket, agent)
