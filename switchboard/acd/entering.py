"""Joining a queue and leaving it: places, diversions before queueing, exits, moves."""

from switchboard.acd.callbacks import wake
from switchboard.acd.config import Goal, Target
from switchboard.acd.decisions import (
    Cancelled,
    EntryMoved,
    Joined,
    JoinRefused,
    Leaving,
    ThresholdPassed,
    Turn,
)
from switchboard.acd.events import (
    GrabEntry,
    Join,
    Leave,
    MoveEntry,
    Reprioritise,
    Withdraw,
)
from switchboard.acd.floor import Floor
from switchboard.acd.lines import Entry, Line, Phase
from switchboard.acd.matching import free, seat
from switchboard.acd.offering import cancel, leave_waiting, make
from switchboard.acd.results import depart, leave_too_late
from switchboard.acd.rules import POLL_MS, is_closed, is_full, joining_rule, polls, waiting_rule
from switchboard.acd.staging import milestones_of
from switchboard.acd.surges import arrived, callback_first, refused_in_surge

MOST_HEAD_START = 1_000
"""Points of priority that count: more is as good as first."""


def join(floor: Floor, event: Join) -> None:
    """Give a call its place, or say where it goes instead."""
    line = floor.lines.get(event.queue_id)
    if event.entry_id in floor.entries:
        floor.ignored["joined twice"] += 1
        return
    if line is None:
        _refuse(floor, event, Leaving.UNKNOWN_QUEUE, Target(Goal.REFUSE))
        return
    arrived(floor, line)
    refusal = refusal_of(floor, line, event)
    if refusal is not None:
        _refuse(floor, event, *refusal)
        return
    enter(floor, line, event)


def refusal_of(floor: Floor, line: Line, event: Join) -> tuple[Leaving, Target] | None:
    """Return why this call does not get a place, and where it goes; None when it does."""
    if is_closed(line):
        return joining_rule(floor, line, event) or (Leaving.CLOSED, Target(Goal.REFUSE))
    plan = event.callback
    if plan is not None and waits_for_callback(line, plan.number):
        return Leaving.ALREADY, Target(Goal.REFUSE)
    if event.protected:
        return None
    if is_full(floor, line, event):
        return joining_rule(floor, line, event) or (Leaving.FULL, Target(Goal.REFUSE))
    if refused_in_surge(line):
        return Leaving.SURGE, Target(Goal.REFUSE)
    return joining_rule(floor, line, event)


def waits_for_callback(line: Line, number: str) -> bool:
    """Say whether somebody at *number* waits in this queue to be called back."""
    return any(
        place[2].callback is not None and place[2].callback.number == number
        for place in line.places
    )


def _refuse(floor: Floor, event: Join, reason: Leaving, target: Target) -> None:
    floor.out.append(JoinRefused(event.entry_id, event.queue_id, reason, target))


def enter(floor: Floor, line: Line, event: Join) -> Entry:
    """Make the entry, tell its place, and have it wait or be offered."""
    kept = _old_place(floor, line, event)
    enqueued, priority = kept or (event.enqueued_at_ms or floor.now, event.priority)
    entry = Entry(event, line, enqueued, floor.number())
    entry.joined_at_ms = floor.now if event.enqueued_at_ms is None else enqueued
    entry.priority = max(priority, event.priority)
    entry.key = (effective_ms(floor, entry), entry.key[1])
    entry.milestones = milestones_of(entry)
    floor.entries[entry.entry_id] = entry
    line.add(entry)
    floor.out.append(
        Joined(
            entry.entry_id, line.queue_id, enqueued, entry.key[1], line.position(entry),
            kept is not None, callback_first(line) and not event.protected,
        )
    )  # fmt: skip
    wait_for_milestone(floor, entry)
    admit(floor, entry)
    if entry.phase is Phase.WAITING:
        entry.estimate = line.estimates.told(line.position(entry), floor.now)
    poll_later(floor, line)
    return entry


def poll_later(floor: Floor, line: Line) -> None:
    """Look at the rules of a line again and again while somebody waits, where one needs it."""
    if line.timer is None and line.places and polls(line):
        line.timer = floor.timers.at(floor.now + POLL_MS, poll, line)


def poll(floor: Floor, line: Line) -> None:
    """Apply the rules of *line* to everybody who waits."""
    line.timer = None
    for entry in [place[2] for place in line.places]:
        if entry.phase is Phase.WAITING:
            apply_rules(floor, entry)
    poll_later(floor, line)


def admit(floor: Floor, entry: Entry) -> None:
    """Have *entry* wait or be offered; a callback may have to sleep first."""
    if entry.on_line:
        seat(floor, entry)
    else:
        wake(floor, entry)


def effective_ms(floor: Floor, entry: Entry) -> int:
    """Return the moment that orders *entry*: when it joined, less its priority's head start."""
    points = max(-MOST_HEAD_START, min(MOST_HEAD_START, entry.priority))
    return entry.enqueued_at_ms - points * floor.config.head_start_ms


def _old_place(floor: Floor, line: Line, event: Join) -> tuple[int, int] | None:
    """Return when the caller had joined before and with what priority, if the place was kept."""
    for name in (event.call_id, event.number):
        kept = line.kept_places.get(name) if name else None
        if kept is not None and kept[2] >= floor.now:
            line.kept_places.pop(event.call_id, None)
            line.kept_places.pop(event.number, None)
            return kept[0], kept[1]
    return None


def keep_place(floor: Floor, entry: Entry) -> None:
    """Remember the place of a caller who was cut off or left for a menu."""
    line, within = entry.line, entry.line.queue.returns_within_ms
    if not within:
        return
    for name in {entry.call_id, entry.join.number} - {""}:
        line.kept_places[name] = (entry.enqueued_at_ms, entry.priority, floor.now + within)
    if len(line.kept_places) > 1_000:
        kept = line.kept_places.items()
        line.kept_places = {name: place for name, place in kept if place[2] >= floor.now}


def leave(floor: Floor, event: Leave) -> None:
    """The caller is gone: the offer ends at once, the agent keeps their turn."""
    entry = floor.entries.get(event.entry_id)
    if entry is None or entry.phase is Phase.CALLING:
        floor.ignored["left twice"] += 1
        return
    if event.keep_place:
        keep_place(floor, entry)
    depart(floor, entry, Leaving.CALLER_GONE)


def withdraw(floor: Floor, event: Withdraw) -> None:
    """Somebody takes the entry out."""
    entry = floor.entries.get(event.entry_id)
    if entry is None or entry.phase is Phase.CALLING:
        floor.ignored["withdrew nobody"] += 1
        return
    depart(floor, entry, Leaving.WITHDRAWN)


def reprioritise(floor: Floor, event: Reprioritise) -> None:
    """Another priority, other demands: a new place by the same moment of joining."""
    entry = floor.entries.get(event.entry_id)
    if entry is None:
        floor.ignored["no such entry"] += 1
        return
    waiting = entry.phase is Phase.WAITING
    if waiting:
        leave_waiting(floor, entry)
    entry.line.remove(entry)
    entry.priority = event.priority
    if event.demands is not None:
        entry.demands = event.demands
        entry.milestones = milestones_of(entry)
    entry.key = (effective_ms(floor, entry), entry.key[1])
    entry.line.add(entry)
    wait_for_milestone(floor, entry)
    if waiting:
        seat(floor, entry)


def move_entry(floor: Floor, event: MoveEntry) -> None:
    """Somebody moves the entry to another queue."""
    entry, line = floor.entries.get(event.entry_id), floor.lines.get(event.queue_id)
    if entry is None or line is None or entry.phase is Phase.CALLING:
        floor.ignored["moved nobody"] += 1
        return
    move(floor, entry, line, "moved")


def move(floor: Floor, entry: Entry, line: Line, reason: str) -> None:
    """Put *entry* into another line, where its place is by the same key; ringing ends."""
    origin = entry.line
    agents = [cancel(floor, offer, Cancelled.MOVED) for offer in tuple(entry.offers.values())]
    leave_waiting(floor, entry)
    origin.ringing.pop(entry, None)
    origin.remove(entry)
    entry.line = line
    entry.tried.clear()
    entry.milestones = milestones_of(entry)
    line.add(entry)
    floor.out.append(EntryMoved(entry.entry_id, origin.queue_id, line.queue_id, reason))
    wait_for_milestone(floor, entry)
    if entry.phase is not Phase.ASLEEP:
        seat(floor, entry)
    for agent in agents:
        if agent is not None:
            free(floor, agent)


def grab(floor: Floor, event: GrabEntry) -> None:
    """Give a waiting entry to one agent, out of turn, if that agent can be offered one."""
    entry, agent = floor.entries.get(event.entry_id), floor.agents.get(event.agent_id)
    if (
        entry is None
        or agent is None
        or entry.phase is Phase.CALLING
        or not agent.is_ready(floor.now)
    ):
        floor.ignored["grabbed nobody"] += 1
        return
    losers = [cancel(floor, offer, Cancelled.GRABBED) for offer in tuple(entry.offers.values())]
    make(floor, entry, agent, Turn.GRABBED)
    for loser in losers:
        if loser is not None and loser is not agent:
            free(floor, loser)


def wait_for_milestone(floor: Floor, entry: Entry) -> None:
    """Have *entry* looked at when the next thing about it changes."""
    if entry.timer is not None:
        entry.timer.cancel()
        entry.timer = None
    if not entry.milestones and not entry.join.prefer:
        return
    waited = floor.now - entry.enqueued_at_ms
    coming = [after for after in entry.milestones if after > waited]
    if entry.join.prefer and floor.now - entry.joined_at_ms < entry.join.prefer_ms:
        coming.append(entry.joined_at_ms + entry.join.prefer_ms - entry.enqueued_at_ms)
    if coming:
        due = entry.enqueued_at_ms + min(coming)
        entry.timer = floor.timers.at(due, milestone, entry)


def milestone(floor: Floor, entry: Entry) -> None:
    """Do what is due after so much waiting."""
    waited = floor.now - entry.enqueued_at_ms
    last = waited if entry.timer is None else entry.timer.due_ms - entry.enqueued_at_ms
    for after in entry.line.queue.thresholds_ms:
        if last <= after <= waited:
            floor.out.append(ThresholdPassed(entry.entry_id, after))
    wait_for_milestone(floor, entry)
    if entry.phase is Phase.WAITING and not apply_rules(floor, entry):
        seat(floor, entry)


def apply_rules(floor: Floor, entry: Entry) -> bool:
    """Send a waiting entry away if a rule says so; say whether it was sent."""
    line = entry.line
    if leave_too_late(floor, entry):
        return True
    found = waiting_rule(floor, line, entry)
    if found is None:
        return False
    reason, target = found
    if target.goal is not Goal.QUEUE:
        depart(floor, entry, reason, target)
        return True
    other = floor.lines.get(target.to)
    if other is None or other.queue_id in entry.visited:
        return False
    entry.visited.add(other.queue_id)
    move(floor, entry, other, reason)
    return True
