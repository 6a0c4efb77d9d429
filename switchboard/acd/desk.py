"""What agents do beside taking offers: signing in, breaks, other calls, wrap-up, their phones."""

from switchboard.acd.config import OfferResult
from switchboard.acd.decisions import Alert, AlertKind, Cancelled
from switchboard.acd.events import (
    EndWrapUp,
    ExtendWrapUp,
    OtherCallBegan,
    OtherCallEnded,
    ReleaseAgent,
    SetReachable,
    SetStatus,
)
from switchboard.acd.floor import Floor
from switchboard.acd.lines import Phase
from switchboard.acd.matching import free, seat
from switchboard.acd.offering import cancel
from switchboard.acd.people import Agent
from switchboard.acd.results import calls_ended, end_talk, end_unanswered, requeue
from switchboard.acd.states import Status


def find(floor: Floor, agent_id: str) -> Agent | None:
    """Return the agent; an event about one who is not is counted."""
    agent = floor.agents.get(agent_id)
    if agent is None:
        floor.ignored["no such agent"] += 1
    return agent


def set_status(floor: Floor, event: SetStatus) -> None:
    """Sign in, go on a break, come back, sign out."""
    agent = find(floor, event.agent_id)
    if agent is not None and (agent.status, agent.reason) != (event.status, event.reason):
        change_status(floor, agent, event.status, event.reason)


def change_status(floor: Floor, agent: Agent, status: Status, reason: str) -> None:
    """Change what the agent chose, with everything that follows from it."""
    before = agent.status
    agent.take_out()
    agent.status, agent.reason = status, reason
    if agent.break_timer is not None:
        agent.break_timer.cancel()
        agent.break_timer = None
    if before is Status.LOGGED_OUT:
        agent.sign_in(floor.now)
    if status is Status.LOGGED_OUT:
        agent.signed_in_at_ms = 0
        agent.wrap_until_ms = 0
    if status is Status.ON_BREAK:
        _watch_break(floor, agent)
    elif status is Status.AVAILABLE:
        agent.idle_since_ms = floor.now
    count_available(floor, agent, before, status)
    if status is not Status.AVAILABLE:
        _take_ringing_away(floor, agent)
        reseat_personal(floor, agent)
    free(floor, agent)


def count_available(floor: Floor, agent: Agent, before: Status, after: Status) -> None:
    """Keep the number of available agents by level; a level that fills or empties may open one."""
    change = (after is Status.AVAILABLE) - (before is Status.AVAILABLE)
    if not change:
        return
    for line in agent.lines:
        level = agent.tiers[line.queue_id].level
        count = line.available.get(level, 0) + change
        line.available[level] = count
        if line.queue.level_waits_ms and (count == 0 or (count == 1 and change == 1)):
            for entry in [place[2] for place in line.places]:
                if entry.phase is Phase.WAITING:
                    seat(floor, entry)


def _watch_break(floor: Floor, agent: Agent) -> None:
    limit = dict(agent.profile.break_limits_ms).get(agent.reason)
    if limit:
        agent.break_timer = floor.timers.at(floor.now + limit, break_too_long, agent)


def break_too_long(floor: Floor, agent: Agent) -> None:
    """Tell that a break has lasted longer than its reason allows."""
    agent.break_timer = None
    floor.out.append(Alert(AlertKind.BREAK_TOO_LONG, agent.agent_id, agent.reason))


def _take_ringing_away(floor: Floor, agent: Agent) -> None:
    offer = agent.offer
    if offer is not None and not agent.talking:
        cancel(floor, offer, Cancelled.AGENT_LEFT)
        requeue(floor, offer.entry_id)


def reseat_personal(floor: Floor, agent: Agent) -> None:
    """Have entries that wait for an agent who is not available wait for others."""
    for _, _, version, entry in sorted(agent.personal, key=lambda item: item[:3]):
        if entry.personal and entry.version == version:
            seat(floor, entry)


def set_reachable(floor: Floor, event: SetReachable) -> None:
    """The phone has registered, or lost its registration."""
    agent = find(floor, event.agent_id)
    if agent is None or agent.reachable is event.reachable:
        return
    agent.reachable = event.reachable
    if event.reachable:
        agent.idle_since_ms = floor.now
        agent.ready_at_ms = 0
    offer = agent.offer
    if not event.reachable and offer is not None and not agent.talking:
        cancel(floor, offer, Cancelled.AGENT_LEFT)
        end_unanswered(floor, offer, OfferResult.NOT_REGISTERED)
    free(floor, agent)


def extend_wrap_up(floor: Floor, event: ExtendWrapUp) -> None:
    """Longer wrap-up, never past the limit."""
    agent = find(floor, event.agent_id)
    if agent is None or not agent.wrap_until_ms:
        return
    latest = agent.wrap_began_ms + agent.wrap_limit_ms
    agent.wrap_until_ms = max(agent.wrap_until_ms, min(agent.wrap_until_ms + event.by_ms, latest))
    free(floor, agent)


def end_wrap_up(floor: Floor, event: EndWrapUp) -> None:
    """The wrap-up is over before its time."""
    agent = find(floor, event.agent_id)
    if agent is None or not agent.wrap_until_ms:
        return
    agent.wrap_until_ms = 0
    agent.idle_since_ms = floor.now
    free(floor, agent)


def other_call_began(floor: Floor, event: OtherCallBegan) -> None:
    """The agent is on a call that no offer made; what rings at them stops."""
    agent = find(floor, event.agent_id)
    if agent is None or event.call_ref in agent.other_calls:
        return
    agent.take_out()
    agent.other_calls = (*agent.other_calls, event.call_ref)
    _take_ringing_away(floor, agent)
    free(floor, agent)


def other_call_ended(floor: Floor, event: OtherCallEnded) -> None:
    """That call is over; wrap-up follows if it is asked for, once no call is left."""
    agent = find(floor, event.agent_id)
    if agent is None or event.call_ref not in agent.other_calls:
        return
    agent.other_calls = tuple(ref for ref in agent.other_calls if ref != event.call_ref)
    agent.wrap_pending_ms = max(agent.wrap_pending_ms, event.wrap_up_ms)
    agent.wrap_limit_ms = max(agent.wrap_limit_ms, event.wrap_up_ms)
    calls_ended(floor, agent)


def release_agent(floor: Floor, event: ReleaseAgent) -> None:
    """Free an agent by force: the ringing ends, calls are forgotten, no wrap-up."""
    agent = find(floor, event.agent_id)
    if agent is None:
        return
    let_go(floor, agent)
    free(floor, agent)


def let_go(floor: Floor, agent: Agent) -> None:
    """Forget everything that keeps *agent* from being ready, apart from status and phone."""
    agent.take_out()
    agent.other_calls = ()
    agent.wrap_until_ms = agent.wrap_pending_ms = agent.ready_at_ms = 0
    offer = agent.offer
    if offer is not None and agent.talking:
        end_talk(floor, agent, offer, wrap_up=False)
    else:
        _take_ringing_away(floor, agent)
