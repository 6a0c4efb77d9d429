"""Whether a rule of a queue sends a call elsewhere: when it wants to join, and while it waits."""

from switchboard.acd.config import Absence, Rule, Target, When
from switchboard.acd.decisions import Leaving
from switchboard.acd.events import Join
from switchboard.acd.floor import Floor
from switchboard.acd.lines import Entry, Line

POLL_MS = 1_000
"""What no event announces (an estimate that grows) is looked at so often, where a rule asks."""

REASONS = {
    When.WAIT: Leaving.TOO_LONG,
    When.LENGTH: Leaving.FULL,
    When.EXPECTED_WAIT: Leaving.EXPECTED_WAIT,
    When.CALLS_PER_AGENT: Leaving.FULL,
    When.NOBODY: Leaving.NOBODY,
    When.CLOSED: Leaving.CLOSED,
}


def joining_rule(floor: Floor, line: Line, event: Join) -> tuple[Leaving, Target] | None:
    """Return the first rule that holds for a call that wants to join, as reason and target."""
    helping = [floor.lines[step.to] for step in event.widen if step.to in floor.lines]
    ahead = len(line.places)
    for rule in line.queue.joining:
        if rule.when is not When.WAIT and _holds(floor, line, rule, ahead, helping):
            return REASONS[rule.when], rule.target
    return None


def waiting_rule(floor: Floor, line: Line, entry: Entry) -> tuple[Leaving, Target] | None:
    """Return the first rule that holds for a waiting entry, as reason and target."""
    rules = line.queue.waiting
    if not rules:
        return None
    ahead = line.position(entry) - 1
    waited = floor.now - entry.enqueued_at_ms
    helping = [floor.lines[step.to] for step in entry.join.widen if step.to in floor.lines]
    for rule in rules:
        waits = rule.when is When.WAIT
        if waited >= rule.limit if waits else _holds(floor, line, rule, ahead, helping):
            return REASONS[rule.when], rule.target
    return None


def _holds(floor: Floor, line: Line, rule: Rule, ahead: int, helping: list[Line]) -> bool:
    match rule.when:
        case When.LENGTH:
            return ahead >= rule.limit
        case When.EXPECTED_WAIT:
            return (line.estimates.expected_ms(ahead + 1) or 0) >= rule.limit
        case When.CALLS_PER_AGENT:
            return ahead * 100 >= rule.limit * present(line, rule.absent)
        case When.NOBODY:
            if present(line, rule.absent):
                return False
            widened = [floor.lines[step.to] for step in line.queue.widen if step.to in floor.lines]
            return not any(present(one, rule.absent) for one in (*widened, *helping))
        case _:
            return is_closed(line)


def is_closed(line: Line) -> bool:
    """Say whether the queue takes nobody in."""
    return line.closed_by_hand or not line.queue.open


def is_full(floor: Floor, line: Line, event: Join) -> bool:
    """Say whether neither the queue nor any that helps it has room; a queue may have no limit."""
    steps = (*line.queue.widen, *event.widen)
    lines = (line, *(floor.lines[step.to] for step in steps if step.to in floor.lines))
    return all(one.queue.at_most and len(one.places) >= one.queue.at_most for one in lines)


def present(line: Line, absent: frozenset[Absence]) -> int:
    """Return how many signed-in agents count as present."""
    if not absent:
        return sum(line.present.values())
    return sum(count for what, count in line.present.items() if what not in absent)


def polls(line: Line) -> bool:
    """Say whether a rule of this queue looks at what no event announces."""
    return any(rule.when is not When.WAIT for rule in line.queue.waiting)
