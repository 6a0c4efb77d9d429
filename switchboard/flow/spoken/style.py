"""The styles that values are spoken in, and how a value is taken for each."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from switchboard.flow.moments import as_date, as_moment, as_time
from switchboard.flow.values import Value

STYLES: Mapping[str, str] = {
    "text": "as it stands; of a translated text the caller's language",
    "digits": "digit by digit",
    "number": "as a number",
    "count": "as a number of things: in Chinese 2 is 两, not 二; of a list its length",
    "ordinal": "a place in an order: second; in Chinese 二, the 第 stands in the text",
    "money": "an amount of money",
    "date": "day and month, with the year when it is another one",
    "day": "a date with its day of the week",
    "month": "the month of a date, or of a number from 1 to 12",
    "time": "a time of day",
    "when": "a moment as people say it: today at five past eight in the morning",
    "duration": "a span of time",
    "phone": "a telephone number, in groups",
    "spell": "letter by letter",
}
"""Every style, and what it says."""

SPOKEN_AS_TYPES: Mapping[str, frozenset[str]] = {
    "number": frozenset({"number", "amount", "digits", "text", "list"}),
    "count": frozenset({"number", "amount", "digits", "text", "list"}),
    "ordinal": frozenset({"number", "digits", "text"}),
    "money": frozenset({"number", "amount", "digits", "text"}),
    "date": frozenset({"date", "moment", "text"}),
    "day": frozenset({"date", "moment", "text"}),
    "month": frozenset({"date", "moment", "number", "text"}),
    "time": frozenset({"time", "moment", "text"}),
    "when": frozenset({"moment", "text"}),
    "duration": frozenset({"duration"}),
    "phone": frozenset({"phone", "digits", "text", "extension", "agent"}),
    "digits": frozenset({"phone", "digits", "text", "number", "extension", "agent"}),
    "spell": frozenset({"phone", "digits", "text", "number", "extension", "agent"}),
    "text": frozenset(
        {"phone", "digits", "text", "number", "amount", "translated", "extension", "agent"}
    ),
}
"""Which types of values have words in each style."""

MAX_NUMBER = 10**15


class KeySign(str):
    """A key of the phone as texts write it: "press 1", never "press one"."""

    __slots__ = ()


class Unspeakable(ValueError):  # noqa: N818 - what it is
    """A value has no words in this style; the message says why."""


def number_in(value: Value) -> int | Decimal:
    """Return the number that *value* is; of a list its length.

    Raises:
        Unspeakable: it is none, or too large to be said.
    """
    if isinstance(value, (list, tuple)):
        return len(value)
    if isinstance(value, bool):
        raise Unspeakable("a truth is no number")
    found: int | Decimal = value if isinstance(value, (int, Decimal)) else _decimal(value)
    if isinstance(found, Decimal) and not found.is_finite():
        raise Unspeakable("the value is no number")
    if abs(Decimal(found)) >= MAX_NUMBER:
        raise Unspeakable("the number is too large to be said")
    whole = int(found)
    return whole if found == whole else found


def _decimal(value: Value) -> Decimal:
    try:
        return Decimal(str(value))
    except ArithmeticError:
        raise Unspeakable("the value is no number") from None


def amount_in(value: Value) -> Decimal:
    """Return the amount of money that *value* is."""
    if isinstance(value, (list, tuple)):
        raise Unspeakable("a list is no amount of money")
    return Decimal(number_in(value))


def text_in(value: Value) -> str:
    """Return the text of *value*.

    Raises:
        Unspeakable: truths, rows and lists have none.
    """
    if isinstance(value, (str, int, Decimal)) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, float):
        return repr(value)
    raise Unspeakable(f"there are no words for a {_kind(value)}")


def _kind(value: Value) -> str:
    names: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (bool, "truth"),
        (Mapping, "row"),
        ((list, tuple), "list"),
        (timedelta, "duration"),
        (datetime, "moment"),
        (date, "date"),
        (time, "time"),
    )
    return next((name for kind, name in names if isinstance(value, kind)), "value like this")


def translated_in(value: Value, language: str) -> str:
    """Return the text of *value*; of a text in several languages the one in *language*."""
    if isinstance(value, Mapping):
        found = value.get(language) or next(iter(value.values()), None)
        return text_in(found)
    return text_in(value)


def date_in(value: Value) -> date:
    """Return the date that *value* is or writes."""
    found = as_date(value)
    if found is None:
        raise Unspeakable("the value is no date")
    return found


def month_in(value: Value) -> int:
    """Return the month, 1 to 12, that *value* is or lies in."""
    found = as_date(value)
    if found is not None:
        return found.month
    month = number_in(value)
    if not isinstance(month, int) or not 1 <= month <= 12:
        raise Unspeakable("the value is no month")
    return month


def time_in(value: Value, now: datetime) -> time:
    """Return the time of day that *value* is, writes or lies at, where the centre is."""
    moment = as_moment(value, now.tzinfo)
    if moment is not None:
        return moment.astimezone(now.tzinfo).time()
    found = as_time(value)
    if found is None:
        raise Unspeakable("the value is no time of day")
    return found


def moment_in(value: Value, now: datetime) -> datetime:
    """Return the moment that *value* is or writes, where the centre is."""
    found = as_moment(value, now.tzinfo)
    if found is None:
        raise Unspeakable("the value is no moment")
    return found.astimezone(now.tzinfo)


def span_in(value: Value) -> timedelta:
    """Return the span of time that *value* is."""
    if not isinstance(value, timedelta) or value < timedelta(0):
        raise Unspeakable("the value is no span of time")
    return value


_CHINESE_MOBILE = re.compile(r"(?:\+86)?(1\d{2})(\d{4})(\d{4})")


def phone_groups(number: str) -> list[str]:
    """Return a telephone number in the groups it is said in.

    A Chinese mobile number loses its country code and goes 3, 4, 4; any other number goes in groups
    of four from its end, the first one longer rather than a group of one.
    """
    plain = re.sub(r"[\s()-]", "", number)
    mobile = _CHINESE_MOBILE.fullmatch(plain)
    if mobile is not None:
        return list(mobile.groups())
    groups: list[str] = []
    while len(plain) > 5:
        groups.insert(0, plain[-4:])
        plain = plain[:-4]
    return [plain, *groups] if plain else groups
