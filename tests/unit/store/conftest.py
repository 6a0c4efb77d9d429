"""Databases in files of the test's own, and one whose outage the test commands."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import peewee
import pytest

from switchboard.core.journal import EntryKind, JournalEntry
from switchboard.ports.outages import StoreAway
from switchboard.store.changes import Change, ChangeKind
from switchboard.store.database import Database, Work
from switchboard.store.group_commit import GroupCommit
from switchboard.store.migrations import bring_up
from switchboard.store.rows import entry_row

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


class CuttableDatabase(Database):
    """A database that takes nothing while :attr:`is_cut`."""

    is_cut = False
    writes = 0

    def write_here(self, work: Work):
        if self.is_cut:
            raise StoreAway("the test has cut the line")
        self.writes += 1
        return super().write_here(work)


class StoodClock:
    """Seconds as the test sets them."""

    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def entry(number: int, call_id: str = "c1", kind: EntryKind = EntryKind.SAID) -> JournalEntry:
    details = {"ani": "1", "dnis": "2", "leg_id": f"leg-{call_id}"} if kind == "offered" else {}
    return JournalEntry(f"{call_id}-{number:06}", call_id, NOON, kind, details)


def entry_change(number: int, **kind) -> Change:
    return Change(ChangeKind.ENTRY, entry_row(entry(number, **kind)))


def numbers_in(database_file: Path) -> list[int]:
    """The numbers of the entries that stand in the database now, seen from outside."""
    connection = sqlite3.connect(database_file)
    try:
        rows = connection.execute("SELECT entry_id FROM journal ORDER BY seq").fetchall()
    finally:
        connection.close()
    return [int(entry_id.rpartition("-")[2]) for (entry_id,) in rows]


@pytest.fixture
def database_file(tmp_path: Path) -> Path:
    return tmp_path / "switchboard.db"


@pytest.fixture
def database(database_file: Path) -> Iterator[CuttableDatabase]:
    made = CuttableDatabase(f"sqlite:///{database_file}", lock_wait_s=0.05)
    made.write(bring_up)
    made.writes = 0
    yield made
    made.close()


@pytest.fixture
def clock() -> StoodClock:
    return StoodClock()


@pytest.fixture
def commits(database: CuttableDatabase, tmp_path: Path, clock: StoodClock) -> Iterator[GroupCommit]:
    made = GroupCommit(database, tmp_path / "spool", clock)
    yield made
    database.is_cut = False
    made.close()


@pytest.fixture
def engine(database_file: Path) -> Iterator[peewee.Database]:
    made = peewee.SqliteDatabase(str(database_file))
    yield made
    made.close()
