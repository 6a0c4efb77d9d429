"""Types of values: their names, and how a written or delivered value becomes one of them."""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Annotated

from pydantic import PlainValidator, WithJsonSchema

from switchboard.flow.faults import meant
from switchboard.flow.moments import as_date, as_moment, as_time
from switchboard.flow.names import is_name
from switchboard.flow.values import UNKNOWN, SecretValue, Value
from switchboard.flow.written import read_span, refuse, scalar

TEXTS = frozenset({"text", "digits", "phone", "recording", "fax"})
NUMBERS = frozenset({"number", "amount"})
MOMENTS = frozenset({"date", "time", "moment", "duration"})
THINGS = frozenset({"prompt", "queue", "calendar", "mailbox", "agent", "extension"})
PLAIN_TYPES = TEXTS | NUMBERS | MOMENTS | THINGS | {"truth", "translated", "secret"}

_TYPE = re.compile(r"(list of )?([a-z][a-z0-9_]*)")


def _type_name(value: object) -> str:
    text = scalar(value, "a type")
    found = _TYPE.fullmatch(text)
    if found is None or not is_name(found[2]):
        refuse("the name of a type stands here", meant(text, PLAIN_TYPES))
    return str(text)


TypeName = Annotated[str, PlainValidator(_type_name), WithJsonSchema({"type": "string"})]
"""A plain type, the name of a source (a row of it), or ``list of`` either."""


def _number(value: Value) -> Value:
    if isinstance(value, bool):
        return UNKNOWN
    if isinstance(value, (int, Decimal)):
        return value
    if isinstance(value, float):
        return Decimal(repr(value))
    try:
        found = Decimal(str(value).strip())
    except InvalidOperation:
        return UNKNOWN
    if not found.is_finite():
        return UNKNOWN
    return int(found) if found == found.to_integral_value() and "." not in str(value) else found


def _truth(value: Value) -> Value:
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False, "1": True, "0": False}.get(str(value).lower(), UNKNOWN)


def _span(value: Value) -> Value:
    if isinstance(value, timedelta):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return timedelta(milliseconds=value)
    try:
        return timedelta(milliseconds=read_span(str(value)))
    except ValueError:
        return UNKNOWN


def _text(value: Value) -> Value:
    return str(value) if not isinstance(value, bool) else "true" if value else "false"


def _or_unknown(value: Value) -> Value:
    return UNKNOWN if value is None else value


_READERS: Mapping[str, Callable[[Value], Value]] = {
    "number": _number,
    "amount": _number,
    "truth": _truth,
    "duration": _span,
    "date": lambda value: _or_unknown(as_date(value)),
    "time": lambda value: _or_unknown(as_time(value)),
    "moment": lambda value: _or_unknown(as_moment(value, None)),
    "translated": lambda value: value,
    # What comes from outside is no secret of the caller's: it is not let into a run.
    "secret": lambda value: value if isinstance(value, SecretValue) else UNKNOWN,
}


def typed(value: Value, type_name: str, fields: Mapping[str, Mapping[str, str]]) -> Value:
    """Return *value* as a value of that type; unknown when it is none.

    Args:
        value: As it was written or delivered.
        type_name: Name of the type.
        fields: The fields of each source, name to type: a row of a source gets each field typed.
    """
    if value is None or value is UNKNOWN or value == "":
        return UNKNOWN
    if type_name.startswith("list of "):
        inner = type_name.removeprefix("list of ")
        if not isinstance(value, (list, tuple)):
            return UNKNOWN
        return [typed(item, inner, fields) for item in value]
    if type_name in fields:
        return typed_row(value, fields[type_name], fields)
    if type_name in _READERS:
        return _READERS[type_name](value)
    return _text(value) if not isinstance(value, (Mapping, list)) else UNKNOWN


def typed_row(
    row: Value, types: Mapping[str, str], fields: Mapping[str, Mapping[str, str]]
) -> Value:
    """Return *row* with each of its fields typed; fields that nobody declared stay as they are."""
    if not isinstance(row, Mapping):
        return UNKNOWN
    return {
        str(name): typed(value, types[name], fields) if name in types else value
        for name, value in row.items()
        if value is not None
    }


def type_of_written(value: Value) -> str:
    """Return the type of a value that stands written in a file."""
    if isinstance(value, bool):
        return "truth"
    if isinstance(value, (int, Decimal)):
        return "number"
    return "text"


def written_form(value: Value) -> str:
    """Return *value* as an author would write it: call scripts compare by it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, timedelta):
        return f"{value // timedelta(milliseconds=1)}ms"
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    if isinstance(value, (list, tuple)):
        return str(len(value))
    if isinstance(value, Mapping):
        return ", ".join(str(part) for part in value.values())
    return str(value)


__all__ = ["PLAIN_TYPES", "TypeName", "type_of_written", "typed", "typed_row", "written_form"]
