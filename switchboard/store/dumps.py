"""All records of an installation as lines of JSON, the same for every engine, and back again.

A dump is one moment's: everything is read in one transaction that sees no later change, while the
server goes on writing. Loading is all or nothing, in one transaction too; the tables are made as
they were when the dump was taken, filled, and then brought up to this version by the usual steps.
What was written on SQLite can be loaded into PostgreSQL, and the other way.
"""

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

import orjson
import peewee

from switchboard.store.database import engine_for, outages_told
from switchboard.store.migrations import HISTORY_TABLE, UnknownStep, applied_steps, bring_up

ROWS_AT_ONCE = 500
BYTES_KEY = "base64"

Row = dict[str, Any]
Lines = Iterator[bytes]


class CannotLoad(Exception):  # noqa: N818 - names what it is
    """A dump cannot be loaded here. Says why, and what to do; nothing was changed."""


@contextmanager
def snapshot(database_url: str) -> Iterator["Snapshot"]:
    """Open one moment of the records.

    Raises:
        MistakenUrl: the URL cannot be used.
        StoreAway: the database cannot be reached.
    """
    engine = engine_for(database_url)
    with outages_told(engine):
        engine.connect()
        try:
            _sql(engine, _begin(engine))
            # SQLite's snapshot is that of the first read, not that of the beginning.
            yield Snapshot(engine, applied_steps(engine))
        finally:
            engine.close()


class Snapshot:
    """The records as they were at one moment.

    Args:
        engine: In a transaction that sees no later change.
        steps: The steps of migration that its tables have seen.
    """

    def __init__(self, engine: peewee.Database, steps: tuple[str, ...]) -> None:
        self._engine = engine
        self.steps = steps

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables, the history of migrations left out."""
        return tuple(_tables(self._engine))

    def lines(self, table: str) -> Lines:
        """Every row of *table*, one line of JSON each, in the order of its key."""
        names = [column.name for column in _columns(self._engine, table)]
        key = ", ".join(map(_quoted, _keys(self._engine, table) or names))
        columns = ", ".join(map(_quoted, names))
        cursor = _sql(
            self._engine,
            f"SELECT {columns} FROM {_quoted(table)} ORDER BY {key}",  # noqa: S608 - our own names
        )
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            for row in rows:
                values = (_plain(value) for value in row)
                yield orjson.dumps(dict(zip(names, values, strict=True))) + b"\n"


def row_counts(database_url: str) -> dict[str, int]:
    """How many rows each table holds; empty where there are no tables yet.

    Raises:
        MistakenUrl: the URL cannot be used.
        StoreAway: the database cannot be reached.
    """
    engine = engine_for(database_url)
    with outages_told(engine):
        engine.connect()
        try:
            return {
                table: _sql(
                    engine,
                    f"SELECT count(*) FROM {_quoted(table)}",  # noqa: S608 - our own names
                ).fetchone()[0]
                for table in _tables(engine)
            }
        finally:
            engine.close()


def load(
    database_url: str,
    steps: Sequence[str],
    tables: Mapping[str, Iterable[bytes]],
    before_commit: Callable[[], None],
) -> None:
    """Replace all records by those of a dump.

    Args:
        database_url: Where; tables that are there already are dropped.
        steps: The dump's :attr:`Snapshot.steps`.
        tables: The lines of each table.
        before_commit: Done when everything stands and can still be taken back; what it raises
            takes it back.

    Raises:
        CannotLoad: the dump is of a later version of the product, or of tables we do not know.
        StoreAway: the database cannot be reached, or is in use; nothing is changed.
    """
    engine = engine_for(database_url)
    with outages_told(engine):
        engine.connect()
        try:
            with engine.atomic():
                _drop_all(engine)
                if steps:
                    _bring_up_to(engine, steps)
                _fill(engine, tables)
                bring_up(engine)
                before_commit()
        except (peewee.IntegrityError, peewee.DataError, peewee.ProgrammingError) as fault:
            raise CannotLoad(f"the records of the backup do not fit the tables: {fault}") from fault
        finally:
            engine.close()


def _begin(engine: peewee.Database) -> str:
    if isinstance(engine, peewee.PostgresqlDatabase):
        return "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
    return "BEGIN DEFERRED"


def _tables(engine: peewee.Database) -> list[str]:
    own = (name for name in engine.get_tables(_schema(engine)) if not name.startswith("sqlite_"))
    return sorted(name for name in own if name != HISTORY_TABLE)


def _columns(engine: peewee.Database, table: str) -> list[Any]:
    return list(engine.get_columns(table, _schema(engine)))


def _keys(engine: peewee.Database, table: str) -> list[str]:
    return list(engine.get_primary_keys(table, _schema(engine)))


def _schema(engine: peewee.Database) -> str | None:
    """Where the tables are; peewee looks into PostgreSQL's `public` unless told."""
    if isinstance(engine, peewee.PostgresqlDatabase):
        return str(_sql(engine, "SELECT current_schema()").fetchone()[0])
    return None


def _sql(engine: peewee.Database, statement: str, values: Sequence[object] = ()) -> Any:  # noqa: ANN401 - a cursor of either engine
    return engine.execute_sql(statement, values or None)  # type: ignore[no-untyped-call]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _plain(value: object) -> object:
    if isinstance(value, bytes | memoryview):
        return {BYTES_KEY: base64.b64encode(bytes(value)).decode()}
    return value


# --- loading ----------------------------------------------------------------------------------


def _drop_all(engine: peewee.Database) -> None:
    cascade = " CASCADE" if isinstance(engine, peewee.PostgresqlDatabase) else ""
    for table in (*_tables(engine), HISTORY_TABLE):
        _sql(engine, f"DROP TABLE IF EXISTS {_quoted(table)}{cascade}")


def _bring_up_to(engine: peewee.Database, steps: Sequence[str]) -> None:
    try:
        if set(bring_up(engine, max(steps))) == set(steps):
            return
    except UnknownStep:
        pass  # told below, as other unknown steps are
    raise CannotLoad(
        "the backup was made by a later or another version of Switchboard, whose tables this one "
        "does not know: install that version, and restore with it"
    )


def _fill(engine: peewee.Database, tables: Mapping[str, Iterable[bytes]]) -> None:
    known = set(_tables(engine))
    for table, lines in tables.items():
        if table not in known:
            raise CannotLoad(f"the backup holds a table {table!r} that this version does not know")
        rows = _rows(engine, table, lines)
        while batch := list(islice(rows, ROWS_AT_ONCE)):
            _insert(engine, table, batch)
        _count_on(engine, table)


def _rows(engine: peewee.Database, table: str, lines: Iterable[bytes]) -> Iterator[Row]:
    truths = {
        column.name
        for column in _columns(engine, table)
        if column.data_type.lower().startswith("bool")
    }
    for line in lines:
        row = {name: _restored(value) for name, value in orjson.loads(line).items()}
        # SQLite keeps truth as 0 and 1, and PostgreSQL takes no number for it.
        for name in truths & row.keys():
            row[name] = None if row[name] is None else bool(row[name])
        yield row


def _restored(value: object) -> object:
    if isinstance(value, dict):
        return base64.b64decode(value[BYTES_KEY])
    return value


def _insert(engine: peewee.Database, table: str, rows: Sequence[Row]) -> None:
    names = list(rows[0])
    mark = "%s" if isinstance(engine, peewee.PostgresqlDatabase) else "?"
    columns = ", ".join(map(_quoted, names))
    places = ", ".join([mark] * len(names))
    statement = f"INSERT INTO {_quoted(table)} ({columns}) VALUES ({places})"  # noqa: S608 - our own names
    cursor = engine.cursor()  # type: ignore[no-untyped-call]
    cursor.executemany(statement, [[row[name] for name in names] for row in rows])


def _count_on(engine: peewee.Database, table: str) -> None:
    """Let numbers that the engine gives go on behind those that were loaded."""
    if not isinstance(engine, peewee.PostgresqlDatabase):
        return
    for key in _keys(engine, table):
        counter = _sql(
            engine, "SELECT pg_get_serial_sequence(%s, %s)", (_quoted(table), key)
        ).fetchone()[0]
        if counter:
            _sql(
                engine,
                f"SELECT setval(%s, coalesce(max({_quoted(key)}), 1)) "  # noqa: S608 - our names
                f"FROM {_quoted(table)}",
                (counter,),
            )
