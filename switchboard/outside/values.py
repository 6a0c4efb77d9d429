"""Values of a flow as other systems take them, and theirs as a flow takes them."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import orjson

Plain = str | int | float | bool | Decimal | date | datetime | time | None


def as_text(value: object) -> str | None:
    """Return *value* as text: every database and service casts text to the type it wants.

    Moments in ISO 8601, spans of time in milliseconds, truths as ``true`` and ``false``, lists and
    rows as JSON.
    """
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value // timedelta(milliseconds=1))
    if isinstance(value, Mapping | list | tuple):
        return orjson.dumps(value, default=as_text).decode()
    return str(value)


def as_json(value: object) -> Any:  # noqa: ANN401 - JSON has no narrower type
    """Return *value* for a JSON document: whole numbers, truths and texts stay what they are."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Mapping):
        return {str(name): as_json(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(inner) for inner in value]
    if isinstance(value, Decimal):
        return float(value)
    return as_text(value)


def as_plain(value: object) -> Any:  # noqa: ANN401 - a row's value has no narrower type
    """Return a value that came from outside as one that a run may hold and save."""
    if isinstance(value, Plain | timedelta):
        return value
    if isinstance(value, Mapping):
        return {str(name): as_plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [as_plain(inner) for inner in value]
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).decode("utf-8", "replace")
    return str(value)
