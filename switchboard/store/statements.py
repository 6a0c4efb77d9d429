"""The two statements that write many rows at once, in words that both engines understand.

Peewee builds a tree of objects for each value of an ``insert_many``; the driver's ``executemany``
writes the same rows in a fraction of the time (docs/decisions/0002).
"""

from collections.abc import Mapping, Sequence
from functools import cache
from operator import itemgetter

import peewee

from switchboard.store.changes import Column

Row = Mapping[str, Column]

# The drivers' exceptions become peewee's, as they do for peewee's own statements.
DRIVER_ERRORS_TOLD = peewee.ExceptionWrapper(peewee.EXCEPTIONS)  # type: ignore[attr-defined]


def insert_new(engine: peewee.Database, model: type[peewee.Model], rows: Sequence[Row]) -> int:
    """Insert rows that do not stand yet, by any unique key; return how many were new."""
    if not rows:
        return 0
    return _execute_many(engine, _insertion(model, engine.param, tuple(rows[0])), rows)


def put_in_place(engine: peewee.Database, model: type[peewee.Model], rows: Sequence[Row]) -> None:
    """Insert rows; one whose primary key stands is put in place of the former row."""
    if rows:
        _execute_many(engine, _replacement(model, engine.param, tuple(rows[0])), rows)


def add_to_counts(
    engine: peewee.Database, model: type[peewee.Model], keys: tuple[str, ...], rows: Sequence[Row]
) -> None:
    """Add each row's numbers to the row with the same *keys*; where there is none, make it."""
    if rows:
        _execute_many(engine, _addition(model, engine.param, keys, tuple(rows[0])), rows)


def _execute_many(engine: peewee.Database, statement: str, rows: Sequence[Row]) -> int:
    values_of = itemgetter(*rows[0])  # every table has two columns or more: it gives tuples
    with DRIVER_ERRORS_TOLD:
        cursor = engine.cursor()  # type: ignore[no-untyped-call]
        cursor.executemany(statement, [values_of(row) for row in rows])
        return int(cursor.rowcount)


@cache
def _insertion(model: type[peewee.Model], param: str, columns: tuple[str, ...]) -> str:
    return f"{_values(model, param, columns)} ON CONFLICT DO NOTHING"


@cache
def _replacement(model: type[peewee.Model], param: str, columns: tuple[str, ...]) -> str:
    key = getattr(model._meta.primary_key, "column_name", "")
    changed = ", ".join(f'"{name}" = excluded."{name}"' for name in columns if name != key)
    return f'{_values(model, param, columns)} ON CONFLICT ("{key}") DO UPDATE SET {changed}'


@cache
def _addition(
    model: type[peewee.Model], param: str, keys: tuple[str, ...], columns: tuple[str, ...]
) -> str:
    table = model._meta.table_name
    named = ", ".join(f'"{name}"' for name in keys)
    added = ", ".join(
        f'"{name}" = "{table}"."{name}" + excluded."{name}"' for name in columns if name not in keys
    )
    return f"{_values(model, param, columns)} ON CONFLICT ({named}) DO UPDATE SET {added}"


def _values(model: type[peewee.Model], param: str, columns: tuple[str, ...]) -> str:
    names = ", ".join(f'"{name}"' for name in columns)
    holes = ", ".join(param for _ in columns)
    # Names of our own tables and columns; every value goes through a hole.
    return f'INSERT INTO "{model._meta.table_name}" ({names}) VALUES ({holes})'  # noqa: S608
