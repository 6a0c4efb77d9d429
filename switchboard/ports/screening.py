"""Numbers whose calls are refused before answer (the blacklist)."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

NUMBER_FORM = re.compile(r"\+?[0-9]{1,32}\*?")


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

    def __post_init__(self) -> None:
        """Refuse what could never match, or would match everybody.

        Raises:
            ValueError: the number is not of the form above; the message says what it should be.
        """
        if not NUMBER_FORM.fullmatch(self.number):
            raise ValueError(
                f"{self.number!r} is no number to block: give digits, with a leading + if calls "
                "arrive so, and a trailing * (behind at least one digit) for all that begin so"
            )

    def covers(self, ani: str, now: datetime) -> bool:
        """Whether the entry is in force at *now* and the calling number falls under it."""
        if self.until is not None and self.until <= now:
            return False
        if self.number.endswith("*"):
            return ani.startswith(self.number[:-1])
        return ani == self.number


class Blacklist(Protocol):
    """Keeps blocked numbers. The methods that change or list raise :class:`StoreAway`."""

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
        """The entry in force that this calling number falls under, or None. Never for ``""``.

        Of several the one with the longest number tells why. A change by another process is seen
        within two seconds; while the store is away the last known list holds.
        """
        ...
