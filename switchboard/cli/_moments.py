"""Moments as people type them: ``2h`` away from now, ``18:30`` today, ``2026-12-01``."""

import re
from datetime import date, datetime, timedelta

import click

UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class Moment(click.ParamType):
    """A moment before or behind now, aware, in this machine's zone unless it names another.

    Args:
        ahead: Whether a length of time (``2h``) counts from now into the future or into the past.
    """

    name = "moment"

    def __init__(self, *, ahead: bool) -> None:
        self._ahead = ahead

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read what was typed."""
        text = str(value).strip()
        moment = self._away(text) or _today(text) or _written(text)
        if moment is None:
            self.fail(
                f"{text!r} is no moment: write 30m, 2h, 7d, 18:30, 2026-12-01 or "
                "'2026-12-01 18:30'",
                param,
                ctx,
            )
        return moment

    def _away(self, text: str) -> datetime | None:
        read = re.fullmatch(r"([0-9]{1,5})([mhdw])", text)
        if not read:
            return None
        distance = timedelta(**{UNITS[read[2]]: int(read[1])})
        now = datetime.now().astimezone()
        return now + distance if self._ahead else now - distance


Day = date | timedelta
"""A date, or so long from today; which day today is, the centre's zone says (:func:`day_on`)."""


def day_on(day: Day, today: date) -> date:
    """Return the date of *day* when it is *today* where the centre is."""
    return today + day if isinstance(day, timedelta) else day


class DayOf(click.ParamType):
    """A day as people type it: ``2026-12-01``, ``today``, ``yesterday``."""

    name = "day"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Day:
        """Read what was typed."""
        if isinstance(value, date | timedelta):
            return value
        text = str(value).strip()
        named = {"today": timedelta(), "yesterday": timedelta(days=-1)}
        try:
            return named[text] if text in named else date.fromisoformat(text)
        except ValueError:
            self.fail(f"{text!r} is no day: write 2026-12-01, today or yesterday", param, ctx)


def _today(text: str) -> datetime | None:
    try:
        read = datetime.strptime(text, "%H:%M")  # noqa: DTZ007 - today's zone follows
    except ValueError:
        return None
    today = datetime.now().astimezone()
    return today.replace(hour=read.hour, minute=read.minute, second=0, microsecond=0)


def _written(text: str) -> datetime | None:
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read.astimezone() if read.tzinfo is None else read
