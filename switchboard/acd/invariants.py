"""What must hold after every event, whatever came before: looked for in the whole state.

Every check recomputes from the bare facts (tiers, skills, phases), never from the indexes that
decisions are made with, so that a broken index is found.
"""

from switchboard.acd.distribution import Distribution
from switchboard.acd.floor import Floor
from switchboard.acd.lines import Entry, Phase
from switchboard.acd.people import Agent
from switchboard.acd.staging import seat_of, sources_of
from switchboard.acd.states import State
from switchboard.acd.strategies import relaxed


def check(distribution: Distribution, now_ms: int) -> None:
    """Raise AssertionError, in words, for the first invariant that does not hold."""
    floor = distribution.floor
    assert floor.now == now_ms, f"the clock stands at {floor.now}, not {now_ms}"
    _places(floor)
    _offers(floor)
    for agent in floor.agents.values():
        _agent(floor, agent)
    _nobody_waits_in_vain(floor)


def _places(floor: Floor) -> None:
    seen: set[str] = set()
    for line in floor.lines.values():
        keys = [(effective, number) for effective, number, _ in line.places]
        assert keys == sorted(set(keys)), f"the line of {line.queue_id} is out of order"
        for _, _, entry in line.places:
            assert entry.entry_id not in seen, f"{entry.entry_id} has two places"
            seen.add(entry.entry_id)
            assert entry.line is line, f"{entry.entry_id} is in a line that is not its own"
            _phase(entry)
    assert seen == set(floor.entries), "an entry has no place, or a place no entry"


def _phase(entry: Entry) -> None:
    waits = entry.bucket is not None or entry.personal
    assert waits == (entry.phase is Phase.WAITING), f"{entry.entry_id} is {entry.phase}, but waits"
    rings = bool(entry.offers)
    assert rings == (entry.phase is Phase.OFFERED), f"{entry.entry_id} is {entry.phase}, but rings"


def _offers(floor: Floor) -> None:
    agents = [offer.agent_id for offer in floor.offers.values()]
    assert len(agents) == len(set(agents)), "an agent has two offers"
    for offer in floor.offers.values():
        agent = floor.agents[offer.agent_id]
        assert agent.offer is offer, f"{offer.offer_id} is not what {agent.agent_id} is offered"
        late = floor.now > offer.lease_until_ms and not agent.talking
        assert not late, f"{offer.offer_id} outlived its lease"


def _agent(floor: Floor, agent: Agent) -> None:
    if agent.offer is not None:
        assert agent.offer.offer_id in floor.offers, f"{agent.agent_id} has an offer that ended"
    assert not agent.pooled or agent.is_ready(floor.now), f"{agent.agent_id} is not ready, but idle"
    ready = agent.is_ready(floor.now)
    assert agent.pooled or not ready, f"{agent.agent_id} is ready, but not among the idle"
    over = agent.state is State.WRAP_UP and agent.wrap_until_ms <= floor.now
    assert not over, f"{agent.agent_id} is stuck in wrap-up"
    # Older moments were looked at when they were new.
    newest = agent.moments[-2:]
    in_order = len(newest) < 2 or newest[0].at_ms <= newest[1].at_ms
    assert in_order, f"the moments of {agent.agent_id} are out of order"


def _nobody_waits_in_vain(floor: Floor) -> None:
    idle = [agent for agent in floor.agents.values() if agent.pooled]
    if not idle:
        return
    for entry in floor.entries.values():
        if entry.phase is not Phase.WAITING or entry.line.queue.leave_idle or entry.personal:
            continue
        waited = floor.now - entry.enqueued_at_ms
        sources = sources_of(floor, entry, waited)
        demands = relaxed(entry.demands, waited)
        for agent in idle:
            seat = seat_of(entry.line.queue, sources, demands, agent)
            assert seat is None, f"{entry.entry_id} waits though {agent.agent_id} is idle"
