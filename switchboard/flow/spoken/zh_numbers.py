"""Chinese numbers in words.

Two ways to say 2: 二 as a figure, 两 as a number of things. Before 千, 万 and 亿 it is 两 in both;
before 百 it is 两 in counting. Zeros inside a number are said once.
"""

from decimal import Decimal

DIGITS = "零一二三四五六七八九"
_UNITS = ("", "十", "百", "千")
_SECTIONS = ("", "万", "亿", "万亿")


def number(value: int | Decimal) -> str:
    """Return a number in words: 三十八, 两千零五, 二点六三, 负一.

    >>> number(1005)
    '一千零五'
    """
    return _signed(value, counting=False)


def count(value: int | Decimal) -> str:
    """Return a number of things: 两, 十二, 两百.

    >>> count(2)
    '两'
    """
    return _signed(value, counting=True)


def _signed(value: int | Decimal, *, counting: bool) -> str:
    if value < 0:
        return "负" + _signed(-value, counting=counting)
    whole = int(value)
    words = "两" if counting and value == 2 else _whole(whole, counting=counting)
    part = str(value).partition(".")[2].rstrip("0") if isinstance(value, Decimal) else ""
    return words + ("点" + "".join(DIGITS[int(digit)] for digit in part) if part else "")


def _whole(value: int, *, counting: bool) -> str:
    if value == 0:
        return "零"
    words, gap = "", False
    for place in range(len(_SECTIONS) - 1, -1, -1):
        section = value // 10_000**place % 10_000
        if section == 0:
            gap = bool(words)
            continue
        if words and (gap or section < 1000):
            words += "零"
        said = _section(section, counting=counting, before=_SECTIONS[place])
        words += said + _SECTIONS[place]
        gap = False
    return words.removeprefix("一") if words.startswith("一十") else words


def _section(value: int, *, counting: bool, before: str) -> str:
    if value == 2 and before:
        return "两"
    words, gap = "", False
    for place in range(3, -1, -1):
        digit = value // 10**place % 10
        if digit == 0:
            gap = gap or bool(words)
            continue
        words += ("零" if gap else "") + _digit(digit, place, counting=counting) + _UNITS[place]
        gap = False
    return words


def _digit(digit: int, place: int, *, counting: bool) -> str:
    if digit == 2 and (place == 3 or (place == 2 and counting)):
        return "两"
    return DIGITS[digit]
