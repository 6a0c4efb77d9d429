"""Group commit: changes are taken at once, and made durable together, at most 20 ms later.

Whoever needs certainty calls :meth:`GroupCommit.settle`: the first to do so commits what is
pending, its own changes and everybody else's; those who come meanwhile wait for the outcome, and
one of them leads the next commit. The loop that bounds the 20 ms does nothing but call it.

While the store is away the changes go to the spool beside it, and as long as one is there
everything goes behind it: nothing overtakes. What neither takes stays in memory and is tried again.

A batch is forgotten only when it is durable, and writing it twice is the same as once, so that the
death of any greenlet in any line of this module loses nothing.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import gevent
import structlog
from gevent.event import AsyncResult, Event

from switchboard.ports.outages import StoreAway
from switchboard.store.applying import apply
from switchboard.store.changes import Change
from switchboard.store.database import REFUSALS, Database
from switchboard.store.spool import SpoolFile, left_behind, set_aside

log = structlog.get_logger(__name__)

# Half of the 20 ms is for gathering, the other half for the disk.
GATHER_S = 0.010
# One transaction holds no more, so that whoever settles never waits for a backlog.
MOST_AT_ONCE = 2000
# A store that is away is tried once a second; in between the spool takes all.
RETRY_S = 1.0
# What is held in memory when neither store nor spool takes anything: some 50 MB, then loss is told.
MOST_PENDING = 100_000


@dataclass
class StoreHealth:
    """How writing goes.

    Attributes:
        away: Why the store takes nothing now; None while it is well.
        spooled: How many changes wait beside the store.
        pending: How many changes are in memory only.
        refused: Changes that the store will never take, set aside with their reason.
        dropped: Changes lost because neither store nor disk nor memory could hold them.
    """

    away: str | None = None
    spooled: int = 0
    pending: int = 0
    refused: int = 0
    dropped: int = 0


@dataclass
class GroupCommit:
    """Takes changes, and makes them durable in the order they came."""

    database: Database
    spool_folder: Path
    now_s: Callable[[], float] = time.monotonic
    health: StoreHealth = field(default_factory=StoreHealth)

    def __post_init__(self) -> None:
        """Begin with nothing pending and no spool."""
        self._pending: list[Change] = []
        self._taken = 0  # changes ever taken, and ever made durable
        self._durable = 0
        self._under_way: AsyncResult[None] | None = None
        self._arrived = Event()
        self._spool: SpoolFile | None = None
        self._try_again_s = 0.0

    # --- on the hub ---------------------------------------------------------------------------

    def take(self, change: Change) -> None:
        """Take one change; returns at once."""
        if len(self._pending) >= MOST_PENDING:
            if not self.health.dropped:
                log.critical("records are lost: neither store, disk nor memory takes them")
            self.health.dropped += 1
            return
        self._pending.append(change)
        self._taken += 1
        self.health.pending = len(self._pending)
        self._arrived.set()

    def settle(self) -> None:
        """Return when every change taken so far is durable, in the store or beside it.

        Raises:
            StoreAway: neither takes them; they are kept in memory and tried again.
        """
        mine = self._taken
        while self._durable < mine:
            if self._under_way is not None:
                self._under_way.get()
            else:
                self._lead()

    def keep_writing(self) -> None:
        """Bound the time until changes are durable; the work of one greenlet, for ever."""
        while True:
            self._arrived.wait(timeout=RETRY_S if self.health.spooled else None)
            gevent.sleep(GATHER_S)
            self._arrived.clear()
            try:
                self.settle()
                self._drain()
            except StoreAway as away:
                log.warning("records are kept in memory only", reason=str(away))
                gevent.sleep(RETRY_S)
                self._arrived.set()

    def recover(self) -> int:
        """Write what processes that died left beside the store; return how many changes.

        Raises:
            StoreAway: the store takes nothing now; the files stay.
        """
        written = self.database.on_writing_thread(self._write_left_behind)
        if written:
            log.info("records written that a former process left", count=written)
        return written

    def close(self) -> None:
        """Make everything durable and let go of the spool."""
        with suppress(StoreAway):
            self.settle()
        if self._pending:
            log.critical("records lost: neither store nor disk took them", count=len(self._pending))
        if self._spool:
            self._spool.close()

    def _lead(self) -> None:
        """Commit what is pending for all who wait; they learn of a failure too."""
        outcome = self._under_way = AsyncResult()
        try:
            gevent.sleep(0)  # whoever is about to append gets into this batch
            self._commit_pending()
        except StoreAway as away:
            outcome.set_exception(away)
            raise
        finally:
            self._under_way = None
            if not outcome.ready():
                outcome.set(None)

    def _commit_pending(self) -> None:
        batch = self._pending[:MOST_AT_ONCE]
        was_away = self.health.away
        self.database.on_writing_thread(partial(self._make_durable, batch))
        del self._pending[: len(batch)]
        self._durable += len(batch)
        self.health.pending = len(self._pending)
        self._tell_change(was_away)

    def _drain(self) -> None:
        """Write what waits beside the store, piece by piece; new changes may come in between."""
        while self.health.spooled and self.now_s() >= self._try_again_s:
            was_away = self.health.away
            self.database.on_writing_thread(self._drain_some)
            self._tell_change(was_away)

    def _tell_change(self, was_away: str | None) -> None:
        if self.health.away and not was_away:
            log.error("store away: records go to the spool", reason=self.health.away)
        if was_away and not self.health.away:
            log.info("store back: the spool is being written to it")

    # --- on the writing thread ----------------------------------------------------------------

    def _make_durable(self, changes: Sequence[Change]) -> None:
        if self.health.spooled:
            self._append_to_spool(changes)
            return
        try:
            self._write(changes)
        except StoreAway as away:
            self._note_away(away)
            self._append_to_spool(changes)

    def _write(self, changes: Sequence[Change]) -> None:
        """Write to the store; a change that it refuses does not keep the others from it."""
        try:
            self.database.write_here(partial(apply, changes=changes))
        except REFUSALS as refusal:
            if len(changes) == 1:
                self._set_aside(changes[0].to_line(), refusal)
                return
            for change in changes:
                self._write([change])
        self.health.away = None

    def _append_to_spool(self, changes: Sequence[Change]) -> None:
        try:
            if self._spool is None:
                self._spool = SpoolFile.make(self.spool_folder)
            self._spool.append(changes)
        except OSError as fault:
            raise StoreAway(f"{self.health.away}; and the spool: {fault}") from fault
        self.health.spooled += len(changes)

    def _drain_some(self) -> None:
        if self._spool is None:
            return
        lines = self._spool.next_lines(MOST_AT_ONCE)
        try:
            self._write_lines(self._spool, lines)
        except StoreAway as away:
            self._note_away(away)
        else:
            self.health.spooled -= len(lines)

    def _write_left_behind(self) -> int:
        written = 0
        for spool in left_behind(self.spool_folder):
            try:
                while lines := spool.next_lines(MOST_AT_ONCE):
                    self._write_lines(spool, lines)
                    written += len(lines)
            except StoreAway:
                spool.close()
                raise
            spool.remove()
        return written

    def _write_lines(self, spool: SpoolFile, lines: Sequence[bytes]) -> None:
        changes = []
        for line in lines:
            try:
                changes.append(Change.from_line(line))
            except ValueError as fault:
                self._set_aside(line, fault)
        if changes:
            self._write(changes)
        spool.forget(lines)

    def _set_aside(self, line: bytes, reason: Exception) -> None:
        with suppress(OSError):
            set_aside(self.spool_folder, line, str(reason))
        self.health.refused += 1

    def _note_away(self, away: StoreAway) -> None:
        self.health.away = str(away)
        self._try_again_s = self.now_s() + RETRY_S
