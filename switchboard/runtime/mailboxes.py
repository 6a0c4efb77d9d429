"""A mailbox: many put, one owner takes, in order, bounded.

A full mailbox refuses instead of making the sender wait: the sender is a socket's reader, which
must never stop reading. What to do with an owner who no longer keeps up is the sender's decision.
"""

from collections import deque
from typing import Generic, TypeVar

import gevent
from gevent.hub import Waiter

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
        self._owner: Waiter[None] | None = None  # while it waits
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
        self._wake()

    def close(self) -> None:
        """Let the owner take what is there, then tell it that nothing more will come."""
        self._closed = True
        self._wake()

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

    def _wake(self) -> None:
        """Let the owner go on, in the next turn of the loop."""
        owner, self._owner = self._owner, None
        if owner is not None:
            gevent.get_hub().loop.run_callback(owner.switch, None)

    def _wait_until(self, deadline_s: float | None) -> bool:
        """Wait for an arrival; False when the deadline came already.

        A waiter and a timer of its own: an Event's wait with a timeout does the same in three times
        as long, and every fact of every call comes this way.
        """
        left_s = None if deadline_s is None else deadline_s - self._clock.seconds()
        if left_s is not None and left_s <= 0:
            return False
        waiter = self._owner = Waiter()
        if left_s is None:
            waiter.get()
            return True
        timer = gevent.get_hub().loop.timer(self._clock.wall_seconds(left_s))
        timer.start(waiter.switch, None)
        try:
            waiter.get()
        finally:
            self._owner = None
            timer.close()
        return True
