"""Chinese."""

from collections.abc import Callable, Mapping
from datetime import datetime

from switchboard.flow.spoken.style import Unspeakable, text_in
from switchboard.flow.values import Value

_DIGITS = "零一二三四五六七八九"
_SIGNS = {"+": "加", "*": "星号", "#": "井号", "-": "杠"}


def takes_one(value: Value) -> bool:
    """Chinese words have one form; the first is it."""
    del value
    return True


def text(value: Value, now: datetime) -> str:
    """As it stands."""
    del now
    if isinstance(value, Mapping):
        found = value.get("zh") or next(iter(value.values()), "")
        return text_in(found)
    return text_in(value)


def digits(value: Value, now: datetime) -> str:
    """Digit by digit."""
    del now
    return "".join(_digit(sign) for sign in text_in(value) if not sign.isspace())


def _digit(sign: str) -> str:
    if sign.isascii() and sign.isdigit():
        return _DIGITS[int(sign)]
    if sign in _SIGNS:
        return _SIGNS[sign]
    if sign.isalpha():
        return sign.upper()
    raise Unspeakable(f"{sign!r} is no digit")


STYLES: Mapping[str, Callable[[Value, datetime], str]] = {"text": text, "digits": digits}
