"""An agent's signed-in time, divided: each moment counts under one state, in the hours it lasted.

The states partition the time from signing in to signing out, so that their sum is the signed-in
time and what agents did adds up. A stretch that goes over a full hour is divided there.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime, tzinfo

HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class AgentTimes:
    """How long an agent did what, and how offers to them ended.

    Attributes:
        idle_ms: Ready, waiting for a caller.
        ringing_ms: The phone rings.
        talking_ms: In conversation, hold and consultation included.
        wrap_up_ms: Work behind a call.
        unreachable_ms: Ready, and the phone cannot be dialled.
        on_break_ms: On a break.
        offers: Callers who were offered, and the offer has ended.
        answered: Offers answered.
        failed: Offers not answered, busy, rejected, or the phone was away.
    """

    idle_ms: int = 0
    ringing_ms: int = 0
    talking_ms: int = 0
    wrap_up_ms: int = 0
    unreachable_ms: int = 0
    on_break_ms: int = 0
    offers: int = 0
    answered: int = 0
    failed: int = 0

    def __add__(self, other: "AgentTimes") -> "AgentTimes":
        """Both together."""
        return AgentTimes(*(getattr(self, name) + getattr(other, name) for name in TIME_COLUMNS))

    @property
    def signed_in_ms(self) -> int:
        """The sum of the states."""
        return sum(getattr(self, name) for name in STATES)

    @property
    def occupancy(self) -> float | None:
        """(talk + hold + wrap-up) / signed-in time; None when never signed in."""
        worked = self.talking_ms + self.wrap_up_ms
        return worked / self.signed_in_ms if self.signed_in_ms else None


TIME_COLUMNS = tuple(field.name for field in fields(AgentTimes))
"""The names of the counts, in order."""
STATES = tuple(name for name in TIME_COLUMNS if name.endswith("_ms"))
"""Those that partition the signed-in time."""


def spread(begun_ms: int, ended_ms: int, zone: tzinfo) -> Iterator[tuple[str, int, int]]:
    """Divide a stretch into the hours of *zone* that it touches.

    Yields:
        ``(day, hour, ms)``; the milliseconds add up to the stretch.
    """
    at_ms = begun_ms
    while at_ms < ended_ms:
        local = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(zone)
        # Offsets from UTC are whole minutes: the local minute says how far the hour has come.
        into_hour_ms = local.minute * 60_000 + at_ms % 60_000
        until_ms = min(ended_ms, at_ms - into_hour_ms + HOUR_MS)
        yield local.date().isoformat(), local.hour, until_ms - at_ms
        at_ms = until_ms
