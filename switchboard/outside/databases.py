"""Somebody else's SQL database: SQLite or PostgreSQL, by URL, through its plain driver.

Connections are kept when they are well and dropped when they are not. A statement ends at its time
limit; a transaction is whole or nothing.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import quote, urlsplit

from switchboard.outside.threads import Threads
from switchboard.outside.values import as_plain, as_text
from switchboard.ports.sources import RowRefused, SourceFault

T = TypeVar("T")
Rows = tuple[Mapping[str, Any], ...]

# How many of SQLite's instructions lie between two looks at the clock: some 0.1 ms.
SQLITE_LOOK_EVERY = 10_000
CONNECT_WITHIN_S = 3


class StaleConnection(SourceFault):
    """A connection that was well has broken while nobody used it; nothing was asked over it."""


class Connected(Protocol):
    """One connection, in one transaction."""

    param: str
    """What stands in a statement for a value."""

    def execute(self, statement: str, values: Sequence[object] = ()) -> Rows:
        """Run one statement; return its rows by column.

        Raises:
            RowRefused: a rule of the table forbids it.
            SourceFault: anything else went wrong.
        """
        ...


class Engine(Protocol):
    """Opens connections of one kind, and knows its errors."""

    def connect(self) -> Any:  # noqa: ANN401 - a driver's connection
        """Open a connection."""
        ...

    @contextmanager
    def transaction(self, connection: Any, within_s: float) -> Iterator[Connected]:  # noqa: ANN401
        """Begin; commit at the end, roll back when anything is raised."""
        ...


class SqlDatabase:
    """One database.

    Args:
        url: ``sqlite:////path`` or ``postgresql://...``.

    Raises:
        ValueError: it is neither.
    """

    def __init__(self, url: str) -> None:
        self._engine = engine_of(url)
        self._threads = Threads()
        self._idle: list[Any] = []

    def run(self, work: Callable[[Connected], T], within_s: float) -> T:
        """Run *work* in one transaction, on a thread.

        Raises:
            RowRefused: a rule of the database forbids it; nothing is changed.
            SourceFault: the database cannot be used; nothing is changed.
        """
        return self._threads.run(lambda: self._run_here(work, within_s))

    def close(self) -> None:
        """Let go of what is idle."""
        while self._idle:
            self._idle.pop().close()
        self._threads.close()

    def _run_here(self, work: Callable[[Connected], T], within_s: float) -> T:
        while self._idle:
            try:
                return self._run_on(self._idle.pop(), work, within_s)
            except StaleConnection:
                continue  # the server was restarted meanwhile: the others are as stale
        return self._run_on(self._engine.connect(), work, within_s)

    def _run_on(self, connection: Any, work: Callable[[Connected], T], within_s: float) -> T:  # noqa: ANN401
        try:
            with self._engine.transaction(connection, within_s) as connected:
                result = work(connected)
        except SourceFault:
            with suppress(Exception):
                connection.close()
            raise
        except RowRefused:
            self._idle.append(connection)
            raise
        self._idle.append(connection)
        return result


def engine_of(url: str) -> Engine:
    """Return the engine for a URL.

    Raises:
        ValueError: it names no database that we can use.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite" and parts.path.removeprefix("/"):
        return _Sqlite(Path(parts.path.removeprefix("/")))
    if parts.scheme in {"postgresql", "postgres"}:
        return _PostgreSql(url.replace("postgres://", "postgresql://", 1))
    raise ValueError(
        "a database is written as sqlite:////absolute/path or postgresql://user:password@host/name"
    )


# --- SQLite -----------------------------------------------------------------------------------


class _Sqlite:
    def __init__(self, path: Path) -> None:
        self._path = path

    def connect(self) -> sqlite3.Connection:
        # mode=rw: a mistyped path is a fault, not a new and empty database
        uri = f"file:{quote(str(self._path))}?mode=rw"
        try:
            connection = sqlite3.connect(
                uri, uri=True, timeout=2.0, isolation_level=None, check_same_thread=False
            )
        except sqlite3.Error as fault:
            raise SourceFault(f"{self._path} cannot be opened: {fault}") from fault
        connection.row_factory = sqlite3.Row
        return connection

    @contextmanager
    def transaction(
        self, connection: sqlite3.Connection, within_s: float
    ) -> Iterator["_SqliteConnected"]:
        deadline = time.monotonic() + within_s
        connection.set_progress_handler(lambda: time.monotonic() > deadline, SQLITE_LOOK_EVERY)
        connected = _SqliteConnected(connection)
        try:
            yield connected
            connected.end("COMMIT")
        except BaseException:
            connection.set_progress_handler(None, 0)
            with suppress(sqlite3.Error):
                connection.rollback()
            raise


class _SqliteConnected:
    param = "?"

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def execute(self, statement: str, values: Sequence[object] = ()) -> Rows:
        try:
            if not self._connection.in_transaction and not statement.startswith("SELECT"):
                self._connection.execute("BEGIN IMMEDIATE")
            found = self._connection.execute(statement, [_sqlite_value(value) for value in values])
            return tuple({name: row[name] for name in row.keys()} for row in found)  # noqa: SIM118
        except sqlite3.IntegrityError as refusal:
            raise RowRefused(f"the table refuses it: {refusal}") from refusal
        except (sqlite3.Error, OverflowError) as fault:
            raise SourceFault(f"the database does not do it: {fault}") from fault

    def end(self, statement: str) -> None:
        if self._connection.in_transaction:
            self.execute(statement)


def _sqlite_value(value: object) -> object:
    # SQLite has no truths; a number as text is compared as a number where the column is one.
    return int(value) if isinstance(value, bool) else as_text(value)


# --- PostgreSQL -------------------------------------------------------------------------------


class _PostgreSql:
    def __init__(self, url: str) -> None:
        self._url = url

    def connect(self) -> Any:  # noqa: ANN401 - psycopg comes with the extra `postgresql`
        import psycopg
        from psycopg.rows import dict_row

        try:
            return psycopg.connect(
                self._url,
                connect_timeout=CONNECT_WITHIN_S,
                row_factory=dict_row,
                application_name="switchboard",
            )
        except psycopg.Error as fault:
            raise SourceFault("the PostgreSQL server cannot be reached") from fault

    @contextmanager
    def transaction(self, connection: Any, within_s: float) -> Iterator["_PostgreSqlConnected"]:  # noqa: ANN401
        import psycopg

        connected = _PostgreSqlConnected(connection)
        try:
            connected.execute(f"SET LOCAL statement_timeout = {max(1, int(within_s * 1000))}")
        except SourceFault as fault:
            raise StaleConnection(str(fault)) from fault
        try:
            yield connected
            connection.commit()
        except psycopg.Error as fault:
            raise SourceFault("the PostgreSQL server did not take it") from fault
        except BaseException:
            with suppress(psycopg.Error):
                connection.rollback()
            raise


class _PostgreSqlConnected:
    param = "%s"

    def __init__(self, connection: Any) -> None:  # noqa: ANN401 - psycopg's
        self._connection = connection

    def execute(self, statement: str, values: Sequence[object] = ()) -> Rows:
        import psycopg

        try:
            # A text is a literal of unknown type to PostgreSQL: it takes the type of its column.
            cursor = self._connection.execute(statement, [as_text(value) for value in values])
            return tuple(cursor.fetchall()) if cursor.description else ()
        except (psycopg.IntegrityError, psycopg.errors.RaiseException) as refusal:
            # The primary message names the rule; the detail would hold the caller's values.
            raise RowRefused(f"the table refuses it: {refusal.diag.message_primary}") from refusal
        except psycopg.DataError as refusal:
            raise RowRefused("the table refuses it: a value does not fit its column") from refusal
        except psycopg.Error as fault:
            reason = fault.diag.message_primary or "the connection broke"
            raise SourceFault(f"the database does not do it: {reason}") from fault


def plain_rows(rows: Rows) -> Rows:
    """Return rows whose values a run may hold."""
    return tuple({name: as_plain(value) for name, value in row.items()} for row in rows)
