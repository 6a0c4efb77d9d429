r"""Patterns over the keys of a phone: does an answer match, and could one more key still help?

A pattern is a small part of regular expressions: digits, ``[0-9]``, ``\d``, ``.``, groups,
``|``, ``?``, ``*``, ``+``, ``{n,m}``. Python's ``re`` cannot tell whether a longer answer could
match, and it can be made to run for ever; so patterns are read here and matched by derivatives
(Brzozowski, 1964): the derivative of a pattern by a key is what may follow that key.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

SIGNS = "0123456789*#"
MAX_REPEAT = 40  # no answer on a phone is longer


class BadPattern(ValueError):  # noqa: N818 - what it is
    """A text is no pattern over keys; says why."""


@dataclass(frozen=True, slots=True)
class _Nothing:
    """Matches no keys at all: a dead end."""


@dataclass(frozen=True, slots=True)
class _Empty:
    """Matches the empty answer."""


@dataclass(frozen=True, slots=True)
class _One:
    """Matches one key of these."""

    signs: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Then:
    first: "_Pattern"
    second: "_Pattern"


@dataclass(frozen=True, slots=True)
class _Or:
    either: "_Pattern"
    other: "_Pattern"


@dataclass(frozen=True, slots=True)
class _Repeat:
    inner: "_Pattern"
    least: int
    most: int


_Pattern = _Nothing | _Empty | _One | _Then | _Or | _Repeat

_NOTHING, _EMPTY = _Nothing(), _Empty()


def matches(pattern: str, keys: str) -> bool:
    """Whether *pattern* matches the whole of *keys*."""
    return _takes_empty(_after(pattern, keys))


def can_grow(pattern: str, keys: str) -> bool:
    """Whether one key more, or several, could make *keys* an answer that *pattern* matches."""
    rest = _after(pattern, keys)
    return any(_derive(rest, sign) != _NOTHING for sign in SIGNS)


def longest(pattern: str) -> int:
    """Return how many keys the longest answer that *pattern* matches has."""
    return _longest(read_pattern(pattern))


def captures(pattern: str, keys: str) -> tuple[str, ...]:
    """Return what the groups of *pattern* took of *keys*; empty texts for those that took none."""
    found = re.fullmatch(pattern, keys, re.ASCII)  # read before: a pattern that cannot run away
    return tuple(group or "" for group in found.groups()) if found is not None else ()


@lru_cache(maxsize=4096)
def _after(pattern: str, keys: str) -> _Pattern:
    return _derive(_after(pattern, keys[:-1]), keys[-1]) if keys else read_pattern(pattern)


# --- reading -----------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def read_pattern(text: str) -> _Pattern:
    """Read a pattern.

    Raises:
        BadPattern: it holds what no pattern over keys has.
    """
    reader = _Reader(text)
    pattern = reader.alternatives()
    if not reader.at_end:
        raise BadPattern(f"the ) at {reader.at + 1} has no (")
    return pattern


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    @property
    def at_end(self) -> bool:
        return self.at >= len(self.text)

    def _peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def _take(self, sign: str) -> bool:
        if self._peek() != sign:
            return False
        self.at += 1
        return True

    def alternatives(self) -> _Pattern:
        pattern = self._sequence()
        while self._take("|"):
            pattern = _or(pattern, self._sequence())
        return pattern

    def _sequence(self) -> _Pattern:
        pattern: _Pattern = _EMPTY
        while not self.at_end and self._peek() not in "|)":
            pattern = _then(pattern, self._repeated())
        return pattern

    def _repeated(self) -> _Pattern:
        pattern = self._atom()
        while (sign := self._peek()) and sign in "?*+{":
            self.at += 1
            least, most = {"?": (0, 1), "*": (0, MAX_REPEAT), "+": (1, MAX_REPEAT)}.get(
                sign
            ) or self._counts()
            pattern = _Repeat(pattern, least, most)
        return pattern

    def _counts(self) -> tuple[int, int]:
        found = re.compile(r"(\d+)(,(\d*))?\}").match(self.text, self.at)
        if found is None:
            raise BadPattern("a { is followed by a count, as in {4} or {10,13}")
        self.at = found.end()
        least = int(found[1])
        most = least if found[2] is None else int(found[3] or MAX_REPEAT)
        if least > most or most > MAX_REPEAT:
            raise BadPattern(
                f"a count goes from a smaller to a larger number, at most {MAX_REPEAT}"
            )
        return least, most

    def _atom(self) -> _Pattern:
        sign = self.text[self.at]
        self.at += 1
        if sign == "(":
            self.text = self.text[: self.at] + self.text[self.at :].removeprefix("?:")
            pattern = self.alternatives()
            if not self._take(")"):
                raise BadPattern("a ( has no )")
            return pattern
        if sign == "[":
            return self._choice()
        if sign == ".":
            return _One(frozenset(SIGNS))
        if sign == "\\":
            return self._escaped()
        if sign in "0123456789#":
            return _One(frozenset(sign))
        raise BadPattern(
            f"{sign!r} is no key; there are the digits, #, \\*, [0-9], ( ), |, ? and {{ }}"
        )

    def _escaped(self) -> _Pattern:
        sign = self._peek()
        self.at += 1
        if sign == "d":
            return _One(frozenset("0123456789"))
        if sign in ("*", "#"):
            return _One(frozenset(sign))
        raise BadPattern(f"\\{sign} means nothing here; there are \\d and \\*")

    def _choice(self) -> _Pattern:
        found = re.compile(r"(\^?)((?:\d-\d|[\d*#])+)\]").match(self.text, self.at)
        if found is None:
            raise BadPattern("a [ is followed by keys and a ], as in [0-9] or [135]")
        self.at = found.end()
        signs = set[str]()
        for part in re.findall(r"\d-\d|[\d*#]", found[2]):
            low, high = part[0], part[-1]
            signs.update(SIGNS[SIGNS.index(low) : SIGNS.index(high) + 1])
        return _One(frozenset(SIGNS) - signs if found[1] else frozenset(signs))


# --- deriving ------------------------------------------------------------------------------------


def _then(first: _Pattern, second: _Pattern) -> _Pattern:
    if _NOTHING in (first, second):
        return _NOTHING
    if first == _EMPTY:
        return second
    return first if second == _EMPTY else _Then(first, second)


def _or(either: _Pattern, other: _Pattern) -> _Pattern:
    if either in (_NOTHING, other):
        return other
    return either if other == _NOTHING else _Or(either, other)


def _takes_empty(pattern: _Pattern) -> bool:
    match pattern:
        case _Empty():
            return True
        case _Then(first, second):
            return _takes_empty(first) and _takes_empty(second)
        case _Or(either, other):
            return _takes_empty(either) or _takes_empty(other)
        case _Repeat(inner, least, _):
            return least == 0 or _takes_empty(inner)
    return False


@lru_cache(maxsize=4096)
def _derive(pattern: _Pattern, sign: str) -> _Pattern:
    match pattern:
        case _One(signs):
            return _EMPTY if sign in signs else _NOTHING
        case _Then(first, second):
            derived = _then(_derive(first, sign), second)
            return _or(derived, _derive(second, sign)) if _takes_empty(first) else derived
        case _Or(either, other):
            return _or(_derive(either, sign), _derive(other, sign))
        case _Repeat(inner, least, most):
            rest = _Repeat(inner, max(0, least - 1), most - 1) if most > 1 else _EMPTY
            return _then(_derive(inner, sign), rest)
    return _NOTHING


def _longest(pattern: _Pattern) -> int:
    match pattern:
        case _One(_):
            return 1
        case _Then(first, second):
            return _longest(first) + _longest(second)
        case _Or(either, other):
            return max(_longest(either), _longest(other))
        case _Repeat(inner, _, most):
            return min(MAX_REPEAT, most * _longest(inner))
    return 0
