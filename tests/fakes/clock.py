"""A clock that stands still until it is told otherwise."""

from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


class VirtualClock:
    """Time as the test lets it pass; begins at noon of 1 December 2026 (UTC), second 0."""

    def __init__(self) -> None:
        self._seconds = 0.0

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self._seconds)

    def seconds(self) -> float:
        return self._seconds

    def sleep(self, duration_s: float) -> None:
        self._seconds += max(0.0, duration_s)

    def pass_until(self, moment_s: float) -> None:
        """Let time pass until *moment_s*; a moment that has passed changes nothing."""
        self._seconds = max(self._seconds, moment_s)
