"""Saved runs: where a call's flow stands at its last wait, so that another server can go on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from switchboard.core.cdrs import Cdr


@dataclass(frozen=True, slots=True)
class SavedRun:
    """One call's run at its last wait.

    Attributes:
        call_id: The call, one row each.
        leg_id: Its caller's leg.
        dnis: The number dialled, that picked the flow.
        run: The run itself, plain JSON (the flow room's own form).
        saved_at: When, aware UTC.
    """

    call_id: str
    leg_id: str
    dnis: str
    run: Mapping[str, Any]
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class LeftRun:
    """A saved run whose caller's leg has ended: nobody will bring it back.

    Attributes:
        saved: The run.
        cdr: The switch's own record of the leg.
    """

    saved: SavedRun
    cdr: Cdr


class Runs(Protocol):
    """Keeps the run of each live call. Written in the same group commits as the journal."""

    def save(self, run: SavedRun) -> None:
        """Keep this run in place of the call's former one; returns at once."""
        ...

    def find_run(self, call_id: str) -> SavedRun | None:
        """The call's run at its last wait, or None.

        Raises:
            StoreAway: the store cannot be read just now; that there is a run cannot be ruled out.
        """
        ...

    def list_talks(self) -> tuple[SavedRun, ...]:
        """Runs whose caller was in a conversation when it was saved (``pending`` has ``talking``).

        Raises:
            StoreAway: the store cannot be read just now.
        """
        ...

    def list_left(self, quiet_since: datetime, at_most: int) -> tuple[LeftRun, ...]:
        """Runs whose leg's CDR is in, that were last saved and whose leg ended before a moment.

        The longest left first. Whoever owns a call saves its run more often than that; so these
        have no owner, unless it is in the middle of their end.

        Raises:
            StoreAway: the store cannot be read just now.
        """
        ...

    def claim(self, run: SavedRun, at: datetime) -> bool:
        """Make a run ours by the moment of its saving; durable on return.

        Returns:
            Whether it is: False when another server has claimed, saved or forgotten it meanwhile.

        Raises:
            StoreAway: the store cannot be written just now; nothing was claimed.
        """
        ...

    def forget(self, call_id: str) -> None:
        """The call has ended; an unknown call is no error."""
        ...
