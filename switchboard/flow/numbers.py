"""What a number that people dial begins: always the same, or by who calls and when.

A number's rules are tried in the order they stand; the first that holds decides, else the number's
own flow. What a rule leaves out is the number's own.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator

from switchboard.flow.calendars import Calendar, DayState
from switchboard.flow.centre_forms import Form
from switchboard.flow.written import Line, Name, Values, refuse, scalar


def _callers(value: object) -> str:
    text = scalar(value, "a calling number")
    if not text.removeprefix("+").removesuffix("*").isdigit():
        refuse("a calling number has digits, with a * behind the first ones for all that begin so")
    return str(text)


def _state(value: object) -> DayState:
    text = scalar(value, "open, closed or holiday")
    if text not in set(DayState):
        refuse("open, closed or holiday stands here")
    return DayState(text)


CallerPattern = Annotated[
    str, PlainValidator(_callers), WithJsonSchema({"type": "string", "pattern": r"^\+?\d+\*?$"})
]
StateName = Annotated[
    DayState, PlainValidator(_state), WithJsonSchema({"enum": [str(state) for state in DayState]})
]


class NumberRule(Form):
    """When a number begins something else."""

    callers: tuple[CallerPattern, ...] = Field(
        default=(), description="Only for these calling numbers; `138*` is all that begin so."
    )
    calendar: Name = Field(default="", description="Only while this calendar is as `is` says.")
    is_: StateName | None = Field(
        default=None, alias="is", description="`open`, `closed` or `holiday`."
    )
    flow: Name = Field(description="The flow.")
    with_: Values | None = Field(
        default=None, alias="with", description="What it takes; else what the number hands over."
    )
    language: Name = Field(default="", description="The language; else the number's.")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if bool(self.calendar) is (self.is_ is None):
            refuse("calendar and is stand together", "such as calendar: office, is: holiday")
        if not self.callers and not self.calendar:
            refuse("a rule says when it holds", "by callers, or by calendar and is")
        return self

    def holds(self, caller: str, calendars: Mapping[str, Calendar], now: datetime) -> bool:
        """Whether it holds for a calling number (empty: withheld) at a moment (aware)."""
        if self.callers and not any(_fits(pattern, caller) for pattern in self.callers):
            return False
        if not self.calendar:
            return True
        calendar = calendars.get(self.calendar)
        return calendar is not None and calendar.state(now) is self.is_


class Number(Form):
    """What a number that people dial begins."""

    flow: Name = Field(description="The flow.")
    with_: Values = Field(default={}, alias="with", description="What the flow takes.")
    language: Name = Field(
        default="", description="The language it begins in; else the flow's first."
    )
    when: tuple[NumberRule, ...] = Field(
        default=(), description="Rules, the first that holds: another flow by caller or time."
    )
    about: Line = Field(default="", description="What the number is for.")

    def flows(self) -> Iterator[str]:
        """Yield every flow that it may begin."""
        yield self.flow
        for rule in self.when:
            yield rule.flow

    def chosen(self, caller: str, calendars: Mapping[str, Calendar], now: datetime) -> "Number":
        """Return what it begins for this caller at this moment, as a number without rules."""
        for rule in self.when:
            if rule.holds(caller, calendars, now):
                changes = {
                    "flow": rule.flow,
                    "with_": self.with_ if rule.with_ is None else rule.with_,
                    "language": rule.language or self.language,
                    "when": (),
                }
                return self.model_copy(update=changes)
        return self


def _fits(pattern: str, caller: str) -> bool:
    """A carrier may deliver a number with or without ``+``."""
    pattern, caller = pattern.removeprefix("+"), caller.removeprefix("+")
    if pattern.endswith("*"):
        return caller.startswith(pattern[:-1])
    return caller == pattern
