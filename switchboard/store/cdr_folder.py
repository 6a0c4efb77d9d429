"""The folder into which mod_json_cdr writes, one file a leg (port: ``ports/cdr_files.py``).

Files are read on gevent's thread pool: after a night without a server there may be thousands.
"""

import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

import gevent

from switchboard.ports.cdr_files import CdrFile

SUFFIX = ".cdr.json"
SET_ASIDE_FOLDER = "unreadable"


class CdrFolder:
    """A :class:`switchboard.ports.cdr_files.CdrFiles` on the local disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def list_waiting(self, at_most: int) -> tuple[CdrFile, ...]:
        """Documents that wait, at most so many, in any order."""
        pool = gevent.get_hub().threadpool
        found: tuple[CdrFile, ...] = pool.apply(lambda: tuple(islice(self._waiting(), at_most)))
        return found

    def discard(self, name: str) -> None:
        """The document is on record: remove it."""
        (self._folder / name).unlink(missing_ok=True)

    def set_aside(self, name: str, reason: str) -> None:
        """Keep the document in a folder below, with its reason in a file beside it."""
        aside = self._folder / SET_ASIDE_FOLDER
        aside.mkdir(exist_ok=True)
        (aside / f"{name}.reason").write_text(reason + "\n", encoding="utf-8")
        with suppress(FileNotFoundError):
            (self._folder / name).rename(aside / name)

    def _waiting(self) -> Iterator[CdrFile]:
        if not self._folder.is_dir():
            return
        for path in self._folder.iterdir():
            if path.name.endswith(SUFFIX):
                with suppress(FileNotFoundError):  # another server on this machine was quicker
                    age_s = time.time() - path.stat().st_mtime
                    yield CdrFile(path.name, path.read_bytes(), age_s)
