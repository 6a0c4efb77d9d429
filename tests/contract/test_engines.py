"""What both engines must bear: patching, lost connections, migrations from every version."""

import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import gevent
import peewee
import psycopg
import pytest

from switchboard.core.journal import EntryKind, JournalEntry
from switchboard.ports.outages import StoreAway
from switchboard.store.database import Database, engine_for
from switchboard.store.migrations import FOLDER, HISTORY_TABLE, bring_up
from switchboard.store.models import MODELS
from switchboard.store.store import Store
from tests.contract.round_trip import NOON
from tests.contract.stores import empty_schema

STEPS = sorted(path.stem for path in FOLDER.glob("[0-9]*.py"))


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'switchboard.db'}"
        return
    with empty_schema(request.getfixturevalue("postgresql_url")) as made:
        yield made


@pytest.mark.parametrize("patching", [[], ["-m", "gevent.monkey"]], ids=["plain", "patched"])
def test_records_are_kept_with_and_without_patching(url, tmp_path, patching):
    program = str(Path(__file__).with_name("round_trip.py"))
    ran = subprocess.run(
        [sys.executable, *patching, program, url, str(tmp_path / "spool")],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ran.stderr == ""
    assert json.loads(ran.stdout) == {
        "patched": bool(patching),
        "entries": [1] * 20,
        "calls": ["c1"],
        "run": {"node": "menu"},
        "blocked": "3*",
        "settled_by": True,
    }


# --- outages ------------------------------------------------------------------------------------


def test_a_database_that_is_not_there_is_away(tmp_path, monkeypatch):
    monkeypatch.setattr("switchboard.store.store.TRIES_TO_OPEN", 2)
    with pytest.raises(StoreAway, match="does not take or give records"):
        Store("postgresql://nobody@127.0.0.1:1/nothing", tmp_path)


def test_records_outlive_the_loss_of_every_connection(postgresql_url, tmp_path):
    with empty_schema(postgresql_url) as url, closing(Store(url, tmp_path / "spool")) as store:
        writing = gevent.spawn(store.keep_writing)
        store.journal.append(JournalEntry("e1", "c1", NOON, EntryKind.ANSWERED))
        assert len(store.journal.list_entries("c1")) == 1
        end_all_other_connections(postgresql_url)
        store.journal.append(JournalEntry("e2", "c1", NOON, EntryKind.ANSWERED))
        store.journal.settle()
        with gevent.Timeout(20):
            while store.health.spooled:
                gevent.sleep(0.01)
        found = [entry.entry_id for entry in store.journal.list_entries("c1")]
        assert found == ["e1", "e2"]
        writing.kill()


def end_all_other_connections(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            " AND application_name = 'switchboard'"
        )


# --- migrations -----------------------------------------------------------------------------------


def shape_of(engine: peewee.Database) -> dict[str, object]:
    """Every column and index of our tables, as the engine tells them."""
    return {
        table: (
            [(c.name, c.data_type, c.null, c.primary_key) for c in engine.get_columns(table)],
            sorted((tuple(i.columns), i.unique) for i in engine.get_indexes(table)),
        )
        for table in engine.get_tables()
        if table != HISTORY_TABLE
    }


def shape_of_models(engine: peewee.Database) -> dict[str, object]:
    for model in MODELS:
        with model.bind_ctx(engine):
            model.create_table()
    return shape_of(engine)


@pytest.fixture
def shape_wanted(url, tmp_path, request):
    if url.startswith("sqlite"):
        engine = engine_for(f"sqlite:///{tmp_path / 'models.db'}")
        with closing(engine):
            return shape_of_models(engine)
    with (
        empty_schema(request.getfixturevalue("postgresql_url")) as other,
        closing(engine_for(other)) as engine,
    ):
        return shape_of_models(engine)


def test_an_empty_database_comes_to_what_the_models_say(url, shape_wanted):
    with closing(Database(url)) as database:
        assert list(database.write(bring_up)) == STEPS
        assert database.read(shape_of) == shape_wanted


@pytest.mark.parametrize("step", STEPS)
def test_every_earlier_version_comes_to_what_the_models_say(url, shape_wanted, step):
    with closing(Database(url)) as database:
        database.write(lambda engine: bring_up(engine, step))
        assert list(database.write(bring_up)) == STEPS[STEPS.index(step) + 1 :]
        assert database.read(shape_of) == shape_wanted


def test_servers_that_start_at_once_take_each_step_once(url, tmp_path):
    starting = [gevent.spawn(Store, url, tmp_path / "spool") for _ in range(4)]
    gevent.joinall(starting, raise_error=True)
    for greenlet in starting:
        greenlet.value.close()
    with closing(Database(url)) as database:
        query = peewee.Table(HISTORY_TABLE).select(peewee.SQL("name")).tuples()
        assert [name for (name,) in database.read(query.execute)] == STEPS


def test_a_step_that_fails_leaves_the_database_as_it_was(url, tmp_path, monkeypatch):
    broken = tmp_path / "steps"
    broken.mkdir()
    (broken / "0001_good.py").write_text(
        "def up(migrator, db): db.execute_sql('CREATE TABLE a (b int)')"
    )
    (broken / "0002_bad.py").write_text("def up(migrator, db): raise ValueError('bad step')")
    monkeypatch.setattr("switchboard.store.migrations.FOLDER", broken)
    with closing(Database(url)) as database:
        with pytest.raises(ValueError, match="bad step"):
            database.write(bring_up)
        assert database.read(lambda engine: engine.get_tables()) == []
