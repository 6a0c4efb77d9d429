"""Which servers of one installation live on this machine: each holds a lock in its folder.

A lock ends with its process, however that ends; so nobody has to tell that they have gone.
"""

import fcntl
import os
from pathlib import Path
from typing import IO


class Presence:
    """This process among the servers of a folder.

    Args:
        folder: Where each server has its file; made if need be.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._mine = folder / f"{os.getpid()}.lock"
        self._held: IO[bytes] | None = None

    def announce(self) -> None:
        """Be there, until :meth:`leave` or the end of the process."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._held = self._mine.open("wb")
        fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def leave(self) -> None:
        """Be there no more."""
        if self._held is not None:
            self._mine.unlink(missing_ok=True)
            self._held.close()
            self._held = None

    def is_alone(self) -> bool:
        """Whether no other server of the folder lives; files of the dead are removed."""
        return not any(_lives(file) for file in self._folder.glob("*.lock") if file != self._mine)


def _lives(file: Path) -> bool:
    try:
        with file.open("rb") as other:
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
            file.unlink(missing_ok=True)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    return False
