"""The migrations make the tables that the models describe, column by column and index by index."""

from pathlib import Path

import peewee
import pytest

from switchboard.store.database import engine_for
from switchboard.store.migrations import bring_up
from switchboard.store.models import MODELS


@pytest.fixture
def engines(tmp_path: Path):
    """A database made by the migrations, and one made of the models."""
    migrated, modelled = (engine_for(f"sqlite:///{tmp_path / name}.db") for name in ("a", "b"))
    migrated.connect()
    modelled.connect()
    bring_up(migrated)
    with modelled.bind_ctx(MODELS):
        modelled.create_tables(MODELS)
    yield migrated, modelled
    migrated.close()
    modelled.close()


def described(engine: peewee.Database, table: str) -> dict[str, object]:
    columns = {one.name: (one.data_type, one.null, one.primary_key) for one in
               engine.get_columns(table)}  # fmt: skip
    indexes = {(tuple(one.columns), one.unique) for one in engine.get_indexes(table)}
    return {"columns": columns, "indexes": indexes}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_table_is_as_its_model_says(engines, model):
    migrated, modelled = engines
    table = model._meta.table_name
    assert described(migrated, table) == described(modelled, table)


def test_no_table_is_made_that_no_model_describes(engines):
    migrated, _ = engines
    known = {model._meta.table_name for model in MODELS}
    assert set(migrated.get_tables()) - known == {"migrations"}
