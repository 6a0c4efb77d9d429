"""The styles that values are spoken in, and how a value is taken for each."""

from collections.abc import Mapping
from decimal import Decimal

from switchboard.flow.values import Value

STYLES: Mapping[str, str] = {
    "text": "as it stands; of a translated text the caller's language",
    "digits": "digit by digit",
    "number": "as a number",
    "count": "as a number of things: two is 两, not 二; of a list its length",
    "ordinal": "first, second; 第一, 第二",
    "money": "an amount of money",
    "date": "day and month, with the year when it is another one",
    "day": "a date with its day of the week",
    "month": "the month",
    "time": "a time of day",
    "when": "a moment as people say it: today at five past eight",
    "duration": "a span of time",
    "phone": "a telephone number, in groups",
    "spell": "letter by letter",
}
"""Every style, and what it says."""


class Unspeakable(ValueError):  # noqa: N818 - what it is
    """A value has no words in this style; the message says why."""


def number_in(value: Value) -> int | Decimal:
    """Return the number that *value* is; of a list its length.

    Raises:
        Unspeakable: it is none.
    """
    if isinstance(value, bool):
        raise Unspeakable("a truth is no number")
    if isinstance(value, (int, Decimal)):
        return value
    if isinstance(value, (list, tuple)):
        return len(value)
    try:
        found = Decimal(str(value))
    except ArithmeticError:
        raise Unspeakable("the value is no number") from None
    if not found.is_finite() or abs(found) >= 10**15:
        raise Unspeakable("the number is too large to be said")
    return int(found) if found == found.to_integral_value() else found


def text_in(value: Value) -> str:
    """Return the text of *value*.

    Raises:
        Unspeakable: rows and lists have none.
    """
    if isinstance(value, (str, int, Decimal)) and not isinstance(value, bool):
        return str(value)
    raise Unspeakable(f"a {type(value).__name__} has no text")
