"""Columns of our own: moments and plain JSON, the same on every engine."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import peewee

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def to_us(moment: datetime) -> int:
    """Microseconds since 1970 of an aware moment; exact.

    Raises:
        TypeError: the moment is naive.
    """
    return (moment - EPOCH) // MICROSECOND


def from_us(us: int) -> datetime:
    """Return the moment, aware UTC, of so many microseconds since 1970."""
    return EPOCH + timedelta(microseconds=us)


def to_json(value: Mapping[str, Any]) -> str:
    """Write plain JSON, in the order given.

    Text that no database takes (a lone surrogate from a broken display name) is written with a
    question mark in its place, so that no caller can keep a record from being written.

    Raises:
        TypeError: the value holds something that is not plain JSON.
    """
    try:
        return orjson.dumps(value).decode()
    except orjson.JSONEncodeError:
        return orjson.dumps(_mended(value)).decode()


def from_json(text: str) -> dict[str, Any]:
    """Read what :func:`to_json` wrote."""
    document: dict[str, Any] = orjson.loads(text)
    return document


def clean(text: str) -> str:
    """Return text that every engine takes: no NUL, no lone surrogate; else as it was."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()


def _mended(value: Any) -> Any:  # noqa: ANN401 - plain JSON of any shape
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        return {_mended(name): _mended(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_mended(inner) for inner in value]
    return value


class MomentField(peewee.BigIntegerField):
    """An aware UTC moment, kept as microseconds since 1970: exact, and no engine's time zone."""

    def db_value(self, value: datetime | int | None) -> int | None:
        """Turn a moment into its number; a number stays."""
        return to_us(value) if isinstance(value, datetime) else value

    def python_value(self, value: int | None) -> datetime | None:
        """Turn the number into its moment."""
        return None if value is None else from_us(value)
