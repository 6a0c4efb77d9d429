"""kill -9 of a process that writes records: what was promised is there, in order, once."""

import random
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from switchboard.store.store import Store

ROOT = Path(__file__).parents[2]


def killed_after(promises: int, database_file: Path, spool_folder: Path) -> int:
    """Let a process append, kill it after so many promises; return its last one."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.appending", str(database_file), str(spool_folder)],
        stdout=subprocess.PIPE, cwd=ROOT, text=True,
    )  # fmt: skip
    with child:
        assert child.stdout is not None
        kept = [child.stdout.readline() for _ in range(promises)]
        child.kill()
        kept += child.stdout.read().splitlines()
    return int(kept[-1])


def numbers_in(database_file: Path) -> list[int]:
    with closing(sqlite3.connect(database_file)) as connection:
        rows = connection.execute("SELECT entry_id FROM journal ORDER BY seq").fetchall()
    return [int(entry_id.removeprefix("c1-")) for (entry_id,) in rows]


@pytest.fixture
def database_file(tmp_path: Path) -> Path:
    file = tmp_path / "switchboard.db"
    Store(f"sqlite:///{file}", tmp_path / "spool").close()
    return file


@pytest.mark.parametrize("seed", range(4))
def test_what_was_promised_before_a_kill_stands_in_order(tmp_path, database_file, seed):
    promises = random.Random(seed).randint(1, 60)
    promised = killed_after(promises, database_file, tmp_path / "spool")
    found = numbers_in(database_file)
    assert found == list(range(1, len(found) + 1))
    assert len(found) >= promised


@pytest.mark.parametrize("seed", range(3))
def test_what_was_promised_while_the_store_was_away_is_written_by_the_next_server(
    tmp_path, database_file, seed
):
    spool_folder = tmp_path / "spool"
    with closing(sqlite3.connect(database_file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        promised = killed_after(random.Random(seed).randint(1, 60), database_file, spool_folder)
        other.execute("ROLLBACK")
    assert numbers_in(database_file) == []
    store = Store(f"sqlite:///{database_file}", spool_folder)
    store.recover()
    store.close()
    found = numbers_in(database_file)
    assert found == list(range(1, len(found) + 1))
    assert len(found) >= promised
    assert list(spool_folder.iterdir()) == []
