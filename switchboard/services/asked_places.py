"""The place that a flow asks of a queue, in the words of the distribution.

One rule for calls and for the call scripts that prove them.
"""

from collections.abc import Mapping

from switchboard import acd
from switchboard.flow.effects import BookCallback, Enqueue
from switchboard.flow.world import QueueResult

# One point of priority, in the distribution's head start (acd.Config.head_start_ms).
POINT_MS = 60_000
CALLBACK_EXPIRES_MS = 24 * 3_600_000

RESULTS: Mapping[acd.Leaving, QueueResult] = {
    acd.Leaving.FULL: QueueResult.FULL,
    acd.Leaving.SURGE: QueueResult.FULL,
    acd.Leaving.EXPECTED_WAIT: QueueResult.FULL,
    acd.Leaving.CLOSED: QueueResult.CLOSED,
    acd.Leaving.UNKNOWN_QUEUE: QueueResult.CLOSED,
    acd.Leaving.NOBODY: QueueResult.NOBODY,
    acd.Leaving.TOO_LONG: QueueResult.TOO_LONG,
    acd.Leaving.WITHDRAWN: QueueResult.TOO_LONG,
}
"""What a flow is told of a wait that came to nothing; anything else is ``nobody``."""


def place_for(
    effect: Enqueue, call_id: str, number: str, priorities: Mapping[str, int]
) -> acd.Join:
    """Return what is asked of the queue; a call has one place in each, whatever becomes of it.

    Args:
        effect: What the flow asked.
        call_id: The call.
        number: The caller's number; empty for withheld.
        priorities: Head starts in ms of the centre's priorities.
    """
    return acd.Join(
        entry_id=f"{call_id}.{effect.queue}",
        queue_id=effect.queue,
        call_id=call_id,
        number=number,
        priority=points_of(effect.priority, priorities),
        demands=tuple(acd.Demand((skill,)) for skill in effect.skills),
        prefer=(effect.prefer,) if effect.prefer else (),
        prefer_ms=effect.prefer_for_ms,
        widen=tuple(acd.Widening(one.queue, one.after_ms) for one in effect.widen),
        at_most_wait_ms=effect.at_most_ms or 0,
    )


def points_of(priority: str, priorities: Mapping[str, int]) -> int:
    """Return the distribution's points of a priority; none for a name that nobody knows."""
    return round(priorities.get(priority, 0) / POINT_MS)


def callback_for(
    effect: BookCallback, call_id: str, priorities: Mapping[str, int], now_ms: int
) -> acd.Join:
    """Return the place of a call that will be called back: the one it had, if it had one."""
    expires_ms = CALLBACK_EXPIRES_MS if effect.expires_ms is None else effect.expires_ms
    return acd.Join(
        entry_id=f"{call_id}.{effect.queue}.callback",
        queue_id=effect.queue,
        call_id=call_id,
        number=effect.to,
        priority=points_of(effect.priority, priorities),
        protected=True,  # nobody is on the line, and nobody has to be there yet
        callback=acd.CallbackPlan(effect.to, now_ms + expires_ms),
    )
