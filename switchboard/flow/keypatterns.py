r"""Patterns over the keys of a phone: does an answer match, and could one more key still help?

A pattern is a small part of regular expressions: digits, ``[0-9]``, ``\d``, ``.``, groups,
``|``, ``?``, ``*``, ``+``, ``{n,m}``. Python's ``re`` cannot tell whether a longer answer could
match, and it can be made to run for ever; so patterns are read here and matched by their position
automaton (Glushkov, 1961): each key in the pattern is a state, and its cost is the answer's length
times the pattern's, whatever is written.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

SIGNS = "0123456789*#"
MAX_REPEAT = 40  # no answer on a phone is longer
MAX_STATES = 400


class BadPattern(ValueError):  # noqa: N818 - what it is
    """A text is no pattern over keys; says why."""


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
    """Matches *inner* so many times; *most* is None for "any number of times"."""

    inner: "_Pattern"
    least: int
    most: int | None


_Pattern = _Empty | _One | _Then | _Or | _Repeat


def matches(pattern: str, keys: str) -> bool:
    """Whether *pattern* matches the whole of *keys*."""
    automaton = _automaton(pattern)
    if not keys:
        return automaton.nullable
    return not automaton.last.isdisjoint(automaton.after(keys))


def can_grow(pattern: str, keys: str) -> bool:
    """Whether one key more, or several, could make *keys* an answer that *pattern* matches."""
    automaton = _automaton(pattern)
    if not keys:
        return bool(automaton.first)
    return any(automaton.follow[state] for state in automaton.after(keys))


def longest(pattern: str) -> int:
    """Return how many keys the longest answer that *pattern* matches has."""
    return _longest(_read(pattern))


def captures(pattern: str, keys: str) -> tuple[str, ...]:
    """Return what the groups of *pattern* took of *keys*; empty texts for those that took none.

    Only for keys that match: then Python's own matcher has one short way to go.
    """
    found = re.fullmatch(pattern, keys, re.ASCII) if matches(pattern, keys) else None
    return tuple(group or "" for group in found.groups()) if found is not None else ()


def read_pattern(text: str) -> None:
    """Read a pattern, to see whether it is one.

    Raises:
        BadPattern: it holds what no pattern over keys has, or is too long.
    """
    _automaton(text)


# --- reading -----------------------------------------------------------------------------------


def _read(text: str) -> _Pattern:
    reader = _Reader(text)
    pattern = reader.alternatives()
    if not reader.at_end:
        raise BadPattern(f"the ) at {reader.at + 1} has no (")
    return pattern


_COUNTS: Mapping[str, tuple[int, int | None]] = {"?": (0, 1), "*": (0, None), "+": (1, None)}


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
            pattern = _Or(pattern, self._sequence())
        return pattern

    def _sequence(self) -> _Pattern:
        pattern: _Pattern = _Empty()
        while not self.at_end and self._peek() not in "|)":
            pattern = _Then(pattern, self._repeated())
        return pattern

    def _repeated(self) -> _Pattern:
        pattern = self._atom()
        while (sign := self._peek()) and sign in "?*+{":
            self.at += 1
            least, most = _COUNTS.get(sign) or self._counts()
            pattern = _Repeat(pattern, least, most)
        return pattern

    def _counts(self) -> tuple[int, int | None]:
        found = re.compile(r"(\d+)(,(\d*))?\}").match(self.text, self.at)
        if found is None:
            raise BadPattern("a { is followed by a count, as in {4} or {10,13}")
        self.at = found.end()
        least = int(found[1])
        most = least if found[2] is None else int(found[3]) if found[3] else None
        if least > (least if most is None else most) or max(least, most or 0) > MAX_REPEAT:
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


# --- matching ----------------------------------------------------------------------------------


class _Automaton:
    """The position automaton of a pattern: its states are the keys written in it.

    Attributes:
        signs: The keys that lead into each state.
        follow: The states that may follow each.
        first: The states that may begin an answer.
        last: The states that may end one.
        nullable: Whether the empty answer matches.
    """

    def __init__(self, pattern: _Pattern) -> None:
        self.signs: list[frozenset[str]] = []
        self.follow: list[set[int]] = []
        self.nullable, self.first, self.last = self._add(pattern)

    def after(self, keys: str) -> set[int]:
        """The states that the automaton may be in after *keys*."""
        states = {state for state in self.first if keys[0] in self.signs[state]}
        for sign in keys[1:]:
            following = set().union(*(self.follow[state] for state in states))
            states = {state for state in following if sign in self.signs[state]}
        return states

    def _add(self, pattern: _Pattern) -> tuple[bool, set[int], set[int]]:
        """Add the states of a part; whether it may be empty, its first and its last states."""
        match pattern:
            case _One(signs):
                self.signs.append(signs)
                self.follow.append(set())
                if len(self.signs) > MAX_STATES:
                    raise BadPattern(f"a pattern has at most {MAX_STATES} keys, counts multiplied")
                return False, {len(self.signs) - 1}, {len(self.signs) - 1}
            case _Then(first, second):
                return self._join(self._add(first), self._add(second))
            case _Or(either, other):
                (empty, first_a, last_a), (void, first_b, last_b) = (
                    self._add(either),
                    self._add(other),
                )
                return empty or void, first_a | first_b, last_a | last_b
            case _Repeat(inner, least, most):
                return self._repeat(inner, least, most)
        return True, set(), set()

    def _join(
        self, one: tuple[bool, set[int], set[int]], two: tuple[bool, set[int], set[int]]
    ) -> tuple[bool, set[int], set[int]]:
        for state in one[2]:
            self.follow[state] |= two[1]
        first = one[1] | two[1] if one[0] else one[1]
        last = one[2] | two[2] if two[0] else two[2]
        return one[0] and two[0], first, last

    def _repeat(
        self, inner: _Pattern, least: int, most: int | None
    ) -> tuple[bool, set[int], set[int]]:
        whole: tuple[bool, set[int], set[int]] = (True, set(), set())
        for _ in range(max(least, 1) if most is None else least):
            latest = self._add(inner)
            whole = self._join(whole, latest)
        if most is None:
            for state in latest[2]:
                self.follow[state] |= latest[1]
            return (whole[0] or least == 0), whole[1], whole[2]
        for _ in range(most - least):
            _, first, last = self._add(inner)
            whole = self._join(whole, (True, first, last))
        return whole


@lru_cache(maxsize=1024)
def _automaton(pattern: str) -> _Automaton:
    return _Automaton(_read(pattern))


def _longest(pattern: _Pattern) -> int:
    match pattern:
        case _One(_):
            return 1
        case _Then(first, second):
            return min(MAX_REPEAT, _longest(first) + _longest(second))
        case _Or(either, other):
            return max(_longest(either), _longest(other))
        case _Repeat(inner, _, most):
            return min(MAX_REPEAT, (MAX_REPEAT if most is None else most) * _longest(inner))
    return 0
