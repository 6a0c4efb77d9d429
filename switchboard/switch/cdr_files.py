"""The folder where a FreeSWITCH of ours leaves its CDRs: ``UUID.cdr.json``, one for each leg.

mod_json_cdr writes in place, so that a file may be read half-written: its age tells whether more
may come. Reading goes through the hub's thread pool; a slow disk never stops the calls.
"""

import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import gevent
import structlog

from switchboard.ports.cdr_files import CdrFile

log = structlog.get_logger(__name__)
T = TypeVar("T")

PATTERN = "*.cdr.json"
ASIDE = "unreadable"
# A document has some kilobytes; of one that never ends this much is read, and it is set aside.
MOST_BYTES = 4 * 2**20


class CdrFolder:
    """Keeps :class:`switchboard.ports.cdr_files.CdrFiles` on one folder.

    Args:
        folder: Where mod_json_cdr writes (its ``log-dir``); need not exist yet.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def list_waiting(self, at_most: int) -> tuple[CdrFile, ...]:
        """Return documents that wait; see the port."""
        return _off_the_hub(lambda: self._read(at_most))

    def discard(self, name: str) -> None:
        """Remove a document that is on record."""
        place = self._place(name)
        _off_the_hub(lambda: place.unlink(missing_ok=True))

    def set_aside(self, name: str, reason: str) -> None:
        """Move a document to ``unreadable/``, with the reason in a file beside it."""
        place = self._place(name)
        _off_the_hub(lambda: self._move_aside(place, reason))

    def _read(self, at_most: int) -> tuple[CdrFile, ...]:
        now_s = time.time()
        found = []
        for path in sorted(self._folder.glob(PATTERN)):
            try:
                if document := _document_at(path, now_s):
                    found.append(document)
            except FileNotFoundError:
                log.debug("a CDR was taken by another reader", file=path.name)
            except OSError as fault:
                # One that cannot be read must not keep the others from their record.
                log.warning("a CDR waits unread", file=path.name, reason=str(fault))
            if len(found) == at_most:
                break
        return tuple(found)

    def _move_aside(self, place: Path, reason: str) -> None:
        aside = self._folder / ASIDE
        aside.mkdir(exist_ok=True)
        place.replace(aside / place.name)
        (aside / f"{place.name}.reason").write_text(reason + "\n", encoding="utf-8")

    def _place(self, name: str) -> Path:
        if Path(name).name != name:
            raise ValueError(f"{name!r} is no name of a CDR file")
        return self._folder / name


def _document_at(path: Path, now_s: float) -> CdrFile | None:
    """A document, or None: a folder, a pipe or a link by that name is none of FreeSWITCH's."""
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode):
        return None
    with path.open("rb") as file:
        return CdrFile(path.name, file.read(MOST_BYTES), now_s - status.st_mtime)


def _off_the_hub(work: Callable[[], T]) -> T:
    result: T = gevent.get_hub().threadpool.apply(work)
    return result
