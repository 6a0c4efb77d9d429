"""Who is let in: limits on calls at once and on calls a second, for the house and for each number.

A call over a limit is refused before answer with a cause that carriers understand as "try
elsewhere" (503 on the wire), so that it costs the caller nothing. What is let in is served whole.
"""

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from switchboard.core.causes import HangupCause


@dataclass(frozen=True, slots=True)
class Limit:
    """How much is let in.

    Attributes:
        calls: Calls at once; None: as many as come.
        calls_per_second: New calls within any one second; None: as many as come.
    """

    calls: int | None = None
    calls_per_second: int | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a call is not let in."""

    cause: HangupCause
    reason: str


@dataclass
class _Door:
    """One limit and what has passed it."""

    limit: Limit
    live: int = 0
    recent_s: deque[float] = field(default_factory=deque)

    def refuses(self, now_s: float) -> str | None:
        while self.recent_s and self.recent_s[0] <= now_s - 1:
            self.recent_s.popleft()
        if self.limit.calls is not None and self.live >= self.limit.calls:
            return f"{self.limit.calls} calls at once"
        rate = self.limit.calls_per_second
        if rate is not None and len(self.recent_s) >= rate:
            return f"{rate} calls a second"
        return None

    def enter(self, now_s: float) -> None:
        self.live += 1
        if self.limit.calls_per_second is not None:
            self.recent_s.append(now_s)


class Admission:
    """Counts the calls of the house and of each number against their limits.

    Args:
        house: Limit of the whole server.
        numbers: Limits of single numbers; a number not named has none of its own.
    """

    def __init__(self, house: Limit, numbers: Mapping[str, Limit]) -> None:
        self._house = _Door(house)
        self._numbers = {number: _Door(limit) for number, limit in numbers.items()}
        self.refused: Counter[str] = Counter()

    def admit(self, dnis: str, now_s: float) -> Refusal | None:
        """Let one call to *dnis* in, or say why not. Who is let in must :meth:`leave`.

        Args:
            dnis: The number dialled.
            now_s: The clock's seconds.
        """
        number = self._numbers.get(dnis)
        if number and (over := number.refuses(now_s)):
            self.refused["number"] += 1
            return Refusal(HangupCause.NORMAL_CIRCUIT_CONGESTION, f"{dnis} is limited to {over}")
        if over := self._house.refuses(now_s):
            self.refused["house"] += 1
            return Refusal(HangupCause.SWITCH_CONGESTION, f"the server is limited to {over}")
        self.enter(dnis, now_s)
        return None

    def enter(self, dnis: str, now_s: float) -> None:
        """Count one call to *dnis* in whatever the limits say: it was let in before, elsewhere."""
        self._house.enter(now_s)
        if number := self._numbers.get(dnis):
            number.enter(now_s)

    def leave(self, dnis: str) -> None:
        """One admitted call to *dnis* has ended."""
        self._house.live -= 1
        if number := self._numbers.get(dnis):
            number.live -= 1

    @property
    def live(self) -> int:
        """How many admitted calls there are now."""
        return self._house.live
