"""What stands in the drawers of a centre: calendars, sources, connections, secrets, queues."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, WithJsonSchema

from switchboard.flow.calendars import MIDNIGHT, Calendar, Day, Hours
from switchboard.flow.faults import meant
from switchboard.flow.holiday_lists import COUNTRY_NAMES, NONE, find_holidays
from switchboard.flow.moments import find_zone
from switchboard.flow.types import TypeName
from switchboard.flow.written import Line, Name, read_span, refuse, scalar

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLOSED, HOLIDAY = "closed", "holiday"

_HOURS = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)-([01]?\d|2[0-4]):([0-5]\d)")
_JOIN = re.compile(r"\s+and\s+")


class Form(BaseModel):
    """A part of a file."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, protected_namespaces=()
    )


def _zone(value: object) -> ZoneInfo:
    found = find_zone(scalar(value, "a time zone"))
    return found if found is not None else refuse("no such time zone", "such as Asia/Shanghai")


def _hours(value: object) -> tuple[Hours, ...]:
    text = scalar(value, "opening hours")
    if text == CLOSED:
        return ()
    return tuple(sorted(map(_stretch, _JOIN.split(text)), key=lambda hours: hours.since))


def _stretch(text: str) -> Hours:
    found = _HOURS.fullmatch(text.strip())
    if found is None:
        return refuse("opening hours stand here", "such as 09:00-12:00 and 13:30-18:00, or closed")
    since = int(found[1]) * 60 + int(found[2])
    until = int(found[3]) * 60 + int(found[4])
    if max(since, until) > MIDNIGHT or since == until:
        refuse("these hours are none", "a whole day is 00:00-24:00")
    return Hours(since, until if until > since else until + MIDNIGHT)


def _day(value: object) -> Day:
    if value == HOLIDAY:
        return Day(holiday=True)
    return Day(_hours(value))


def _weekdays(value: object) -> str:
    text = scalar(value, "a day of the week")
    first, _, last = text.partition(" to ")
    for name in (first, last or first):
        if name not in WEEKDAYS:
            refuse("a day or days of the week stand here", "such as sat, or mon to fri")
    return str(text)


def days_of(weekdays: str) -> tuple[int, ...]:
    """Return the weekdays, Monday 0, that ``sat`` or ``fri to mon`` names."""
    first, _, last = weekdays.partition(" to ")
    since, until = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
    length = (until - since) % 7 + 1
    return tuple((since + offset) % 7 for offset in range(length))


def _date(value: object) -> date:
    text = scalar(value, "a date")
    try:
        return date.fromisoformat(text)
    except ValueError:
        return refuse("a date stands here", 'in quotes, such as "2026-12-31"')


def _holidays(value: object) -> str:
    text = str(scalar(value, "the name of a country"))
    if find_holidays(text) is None:
        refuse("no such country", meant(text.partition(" ")[0], COUNTRY_NAMES | {NONE}))
    return text


Zone = Annotated[ZoneInfo, PlainValidator(_zone), WithJsonSchema({"type": "string"})]
OpenHours = Annotated[tuple[Hours, ...], PlainValidator(_hours), WithJsonSchema({"type": "string"})]
OneDay = Annotated[Day, PlainValidator(_day), WithJsonSchema({"type": "string"})]
WeekDays = Annotated[
    str,
    PlainValidator(_weekdays),
    WithJsonSchema({"type": "string", "pattern": "^[a-z]{3}( to [a-z]{3})?$"}),
]
Date = Annotated[
    date, PlainValidator(_date), WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"})
]
HolidayList = Annotated[str, PlainValidator(_holidays), WithJsonSchema({"type": "string"})]
SpanMs = Annotated[
    int,
    PlainValidator(lambda value: read_span(scalar(value, "a time"))),
    WithJsonSchema({"type": "string", "pattern": r"^\d+(ms|s|m|h|d)$"}),
]
Flag = Annotated[
    bool, BeforeValidator(lambda value: {"true": True, "false": False}.get(value, value))
]


class CalendarForm(Form):
    """Opening hours."""

    about: Line = Field(default="", description="What it is for.")
    zone: Zone = Field(description="The IANA time zone that its hours are in.")
    week: Mapping[WeekDays, OpenHours] = Field(description="Hours of the days of the week.")
    holidays: HolidayList = Field(
        default=NONE,
        description="The country whose holidays it keeps, with a region: `china`, `germany BY`.",
    )
    days: Mapping[Date, OneDay] = Field(
        default={}, description="Single days that are other than usual: hours, closed, holiday."
    )

    def made(self, name: str) -> Calendar:
        """Return the calendar."""
        week: list[tuple[Hours, ...]] = [()] * 7
        for weekdays, hours in self.week.items():
            for day in days_of(weekdays):
                week[day] = hours
        found = find_holidays(self.holidays)
        assert found is not None  # validated
        return Calendar(name, self.zone, tuple(week), found, self.days)


class SourceForm(Form):
    """A source of rows. Where they come from stands in the settings."""

    about: Line = Field(default="", description="What its rows are.")
    fields: Mapping[Name, TypeName] = Field(min_length=1, description="Its fields and their types.")
    writable: Flag = Field(default=False, description="Whether flows may create and update rows.")


BUILT_IN_SOURCES: Mapping[str, SourceForm] = {
    "note": SourceForm.model_construct(
        about="A note on a ticket",
        fields={"ticket": "digits", "text": "text", "recording": "recording"},
        writable=True,
    ),
}
"""Sources that every centre has."""


class ConnectionForm(Form):
    """A system that is asked over HTTP. Its address and key stand in the settings."""

    about: Line = Field(default="", description="What it is.")
    within: SpanMs | None = Field(default=None, description="Longest wait, unless a node says it.")
    retries: int | None = Field(default=None, description="Retries, unless a node says it.")


class SecretForm(Form):
    """Something that callers prove by a secret."""

    about: Line = Field(default="", description="What it protects.")
    owner: Line = Field(description="Whose it is: `source.field`.")


class QueueForm(Form):
    """Where callers wait for agents."""

    about: Line = Field(default="", description="Who waits here.")
    calendar: Name | None = Field(default=None, description="When it takes callers.")


def calendars_of(forms: Mapping[str, CalendarForm]) -> dict[str, Calendar]:
    """Return the calendars by name."""
    return {name: form.made(name) for name, form in forms.items()}
