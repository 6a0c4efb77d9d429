"""The one clock of the house. Its speed is a setting: at speed 10, ten seconds pass in one.

Everything that waits or stamps asks this port, so that a 20 s wrap-up is 20 s in every record at
whatever speed the house runs.
"""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Reads and spends the time of the house."""

    def now(self) -> datetime:
        """The time of day, aware UTC. May jump when the machine's clock is set."""
        ...

    def seconds(self) -> float:
        """Seconds since some fixed moment; never runs backward. Deadlines are counted in it."""
        ...

    def sleep(self, duration_s: float) -> None:
        """Let others work until *duration_s* seconds of this clock have passed."""
        ...
