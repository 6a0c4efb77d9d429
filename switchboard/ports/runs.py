"""Saved runs: where a call's flow stands at its last wait, so that another server can go on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


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

    def forget(self, call_id: str) -> None:
        """The call has ended; an unknown call is no error."""
        ...
