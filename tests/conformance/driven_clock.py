"""A clock that runs only while everybody waits: the wall and its load do not matter.

Time stands still while any greenlet runs, any socket has something to read, or any thread works;
when all are idle it jumps to the next moment for which somebody sleeps.
"""

import heapq
from datetime import datetime, timedelta
from itertools import count

import gevent
from gevent.event import Event

# The loop must come round empty so often before time may pass: what one greenlet wrote to a socket
# in one round is read by another in the next.
EMPTY_ROUNDS = 4


class DrivenClock:
    """Keeps :class:`switchboard.ports.clock.Clock`; *start* is its time of day at 0 seconds."""

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._now_s = 0.0
        self._sleepers: list[tuple[float, int, Event]] = []
        self._numbers = count()
        self._somebody = Event()
        self._driver = gevent.spawn(self._drive)

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._now_s)

    def seconds(self) -> float:
        return self._now_s

    def sleep(self, duration_s: float) -> None:
        self.sleep_until(self._now_s + max(duration_s, 0.0))

    def sleep_until(self, moment_s: float) -> None:
        woken = Event()
        heapq.heappush(self._sleepers, (moment_s, next(self._numbers), woken))
        self._somebody.set()
        woken.wait()

    def stop(self) -> None:
        self._driver.kill()

    def _drive(self) -> None:
        while True:
            if not self._sleepers:
                self._somebody.clear()
                self._somebody.wait()
            self._wait_until_idle()
            moment_s, _, woken = heapq.heappop(self._sleepers)
            self._now_s = max(self._now_s, moment_s)
            woken.set()

    @staticmethod
    def _wait_until_idle() -> None:
        empty = 0
        while empty < EMPTY_ROUNDS:
            gevent.idle()
            empty = 0 if len(gevent.get_hub().threadpool) else empty + 1
