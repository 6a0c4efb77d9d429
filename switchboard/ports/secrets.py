"""Secrets of owners (a PIN, a password by keys), hashed; and how often somebody was wrong.

Digits come in and are forgotten: what is kept is a hash that is slow to make. Wrong attempts are
counted for the owner and for the calling number, over all calls, so that neither one account can be
tried from many phones nor many accounts from one.
"""

from datetime import datetime
from typing import Protocol


class SecretHasher(Protocol):
    """Makes and compares slow hashes. Blocks its greenlet, never the hub."""

    def hash_of(self, digits: str) -> str:
        """Return a new hash, salted."""
        ...

    def matches(self, hashed: str, digits: str) -> bool:
        """Whether the digits are those; takes as long for wrong ones as for right ones."""
        ...


class SecretBook(Protocol):
    """Keeps hashes and wrong attempts. Every method raises :class:`StoreAway`.

    A *subject* is whoever attempts are counted for: an owner or a calling number, told apart by the
    caller of this port.
    """

    def find_hash(self, secret: str, owner: str) -> str | None:
        """The hash of the owner's secret, or None when there is none."""
        ...

    def keep_hash(self, secret: str, owner: str, hashed: str) -> None:
        """Keep it in place of the owner's former one; durable on return."""
        ...

    def find_lock(self, secret: str, subjects: tuple[str, ...], now: datetime) -> datetime | None:
        """Until when any of these subjects is locked; None when none is."""
        ...

    def count_wrong(
        self, secret: str, subjects: tuple[str, ...], attempts: int, locked_until: datetime
    ) -> int:
        """Count one more wrong attempt of each; lock those that have had *attempts* in a row.

        Returns:
            How many attempts the nearest to the limit has left; 0: it is locked now.
        """
        ...

    def forget_wrong(self, secret: str, subjects: tuple[str, ...]) -> None:
        """Somebody was right: count from the beginning, and lock no more."""
        ...
