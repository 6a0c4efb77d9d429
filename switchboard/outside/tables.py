"""A source that is a table. Names come from the settings, values go through holes, never as text.

What is written is written once an occasion: the key of the occasion and the row it made stand in a
table of ours, ``switchboard_occasions``, in the same database and the same transaction.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from switchboard.outside.databases import Connected, Rows, SqlDatabase, plain_rows
from switchboard.outside.values import as_text
from switchboard.ports.sources import Row, RowQuery, RowRefused, SourceFault

WRITING_WITHIN_S = 10.0
OCCASIONS = "switchboard_occasions"
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")


def quoted(name: str) -> str:
    """Return a table's or column's name as SQL reads it.

    Raises:
        ValueError: it is no plain name.
    """
    parts = name.split(".")
    if not all(NAME.fullmatch(part) for part in parts) or len(parts) > 2:
        raise ValueError(f"{name!r} is no name of a table or column: letters, digits and _")
    return ".".join(f'"{part}"' for part in parts)


class TableSource:
    """Rows of one table.

    Args:
        database: Where it is.
        table: Its name, with its schema before a dot where it has one.
        columns: The columns of fields that are called differently.

    Raises:
        ValueError: a name is none.
    """

    def __init__(self, database: SqlDatabase, table: str, columns: Mapping[str, str]) -> None:
        self._database = database
        self._table = quoted(table)
        self._columns = {field: quoted(column) for field, column in columns.items()}
        self._fields = {column: field for field, column in columns.items()}

    def find_rows(self, query: RowQuery) -> tuple[Row, ...]:
        """Return the rows that have those values; see the port."""

        def find(connected: Connected) -> Rows:
            order = ""
            if query.order_by:
                order = f" ORDER BY {self._table}.{self._column(query.order_by)}"
                order += " DESC" if query.newest_first else ""
            statement = (
                f"SELECT * FROM {self._table} WHERE {self._terms(query.by, connected)}"  # noqa: S608
                f"{order} LIMIT {int(query.at_most)}"
            )
            return connected.execute(statement, list(query.by.values()))

        rows = plain_rows(self._database.run(find, query.within_s))
        return tuple(self._named(row) for row in rows)

    def create_row(self, values: Row, *, key: str) -> Row:
        """Write a new row; see the port."""

        def insert(connected: Connected) -> Rows:
            names = ", ".join(self._column(field) for field in values)
            holes = ", ".join(connected.param for _ in values)
            statement = f"INSERT INTO {self._table} ({names}) VALUES ({holes}) RETURNING *"  # noqa: S608
            return connected.execute(statement, list(values.values()))

        return self._once(key, insert)

    def update_row(self, by: Row, values: Row, *, key: str) -> Row:
        """Change the one row that has those values; see the port."""

        def update(connected: Connected) -> Rows:
            changes = ", ".join(f"{self._column(field)} = {connected.param}" for field in values)
            statement = (
                f"UPDATE {self._table} SET {changes} "  # noqa: S608
                f"WHERE {self._terms(by, connected)} RETURNING *"
            )
            rows = connected.execute(statement, [*values.values(), *by.values()])
            if len(rows) != 1:
                raise RowRefused(f"{len(rows) or 'no'} rows have those values, not one")
            return rows

        return self._once(key, update)

    def _once(self, key: str, write: Any) -> Row:  # noqa: ANN401 - a write as above
        """Write, unless this occasion has written already: then return what it wrote."""

        def work(connected: Connected) -> Row:
            connected.execute(
                f"CREATE TABLE IF NOT EXISTS {OCCASIONS} "
                "(key TEXT PRIMARY KEY, row_written TEXT NOT NULL, written_at TEXT NOT NULL)"
            )
            hole = connected.param
            known = connected.execute(
                f"SELECT row_written FROM {OCCASIONS} WHERE key = {hole}",  # noqa: S608
                [f"{key} {self._table}"],
            )
            if known:
                written: dict[str, Any] = orjson.loads(str(known[0]["row_written"]))
                return written
            (row,) = plain_rows(write(connected))
            document = orjson.dumps(self._named(row), default=as_text).decode()
            connected.execute(
                f"INSERT INTO {OCCASIONS} VALUES ({hole}, {hole}, {hole})",  # noqa: S608
                [f"{key} {self._table}", document, datetime.now(UTC)],
            )
            return self._named(row)

        return self._database.run(work, WRITING_WITHIN_S)

    def _terms(self, by: Row, connected: Connected) -> str:
        # Named with its table: SQLite takes a lone quoted name that is no column for a text.
        return " AND ".join(
            f"{self._table}.{self._column(field)} = {connected.param}" for field in by
        )

    def _column(self, field: str) -> str:
        found = self._columns.get(field)
        if found is None and not NAME.fullmatch(field):
            raise SourceFault(f"{field!r} is no name of a field")
        return found or f'"{field}"'

    def _named(self, row: Row) -> dict[str, Any]:
        """A row by the names of its fields."""
        return {self._fields.get(column, column): value for column, value in row.items()}
