"""An installation of the test's own: settings, records, and its commands by name."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from switchboard.cli import main
from switchboard.core.journal import EntryKind, JournalEntry
from switchboard.store.store import Store

START = datetime(2026, 12, 1, 10, 5, 3, 120000, tzinfo=UTC)


class Installation:
    """Runs commands against settings and records in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = folder / "switchboard.yaml"
        self.settings.write_text("nodes:\n  - password: long-enough-for-a-test\n")

    @contextmanager
    def store(self) -> Iterator[Store]:
        made = Store(f"sqlite:///{self.folder / 'switchboard.db'}", self.folder / "spool")
        try:
            yield made
        finally:
            made.close()

    def run(self, group: str, *words: str) -> Result:
        return CliRunner().invoke(main, [group, "--settings", str(self.settings), *words])

    def says(self, group: str, *words: str) -> str:
        """What a command that succeeds prints."""
        result = self.run(group, *words)
        assert result.exit_code == 0, result.output
        return result.output

    def json(self, group: str, *words: str):
        return json.loads(self.says(group, *words, "--json"))

    def refuses(self, group: str, *words: str) -> str:
        """What a command that fails prints."""
        result = self.run(group, *words)
        assert result.exit_code != 0
        assert isinstance(result.exception, SystemExit), result.exception
        return result.output

    def put(self, *entries: JournalEntry) -> None:
        with self.store() as store:
            for entry in entries:
                store.journal.append(entry)


def fact(call_id: str, kind: EntryKind, after_s: float = 0.0, /, **details) -> JournalEntry:
    at = START + timedelta(seconds=after_s)
    return JournalEntry(f"{call_id}-{kind}-{after_s}", call_id, at, kind, details)


def offered(call_id: str, after_s: float = 0.0, /, **details) -> JournalEntry:
    usual = {
        "ani": "+8613800138000",
        "caller_name": "王",
        "dnis": "4008001000",
        "node": "fs1",
        "leg_id": "ca225809-4743-4fdf-8925-7d764491ae8e",
    }
    return fact(call_id, EntryKind.OFFERED, after_s, **(usual | details))


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation(tmp_path)


@pytest.fixture(autouse=True)
def beijing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Moments are shown in the machine's zone: here eight hours ahead of the records."""
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()
