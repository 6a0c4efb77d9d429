"""Values of a run: what they may be, what *unknown* is, and their form in JSON.

A value is a text, truth, whole number, exact decimal, date, time of day, moment, time span, a row
(mapping), a list of these, or unknown. Unknown is a field that is missing, a row not found, a
withheld number; it is no error, and it is falsy. JSON's own types stand for themselves in a saved
run; the others are written as ``{"~type": text}``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final


class Unknown:
    """The one unknown value."""

    __slots__ = ()

    def __bool__(self) -> bool:
        """Unknown holds for nothing."""
        return False

    def __repr__(self) -> str:
        """The word people use."""
        return "unknown"


UNKNOWN: Final = Unknown()


@dataclass(frozen=True, slots=True)
class SecretValue:
    """Something secret that the caller keyed: not its digits, but what the driver has them by.

    It may go into a look-up or a request, where the driver puts the digits in its place; after a
    restart nobody has them any more.
    """

    secret_id: str


Value = Any
"""Any value of a run. A wider type would be a lie: rows come from outside."""


def field_of(value: Value, name: str) -> Value:
    """Return the field *name* of a row, or unknown."""
    if isinstance(value, Mapping):
        found = value.get(name, UNKNOWN)
        return UNKNOWN if found is None or found == "" else found
    return UNKNOWN


_WRITE: tuple[tuple[type, str, Callable[[Any], str]], ...] = (
    (Decimal, "~amount", str),
    (datetime, "~moment", datetime.isoformat),
    (date, "~date", date.isoformat),
    (time, "~time", time.isoformat),
    (SecretValue, "~secret", lambda secret: str(secret.secret_id)),
    (timedelta, "~duration_ms", lambda span: str(span // timedelta(milliseconds=1))),
)
_READ: Mapping[str, Callable[[str], Any]] = {
    "~amount": Decimal,
    "~moment": datetime.fromisoformat,
    "~date": date.fromisoformat,
    "~time": time.fromisoformat,
    "~duration_ms": lambda text: timedelta(milliseconds=int(text)),
    "~unknown": lambda _: UNKNOWN,
    "~secret": SecretValue,
}


def to_json(value: Value) -> Any:  # noqa: ANN401 - JSON has no narrower type
    """Return *value* as plain JSON."""
    if value is None or isinstance(value, (str, bool, int, float)):
        return str(value) if isinstance(value, str) else value
    if isinstance(value, Mapping):
        return {str(key): to_json(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_json(inner) for inner in value]
    if value is UNKNOWN:
        return {"~unknown": ""}
    for kind, name, write in _WRITE:
        if isinstance(value, kind):
            return {name: write(value)}
    raise TypeError(f"{type(value).__name__} is no value of a flow")


def from_json(document: Any) -> Value:  # noqa: ANN401 - JSON has no narrower type
    """Return the value that :func:`to_json` wrote."""
    if isinstance(document, list):
        return [from_json(inner) for inner in document]
    if isinstance(document, Mapping):
        if len(document) == 1:
            name, text = next(iter(document.items()))
            if name in _READ and isinstance(text, str):
                return _READ[name](text)
        return {key: from_json(inner) for key, inner in document.items()}
    return document
