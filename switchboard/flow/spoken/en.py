"""English."""

from collections.abc import Callable, Mapping
from datetime import datetime

from switchboard.flow.spoken.style import Unspeakable, text_in
from switchboard.flow.values import Value

_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_SIGNS = {"+": "plus", "*": "star", "#": "hash", "-": "dash"}


def takes_one(value: Value) -> bool:
    """One apple; none, two and 1.5 apples."""
    return bool(value == 1)


def text(value: Value, now: datetime) -> str:
    """As it stands."""
    del now
    if isinstance(value, Mapping):
        found = value.get("en") or next(iter(value.values()), "")
        return text_in(found)
    return text_in(value)


def digits(value: Value, now: datetime) -> str:
    """Digit by digit."""
    del now
    words = [_digit(sign) for sign in text_in(value) if not sign.isspace()]
    return " ".join(words)


def _digit(sign: str) -> str:
    if sign.isascii() and sign.isdigit():
        return _DIGITS[int(sign)]
    if sign in _SIGNS:
        return _SIGNS[sign]
    if sign.isalpha():
        return sign.upper()
    raise Unspeakable(f"{sign!r} is no digit")


STYLES: Mapping[str, Callable[[Value, datetime], str]] = {"text": text, "digits": digits}
