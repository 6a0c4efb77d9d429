"""P40: durable records a second, and how long one waits until its record is on the disk.

Fifty greenlets append to the journal and wait for their own entry, as calls do; the store is the
product's, on SQLite with a flush at each commit. Peer: the same number of lines of the same length
appended to a file with an ``fdatasync`` behind each, which is the least that any record can cost
alone. Afterwards every entry is read again: a record that was promised and is not there would be
a loss.
"""

import os
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import gevent

from benchmarks.figures import Figure, Goal, Measured, alternate
from switchboard.core.journal import EntryKind, JournalEntry
from switchboard.store.store import Store

WRITERS = 50
ENTRIES_EACH = 100
MOST_WAIT_MS = 50
LEAST_A_SECOND = 2000
LINE = 200


class Durable:
    """A store under load."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "switchboard.db"
        self._store = Store(f"sqlite:///{self._file}", folder / "spool")
        self._writing = gevent.spawn(self._store.keep_writing)
        self._runs = 0
        self.waits_ms: list[float] = []

    def run(self) -> float:
        """Let all write; return records a second."""
        self._runs += 1
        began = time.perf_counter()
        writers = [gevent.spawn(self._write, f"{self._runs}-{n}") for n in range(WRITERS)]
        gevent.joinall(writers, raise_error=True)
        return WRITERS * ENTRIES_EACH / (time.perf_counter() - began)

    def _write(self, call_id: str) -> None:
        for number in range(ENTRIES_EACH):
            details = {"prompts": ["welcome.greeting"], "result": "x" * 60}
            now = datetime.now(UTC)
            entry_id = f"{call_id}-{number:06}"
            began = time.perf_counter()
            self._store.journal.append(
                JournalEntry(entry_id, call_id, now, EntryKind.SAID, details)
            )
            self._store.journal.settle()
            self.waits_ms.append((time.perf_counter() - began) * 1000)

    def lost(self) -> int:
        """How many of the promised entries are not there for another process."""
        with closing(sqlite3.connect(self._file)) as other:
            (found,) = other.execute("SELECT COUNT(*) FROM journal").fetchone()
        return self._runs * WRITERS * ENTRIES_EACH - int(found)

    def close(self) -> None:
        """Let go of the store."""
        self._writing.kill()
        self._store.close()


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="switchboard-p40-", dir=Path.cwd()) as folder:
        durable = Durable(Path(folder))
        try:
            mine, theirs = alternate(durable.run, lambda: flushed_lines(Path(folder, "peer")))
            yield Figure(
                "P40", f"durable records a second, {WRITERS} writers (ours / {LEAST_A_SECOND:,})",
                "1/s", mine, "a line and its fdatasync", theirs, mine.median / LEAST_A_SECOND,
                Goal(at_least=1),
            )  # fmt: skip
            yield _wait(durable.waits_ms)
            yield _loss(durable.lost())
        finally:
            durable.close()


def flushed_lines(file: Path) -> float:
    """Lines a second, each flushed to the disk before the next."""
    lines = WRITERS * ENTRIES_EACH // 5
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    began = time.perf_counter()
    for _ in range(lines):
        os.write(handle, b"x" * LINE + b"\n")
        os.fdatasync(handle)
    took_s = time.perf_counter() - began
    os.close(handle)
    return lines / took_s


def _wait(waits_ms: list[float]) -> Figure:
    """The wait that 99 of 100 records do not exceed, of each tenth of them."""
    tenth = len(waits_ms) // 10
    tenths = (sorted(waits_ms[at * tenth : (at + 1) * tenth]) for at in range(10))
    mine = Measured.of([part[int(len(part) * 0.99)] for part in tenths])
    limit = Measured(MOST_WAIT_MS, MOST_WAIT_MS, MOST_WAIT_MS)
    return Figure(
        "P40", f"wait for one durable record, p99 (ours / {MOST_WAIT_MS} ms)", "ms", mine, "limit",
        limit, mine.median / MOST_WAIT_MS, Goal(at_most=1),
    )  # fmt: skip


def _loss(lost: int) -> Figure:
    none = Measured(0, 0, 0)
    mine = Measured(lost, lost, lost)
    return Figure(
        "P40", "promised records that are not there", "records", mine, "none", none, lost,
        Goal(at_most=0),
    )  # fmt: skip
