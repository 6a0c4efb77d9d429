"""English numbers in words, as they are said in Britain: one hundred and twenty-five."""

from decimal import Decimal

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_SMALL = (
    *DIGITS,
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_LARGE = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (1000, "thousand"))
_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}


def number(value: int | Decimal) -> str:
    """Return a number in words.

    >>> number(1005)
    'one thousand and five'
    >>> number(Decimal("2.63"))
    'two point six three'
    """
    if value < 0:
        return "minus " + number(-value)
    words = _whole(int(value))
    part = str(value).partition(".")[2].rstrip("0") if isinstance(value, Decimal) else ""
    return f"{words} point {' '.join(DIGITS[int(digit)] for digit in part)}" if part else words


def _whole(value: int) -> str:
    words: list[str] = []
    rest = value
    for size, name in _LARGE:
        if rest >= size:
            words.append(f"{_below_thousand(rest // size)} {name}")
            rest %= size
    if rest or not words:
        small = _below_thousand(rest)
        words.append(f"and {small}" if words and rest < 100 else small)
    return " ".join(words)


def _below_thousand(value: int) -> str:
    if value >= 100:
        hundreds = f"{_SMALL[value // 100]} hundred"
        return f"{hundreds} and {_below_hundred(value % 100)}" if value % 100 else hundreds
    return _below_hundred(value)


def _below_hundred(value: int) -> str:
    if value < 20:
        return _SMALL[value]
    tens = _TENS[value // 10]
    return f"{tens}-{_SMALL[value % 10]}" if value % 10 else tens


def ordinal(value: int) -> str:
    """Return a place in an order.

    >>> ordinal(22)
    'twenty-second'
    """
    words = number(value)
    begin = max(words.rfind(" "), words.rfind("-")) + 1
    last = words[begin:]
    if last.endswith("y"):
        return f"{words[:begin]}{last[:-1]}ieth"
    return words[:begin] + _ORDINALS.get(last, f"{last}th")


def year(value: int) -> str:
    """Return a year as it is said: twenty twenty-seven, two thousand and five."""
    century, rest = divmod(value, 100)
    if not 1100 <= value <= 2099 or 2000 <= value < 2010:
        return number(value)
    if rest == 0:
        return f"{number(century)} hundred"
    return f"{number(century)} {'oh ' if rest < 10 else ''}{number(rest)}"
