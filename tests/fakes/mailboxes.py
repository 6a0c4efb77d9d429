"""A mailbox without greenlets: whenever its owner would wait, the next act of the test happens."""

from collections import deque
from collections.abc import Callable
from typing import Any

from switchboard.ports.inboxes import InboxClosed
from tests.fakes.clock import VirtualClock

Act = Callable[[], object]


class PlayedMailbox:
    """An owner's mailbox in a play: the test writes the acts, the owner's waits perform them.

    Args:
        clock: Moves to the deadline when :meth:`let_time_pass` is the next act.
    """

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._waiting: deque[Any] = deque()
        self._acts: deque[Act | None] = deque()
        self._closed = False

    def then(self, *acts: Act) -> None:
        """Add acts, each performed at one wait, in this order."""
        self._acts.extend(acts)

    def let_time_pass(self) -> None:
        """Add an act: nothing happens until the deadline of the wait."""
        self._acts.append(None)

    @property
    def acts_left(self) -> int:
        """How many acts have not been performed."""
        return len(self._acts)

    def put(self, thing: Any) -> None:
        if not self._closed:
            self._waiting.append(thing)

    def close(self) -> None:
        self._closed = True

    def __len__(self) -> int:
        return len(self._waiting)

    def next(self, deadline_s: float | None) -> Any | None:
        while not self._waiting:
            if self._closed:
                raise InboxClosed
            if deadline_s is not None and deadline_s <= self._clock.seconds():
                return None  # a look, not a wait
            if not self._acts:
                raise AssertionError("the owner waits, and the play has no further act")
            act = self._acts.popleft()
            if act is None:
                assert deadline_s is not None, "this wait has no deadline"
                self._clock.pass_until(deadline_s)
                return None
            act()
        return self._waiting.popleft()
