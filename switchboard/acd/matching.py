"""Who is offered whom: an entry that needs an agent, an agent who can take an entry.

Order: the smallest key first (the longest effective wait), over all queues of the agent; with
weights, the queue whose share is due first; background queues after all others. Since whoever
can be matched is matched at once, an idle agent and an entry that they may take never coexist.
"""

from switchboard.acd.config import Strategy
from switchboard.acd.decisions import Turn
from switchboard.acd.floor import Floor
from switchboard.acd.lines import Bucket, Entry, Line, Phase
from switchboard.acd.offering import leave_waiting, make
from switchboard.acd.people import Agent
from switchboard.acd.staging import bucket_of
from switchboard.acd.states import Status
from switchboard.acd.timers import Timer

RING_SEVERAL = (Strategy.RING_ALL, Strategy.RING_PROGRESSIVELY)


def seat(floor: Floor, entry: Entry) -> None:
    """Have *entry* wait where it belongs now, or be offered at once."""
    leave_waiting(floor, entry)
    preferred = preferred_agents(floor, entry)
    if preferred:
        _await_preferred(floor, entry, preferred)
        return
    bucket = bucket_of(floor, entry)
    agent = available(floor, bucket, entry)
    if agent is not None:
        _offer(floor, bucket, entry, agent)
        return
    if floor.weighted and not bucket.count:
        entry.line.share = max(entry.line.share, floor.share)
    bucket.push(entry)
    floor.note(entry, Phase.WAITING, "")


def preferred_agents(floor: Floor, entry: Entry) -> list[Agent]:
    """Return the agents that *entry* waits for first; none when the time is over or nobody can."""
    join = entry.join
    if not join.prefer or floor.now - entry.joined_at_ms >= join.prefer_ms:
        return []
    known = (floor.agents.get(name) for name in join.prefer)
    return [agent for agent in known if agent is not None and agent.status is Status.AVAILABLE]


def _await_preferred(floor: Floor, entry: Entry, preferred: list[Agent]) -> None:
    for agent in preferred:
        if agent.pooled:
            make(floor, entry, agent, Turn.PREFERRED)
            return
    entry.personal = True
    entry.line.personals[entry] = None
    for agent in preferred:
        agent.await_here(entry)
    floor.note(entry, Phase.WAITING, "preferred")


def available(floor: Floor, bucket: Bucket, entry: Entry) -> Agent | None:
    """Return the idle agent who comes first for *entry* in *bucket*; None when there is none."""
    line = bucket.line
    if line.queue.leave_idle and line.idle <= line.queue.leave_idle:
        return None
    return bucket.asked_pool().first(entry, floor.draws)


def _offer(floor: Floor, bucket: Bucket, entry: Entry, agent: Agent) -> None:
    strategy = bucket.line.queue.strategy
    make(floor, entry, agent, Turn.AGENT_WAITED)
    if strategy is Strategy.RING_ALL:
        entry.line.ringing[entry] = None
        ring_more(floor, entry, bucket, bucket.line.queue.ring_at_most or len(bucket.seats))
    elif strategy is Strategy.RING_PROGRESSIVELY:
        _ring_later(floor, entry)


def ring_more(floor: Floor, entry: Entry, bucket: Bucket, at_most: int) -> None:
    """Ring further idle agents for an entry, until *at_most* ring."""
    while len(entry.offers) < at_most:
        agent = available(floor, bucket, entry)
        if agent is None:
            return
        make(floor, entry, agent, Turn.AGENT_WAITED)


def _ring_later(floor: Floor, entry: Entry) -> None:
    if entry.ring_timer is not None:
        entry.ring_timer.cancel()
    due = floor.now + entry.line.queue.ring_step_ms
    entry.ring_timer = floor.timers.at(due, ring_one_more, entry)


def ring_one_more(floor: Floor, entry: Entry) -> None:
    """Ring one agent more for an entry that rings progressively, and again after the next step."""
    if entry.phase is Phase.OFFERED:
        ring_more(floor, entry, bucket_of(floor, entry), len(entry.offers) + 1)
        _ring_later(floor, entry)


def free(floor: Floor, agent: Agent) -> None:
    """Give *agent*, if ready, the entry whose turn it is; else record what they are now."""
    if agent.pooled:
        if agent.is_ready(floor.now):
            return
        agent.take_out()
    if not agent.is_ready(floor.now):
        _wait_until_ready(floor, agent)
        floor.record(agent)
        return
    entry = next_entry(floor, agent)
    if entry is not None:
        preferred = entry.personal
        several = entry.line.queue.strategy in RING_SEVERAL and not preferred
        make(floor, entry, agent, Turn.PREFERRED if preferred else Turn.ENTRY_WAITED)
        if several:
            _begin_ringing_several(floor, entry)
        return
    settle(floor, agent)
    _join_ringing(floor, agent)


def settle(floor: Floor, agent: Agent) -> None:
    """Put *agent*, for whom nobody waits, among the idle."""
    agent.pooled = True
    floor.record(agent)
    for bucket in agent.buckets:
        bucket.welcome(agent)
    for line in agent.lines:
        line.idle += 1
        if line.queue.leave_idle and line.active:
            _serve(floor, line)


def _begin_ringing_several(floor: Floor, entry: Entry) -> None:
    if entry.line.queue.strategy is Strategy.RING_ALL:
        entry.line.ringing[entry] = None
    else:
        _ring_later(floor, entry)


def _serve(floor: Floor, line: Line) -> None:
    """Offer entries of a line that keeps agents idle, now that there is one more."""
    for bucket in [bucket for bucket in line.active if bucket.line is line]:
        while bucket.count:
            entry = bucket.head()[3]
            agent = available(floor, bucket, entry)
            if agent is None:
                break
            _offer(floor, bucket, entry, agent)


def _join_ringing(floor: Floor, agent: Agent) -> None:
    """Ring an agent who became idle for the oldest entry that rings at everybody."""
    for line in agent.lines:
        for entry in sorted(line.ringing, key=lambda one: one.key):
            limit = line.queue.ring_at_most or EVERYBODY
            tried = agent.agent_id in entry.tried
            if tried or len(entry.offers) >= limit or agent not in bucket_of(floor, entry).seats:
                continue
            make(floor, entry, agent, Turn.AGENT_WAITED)
            return


EVERYBODY = 1 << 30


def next_entry(floor: Floor, agent: Agent) -> Entry | None:
    """Return the entry whose turn it is at *agent*, None when nobody waits whom they may take."""
    best: Entry | None = None
    best_turn: tuple[bool, float, int, int] = (True, 0.0, 0, 0)
    weighted = floor.weighted
    for line in agent.lines:
        for bucket in line.active:
            if agent not in bucket.seats:
                continue
            own = bucket.line
            queue = own.queue
            if queue.leave_idle and own.idle + 1 <= queue.leave_idle:
                continue
            head = bucket.head()
            turn = (queue.background, own.share if weighted else 0.0, head[0], head[1])
            if best is None or turn < best_turn:
                best, best_turn = head[3], turn
    personal = agent.first_personal()
    if personal is not None:
        entry = personal[3]
        share = entry.line.share if weighted else 0.0
        if best is None or (False, share, personal[0], personal[1]) < best_turn:
            best = entry
    return best


def _wait_until_ready(floor: Floor, agent: Agent) -> None:
    """Have the agent looked at again when the wrap-up or the delay ends."""
    due = agent.wrap_until_ms or agent.ready_at_ms
    if due <= floor.now or agent.offer is not None or agent.other_calls:
        return
    timer: Timer | None = agent.timer
    if timer is not None and timer.action is not None:
        if timer.due_ms == due:
            return
        timer.cancel()
    agent.timer = floor.timers.at(due, agent_due, agent)


def agent_due(floor: Floor, agent: Agent) -> None:
    """End a wrap-up or a delay whose time is over."""
    agent.timer = None
    if agent.wrap_until_ms and agent.wrap_until_ms <= floor.now:
        agent.wrap_until_ms = 0
        agent.idle_since_ms = floor.now
    free(floor, agent)
