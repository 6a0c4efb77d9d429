"""What callers key for an `ask`: which keys it may have, and the value they mean."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from switchboard.flow.effects import Keypad
from switchboard.flow.keypatterns import longest, matches
from switchboard.flow.names import key_of, sign_of
from switchboard.flow.values import Value

LONGEST = 20  # keys of an answer whose length nobody limits; the longest telephone number has 15


class AnswerKind(StrEnum):
    """What an `ask` asks for."""

    DIGITS = "digits"  # a text of digits; zeros survive
    NUMBER = "number"  # a whole number
    AMOUNT = "amount"  # star is the decimal point
    DATE = "date"  # year, month, day: 20261201; or month and day: 1201
    TIME = "time"  # hours and minutes: 0830
    PHONE = "phone"  # a telephone number; star first is the + before a country code
    CHOICE = "choice"  # one key, and what it means
    SECRET = "secret"  # noqa: S105 - digits that stand in no value: for a look-up or a request


class Asked(Protocol):
    """What limits an answer."""

    answer: AnswerKind
    length: tuple[int, int] | None
    between: tuple[int, int] | None
    choices: Mapping[str, Any]
    pattern: str | None
    end_key: Any


def keypad_for(asked: Asked, leading: frozenset[str]) -> Keypad:
    """Return the keypad for an answer.

    Args:
        asked: What limits it.
        leading: Signs that lead elsewhere when they are pressed first.
    """
    kind = asked.answer
    if kind is AnswerKind.CHOICE:
        return Keypad(longest=1, alone=leading)
    alone = leading & {"*", "#"}
    if kind is AnswerKind.PHONE:
        alone -= {"*"}  # it begins a number
    end_key = sign_of(asked.end_key) if asked.end_key else _end_key(asked)
    if kind is AnswerKind.SECRET:
        return secret_keypad(asked.length, alone)
    whole = () if asked.pattern is None else (asked.pattern,)
    return Keypad(longest=_longest(asked), end_key=end_key, alone=alone, whole=whole)


def secret_keypad(length: tuple[int, int] | None, alone: frozenset[str]) -> Keypad:
    """Return the keypad for a secret: of known length, else ended by hash."""
    if length is None:
        return Keypad(longest=LONGEST, end_key="#", alone=alone)
    end_key = "" if length[0] == length[1] else "#"
    return Keypad(longest=length[1], end_key=end_key, alone=alone)


def _end_key(asked: Asked) -> str:
    """Without a known length an answer needs a key that ends it: that is hash."""
    limited = (asked.length, asked.between, asked.pattern) != (None, None, None)
    return "" if limited or asked.answer in (AnswerKind.DATE, AnswerKind.TIME) else "#"


def _longest(asked: Asked) -> int:
    if asked.length is not None:
        return asked.length[1]
    if asked.pattern is not None:
        return longest(asked.pattern)
    if asked.between is not None:
        return len(str(asked.between[1]))
    return {AnswerKind.DATE: 8, AnswerKind.TIME: 4}.get(asked.answer, LONGEST)


def read_answer(asked: Asked, keys: str, now: datetime) -> Value | None:
    """Return the value that *keys* mean, or None when they are no answer."""
    if asked.answer is AnswerKind.CHOICE:
        return asked.choices.get(key_of(keys))
    if not keys or not _fits(asked, keys):
        return None
    value = _READERS[asked.answer](keys, now)
    if asked.between is not None and isinstance(value, (int, Decimal)):
        low, high = asked.between
        return value if low <= value <= high else None
    return value


def _fits(asked: Asked, keys: str) -> bool:
    if asked.length is not None and not asked.length[0] <= len(keys) <= asked.length[1]:
        return False
    return asked.pattern is None or matches(asked.pattern, keys)


def _digits(keys: str, now: datetime) -> str | None:
    del now
    return keys if keys.isdecimal() else None


def _number(keys: str, now: datetime) -> int | None:
    del now
    return int(keys) if keys.isdecimal() else None


def _amount(keys: str, now: datetime) -> Decimal | None:
    del now
    whole, star, part = keys.partition("*")
    if not whole.isdecimal() or (star and not part.isdecimal()):
        return None
    return Decimal(f"{whole}.{part}") if star else Decimal(whole)


def _date(keys: str, now: datetime) -> date | None:
    if not keys.isdecimal() or len(keys) not in (4, 8):
        return None
    today = now.date()
    try:
        if len(keys) == 8:
            return date(int(keys[:4]), int(keys[4:6]), int(keys[6:]))
        found = date(today.year, int(keys[:2]), int(keys[2:]))
        return found if found >= today else found.replace(year=today.year + 1)
    except ValueError:
        return None


def _time(keys: str, now: datetime) -> time | None:
    del now
    if not keys.isdecimal() or len(keys) != 4:
        return None
    try:
        return time(int(keys[:2]), int(keys[2:]))
    except ValueError:
        return None


def _phone(keys: str, now: datetime) -> str | None:
    del now
    number = f"+{keys[1:]}" if keys.startswith("*") else keys
    return number if number.removeprefix("+").isdecimal() and len(keys) >= 3 else None


_READERS: Mapping[AnswerKind, Callable[[str, datetime], Value | None]] = {
    AnswerKind.DIGITS: _digits,
    AnswerKind.NUMBER: _number,
    AnswerKind.AMOUNT: _amount,
    AnswerKind.DATE: _date,
    AnswerKind.TIME: _time,
    AnswerKind.PHONE: _phone,
}
