"""Dates, times of day and moments, as values or as the texts that rows from outside bear."""

from datetime import date, datetime, time, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from switchboard.flow.values import Value


def as_date(value: Value) -> date | None:
    """Return the date that *value* is or writes (``2026-12-01``), or None."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            moment = read_moment(value)
            return None if moment is None else moment.date()
    return None


def as_time(value: Value) -> time | None:
    """Return the time of day that *value* is or writes (``08:30``), or None."""
    if isinstance(value, datetime):
        return value.timetz()
    if isinstance(value, time):
        return value
    if isinstance(value, str):
        try:
            return time.fromisoformat(value)
        except ValueError:
            return None
    return None


def as_moment(value: Value, zone: tzinfo | None) -> datetime | None:
    """Return the moment that *value* is or writes, or None; a date alone is no moment.

    Args:
        value: A moment, or a text: ISO 8601, or ``2026-12-01 10:05 Asia/Shanghai``.
        zone: Where a moment without a zone is meant.
    """
    if isinstance(value, str):
        value = read_moment(value)
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo is not None else value.replace(tzinfo=zone)


def read_moment(text: str) -> datetime | None:
    """Read ``2026-12-01 10:05 Asia/Shanghai`` or ISO 8601 with a time; None when it is neither."""
    written, _, zone_name = text.strip().rpartition(" ")
    zone = find_zone(zone_name) if "/" in zone_name or zone_name == "UTC" else None
    if zone is None:
        written = text.strip()
    if len(written) <= len("2026-12-01"):
        return None
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    return moment if zone is None else moment.replace(tzinfo=zone)


def find_zone(name: str) -> ZoneInfo | None:
    """Return the IANA zone of that name, or None."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
