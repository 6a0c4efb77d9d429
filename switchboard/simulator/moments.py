"""Moments as FreeSWITCH writes them: microseconds or seconds since 1970, and stamps."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(moment: datetime | None) -> str:
    """Return microseconds since 1970, ``0`` for what never happened."""
    return "0" if moment is None else str(count_microseconds(moment))


def count_microseconds(moment: datetime | None) -> int:
    """Return microseconds since 1970, 0 for what never happened."""
    return 0 if moment is None else (moment - EPOCH) // timedelta(microseconds=1)


def count_seconds(moment: datetime) -> int:
    """Return whole seconds since 1970: the grain in which the switch counts much of its time."""
    return (moment - EPOCH) // timedelta(seconds=1)


def stamp(moment: datetime) -> str:
    """Return the moment for people, such as ``2026-11-22 11:51:34``."""
    return moment.strftime("%Y-%m-%d %H:%M:%S")
