"""The clock of the house, at one adjustable speed that the server and the stand-in share.

At speed 10, ten seconds of the house pass in one second of the wall. The time of day is the
machine's at the start and runs on at the speed; deadlines never run backward.
"""

import time
from datetime import UTC, datetime, timedelta

import gevent

# Below this, sleeping costs more than it waits: gevent's loop ticks at about a millisecond.
SHORTEST_SLEEP_S = 0.001


class ScaledClock:
    """Keeps :class:`switchboard.ports.clock.Clock` on gevent.

    Args:
        speed: House seconds per wall second; above 0.
        origin: A moment, in wall time, at which house time and wall time were the same. Processes
            that share a speed share an origin, so that their times of day agree. None: now.
    """

    def __init__(self, speed: float = 1.0, origin: datetime | None = None) -> None:
        if speed <= 0:
            raise ValueError(f"the clock's speed is {speed}; it must be above 0")
        self.speed = speed
        self.origin = origin or datetime.now(UTC)

    def now(self) -> datetime:
        """Return the time of day, aware UTC."""
        if self.speed == 1.0:
            return datetime.now(UTC)
        passed = (datetime.now(UTC) - self.origin).total_seconds()
        return self.origin + timedelta(seconds=passed * self.speed)

    def seconds(self) -> float:
        """Return seconds of the house that never run backward."""
        return time.monotonic() * self.speed

    def sleep(self, duration_s: float) -> None:
        """Let others work until *duration_s* seconds of the house have passed."""
        gevent.sleep(max(duration_s / self.speed, SHORTEST_SLEEP_S) if duration_s > 0 else 0)

    def wall_seconds(self, duration_s: float) -> float:
        """Return how long *duration_s* seconds of the house take on the wall, in seconds."""
        return max(0.0, duration_s) / self.speed
