"""A surge: more calls than the centre can take. When it begins, what it does, when it is over.

Admission is decided here and in ``entering``, nowhere else. Protected callers are never touched.
"""

from switchboard.acd.decisions import SurgeChanged
from switchboard.acd.events import LagMeasured
from switchboard.acd.floor import Floor
from switchboard.acd.lines import Line

MINUTE_MS = 60_000


def arrived(floor: Floor, line: Line) -> None:
    """Count an arrival, where a surge policy wants it counted."""
    if line.queue.surge is not None:
        line.arrivals.append(floor.now)
        look(floor, line)


def lag_measured(floor: Floor, event: LagMeasured) -> None:
    """Take the server's own lag into account."""
    floor.lag_ms = event.lag_ms
    for line in floor.lines.values():
        if line.queue.surge is not None:
            look(floor, line)


def look(floor: Floor, line: Line) -> None:
    """Begin, go on with or end the surge of *line*."""
    policy = line.queue.surge
    if policy is None:
        return
    reason = _limit_reached(floor, line)
    if reason:
        line.surge_until_ms = floor.now + policy.calm_ms
        if not line.surging:
            line.surging = reason
            floor.out.append(SurgeChanged(line.queue_id, True, reason))
            floor.timers.at(line.surge_until_ms, calm, line)
    elif line.surging and floor.now >= line.surge_until_ms:
        line.surging = ""
        floor.out.append(SurgeChanged(line.queue_id, False, "calm"))


def calm(floor: Floor, line: Line) -> None:
    """End the surge if its time is over, else look again then."""
    look(floor, line)
    if line.surging:
        floor.timers.at(max(line.surge_until_ms, floor.now + 1), calm, line)


def _limit_reached(floor: Floor, line: Line) -> str:
    policy = line.queue.surge
    if policy is None:
        return ""
    recent = line.arrivals
    while recent and recent[0] <= floor.now - MINUTE_MS:
        recent.popleft()
    if policy.arrivals_per_minute and len(recent) >= policy.arrivals_per_minute:
        return "arrivals"
    if policy.lag_ms and floor.lag_ms >= policy.lag_ms:
        return "lag"
    expected = line.estimates.expected_ms(len(line.places) + 1) or 0
    if policy.expected_wait_ms and expected >= policy.expected_wait_ms:
        return "expected_wait"
    return ""


def refused_in_surge(line: Line) -> bool:
    """Say whether a surge has no place for another caller who is not protected."""
    policy = line.queue.surge
    if policy is None or not line.surging or not policy.at_most:
        return False
    return len(line.places) >= policy.at_most


def callback_first(line: Line) -> bool:
    """Say whether callers are to be offered a callback before the line."""
    return bool(line.surging and line.queue.surge and line.queue.surge.callback_first)
