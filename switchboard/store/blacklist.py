"""The blacklist: in the database, and in memory for the calls (port: ``ports/screening.py``).

A call is screened before it is answered, also while the store is away: it asks the copy in memory.
The copy is read anew when it is older than a second, so that a number blocked by another process
(the command line, a second server) is refused soon after.
"""

import time
from collections.abc import Callable
from datetime import datetime

from switchboard.ports.outages import StoreAway
from switchboard.ports.screening import BlockedNumber
from switchboard.store.database import Database
from switchboard.store.fields import clean, to_us
from switchboard.store.models import BlockedNumberRow
from switchboard.store.statements import put_in_place

READ_ANEW_S = 1.0


class StoredBlacklist:
    """The :class:`switchboard.ports.screening.Blacklist` of a database."""

    def __init__(self, database: Database, now_s: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._now_s = now_s
        self._read_at_s = float("-inf")
        self._copy: tuple[BlockedNumber, ...] = ()

    def block(self, entry: BlockedNumber) -> None:
        """Add the entry, or put it in place of the one with the same number."""
        row = {
            "number": entry.number,
            "reason": clean(entry.reason),
            "until": to_us(entry.until) if entry.until else None,
        }
        self._database.write(lambda engine: put_in_place(engine, BlockedNumberRow, [row]))
        self._read_anew()

    def unblock(self, number: str) -> bool:
        """Take the entry away; False when there was none."""
        query = BlockedNumberRow.delete().where(BlockedNumberRow.number == number)
        taken = self._database.write(query.execute)
        self._read_anew()
        return bool(taken)

    def list_blocked(self) -> tuple[BlockedNumber, ...]:
        """Every entry, by number, ended ones too."""
        self._read_anew()
        return self._copy

    def find_match(self, ani: str, now: datetime) -> BlockedNumber | None:
        """The entry in force that this calling number falls under, or None."""
        if not ani:
            return None
        if self._now_s() - self._read_at_s >= READ_ANEW_S:
            self._try_to_read_anew()
        matches = (entry for entry in self._copy if entry.covers(ani, now))
        return max(matches, key=lambda entry: len(entry.number), default=None)

    def _try_to_read_anew(self) -> None:
        # Whoever comes while this one reads goes by the copy: only one reads at a time.
        self._read_at_s = self._now_s()
        try:
            self._read_anew()
        except StoreAway:
            return

    def _read_anew(self) -> None:
        query = BlockedNumberRow.select().order_by(BlockedNumberRow.number)
        rows = self._database.read(lambda engine: list(query.bind(engine)))
        self._copy = tuple(BlockedNumber(row.number, row.reason, row.until) for row in rows)
        self._read_at_s = self._now_s()
