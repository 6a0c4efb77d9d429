"""A source that is a service: ``GET path?field=value`` finds, ``POST`` creates, ``PUT`` changes.

Rows are a JSON list of objects, or one object. 404 says that there is none, any other 4xx is a no.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from switchboard.outside.values import as_text
from switchboard.ports.connections import Ask, Connection, ConnectionFault, Reply
from switchboard.ports.sources import Row, RowQuery, RowRefused, SourceFault

WRITING_WITHIN_S = 10.0


class HttpSource:
    """Rows of one service.

    Args:
        connection: The system that has it.
        path: Where on it.
    """

    def __init__(self, connection: Connection, path: str) -> None:
        self._connection = connection
        self._path = path

    def find_rows(self, query: RowQuery) -> tuple[Row, ...]:
        """Return the rows that have those values; see the port."""
        reply = self._ask("GET", self._path + _terms(query.by), None, query.within_s, "")
        if reply.status == 404:
            return ()
        if reply.status >= 400:
            raise SourceFault(f"the service answered {reply.status}")
        rows = _rows(reply.body)
        if query.order_by:
            rows.sort(key=lambda row: str(row.get(query.order_by, "")), reverse=query.newest_first)
        return tuple(rows[: query.at_most])

    def create_row(self, values: Row, *, key: str) -> Row:
        """Write a new row; see the port."""
        return self._written(self._ask("POST", self._path, values, WRITING_WITHIN_S, key), values)

    def update_row(self, by: Row, values: Row, *, key: str) -> Row:
        """Change the one row that has those values; see the port."""
        path = self._path + _terms(by)
        return self._written(self._ask("PUT", path, values, WRITING_WITHIN_S, key), values)

    def _ask(self, method: str, path: str, body: Row | None, within_s: float, key: str) -> Reply:
        try:
            reply = self._connection.ask(Ask(method, path, body, within_s, key))
        except ConnectionFault as fault:
            raise SourceFault(str(fault)) from fault
        if not (200 <= reply.status < 300 or 400 <= reply.status < 500):
            raise SourceFault(f"the service answered {reply.status}")
        return reply

    def _written(self, reply: Reply, values: Row) -> Row:
        if reply.status >= 400:
            raise RowRefused(f"the service answered {reply.status}")
        given = reply.body if isinstance(reply.body, Mapping) else {}
        return {**values, **given}


def _terms(by: Row) -> str:
    return "?" + urlencode({field: as_text(value) or "" for field, value in by.items()})


def _rows(body: object) -> list[dict[str, Any]]:
    rows = body if isinstance(body, list) else [body]
    found = [dict(row) for row in rows if isinstance(row, Mapping)]
    if len(found) < len(rows):
        raise SourceFault("the service answered with something else than rows")
    return found
