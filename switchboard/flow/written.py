"""Written values: what an author writes in a node, and the type that it gets there.

Each type here is an annotated pydantic type: it takes a scalar as it stands in the file, gives the
typed value, and says in one sentence what should have been written. Where a formula may stand
instead, the value is a :class:`Formula`, computed when the node is reached.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, NoReturn

from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from switchboard.flow.formulas import BadFormula, Formula, read_formula
from switchboard.flow.moments import read_moment
from switchboard.flow.names import KEYS, NAME, NAME_RULE, is_name

_SPAN = re.compile(r"(\d{1,9})(ms|s|m|h|d)")
_SPAN_MS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_WHOLE = re.compile(r"-?(0|[1-9]\d{0,14})")
_DECIMAL = re.compile(r"-?(0|[1-9]\d{0,14})\.\d{1,9}")

_FORMULA_SCHEMA = {"type": "string", "pattern": "^=.+$"}
_NAME_SCHEMA = {"type": "string", "pattern": f"^{NAME.pattern}$"}


def refuse(message: str, hint: str = "", code: str = "S01") -> NoReturn:
    """Raise what becomes a fault with this message, hint and code."""
    raise PydanticCustomError("written", message, {"hint": hint, "code": code})


def scalar(value: object, what: str) -> str:
    """Return *value* as a written scalar; refuse anything else, saying *what* stands here."""
    if isinstance(value, str):
        return value
    return refuse(f"{what} stands here, not {'a list' if isinstance(value, list) else 'entries'}")


def formula(text: str) -> Formula:
    """Read a formula; refuse what is none, with its own code."""
    try:
        return read_formula(text)
    except BadFormula as bad:
        return refuse(str(bad), bad.hint, bad.code)


def or_formula(read: Callable[[str], Any], what: str) -> Callable[[object], Any]:
    """Return a validator that reads a formula where one begins with ``=``, else by *read*."""

    def validate(value: object) -> Any:  # noqa: ANN401 - what *read* gives, or a formula
        if isinstance(value, Formula) or not isinstance(value, (str, list, dict)):
            return value  # a default, or one that was read before
        text = scalar(value, what)
        return formula(text[1:]) if text.startswith("=") else read(text)

    return validate


def read_span(text: str) -> int:
    """Read ``4s``, ``10m``, ``300ms`` as milliseconds."""
    found = _SPAN.fullmatch(text)
    if found is None:
        return refuse("a time is written with its unit", "such as 4s, 10m, 1h, 2d or 300ms")
    return int(found[1]) * _SPAN_MS[found[2]]


def read_whole(text: str) -> int:
    """Read a whole number from 0."""
    if not re.fullmatch(r"0|[1-9]\d{0,8}", text):
        refuse("a whole number stands here", "such as 3")
    return int(text)


def read_truth(text: str) -> bool:
    """Read ``true`` or ``false``."""
    if text not in ("true", "false"):
        refuse("true or false stands here", "yes, no, on and off are not words of the language")
    return text == "true"


def read_range(text: str) -> tuple[int, int]:
    """Read ``4 to 12``, or ``10`` as from 10 to 10."""
    found = re.fullmatch(r"(\d{1,9})(?: to (\d{1,9}))?", text)
    if found is None:
        return refuse("a number or a range stands here", "such as 10, or 4 to 12")
    low, high = int(found[1]), int(found[2] or found[1])
    if low > high:
        refuse("the range begins behind its end", f"write {high} to {low}")
    return low, high


def read_free(value: object) -> Any:  # noqa: ANN401 - any written value
    """Read a value whose type nobody prescribes: quoted is text, ``=`` begins a formula."""
    if not isinstance(value, str):
        return value if not isinstance(value, (list, dict)) else scalar(value, "a value")
    if value.startswith("="):
        return formula(value[1:])
    if getattr(value, "quoted", False):
        return str(value)
    return read_plain(value)


def read_plain(text: str) -> Any:  # noqa: ANN401 - any written value
    """Read an unquoted value: a truth, whole number or exact decimal; anything else is text."""
    if text in ("true", "false"):
        return text == "true"
    if _WHOLE.fullmatch(text):
        return int(text)
    return Decimal(text) if _DECIMAL.fullmatch(text) else str(text)


def _name(value: object) -> str:
    text = scalar(value, "a name")
    if not is_name(text):
        refuse(NAME_RULE, code="N05")
    return str(text)


def _key(value: object) -> str:
    text = scalar(value, "a key")
    if text not in KEYS:
        refuse(
            "a key is 0 to 9, star or hash", {"*": "write star", "#": "write hash"}.get(text, "")
        )
    return str(text)


def _condition(value: object) -> object:
    if isinstance(value, Formula):
        return value
    text = scalar(value, "a condition")
    if text.startswith("="):
        refuse("a condition is always a formula and begins without =", f"write {text[1:]}", "E06")
    return formula(text)


def _moment(text: str) -> datetime:
    found = read_moment(text)
    if found is None or found.tzinfo is None:
        return refuse("a moment has its zone", "such as 2026-12-01 10:05 Asia/Shanghai")
    return found


def _line(value: object) -> str:
    return str(scalar(value, "a text"))


Name = Annotated[str, PlainValidator(_name), WithJsonSchema(_NAME_SCHEMA)]
Key = Annotated[str, PlainValidator(_key), WithJsonSchema({"enum": sorted(KEYS)})]
Line = Annotated[str, PlainValidator(_line), WithJsonSchema({"type": "string", "minLength": 1})]
Whole = Annotated[
    int | Formula,
    PlainValidator(or_formula(read_whole, "a whole number")),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 0}, _FORMULA_SCHEMA]}),
]
Truth = Annotated[
    bool | Formula,
    PlainValidator(or_formula(read_truth, "true or false")),
    WithJsonSchema({"anyOf": [{"type": "boolean"}, _FORMULA_SCHEMA]}),
]
Span = Annotated[
    int | Formula,
    PlainValidator(or_formula(read_span, "a time")),
    WithJsonSchema({"type": "string", "pattern": r"^(=.+|\d+(ms|s|m|h|d))$"}),
]
Moment = Annotated[
    datetime | Formula,
    PlainValidator(or_formula(_moment, "a moment")),
    WithJsonSchema({"type": "string"}),
]
Range = Annotated[
    tuple[int, int],
    PlainValidator(lambda value: read_range(scalar(value, "a number or a range"))),
    WithJsonSchema(
        {"anyOf": [{"type": "integer"}, {"type": "string", "pattern": r"^\d+ to \d+$"}]}
    ),
]
Free = Annotated[
    Any, PlainValidator(read_free), WithJsonSchema({"type": ["string", "number", "boolean"]})
]
Condition = Annotated[
    Formula, PlainValidator(_condition), WithJsonSchema({"type": ["string", "boolean"]})
]
Values = Mapping[Name, Free]
"""Named values that a node hands over or keeps."""

__all__ = [
    "Condition",
    "Free",
    "Key",
    "Line",
    "Moment",
    "Name",
    "Range",
    "Span",
    "Truth",
    "Values",
    "Whole",
    "or_formula",
    "read_free",
    "read_plain",
    "read_range",
    "read_span",
    "refuse",
    "scalar",
]
