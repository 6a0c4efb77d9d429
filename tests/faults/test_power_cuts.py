"""The power goes at any moment: what was promised is there, in order, once; nothing is broken."""

import os
import random
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from switchboard.core.journal import EntryKind, JournalEntry
from switchboard.ports.outages import StoreAway
from switchboard.store import spool
from switchboard.store.group_commit import GroupCommit
from switchboard.store.journal import StoredJournal
from switchboard.store.store import Store
from tests.faults.power_cuts import CutOs, CuttableStore, Disk
from tests.faults.test_store_killed import numbers_in

BATCHES = 40
CUTS = 400 if os.environ.get("SWITCHBOARD_PROOF") == "1" else 60
NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


def append_in_batches(commits: GroupCommit, journal: StoredJournal, disk: Disk) -> None:
    chance, number = random.Random(1), 0
    for _ in range(BATCHES):
        for _ in range(chance.randint(1, 9)):
            number += 1
            entry_id = f"c1-{number:06}"
            journal.append(JournalEntry(entry_id, "c1", NOW, EntryKind.SAID, {"x": "y" * 300}))
        commits.settle()
        disk.promise(number)


@pytest.fixture
def database_file(tmp_path: Path) -> Path:
    file = tmp_path / "switchboard.db"
    Store(f"sqlite:///{file}", tmp_path / "spool").close()
    return file


def written_to(file: Path, **pragmas: object) -> Disk:
    disk = Disk()
    database = CuttableStore(file, disk, **pragmas)
    commits = GroupCommit(database, file.parent / "spool")
    try:
        append_in_batches(commits, StoredJournal(database, commits), disk)
        assert commits.health.spooled == 0, "the store itself was written to"
    finally:
        commits.close()
        database.close()
    return disk


def losses(disk: Disk, folder: Path) -> list[str]:
    """What is wrong after cuts at random moments; nothing, for a store that keeps its word."""
    found = []
    for seed in range(CUTS):
        chance = random.Random(seed)
        moment = chance.randrange(len(disk.steps))
        place = folder / f"cut-{seed}"
        place.mkdir()
        disk.after_a_cut(moment, place, chance)
        promised = disk.promised_before(moment)
        try:
            numbers = numbers_in(place / "switchboard.db")
            with closing(sqlite3.connect(place / "switchboard.db")) as connection:
                (health,) = connection.execute("PRAGMA integrity_check").fetchone()
        except sqlite3.DatabaseError as broken:
            found.append(f"seed {seed}: {broken}")
            continue
        if numbers != list(range(1, len(numbers) + 1)) or health != "ok":
            found.append(f"seed {seed}: out of order or broken ({health})")
        if len(numbers) < promised:
            found.append(f"seed {seed}: {promised} promised, {len(numbers)} there")
    return found


@pytest.mark.req("REL-06")
def test_a_power_cut_loses_nothing_that_was_promised(database_file, tmp_path):
    disk = written_to(database_file)
    assert len(disk.steps) > 5 * BATCHES
    assert losses(disk, tmp_path) == []


def test_a_store_that_does_not_flush_is_found_out(database_file, tmp_path):
    assert losses(written_to(database_file, synchronous="off"), tmp_path)


@pytest.mark.req("REL-07")
def test_a_power_cut_while_the_store_is_away_loses_nothing_from_the_spool(
    database_file, tmp_path, monkeypatch
):
    disk = Disk()
    monkeypatch.setattr(spool, "os", CutOs(disk))
    database = CuttableStore(database_file, Disk())
    database.write_here = away
    commits = GroupCommit(database, tmp_path / "spool")
    append_in_batches(commits, StoredJournal(database, commits), disk)
    commits.close()
    database.close()
    monkeypatch.undo()
    for seed in range(CUTS // 4):
        chance = random.Random(seed)
        moment = chance.randrange(len(disk.steps))
        place = tmp_path / f"cut-{seed}"
        (place / "spool").mkdir(parents=True)
        disk.after_a_cut(moment, place / "spool", chance)
        store = Store(f"sqlite:///{place / 'switchboard.db'}", place / "spool")
        store.recover()
        store.close()
        numbers = numbers_in(place / "switchboard.db")
        assert numbers[: disk.promised_before(moment)] == list(
            range(1, disk.promised_before(moment) + 1)
        )
        assert numbers == sorted(set(numbers))


def away(_work: object) -> object:
    raise StoreAway("the test has cut the line")
