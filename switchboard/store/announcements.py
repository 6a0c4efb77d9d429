"""Announcements, in the database and in memory (port: ``switchboard/ports/announcements.py``)."""

import time
from collections.abc import Callable
from datetime import datetime

from switchboard.ports.announcements import Announcement
from switchboard.store.copies import Copy
from switchboard.store.database import Database
from switchboard.store.fields import from_json, to_json, to_us
from switchboard.store.models import AnnouncementRow
from switchboard.store.rows import Row
from switchboard.store.statements import put_in_place


class StoredAnnouncements:
    """The :class:`switchboard.ports.announcements.Announcements` of a database."""

    def __init__(self, database: Database, now_s: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._copy = Copy(self._read, now_s)

    def put_up(self, announcement: Announcement) -> None:
        """Put it up, in place of the one of the same name."""
        row: Row = {
            "name": announcement.name,
            "texts": to_json(announcement.texts),
            "begins_at": to_us(announcement.begins_at) if announcement.begins_at else None,
            "ends_at": to_us(announcement.ends_at) if announcement.ends_at else None,
            "numbers": " ".join(announcement.numbers),
            "place": announcement.place,
        }
        self._database.write(lambda engine: put_in_place(engine, AnnouncementRow, [row]))
        self._copy.read_anew()

    def take_down(self, name: str) -> bool:
        """Take it down; False when there was none."""
        query = AnnouncementRow.delete().where(AnnouncementRow.name == name)
        taken = self._database.write(query.execute)
        self._copy.read_anew()
        return bool(taken)

    def list_all(self) -> tuple[Announcement, ...]:
        """Every one, by place and name."""
        return self._copy.read_anew()

    def list_heard(self, dnis: str, now: datetime) -> tuple[Announcement, ...]:
        """Those that who dialled that number hears now, in order."""
        return tuple(one for one in self._copy.rows() if one.is_heard(dnis, now))

    def _read(self) -> tuple[Announcement, ...]:
        query = AnnouncementRow.select().order_by(AnnouncementRow.place, AnnouncementRow.name)
        rows = self._database.read(lambda engine: list(query.bind(engine)))
        return tuple(
            Announcement(
                name=row.name,
                texts=from_json(row.texts),
                begins_at=row.begins_at,
                ends_at=row.ends_at,
                numbers=tuple(row.numbers.split()),
                place=row.place,
            )
            for row in rows
        )
