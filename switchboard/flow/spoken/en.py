"""English: every style in words, and as it is written in a message."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from switchboard.flow.spoken.en_numbers import DIGITS, number, ordinal, year
from switchboard.flow.spoken.style import (
    Unspeakable,
    amount_in,
    date_in,
    moment_in,
    month_in,
    number_in,
    phone_groups,
    span_in,
    text_in,
    time_in,
    translated_in,
)
from switchboard.flow.values import Value

Style = Callable[[Value, datetime], str]

_SIGNS = {"+": "plus", "*": "star", "#": "hash", "-": "dash"}
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAYS = {-1: "yesterday", 0: "today", 1: "tomorrow"}


def takes_one(value: Value) -> bool:
    """One apple; none, two and 1.5 apples."""
    return bool(value == 1)


def _text(value: Value, now: datetime) -> str:
    del now
    return translated_in(value, "en")


def _digits(value: Value, now: datetime) -> str:
    del now
    return " ".join(_sign(sign) for sign in text_in(value) if not sign.isspace())


def _sign(sign: str) -> str:
    if sign.isascii() and sign.isdigit():
        return DIGITS[int(sign)]
    if sign in _SIGNS:
        return _SIGNS[sign]
    if sign.isalpha():
        return sign.upper()
    raise Unspeakable(f"{sign!r} is no digit")


def _spell(value: Value, now: datetime) -> str:
    del now
    return ", ".join(_sign(sign) for sign in text_in(value) if not sign.isspace())


def _phone(value: Value, now: datetime) -> str:
    del now
    groups = phone_groups(text_in(value))
    return ", ".join(" ".join(_sign(sign) for sign in group) for group in groups)


def _number(value: Value, now: datetime) -> str:
    del now
    return number(number_in(value))


def _whole_in(value: Value) -> int:
    found = number_in(value)
    if not isinstance(found, int) or found < 1:
        raise Unspeakable("only whole numbers from 1 have a place in an order")
    return found


def _ordinal(value: Value, now: datetime) -> str:
    del now
    return ordinal(_whole_in(value))


def _money(value: Value, now: datetime) -> str:
    del now
    amount = amount_in(value)
    return ("minus " if amount < 0 else "") + _positive_money(abs(amount))


def _positive_money(amount: Decimal) -> str:
    yuan, fen = divmod(int((amount * 100).to_integral_value(ROUND_HALF_UP)), 100)
    if not fen:
        return f"{number(yuan)} yuan"
    if not yuan:
        return f"{number(fen)} fen"
    # Below ten the name is said, else "five" could be fifty.
    return (
        f"{number(yuan)} yuan {number(fen)}"
        if fen >= 10
        else (f"{number(yuan)} yuan and {number(fen)} fen")
    )


def _date(value: Value, now: datetime) -> str:
    day = date_in(value)
    words = f"the {ordinal(day.day)} of {_MONTHS[day.month - 1]}"
    return words if day.year == now.year else f"{words} {year(day.year)}"


def _day(value: Value, now: datetime) -> str:
    return f"{_WEEKDAYS[date_in(value).weekday()]} {_date(value, now)}"


def _month(value: Value, now: datetime) -> str:
    del now
    return _MONTHS[month_in(value) - 1]


def _time(value: Value, now: datetime) -> str:
    at = time_in(value, now)
    if (at.hour, at.minute) == (0, 0):
        return "midnight"
    if (at.hour, at.minute) == (12, 0):
        return "noon"
    if at.minute > 30:
        later = at.replace(hour=(at.hour + 1) % 24)
        return f"{_minutes(60 - at.minute)} to {_hour(later)} {_part_of_day(at)}"
    past = f"{_minutes(at.minute)} past " if at.minute else ""
    return f"{past}{_hour(at)} {_part_of_day(at)}"


def _minutes(minutes: int) -> str:
    if minutes in (15, 30):
        return {15: "quarter", 30: "half"}[minutes]
    if minutes % 5 == 0:
        return number(minutes)
    return f"{number(minutes)} {'minute' if minutes == 1 else 'minutes'}"


def _hour(at: time) -> str:
    return number(at.hour % 12 or 12)


def _part_of_day(at: time) -> str:
    for until, name in ((12, "in the morning"), (18, "in the afternoon"), (22, "in the evening")):
        if at.hour < until:
            return name
    return "at night"


def _when(value: Value, now: datetime) -> str:
    moment = moment_in(value, now)
    return f"{_named_day(moment.date(), now, _date)} at {_time(moment, now)}"


def _named_day(day: date, now: datetime, otherwise: Style) -> str:
    return _DAYS.get((day - now.date()).days) or f"on {otherwise(day, now)}"


_SPANS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


def _duration(value: Value, now: datetime) -> str:
    del now
    return _span(span_in(value), lambda count: number(count))


def _span(span: timedelta, say: Callable[[int], str]) -> str:
    seconds = int(span.total_seconds())
    parts = []
    for unit, name in _SPANS:
        if seconds >= unit:
            count = seconds // unit
            parts.append(f"{say(count)} {name}{'' if count == 1 else 's'}")
            seconds %= unit
    if not parts:
        return f"{say(0)} seconds"
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


SPOKEN: Mapping[str, Style] = {
    "text": _text,
    "digits": _digits,
    "number": _number,
    "count": _number,
    "ordinal": _ordinal,
    "money": _money,
    "date": _date,
    "day": _day,
    "month": _month,
    "time": _time,
    "when": _when,
    "duration": _duration,
    "phone": _phone,
    "spell": _spell,
}


# --- in messages ----------------------------------------------------------------------------------


def _plain_text(value: Value, now: datetime) -> str:
    del now
    return text_in(value)


def _plain_number(value: Value, now: datetime) -> str:
    del now
    return str(number_in(value))


def _plain_ordinal(value: Value, now: datetime) -> str:
    del now
    place = _whole_in(value)
    ending = "th" if 10 <= place % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place}{ending}"


def _plain_money(value: Value, now: datetime) -> str:
    del now
    return f"{amount_in(value):.2f} yuan"


def _plain_date(value: Value, now: datetime) -> str:
    day = date_in(value)
    words = f"{day.day} {_MONTHS[day.month - 1]}"
    return words if day.year == now.year else f"{words} {day.year}"


def _plain_day(value: Value, now: datetime) -> str:
    return f"{_WEEKDAYS[date_in(value).weekday()]} {_plain_date(value, now)}"


def _plain_time(value: Value, now: datetime) -> str:
    return f"{time_in(value, now):%H:%M}"


def _plain_when(value: Value, now: datetime) -> str:
    moment = moment_in(value, now)
    return f"{_named_day(moment.date(), now, _plain_date)} at {moment:%H:%M}"


def _plain_duration(value: Value, now: datetime) -> str:
    del now
    return _span(span_in(value), str)


WRITTEN: Mapping[str, Style] = {
    "text": _text,
    "digits": _plain_text,
    "number": _plain_number,
    "count": _plain_number,
    "ordinal": _plain_ordinal,
    "money": _plain_money,
    "date": _plain_date,
    "day": _plain_day,
    "month": _month,
    "time": _plain_time,
    "when": _plain_when,
    "duration": _plain_duration,
    "phone": _plain_text,
    "spell": _plain_text,
}
