"""A leg that has ended before anybody here had it: every ask is told so."""

from collections.abc import Sequence
from typing import NoReturn

from switchboard.core.causes import HangupCause
from switchboard.ports.legs import LegGone


class GoneLeg:
    """Keeps :class:`switchboard.ports.legs.Leg` for a leg that is no more.

    Args:
        leg_id: The channel's uuid, which nothing answers to.
    """

    def __init__(self, leg_id: str) -> None:
        self.leg_id = leg_id

    def mark(self, call_id: str) -> None:
        """Raise: it has ended."""
        self._refuse()

    def answer(self) -> str:
        """Raise: it has ended."""
        self._refuse()

    def play(self, files: Sequence[str], *, stop_keys: str = "") -> str:
        """Raise: it has ended."""
        self._refuse()

    def record(self, file: str, *, at_most_s: int, silence_s: int, end_keys: str) -> str:
        """Raise: it has ended."""
        self._refuse()

    def gather_secret(
        self,
        files: Sequence[str],
        *,
        longest: int,
        end_keys: str,
        first_key_within_ms: int,
        next_key_within_ms: int,
    ) -> str:
        """Raise: it has ended."""
        self._refuse()

    def start_recording(self, file: str) -> None:
        """Raise: it has ended."""
        self._refuse()

    def stop_recording(self, file: str) -> None:
        """Raise: it has ended."""
        self._refuse()

    def mask(self, file: str) -> None:
        """Raise: it has ended."""
        self._refuse()

    def unmask(self, file: str) -> None:
        """Raise: it has ended."""
        self._refuse()

    def stop(self) -> None:
        """Raise: it has ended."""
        self._refuse()

    def hang_up(self, cause: HangupCause) -> None:
        """Raise: it has ended."""
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise LegGone(f"leg {self.leg_id} had ended before it was ours")
