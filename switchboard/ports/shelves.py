"""The sounds that every FreeSWITCH must find on its own disk, at the same place as ours."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ShelvedSound:
    """One file.

    Attributes:
        path: Absolute path, the same on every machine.
        size: Its bytes.
        changed_us: When it was last written to, microseconds since 1970.
    """

    path: str
    size: int
    changed_us: int


class SoundShelf(Protocol):
    """Lists and hands out the files. Blocks: not for the hub."""

    def list_sounds(self) -> tuple[ShelvedSound, ...]:
        """Every file that a call may have played, by path."""
        ...

    def read_sound(self, path: str) -> bytes | None:
        """The content of one of them; None for anything else, whatever it is."""
        ...
