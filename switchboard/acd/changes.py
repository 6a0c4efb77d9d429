"""Queues, memberships and opening change while callers wait: every place is kept."""

from switchboard.acd.config import AgentProfile, Goal, Target, When
from switchboard.acd.decisions import Leaving
from switchboard.acd.desk import change_status, let_go, reseat_personal
from switchboard.acd.entering import poll_later, wait_for_milestone
from switchboard.acd.events import (
    ChangeAgent,
    ChangeQueue,
    CloseQueue,
    OpenQueue,
    RemoveAgent,
    RemoveQueue,
)
from switchboard.acd.floor import Floor, presence
from switchboard.acd.lines import Line, Phase
from switchboard.acd.matching import free, seat
from switchboard.acd.offering import leave_waiting
from switchboard.acd.people import Agent
from switchboard.acd.results import depart
from switchboard.acd.staging import milestones_of, reseat, unseat
from switchboard.acd.states import Status


def change_queue(floor: Floor, event: ChangeQueue) -> None:
    """Take on a queue that is new, or is now so."""
    line = floor.lines.get(event.queue.queue_id)
    if line is None:
        line = floor.lines[event.queue.queue_id] = Line(event.queue)
        for agent in floor.agents.values():
            if line.queue_id in agent.tiers:
                enrol(floor, agent)
                free(floor, agent)
    else:
        line.queue = event.queue
    arrange_again(floor, line)


def arrange_again(floor: Floor, line: Line) -> None:
    """Build the classes of *line* anew and have everybody in it wait where they now belong."""
    waiting = [place[2] for place in line.places if place[2].phase is Phase.WAITING]
    for entry in waiting:
        leave_waiting(floor, entry)
    for bucket in line.buckets.values():
        for agent in bucket.seats:
            agent.buckets.remove(bucket)
    line.buckets.clear()
    for _, _, entry in line.places:
        entry.milestones = milestones_of(entry)
        wait_for_milestone(floor, entry)
    for entry in waiting:
        if entry.phase is Phase.WAITING:
            seat(floor, entry)
    poll_later(floor, line)


def remove_queue(floor: Floor, event: RemoveQueue) -> None:
    """Take a queue away; who waits leaves as closed."""
    line = floor.lines.get(event.queue_id)
    if line is None:
        floor.ignored["no such queue"] += 1
        return
    for entry in [place[2] for place in line.places if place[2].phase is not Phase.CALLING]:
        depart(floor, entry, Leaving.CLOSED, Target(Goal.REFUSE))
    line.closed_by_hand = True
    if line.places:
        return
    del floor.lines[event.queue_id]
    for agent in tuple(line.agents.values()):
        enrol(floor, agent)
        free(floor, agent)


def change_agent(floor: Floor, event: ChangeAgent) -> None:
    """Take on an agent who is new, or is now so."""
    agent = floor.agents.get(event.profile.agent_id)
    if agent is None:
        agent = floor.agents[event.profile.agent_id] = add_agent(floor, event.profile)
        floor.record(agent)
        return
    strike(agent)
    agent.set_up(event.profile)
    enrol(floor, agent)
    free(floor, agent)


def add_agent(floor: Floor, profile: AgentProfile) -> Agent:
    """Make an agent, signed out."""
    agent = Agent(profile)
    enrol(floor, agent)
    return agent


def strike(agent: Agent) -> None:
    """Take the agent out of their queues, by the tiers as they were."""
    agent.take_out()
    count_out(agent)
    for line in agent.lines:
        line.agents.pop(agent.agent_id, None)
    unseat(agent)
    agent.lines = ()


def count_out(agent: Agent) -> None:
    """Take the agent out of the counts of their queues."""
    _count(agent, -1)


def count_in(agent: Agent) -> None:
    """Count the agent in their queues, as they are."""
    _count(agent, 1)


def _count(agent: Agent, step: int) -> None:
    moment = agent.moment
    counted = "" if moment is None else presence(moment.status, moment.state)
    for line in agent.lines:
        if counted:
            line.present[counted] = line.present.get(counted, 0) + step
        if agent.status is Status.AVAILABLE:
            level = agent.tiers[line.queue_id].level
            line.available[level] = line.available.get(level, 0) + step


def enrol(floor: Floor, agent: Agent) -> None:
    """Enter the agent in the queues of their tiers, and in every class that they can take."""
    strike(agent)
    reseat(floor, agent)
    for line in agent.lines:
        line.agents[agent.agent_id] = agent
    count_in(agent)


def remove_agent(floor: Floor, event: RemoveAgent) -> None:
    """Take an agent away, signed out first; conversations go on without them."""
    agent = floor.agents.get(event.agent_id)
    if agent is None:
        floor.ignored["no such agent"] += 1
        return
    change_status(floor, agent, Status.LOGGED_OUT, "removed")
    let_go(floor, agent)
    floor.record(agent)
    strike(agent)
    del floor.agents[event.agent_id]
    reseat_personal(floor, agent)


def close_queue(floor: Floor, event: CloseQueue) -> None:
    """Take nobody in; with *now*, who waits on the line leaves, by the queue's rule for closing."""
    line = floor.lines.get(event.queue_id)
    if line is None:
        floor.ignored["no such queue"] += 1
        return
    line.closed_by_hand = True
    if not event.now:
        return
    rules = (rule.target for rule in line.queue.waiting if rule.when is When.CLOSED)
    target = next(rules, Target(Goal.REFUSE))
    for entry in [place[2] for place in line.places]:
        if entry.phase is Phase.WAITING and entry.on_line:
            depart(floor, entry, Leaving.CLOSED, target)


def open_queue(floor: Floor, event: OpenQueue) -> None:
    """Take callers in again."""
    line = floor.lines.get(event.queue_id)
    if line is None:
        floor.ignored["no such queue"] += 1
        return
    line.closed_by_hand = False
