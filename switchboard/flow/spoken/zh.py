"""Chinese: every style in words, and as it is written in a message."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

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
from switchboard.flow.spoken.zh_numbers import DIGITS, count, number
from switchboard.flow.values import Value

Style = Callable[[Value, datetime], str]

_SIGNS = {"+": "加", "*": "星号", "#": "井号", "-": "杠"}
_WEEKDAYS = "一二三四五六日"
_DAYS = {-2: "前天", -1: "昨天", 0: "今天", 1: "明天", 2: "后天"}


def takes_one(value: Value) -> bool:
    """Chinese words have one form; the first is it."""
    del value
    return True


def _text(value: Value, now: datetime) -> str:
    del now
    return translated_in(value, "zh")


def _digits(value: Value, now: datetime) -> str:
    del now
    return "".join(_sign(sign, one="一") for sign in text_in(value) if not sign.isspace())


def _sign(sign: str, *, one: str) -> str:
    if sign == "1":
        return one
    if sign.isascii() and sign.isdigit():
        return DIGITS[int(sign)]
    if sign in _SIGNS:
        return _SIGNS[sign]
    if sign.isalpha():
        return sign.upper()
    raise Unspeakable(f"{sign!r} is no digit")


def _spell(value: Value, now: datetime) -> str:
    del now
    return "，".join(_sign(sign, one="一") for sign in text_in(value) if not sign.isspace())


def _phone(value: Value, now: datetime) -> str:
    del now
    groups = phone_groups(text_in(value))
    return "，".join("".join(_sign(sign, one="幺") for sign in group) for group in groups)


def _number(value: Value, now: datetime) -> str:
    del now
    return number(number_in(value))


def _count(value: Value, now: datetime) -> str:
    del now
    return count(number_in(value))


def _money(value: Value, now: datetime) -> str:
    del now
    amount = amount_in(value)
    if amount < 0:
        return "负" + _positive_money(-amount)
    return _positive_money(amount)


def _positive_money(amount: Decimal) -> str:
    fen = int((amount * 100).to_integral_value(ROUND_HALF_UP))
    yuan, jiao, rest = fen // 100, fen // 10 % 10, fen % 10
    words = f"{count(yuan)}元" if yuan or not (jiao or rest) else ""
    if jiao:
        words += f"{count(jiao)}角"
    elif yuan and rest:
        words += "零"
    return words + (f"{count(rest)}分" if rest else "")


def _date(value: Value, now: datetime) -> str:
    day = date_in(value)
    year = "" if day.year == now.year else "".join(DIGITS[int(n)] for n in str(day.year)) + "年"
    return f"{year}{number(day.month)}月{number(day.day)}日"


def _day(value: Value, now: datetime) -> str:
    return f"{_date(value, now)}星期{_WEEKDAYS[date_in(value).weekday()]}"


def _month(value: Value, now: datetime) -> str:
    del now
    return f"{number(month_in(value))}月"


def _time(value: Value, now: datetime) -> str:
    at = time_in(value, now)
    hour = at.hour if at.hour <= 12 else at.hour - 12
    words = f"{_part_of_day(at)}{'零' if hour == 0 else count(hour)}点"
    if at.minute == 0:
        return words
    return f"{words}{'零' if at.minute < 10 else ''}{number(at.minute)}分"


def _part_of_day(at: time) -> str:
    for until, name in ((5, "凌晨"), (12, "上午"), (13, "中午"), (18, "下午")):
        if at.hour < until:
            return name
    return "晚上"


def _when(value: Value, now: datetime) -> str:
    moment = moment_in(value, now)
    return f"{_named_day(moment.date(), now, _date)}{_time(moment, now)}"


def _named_day(day: date, now: datetime, otherwise: Style) -> str:
    return _DAYS.get((day - now.date()).days) or otherwise(day, now)


_SPANS = ((86400, "天"), (3600, "小时"), (60, "分钟"), (1, "秒"))


def _duration(value: Value, now: datetime) -> str:
    del now
    return _span(span_in(value), lambda number_of: count(number_of))


def _span(span: timedelta, say: Callable[[int], str]) -> str:
    seconds = int(span.total_seconds())
    words = ""
    for unit, name in _SPANS:
        if seconds >= unit:
            words += f"{say(seconds // unit)}{name}"
            seconds %= unit
    return words or f"{say(0)}秒"


SPOKEN: Mapping[str, Style] = {
    "text": _text,
    "digits": _digits,
    "number": _number,
    "count": _count,
    "ordinal": _number,  # 第 stands in the text
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


def _plain_money(value: Value, now: datetime) -> str:
    del now
    return f"{amount_in(value):.2f}元"


def _plain_date(value: Value, now: datetime) -> str:
    day = date_in(value)
    return f"{'' if day.year == now.year else f'{day.year}年'}{day.month}月{day.day}日"


def _plain_day(value: Value, now: datetime) -> str:
    return f"{_plain_date(value, now)}星期{_WEEKDAYS[date_in(value).weekday()]}"


def _plain_month(value: Value, now: datetime) -> str:
    del now
    return f"{month_in(value)}月"


def _plain_time(value: Value, now: datetime) -> str:
    return f"{time_in(value, now):%H:%M}"


def _plain_when(value: Value, now: datetime) -> str:
    moment = moment_in(value, now)
    return f"{_named_day(moment.date(), now, _plain_date)}{moment:%H:%M}"


def _plain_duration(value: Value, now: datetime) -> str:
    del now
    return _span(span_in(value), str)


WRITTEN: Mapping[str, Style] = {
    "text": _text,
    "digits": _plain_text,
    "number": _plain_number,
    "count": _plain_number,
    "ordinal": _plain_number,
    "money": _plain_money,
    "date": _plain_date,
    "day": _plain_day,
    "month": _plain_month,
    "time": _plain_time,
    "when": _plain_when,
    "duration": _plain_duration,
    "phone": _plain_text,
    "spell": _plain_text,
}
