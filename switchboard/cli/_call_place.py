"""What the commands about calls work on: the records, and the zone whose days they mean."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import click

from switchboard.cli._opening import opened_store
from switchboard.settings import Settings, SettingsError
from switchboard.store.store import Store


@dataclass(frozen=True)
class Place:
    """The records of one installation."""

    settings: Settings
    store: Store

    def zone(self) -> ZoneInfo:
        """The centre's zone: the one that a server counts by, else that of the flows."""
        name = self.store.reports.find_zone()
        if name is not None:
            return ZoneInfo(name)
        from switchboard.installation import centre_zone  # it loads all that flows need

        try:
            return centre_zone(self.settings)
        except SettingsError as mistakes:
            raise click.ClickException(str(mistakes)) from mistakes

    def count(self) -> ZoneInfo:
        """Have calls counted by days of the centre, if they are not; return its zone."""
        zone = self.zone()
        self.store.reports.keep_zone(zone)
        return zone

    def bounds(self, first: date, behind: date) -> tuple[datetime, datetime]:
        """The moments at which the day *first* and the day *behind* begin."""
        zone = self.zone()
        begun, ended = (
            datetime.combine(day, time(), zone).astimezone(UTC) for day in (first, behind)
        )
        return begun, ended


@contextmanager
def opened_place(settings: Settings) -> Iterator[Place]:
    """Open the records, and close them behind the command."""
    with opened_store(settings) as store:
        yield Place(settings, store)
