"""Numbers whose calls are refused before answer (the blacklist)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class BlockedNumber:
    """One entry of the blacklist.

    Attributes:
        number: A calling number, digits with an optional leading ``+``; a trailing ``*`` blocks
            every number that begins so.
        reason: Why, for the people who look at the list.
        until: When the entry ends by itself; None: never. Aware UTC.
    """

    number: str
    reason: str
    until: datetime | None = None


class Blacklist(Protocol):
    """Keeps blocked numbers."""

    def block(self, entry: BlockedNumber) -> None:
        """Add the entry, or put it in place of the one with the same number."""
        ...

    def unblock(self, number: str) -> bool:
        """Take the entry away; False when there was none."""
        ...

    def list_blocked(self) -> tuple[BlockedNumber, ...]:
        """Every entry, by number, ended ones too."""
        ...

    def find_match(self, ani: str, now: datetime) -> BlockedNumber | None:
        """The entry in force that this calling number falls under, or None. Never for ``""``."""
        ...
