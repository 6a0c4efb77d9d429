"""A backup brings back all that was known, on every engine; a bad one changes nothing."""

import json
import sqlite3
import tarfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from switchboard.cli import main
from switchboard.core.journal import EntryKind, JournalEntry
from switchboard.ports.messages import Message, MessageSearch
from switchboard.ports.runs import SavedRun
from switchboard.ports.screening import BlockedNumber
from switchboard.store.dumps import snapshot
from switchboard.store.store import Store
from tests.contract.stores import empty_schema

AT = datetime(2026, 12, 1, 10, 5, 3, 120001, tzinfo=UTC)
PASSWORD = "only-for-the-backup-tests"
SOUND = b"RIFF of a message \x00\xff" * 999
CALLER = "王小明 \u202e<b>%s'\""


class Installation:
    """Settings, records and recordings in a folder, and the commands of backup."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder = folder
        self.url = database_url
        folder.mkdir()
        self.settings = folder / "switchboard.yaml"
        self.settings.write_text(
            f"database: '{database_url}'\nlisten: {{http: '127.0.0.1:1'}}\n"
            f"nodes: [{{name: fs1, password: {PASSWORD}}}]\n"
        )

    def fill(self, calls: int) -> None:
        with ExitStack() as stack:
            store = Store(self.url, self.folder / "spool")
            stack.callback(store.close)
            for number in range(calls):
                self._put_call(store, f"call-{number}")
            store.blacklist.block(BlockedNumber("+8613*", "trouble", AT))
            store.secrets.keep_hash("pin", "77", "a slow hash")
        sound = self.folder / "recordings/2026/12/01/spoken-1.wav"
        sound.parent.mkdir(parents=True)
        sound.write_bytes(SOUND)
        prompt = self.folder / "prompts/recordings/shop/en/welcome.wav"
        prompt.parent.mkdir(parents=True)
        prompt.write_bytes(b"a prompt")
        value = self.folder / "prompts/values/en/0123.wav"
        value.parent.mkdir(parents=True)
        value.write_bytes(b"somebody's balance")

    def _put_call(self, store: Store, call_id: str) -> None:
        told = {"ani": "1", "dnis": "2", "leg_id": f"leg-{call_id}", "caller_name": CALLER}
        store.journal.append(JournalEntry(f"{call_id}-1", call_id, AT, EntryKind.OFFERED, told))
        store.journal.append(JournalEntry(f"{call_id}-2", call_id, AT, EntryKind.ANSWERED, {}))
        store.runs.save(SavedRun(call_id, f"leg-{call_id}", "2", {"run": {"node": "x"}}, AT))
        message = Message(f"m-{call_id}", "desk", call_id, "spoken-1", 900, "1", "1", True, AT)
        store.messages.keep(message)

    def known(self) -> dict[str, list[dict]]:
        """Every row of every table, as plain values that are the same on every engine."""
        with snapshot(self.url) as moment:
            tables = {name: [json.loads(line) for line in moment.lines(name)]
                      for name in moment.tables}  # fmt: skip
        return {
            name: [{column: int(v) if isinstance(v, bool) else v for column, v in row.items()}
                   for row in rows]
            for name, rows in tables.items()
        }  # fmt: skip

    def files(self) -> dict[str, bytes]:
        return {
            path.relative_to(self.folder).as_posix(): path.read_bytes()
            for place in ("recordings", "prompts")
            for path in (self.folder / place).rglob("*")
            if path.is_file()
        }

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(main, [words[0], "--settings", str(self.settings), *words[1:]])

    def says(self, *words: str) -> str:
        result = self.run(*words)
        assert result.exit_code == 0, result.output
        return result.output

    def refuses(self, *words: str) -> str:
        result = self.run(*words)
        assert result.exit_code == 1, result.output
        return result.output


Make = Callable[[str, str], Installation]


@pytest.fixture
def make(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Make]:
    """Makes an installation by its name, on an engine by its name."""
    with ExitStack() as stack:

        def make_one(name: str, engine: str) -> Installation:
            url = f"sqlite:///{tmp_path / name / 'switchboard.db'}"
            if engine == "postgresql":
                url = stack.enter_context(empty_schema(request.getfixturevalue("postgresql_url")))
            return Installation(tmp_path / name, url)

        yield make_one


ENGINES = ("sqlite", "postgresql")


@pytest.mark.req("ADM-13", "REL-05")
@pytest.mark.parametrize("there", ENGINES)
@pytest.mark.parametrize("here", ENGINES)
def test_a_restored_installation_knows_what_the_saved_one_knew(
    here: str, there: str, make: Make, tmp_path: Path
):
    saved, fresh = make("saved", here), make("fresh", there)
    saved.fill(calls=3)
    backup = tmp_path / "b.tar.gz"
    assert "files" in saved.says("backup", str(backup))
    assert backup.stat().st_mode & 0o077 == 0
    fresh.says("restore", str(backup))
    assert fresh.known() == saved.known()
    kept = {name: content for name, content in saved.files().items() if "values" not in name}
    assert fresh.files() == kept
    assert len(kept) == 2
    with ExitStack() as stack:
        store = Store(fresh.url, fresh.folder / "spool")
        stack.callback(store.close)
        store.journal.append(JournalEntry("new", "call-9", AT, EntryKind.ANSWERED, {}))
        store.journal.settle()
        (filed, *_) = store.messages.list_filed(MessageSearch())
        assert filed.message.reply_wanted is True
    assert len(fresh.known()["journal"]) == 7


@pytest.mark.req("ADM-13")
def test_a_backup_taken_while_the_server_writes_is_of_one_moment(make: Make, tmp_path: Path):
    saved = make("saved", "sqlite")
    saved.fill(calls=2)
    with snapshot(saved.url) as moment:
        other = sqlite3.connect(saved.folder / "switchboard.db")
        other.execute("DELETE FROM journal")
        other.commit()
        other.close()
        assert len(list(moment.lines("journal"))) == 4
    assert saved.known()["journal"] == []


@pytest.mark.req("ADM-13")
def test_what_is_there_is_not_overwritten_unless_told(make: Make, tmp_path: Path):
    saved, other = make("saved", "sqlite"), make("other", "sqlite")
    saved.fill(calls=1)
    other.fill(calls=5)
    backup = tmp_path / "b.tar.gz"
    saved.says("backup", str(backup))
    before = other.known(), other.files()
    assert "with --replace" in other.refuses("restore", str(backup))
    assert (other.known(), other.files()) == before
    other.says("restore", str(backup), "--replace")
    assert other.known() == saved.known()
    (aside,) = other.folder.glob("before-restore-*")
    assert (aside / "recordings/2026/12/01/spoken-1.wav").read_bytes() == SOUND


@pytest.mark.req("REL-06")
@pytest.mark.parametrize("harm", ["cut", "changed", "foreign"])
def test_a_backup_that_is_not_whole_restores_nothing(harm: str, make: Make, tmp_path: Path):
    saved, fresh = make("saved", "sqlite"), make("fresh", "sqlite")
    saved.fill(calls=1)
    backup = tmp_path / "b.tar.gz"
    saved.says("backup", str(backup))
    harmed = tmp_path / "harmed.tar.gz"
    if harm == "cut":
        harmed.write_bytes(backup.read_bytes()[:-200])
    else:
        _rewrite(backup, harmed, changed=harm == "changed")
    assert "nothing was restored" in fresh.refuses("restore", str(harmed))
    assert not (fresh.folder / "switchboard.db").exists() or fresh.known() == {}
    assert fresh.files() == {}
    assert not (tmp_path / "escaped").exists()


def _rewrite(backup: Path, harmed: Path, *, changed: bool) -> None:
    with tarfile.open(backup) as old, tarfile.open(harmed, "w:gz") as new:
        if not changed:
            outside = tarfile.TarInfo("records/../../escaped")
            new.addfile(outside)
        for header in old:
            content = old.extractfile(header).read()
            if changed and header.name == "records/journal.jsonl":
                content = content.replace(b"call-0", b"call-8")
            with (harmed.parent / "one").open("wb") as one:
                one.write(content)
            with (harmed.parent / "one").open("rb") as one:
                new.addfile(header, one)


@pytest.mark.req("REL-06")
def test_a_restore_that_fails_half_way_leaves_everything_as_it_was(make: Make, tmp_path: Path):
    saved, other = make("saved", "sqlite"), make("other", "sqlite")
    saved.fill(calls=1)
    other.fill(calls=2)
    backup = tmp_path / "b.tar.gz"
    saved.says("backup", str(backup))
    # The spool cannot be moved aside: it is somebody's mount, here a file in a folder's place.
    before = other.known(), other.files()
    (other.folder / "restored").write_text("in the way")
    assert "nothing was restored" in other.refuses("restore", str(backup), "--replace")
    assert (other.known(), other.files()) == before


@pytest.mark.req("ADM-13")
def test_passwords_stay_at_home_unless_told(make: Make, tmp_path: Path):
    saved = make("saved", "sqlite")
    saved.fill(calls=1)
    saved.says("backup", str(tmp_path / "without.tar.gz"))
    saved.says("backup", str(tmp_path / "with.tar.gz"), "--with-passwords")
    texts = {}
    for name in ("without", "with"):
        with tarfile.open(tmp_path / f"{name}.tar.gz") as tar:
            texts[name] = tar.extractfile("settings/switchboard.yaml").read().decode()
    assert PASSWORD not in texts["without"]
    assert "fs1" in texts["without"]
    assert PASSWORD in texts["with"]


def test_a_backup_never_takes_the_place_of_another_file(make: Make, tmp_path: Path):
    saved = make("saved", "sqlite")
    saved.fill(calls=1)
    (tmp_path / "mine").write_text("precious")
    assert "is there already" in saved.refuses("backup", str(tmp_path / "mine"))
    saved.says("backup", str(tmp_path))
    (made,) = tmp_path.glob("switchboard-*.tar.gz")
    assert "a whole backup of 20" in saved.says("restore", str(made), "--check")
