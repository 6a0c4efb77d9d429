"""The functions of formulas. Each takes one value at most, so no formula has a comma.

A function of an unknown value, or of a value it has no use for, is unknown; only ``known`` and
``count`` always answer. Dates and moments may come as text, as rows from outside bear them.
"""

from collections.abc import Callable, Mapping, Sized
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from switchboard.flow.moments import as_date, as_moment
from switchboard.flow.values import UNKNOWN, Value


class Scope(Protocol):
    """Where a formula is computed."""

    @property
    def now(self) -> datetime:
        """The moment of the step, aware, in the centre's zone."""
        ...

    def value(self, name: str) -> Value:
        """The value of that name, or unknown."""
        ...


@dataclass(frozen=True, slots=True)
class Function:
    """A function of formulas.

    Attributes:
        compute: Its rule: the scope and its argument (unknown when it takes none) to its value.
        takes: How many arguments: 0 or 1.
        gives: Type of its value.
        about: What it gives, for the manual.
    """

    compute: Callable[[Scope, Value], Value]
    takes: int
    gives: str
    about: str


def _known(scope: Scope, value: Value) -> Value:
    del scope
    return value is not UNKNOWN and value is not None


def _count(scope: Scope, value: Value) -> Value:
    del scope
    return len(value) if isinstance(value, Sized) and not isinstance(value, (str, dict)) else 0


def _first(scope: Scope, value: Value) -> Value:
    del scope
    return value[0] if isinstance(value, (list, tuple)) and value else UNKNOWN


def _last_four(scope: Scope, value: Value) -> Value:
    del scope
    return value[-4:] if isinstance(value, str) else UNKNOWN


def _today(scope: Scope, value: Value) -> Value:
    del value
    return scope.now.date()


def _now(scope: Scope, value: Value) -> Value:
    del value
    return scope.now


def _days_since(scope: Scope, value: Value) -> Value:
    day = _day_of(scope, value)
    return UNKNOWN if day is None else (scope.now.date() - day).days


def _days_until(scope: Scope, value: Value) -> Value:
    day = _day_of(scope, value)
    return UNKNOWN if day is None else (day - scope.now.date()).days


def _minutes_since(scope: Scope, value: Value) -> Value:
    moment = as_moment(value, scope.now.tzinfo)
    return UNKNOWN if moment is None else (scope.now - moment) // timedelta(minutes=1)


def _day_of(scope: Scope, value: Value) -> date | None:
    moment = as_moment(value, scope.now.tzinfo)
    return moment.astimezone(scope.now.tzinfo).date() if moment is not None else as_date(value)


FUNCTIONS: Mapping[str, Function] = {
    "known": Function(_known, 1, "truth", "whether the value is known"),
    "count": Function(_count, 1, "number", "how many items a list has; 0 for what is no list"),
    "first": Function(_first, 1, "item", "the first item of a list"),
    "last_four": Function(_last_four, 1, "text", "the last four characters of a text"),
    "today": Function(_today, 0, "date", "today, where the centre is"),
    "now": Function(_now, 0, "moment", "this moment"),
    "days_since": Function(_days_since, 1, "number", "whole days from a date or moment to today"),
    "days_until": Function(_days_until, 1, "number", "whole days from today to a date or moment"),
    "minutes_since": Function(_minutes_since, 1, "number", "whole minutes since a moment"),
}
