"""Moments at which something happens by itself. Each fires once, by moment, then by age."""

from collections.abc import Callable
from heapq import heappop, heappush


class Timer:
    """One timer; cancelling it costs nothing, its place in the heap falls out when due."""

    __slots__ = ("action", "due_ms", "subject")

    def __init__(self, due_ms: int, action: Callable[..., None], subject: object) -> None:
        self.due_ms = due_ms
        self.action: Callable[..., None] | None = action
        self.subject = subject

    def cancel(self) -> None:
        """Make sure that it never fires."""
        self.action = None


class Timers:
    """All timers of a distribution."""

    __slots__ = ("_heap", "_made")

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, Timer]] = []
        self._made = 0

    def at(self, due_ms: int, action: Callable[..., None], subject: object) -> Timer:
        """Call ``action(floor, subject)`` at *due_ms*."""
        timer = Timer(due_ms, action, subject)
        self._made += 1
        heappush(self._heap, (due_ms, self._made, timer))
        return timer

    def next_ms(self) -> int | None:
        """Return when the next one is due, None when there is none."""
        heap = self._heap
        while heap and heap[0][2].action is None:
            heappop(heap)
        return heap[0][0] if heap else None

    def pop_due(self, now_ms: int) -> Timer | None:
        """Take out the next one that is due by *now_ms*."""
        heap = self._heap
        while heap and heap[0][0] <= now_ms:
            timer = heappop(heap)[2]
            if timer.action is not None:
                return timer
        return None
