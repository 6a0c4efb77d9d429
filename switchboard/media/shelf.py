"""The shelf of sounds: prompts of the centre, prompts that ship, and recordings that are played.

Keeps :class:`switchboard.ports.shelves.SoundShelf`. What is handed out is found by walking our own
folders, never by a path that somebody asks for.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from switchboard.ports.shelves import ShelvedSound


class FolderShelf:
    """Files of some folders.

    Args:
        folders: Each with all that is below it.
    """

    def __init__(self, folders: Iterable[Path]) -> None:
        self._folders = tuple(folder.absolute() for folder in folders)

    def list_sounds(self) -> tuple[ShelvedSound, ...]:
        """Return every WAV file; see the port."""
        return tuple(self._walk())

    def read_sound(self, path: str) -> bytes | None:
        """Return the content of one of them; see the port."""
        known = any(sound.path == path for sound in self._walk())
        return Path(path).read_bytes() if known else None

    def _walk(self) -> Iterator[ShelvedSound]:
        for folder in self._folders:
            for file in sorted(folder.rglob("*.wav")):
                if not any(part.startswith(".") for part in file.relative_to(folder).parts):
                    about = file.stat()
                    yield ShelvedSound(str(file), about.st_size, about.st_mtime_ns // 1000)
