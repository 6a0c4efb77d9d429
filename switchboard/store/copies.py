"""A small table held in memory for the calls: read anew when its copy is older than a second.

Calls ask the copy, also while the store is away; a change by another process (the command line, a
second server) is seen soon after.
"""

import time
from collections.abc import Callable
from typing import Generic, TypeVar

from switchboard.ports.outages import StoreAway

T = TypeVar("T")

READ_ANEW_S = 1.0


class Copy(Generic[T]):
    """The rows of one table.

    Args:
        read: Reads them all.
        now_s: Seconds that never run backward.
    """

    def __init__(
        self, read: Callable[[], tuple[T, ...]], now_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._read = read
        self._now_s = now_s
        self._read_at_s = float("-inf")
        self._rows: tuple[T, ...] = ()

    def read_anew(self) -> tuple[T, ...]:
        """Read the rows from the store.

        Raises:
            StoreAway: it cannot be read just now.
        """
        self._rows = self._read()
        self._read_at_s = self._now_s()
        return self._rows

    def rows(self) -> tuple[T, ...]:
        """Return the rows as they were a second ago at most, or as they were known last."""
        if self._now_s() - self._read_at_s >= READ_ANEW_S:
            # Whoever comes while this one reads goes by the copy: only one reads at a time.
            self._read_at_s = self._now_s()
            try:
                self.read_anew()
            except StoreAway:
                return self._rows
        return self._rows
