"""The node's schedule: tasks due at a whole second, looked at twice a second.

``+3`` therefore means between two and three and a half seconds, as it does on the real switch.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from switchboard.simulator.moments import count_microseconds
from switchboard.simulator.ticks import Appointment, Metronome

LOOK_EVERY_US = 500_000


@dataclass(frozen=True)
class Task:
    """Something scheduled, for a group that may cancel it."""

    group: str
    appointment: Appointment


class Schedule:
    """Tasks by number.

    Args:
        ticks: The node's metronome. The schedule looks up every half second from its making on.
    """

    def __init__(self, ticks: Metronome) -> None:
        self._ticks = ticks
        self._origin_us = count_microseconds(ticks.moment())
        self._tasks: dict[int, Task] = {}
        self._numbers: defaultdict[str, set[int]] = defaultdict(set)  # of each group
        self._number = 0

    def add(self, when: str, group: str, work: Callable[[], None]) -> int:
        """Schedule *work*.

        Args:
            when: ``+SECONDS`` from now, or seconds since 1970.
            group: Whose task it is.
            work: What is done; must not wait.

        Returns:
            The task's number.
        """
        self._number += 1
        number = self._number
        now_us = count_microseconds(self._ticks.moment())
        second = int(when.lstrip("+")) if when.lstrip("+").isdigit() else 0
        due_us = (second + (now_us // 1_000_000 if when.startswith("+") else 0)) * 1_000_000
        looks = -(-(due_us - self._origin_us) // LOOK_EVERY_US)
        wait_ms = (self._origin_us + looks * LOOK_EVERY_US - now_us) / 1000

        def run() -> None:
            self._forget(number)
            work()

        self._numbers[group].add(number)
        self._tasks[number] = Task(group, self._ticks.call_in(wait_ms, run))
        return number

    def cancel_number(self, number: int) -> None:
        """Cancel one task; unknown numbers are nobody's."""
        task = self._forget(number)
        if task is not None:
            task.appointment.cancel()

    def cancel_group(self, group: str) -> None:
        """Cancel every task of a group."""
        for number in tuple(self._numbers.get(group, ())):
            self.cancel_number(number)

    def _forget(self, number: int) -> Task | None:
        task = self._tasks.pop(number, None)
        if task is not None:
            self._numbers[task.group].discard(number)
            if not self._numbers[task.group]:
                del self._numbers[task.group]
        return task
