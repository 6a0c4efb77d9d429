"""A mailbox: many put, one owner takes, in order, bounded.

A full mailbox refuses instead of making the sender wait: the sender is a socket's reader, which
must never stop reading. What to do with an owner who no longer keeps up is the sender's decision.
"""

from collections import deque
from typing import Generic, TypeVar

from gevent.event import Event

from switchboard.ports.inboxes import InboxClosed, MailboxFull
from switchboard.runtime.clock import ScaledClock

T = TypeVar("T")

# A call takes its facts within milliseconds; 200 are some 20 s of a person hammering keys.
DEFAULT_BOUND = 200


class Mailbox(Generic[T]):
    """Keeps :class:`switchboard.ports.inboxes.Mailbox` on gevent.

    Args:
        clock: Counts the deadlines.
        bound: How many things may wait.
    """

    def __init__(self, clock: ScaledClock, bound: int = DEFAULT_BOUND) -> None:
        self._clock = clock
        self._bound = bound
        self._waiting: deque[T] = deque()
        self._arrived = Event()
        self._closed = False

    def put(self, thing: T) -> None:
        """Put one thing in; never waits. After :meth:`close` it is dropped.

        Raises:
            MailboxFull: the bound is reached.
        """
        if self._closed:
            return
        if len(self._waiting) >= self._bound:
            raise MailboxFull(f"{self._bound} things wait already")
        self._waiting.append(thing)
        self._arrived.set()

    def close(self) -> None:
        """Let the owner take what is there, then tell it that nothing more will come."""
        self._closed = True
        self._arrived.set()

    def next(self, deadline_s: float | None) -> T | None:
        """Return the oldest thing, or None at *deadline_s* of the clock; see the port."""
        while not self._waiting:
            if self._closed:
                raise InboxClosed
            if not self._wait_until(deadline_s):
                return None
        return self._waiting.popleft()

    def __len__(self) -> int:
        return len(self._waiting)

    def _wait_until(self, deadline_s: float | None) -> bool:
        """Wait for an arrival; False when the deadline came first."""
        self._arrived.clear()
        if deadline_s is None:
            self._arrived.wait()
            return True
        left_s = deadline_s - self._clock.seconds()
        if left_s <= 0:
            return False
        self._arrived.wait(timeout=self._clock.wall_seconds(left_s))
        return True
