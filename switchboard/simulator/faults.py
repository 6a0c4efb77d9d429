"""Faults that can be injected between the switch and the app, and nowhere else.

Each concerns the wire: events lost, doubled, late or out of order; replies late; a switch that
stops reading, or cannot be reached. Without any, everything passes untouched.
"""

from collections.abc import Callable
from enum import StrEnum

from switchboard.simulator.ticks import Metronome


class Fault(StrEnum):
    """What can go wrong; the amount that goes with it is in the comment."""

    DROP_EVENTS = "drop_events"  # so many of the next events are lost
    DOUBLE_EVENTS = "double_events"  # so many of the next events come twice
    SWAP_EVENTS = "swap_events"  # so many of the next events come behind their follower
    DELAY_EVENTS = "delay_events"  # every event is late by so many ms
    DELAY_REPLIES = "delay_replies"  # every reply is late by so many ms
    STOP_READING = "stop_reading"  # 1: what clients send is not read; 0: it is again
    REFUSE_CLIENTS = "refuse_clients"  # 1: connections from clients are closed at once
    REACH_NO_APP = "reach_no_app"  # 1: outbound sockets find nobody


class Faults:
    """The faults in force.

    Args:
        ticks: Counts the delays.
    """

    def __init__(self, ticks: Metronome) -> None:
        self._ticks = ticks
        self._amounts = dict.fromkeys(Fault, 0)
        self._held: Callable[[], None] | None = None

    def inject(self, fault: Fault, amount: int) -> None:
        """Let a fault happen; an amount of 0 ends it."""
        self._amounts[fault] = amount

    def clear(self) -> None:
        """End every fault; an event held back comes now."""
        self._amounts = dict.fromkeys(Fault, 0)
        self._let_go()

    def amount(self, fault: Fault) -> int:
        """Return how much of a fault is in force."""
        return self._amounts[fault]

    def pass_event(self, deliver: Callable[[], None]) -> None:
        """Let an event pass: now, later, twice, behind the next, or never."""
        if self._spend(Fault.DROP_EVENTS):
            return
        if self._held is None and self._spend(Fault.SWAP_EVENTS):
            self._held = deliver
            return
        self._deliver(deliver)
        if self._spend(Fault.DOUBLE_EVENTS):
            self._deliver(deliver)
        self._let_go()

    def _deliver(self, deliver: Callable[[], None]) -> None:
        late_ms = self._amounts[Fault.DELAY_EVENTS]
        if late_ms:
            self._ticks.call_in(late_ms, deliver)
        else:
            deliver()

    def _let_go(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            held()

    def _spend(self, fault: Fault) -> bool:
        if self._amounts[fault] <= 0:
            return False
        self._amounts[fault] -= 1
        return True
