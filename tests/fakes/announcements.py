"""Announcements in memory."""

from datetime import datetime

from switchboard.ports.announcements import Announcement


class FakeAnnouncements:
    """Keeps them by name."""

    def __init__(self) -> None:
        self._put_up: dict[str, Announcement] = {}

    def put_up(self, announcement: Announcement) -> None:
        self._put_up[announcement.name] = announcement

    def take_down(self, name: str) -> bool:
        return self._put_up.pop(name, None) is not None

    def list_all(self) -> tuple[Announcement, ...]:
        return tuple(sorted(self._put_up.values(), key=lambda one: (one.place, one.name)))

    def list_heard(self, dnis: str, now: datetime) -> tuple[Announcement, ...]:
        return tuple(one for one in self.list_all() if one.is_heard(dnis, now))
