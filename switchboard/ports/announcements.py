"""What operations put up to be said at the front of calls: greetings, notices, advertisements.

A flow says where it is heard (its speech names ``notices``); what is heard there is nobody's
publishing: somebody puts it up, and it ends by itself.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

NAME_FORM = re.compile(r"[a-z][a-z0-9_]{0,39}")
LONGEST_TEXT = 600  # some two minutes: longer than anybody listens


@dataclass(frozen=True, slots=True)
class Announcement:
    """One of them.

    Attributes:
        name: What it is called; a recording of that name is heard in place of its text.
        texts: What is said, by language; in a language that it lacks it is not heard.
        begins_at: When it begins; None: at once. Aware UTC.
        ends_at: When it ends by itself; None: never. Aware UTC.
        numbers: Numbers dialled that hear it; empty: all.
        place: Of several the one with the lowest place is heard first.
    """

    name: str
    texts: Mapping[str, str]
    begins_at: datetime | None = None
    ends_at: datetime | None = None
    numbers: tuple[str, ...] = ()
    place: int = 100

    def __post_init__(self) -> None:
        """Refuse what could not be said.

        Raises:
            ValueError: the name is none, there is no text or too much, or it ends before it begins.
        """
        if not NAME_FORM.fullmatch(self.name):
            raise ValueError(f"{self.name!r} is no name: small letters, digits and _, as spring_26")
        if not self.texts or not all(text.strip() for text in self.texts.values()):
            raise ValueError("there is nothing to say: give its text in each language")
        if any(len(text) > LONGEST_TEXT for text in self.texts.values()):
            raise ValueError(f"a text has at most {LONGEST_TEXT} characters")
        if self.begins_at and self.ends_at and self.ends_at <= self.begins_at:
            raise ValueError("it ends before it begins")

    def is_heard(self, dnis: str, now: datetime) -> bool:
        """Whether who dialled that number hears it now."""
        if self.begins_at is not None and now < self.begins_at:
            return False
        if self.ends_at is not None and now >= self.ends_at:
            return False
        return not self.numbers or dnis.removeprefix("+") in {
            number.removeprefix("+") for number in self.numbers
        }


class Announcements(Protocol):
    """Keeps what is put up. The methods that change or list raise :class:`StoreAway`."""

    def put_up(self, announcement: Announcement) -> None:
        """Put it up, in place of the one of the same name."""
        ...

    def take_down(self, name: str) -> bool:
        """Take it down; False when there was none."""
        ...

    def list_all(self) -> tuple[Announcement, ...]:
        """Every one, also those that are over or have not begun, by place and name."""
        ...

    def list_heard(self, dnis: str, now: datetime) -> tuple[Announcement, ...]:
        """Those that who dialled that number hears now, in order.

        A change by another process is seen within two seconds; while the store is away the last
        known ones hold.
        """
        ...
