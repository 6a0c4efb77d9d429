"""Sources of rows that belong to the centre: a table, a file, a service. Values are data only.

A source is named by a flow; where it lies, with which address and password, stands in the settings.
Every method blocks its greenlet, never the hub.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

Row = Mapping[str, Any]
"""One row, field to value; values are plain: text, numbers, dates, moments, truths, None."""


class SourceFault(Exception):  # noqa: N818 - a state of the world
    """The source cannot be reached, or does not do its work; the message says which and why."""


class RowRefused(Exception):  # noqa: N818 - an answer, not a fault
    """The other side said no: the row breaks a rule of its, or there is none to change."""


@dataclass(frozen=True, slots=True)
class RowQuery:
    """Which rows are wanted.

    Attributes:
        by: Fields and the values they must have; never empty.
        at_most: So many are enough.
        order_by: The field that orders them; empty: as the source gives them.
        newest_first: Whether the greatest comes first.
        within_s: After so long nobody wants the answer any more; wall seconds.
    """

    by: Row
    at_most: int
    order_by: str = ""
    newest_first: bool = False
    within_s: float = 5.0


class Source(Protocol):
    """Rows of one kind."""

    def find_rows(self, query: RowQuery) -> tuple[Row, ...]:
        """Return the rows that have those values; none is an answer too.

        Raises:
            SourceFault: it could not be asked.
        """
        ...

    def create_row(self, values: Row, *, key: str) -> Row:
        """Write a new row; return it as the source has it now, its number and all.

        Args:
            values: Its fields.
            key: Of the occasion: asked again with the same key, no second row is made.

        Raises:
            RowRefused: the source said no.
            SourceFault: it could not be asked.
        """
        ...

    def update_row(self, by: Row, values: Row, *, key: str) -> Row:
        """Change the one row that has those values; return it as it is now.

        Raises:
            RowRefused: the source said no, or not exactly one row has those values.
            SourceFault: it could not be asked.
        """
        ...


Sources = Mapping[str, Source]
"""The sources of the settings, by name."""
