"""A database that any landed version made comes up, with what stood in it, on both engines.

The old databases are made by the migrations themselves, each stopped where a version had stood, so
that no file of an old version has to be kept and none is forgotten.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import peewee
import pytest
from playhouse.schema_diff import diff_models

from switchboard.store.database import engine_for
from switchboard.store.migrations import FOLDER, bring_up
from switchboard.store.models import MODELS
from switchboard.store.store import Store
from tests.contract.stores import empty_schema, postgresql

STEPS = sorted(path.stem for path in FOLDER.glob("[0-9]*.py"))
NOON_US = 1_796_126_400_000_000
# What the first version wrote of two calls: one was answered, one refused.
FIRST_ROWS = (
    "INSERT INTO journal (seq, entry_id, call_id, at, kind, details) VALUES "
    f"(1, 'e1', 'c1', {NOON_US}, 'offered', "
    '\'{"ani":"138","dnis":"400","leg_id":"l1"}\'), '
    f"(2, 'e2', 'c1', {NOON_US + 60_000_000}, 'hung_up', "
    '\'{"cause":"NORMAL_CLEARING","by":"caller"}\'), '
    f"(3, 'e3', 'c2', {NOON_US}, 'refused', '{{}}'), "
    f"(4, 'e4', 'c3', {NOON_US}, 'hung_up', '{{\"by\":\"caller\"}}')",
    "INSERT INTO calls (call_id, started_at, ended_at, ani, dnis, answered, outcome, messages) "
    f"VALUES ('c1', {NOON_US}, {NOON_US + 60_000_000}, '138', '400', true, 'NORMAL_CLEARING', 0), "
    f"('c2', {NOON_US}, {NOON_US}, '139', '400', false, 'blocked', 0), "
    f"('c3', {NOON_US}, {NOON_US}, '139', '400', false, 'NORMAL_CLEARING', 0), "
    f"('c4', {NOON_US}, NULL, '139', '400', false, NULL, 0)",
)
RESULTS = {"c1": "answered", "c2": "refused", "c3": "abandoned", "c4": "live"}


@pytest.fixture(scope="session")
def postgresql_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with postgresql(tmp_path_factory.mktemp("postgresql")) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with ExitStack() as stack:
        if request.param == "sqlite":
            yield f"sqlite:///{tmp_path / 'switchboard.db'}"
        else:
            server = request.getfixturevalue("postgresql_url")
            yield stack.enter_context(empty_schema(server))


def made_by(url: str, step: str, rows: tuple[str, ...]) -> None:
    """A database as the version that ended with *step* left it."""
    engine = engine_for(url)
    engine.connect()
    bring_up(engine, target=step)
    for statement in rows:
        engine.execute_sql(statement)
    engine.close()


@pytest.mark.req("REL-06")
@pytest.mark.parametrize("step", STEPS)
def test_a_database_of_any_landed_version_comes_up_and_nothing_differs(url, step, tmp_path):
    rows = FIRST_ROWS if step < "0007" else ()
    made_by(url, step, rows)
    store = Store(url, tmp_path / "spool")
    try:
        if rows:
            lines = store.records.list_calls()
            assert {line.call_id: str(line.result) for line in lines} == RESULTS
            assert len(store.journal.list_entries("c1")) == 2
    finally:
        store.close()
    assert differences(url) == []


def test_a_step_that_fails_leaves_the_database_as_it_was(tmp_path):
    url = f"sqlite:///{tmp_path / 'switchboard.db'}"
    made_by(url, STEPS[0], ("ALTER TABLE calls ADD COLUMN result TEXT",))
    engine = engine_for(url)
    engine.connect()
    before = set(engine.get_tables())
    with pytest.raises(peewee.OperationalError, match="result"):
        bring_up(engine)
    assert set(engine.get_tables()) == before, "the steps before it were taken back too"
    engine.close()


def differences(url: str) -> list[object]:
    """What would still have to be done to make the tables those of the models."""
    engine = engine_for(url)
    engine.connect()
    try:
        found = diff_models(engine, MODELS)
        return [what for what in found if what]
    finally:
        engine.close()
