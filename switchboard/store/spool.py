"""Changes beside the store while it is away: files of JSON lines, appended and flushed to the disk.

A file belongs to the process that made it, which holds a lock on it for as long as it lives; a
file whose lock is free was left by a process that died, and whoever finds it first may write it
to the store. A line that was cut by a death was never acknowledged, and is passed over.
"""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from switchboard.store.changes import Change

SUFFIX = ".jsonl"
REFUSED_FILE = "refused.txt"


class SpoolFile:
    """One file of changes, held by this process. Used by one thread at a time."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self.path = path
        self._file = file
        self._read_to = 0  # every byte before this one has been written to the store

    @classmethod
    def make(cls, folder: Path) -> "SpoolFile":
        """Make an empty file and hold it.

        Raises:
            OSError: the folder takes no file.
        """
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{os.getpid()}-{uuid4().hex[:12]}{SUFFIX}"
        # Locked before it bears a name that others look for: nobody may take it for left behind.
        unnamed = path.with_suffix(".new")
        file = unnamed.open("x+b", buffering=0)
        fcntl.flock(file, fcntl.LOCK_EX)
        unnamed.rename(path)
        _flush_folder(folder)
        return cls(path, file)

    @property
    def is_empty(self) -> bool:
        """Whether everything in it has been written to the store."""
        return self._read_to >= self._size()

    def append(self, changes: Sequence[Change]) -> None:
        """Add changes behind the others; they are on the disk on return.

        Raises:
            OSError: the disk does not take them; the file is as it was before.
        """
        size = self._size()
        block = b"".join(change.to_line() for change in changes)
        try:
            written = os.pwrite(self._file.fileno(), block, size)
            os.fdatasync(self._file.fileno())
        except OSError:
            self._file.truncate(size)
            raise
        if written < len(block):
            self._file.truncate(size)
            raise OSError(f"{self.path} takes no more: the disk is full")

    def next_lines(self, at_most: int) -> tuple[bytes, ...]:
        """Return the oldest lines that are not written to the store yet, whole ones only."""
        self._file.seek(self._read_to)
        with open(self._file.fileno(), "rb", closefd=False) as reader:
            return tuple(line for line in islice(reader, at_most) if line.endswith(b"\n"))

    def forget(self, lines: Sequence[bytes]) -> None:
        """The lines that :meth:`next_lines` returned are in the store now."""
        self._read_to += sum(len(line) for line in lines)
        if self.is_empty:
            self._file.truncate(0)
            self._read_to = 0

    def close(self) -> None:
        """Let go of the file; remove it when it is empty, leave it to the next process if not."""
        if self.is_empty:
            self.path.unlink(missing_ok=True)
        self._file.close()

    def remove(self) -> None:
        """Remove the file: what could be read of it is in the store."""
        self.path.unlink(missing_ok=True)
        self._file.close()

    def _size(self) -> int:
        return os.fstat(self._file.fileno()).st_size


def left_behind(folder: Path) -> Iterator[SpoolFile]:
    """Take hold of each file whose process is dead, oldest name first."""
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        with suppress(FileNotFoundError, BlockingIOError):  # another process was quicker, or lives
            yield _held(path)


def _held(path: Path) -> SpoolFile:
    file = path.open("r+b", buffering=0)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise
    return SpoolFile(path, file)


def set_aside(folder: Path, line: bytes, reason: str) -> None:
    """Keep a line that the store will never take where people find it, with the reason.

    Raises:
        OSError: the disk does not take it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / REFUSED_FILE).open("ab") as file:
        file.write(b"# " + reason.replace("\n", " ").encode() + b"\n" + line.rstrip(b"\n") + b"\n")


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
