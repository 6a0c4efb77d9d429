"""Files through which a power cut can be looked at: what was not flushed may be there or not.

A layer below SQLite (a VFS of apsw, whose SQLite then serves the store) and one below the spool
write down each write, flush and promise. From what was written down, the disk after a cut at any
moment is made again: all that was flushed, and of the rest what chance leaves of it, in sectors
that are whole, missing or torn in the middle of a write.
"""

import os
import random
import stat
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw
from playhouse.apsw_ext import APSWDatabase

from switchboard.store.database import SQLITE_PRAGMAS, Database

SECTOR = 512
VFS_NAME = "power_cuts"


@dataclass(frozen=True)
class Written:
    file: str
    at: int
    content: bytes


@dataclass(frozen=True)
class Cut:
    file: str
    size: int


@dataclass(frozen=True)
class Flushed:
    file: str


@dataclass(frozen=True)
class Promised:
    count: int


@dataclass
class Disk:
    """What happened to the files of one folder, in order.

    Attributes:
        base: What the files held, flushed, before the first step.
        steps: What was done since.
    """

    base: dict[str, bytes] = field(default_factory=dict)
    steps: list[Written | Cut | Flushed | Promised] = field(default_factory=list)

    def promise(self, count: int) -> None:
        """So many records were said to be durable."""
        self.steps.append(Promised(count))

    def promised_before(self, moment: int) -> int:
        """How many were, before that step."""
        counts = [step.count for step in self.steps[:moment] if isinstance(step, Promised)]
        return counts[-1] if counts else 0

    def after_a_cut(self, moment: int, folder: Path, chance: random.Random) -> None:
        """Make the files as they may be after a cut just before that step."""
        files = {name: bytearray(content) for name, content in self.base.items()}
        unflushed: dict[str, list[Written | Cut]] = defaultdict(list)
        for step in self.steps[:moment]:
            if isinstance(step, Flushed):
                for done in unflushed.pop(step.file, []):
                    _apply(files, done)
            elif not isinstance(step, Promised):
                unflushed[step.file].append(step)
        for waiting in unflushed.values():
            for step in waiting:
                _apply_some(files, step, chance)
        for name, content in files.items():
            (folder / name).write_bytes(content)


def _apply(files: dict[str, bytearray], step: Written | Cut) -> None:
    content = files.setdefault(step.file, bytearray())
    if isinstance(step, Cut):
        del content[step.size :]
        return
    if len(content) < step.at:
        content.extend(bytes(step.at - len(content)))
    content[step.at : step.at + len(step.content)] = step.content


def _apply_some(files: dict[str, bytearray], step: Written | Cut, chance: random.Random) -> None:
    """Half of what was not flushed is lost; of the other half some is torn."""
    if chance.random() < 0.5:
        return
    if isinstance(step, Written) and chance.random() < 0.3:
        kept = chance.randrange(len(step.content) + 1)
        step = Written(step.file, step.at, step.content[: kept - kept % SECTOR or kept])
    _apply(files, step)


# --- below SQLite -------------------------------------------------------------------------------


class CutFile(apsw.VFSFile):
    """A file of SQLite that writes down what is done to it."""

    def __init__(self, disk: Disk, name: Any, flags: list[int]) -> None:
        super().__init__("", name, flags)
        self._disk = disk
        self._name = Path(name.filename() if hasattr(name, "filename") else str(name)).name

    def xWrite(self, content: bytes, at: int) -> None:
        self._disk.steps.append(Written(self._name, at, bytes(content)))
        super().xWrite(content, at)

    def xTruncate(self, size: int) -> None:
        self._disk.steps.append(Cut(self._name, size))
        super().xTruncate(size)

    def xSync(self, flags: int) -> None:
        super().xSync(flags)
        self._disk.steps.append(Flushed(self._name))


class CutVfs(apsw.VFS):
    """Opens files that write down what is done to them."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk
        super().__init__(VFS_NAME, "")

    def xOpen(self, name: Any, flags: list[int]) -> CutFile:
        return CutFile(self._disk, name, flags)


class _CountingCursor(apsw.Cursor):
    """A cursor that counts as those of Python's own driver do."""

    rowcount = -1

    def executemany(self, sql: str, rows: Any) -> Any:
        before = self.connection.total_changes()
        done = super().executemany(sql, rows)
        self.rowcount = self.connection.total_changes() - before
        return done


class _CutEngine(APSWDatabase):
    def _connect(self) -> Any:
        connection = super()._connect()
        connection.cursor_factory = _CountingCursor
        return connection


class CuttableStore(Database):
    """The gate to a database whose writes go through the layer.

    Args:
        file: The database, made before.
        disk: Where its writes are written down.
        pragmas: In place of the product's; to see that the layer tells a careless store.
    """

    def __init__(self, file: Path, disk: Disk, **pragmas: object) -> None:
        super().__init__(f"sqlite:///{file}")
        disk.base = {file.name: file.read_bytes()}
        self._vfs = CutVfs(disk)
        settings = SQLITE_PRAGMAS | {"wal_autocheckpoint": 10} | pragmas
        self._writer.close()
        self._writer = _CutEngine(
            str(file), vfs=VFS_NAME, pragmas=settings, thread_safe=False, lock_type="immediate"
        )


# --- below the spool ----------------------------------------------------------------------------


class CutOs:
    """Stands in for ``os`` in the spool: writes down what is written and flushed."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def pwrite(self, handle: int, content: bytes, at: int) -> int:
        self._disk.steps.append(Written(self._name_of(handle), at, content))
        return os.pwrite(handle, content, at)

    def fdatasync(self, handle: int) -> None:
        os.fdatasync(handle)
        self._disk.steps.append(Flushed(self._name_of(handle)))

    def fsync(self, handle: int) -> None:
        os.fsync(handle)
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            folder = Path(f"/proc/self/fd/{handle}").readlink()
            # A file is found after a cut only when its name was flushed with the folder.
            self._disk.base |= {file.name: b"" for file in folder.iterdir()}

    def _name_of(self, handle: int) -> str:
        return Path(f"/proc/self/fd/{handle}").readlink().name
