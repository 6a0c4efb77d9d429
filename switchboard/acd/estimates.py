"""How long somebody will wait, and how far such estimates may be believed.

The point estimate is the place in the line times the mean time between two departures to an agent
while others waited. The range around it is taken from the queue's own errors: the quotients of
real and estimated wait of the last answered entries (their 5 % and 95 % quantiles). A range is
spoken only while at least :data:`BOUND` of the last :data:`JUDGED` ranges held; else the position.
"""

from collections import deque
from dataclasses import dataclass

from switchboard.acd.decisions import Leaving

BOUND = 0.8
"""Share of told ranges that must have held."""

JUDGED = 100
"""Ranges that are judged: enough that chance moves the share by 4 points only."""

LEARNT = 200
"""Quotients that the quantiles are taken from."""

FEWEST = 30
"""Quotients below which there is no range."""

SMOOTHING = 0.05
"""Weight of a new departure in the mean: the last twenty or so count."""


@dataclass(frozen=True, slots=True)
class WaitRange:
    """A wait that may be spoken: from *low_ms* to *high_ms*."""

    low_ms: int
    high_ms: int


@dataclass(frozen=True, slots=True)
class WaitError:
    """How good a queue's estimates are.

    Attributes:
        judged: Ranges of which the truth is known, at most :data:`JUDGED`.
        held: How many of them held.
        mean_error_ms: Mean of |real - estimated| over them.
        spoken: Whether ranges are spoken now.
    """

    judged: int
    held: int
    mean_error_ms: int
    spoken: bool


class Estimates:
    """What one queue has learnt of its waits."""

    __slots__ = ("_between_ms", "_judged", "_last_ms", "_quotients", "_range")

    def __init__(self) -> None:
        self._between_ms = 0.0  # mean time between departures; 0 before the first
        self._last_ms = 0
        self._quotients: deque[float] = deque(maxlen=LEARNT)
        self._judged: deque[tuple[bool, int]] = deque(maxlen=JUDGED)
        self._range: tuple[float, float] | None = None

    def expected_ms(self, position: int) -> int | None:
        """Return the point estimate for who stands at *position*; None before anything is known."""
        return round(position * self._between_ms) if self._between_ms else None

    def range_ms(self, position: int) -> WaitRange | None:
        """Return the range for *position*, whether or not it may be spoken."""
        expected = self.expected_ms(position)
        if expected is None or len(self._quotients) < FEWEST:
            return None
        if self._range is None:
            ordered = sorted(self._quotients)
            last = len(ordered) - 1
            self._range = ordered[round(last * 0.05)], ordered[round(last * 0.95)]
        low, high = self._range
        return WaitRange(round(expected * low), round(expected * high))

    def spoken_ms(self, position: int) -> WaitRange | None:
        """Return the range that may be spoken; None while past errors are outside the bound."""
        return self.range_ms(position) if self.error().spoken else None

    def error(self) -> WaitError:
        """Return how good the estimates are, as it is published."""
        judged = len(self._judged)
        held = sum(inside for inside, _ in self._judged)
        mean = round(sum(error for _, error in self._judged) / judged) if judged else 0
        spoken = judged >= FEWEST and held >= BOUND * judged
        return WaitError(judged, held, mean, spoken)

    def told(self, position: int, now_ms: int) -> tuple[int, int, int, int]:
        """Return what an entry at *position* is measured by: expected, low, high, when."""
        expected = self.expected_ms(position) or 0
        spread = self.range_ms(position)
        low, high = (0, 0) if spread is None else (spread.low_ms, spread.high_ms)
        return expected, low, high, now_ms

    def taken(self, now_ms: int, waited_since_ms: int) -> None:
        """Learn from an entry that went to an agent after it had to wait."""
        between = now_ms - max(self._last_ms, waited_since_ms)
        self._last_ms = now_ms
        if not self._between_ms:
            self._between_ms = float(between)
        self._between_ms += SMOOTHING * (between - self._between_ms)

    def judge(self, told: tuple[int, int, int, int], reason: Leaving, now_ms: int) -> None:
        """Compare what was told with what came; who gave up early proves nothing."""
        expected, low, high, at_ms = told
        real = now_ms - at_ms
        answered = reason is Leaving.ANSWERED
        if high and (answered or real > high):
            self._judged.append((low <= real <= high, abs(real - expected)))
        if answered and expected:
            self._quotients.append(real / expected)
            if len(self._quotients) % 10 == 0:
                self._range = None
