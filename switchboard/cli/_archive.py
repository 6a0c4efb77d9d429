"""The file of a backup: a compressed tar whose last entry says what all the others must be.

``backup.json`` stands last and holds every other entry's name, size and digest: a file that was cut
short or changed is refused before anything is restored. Names in an archive are never trusted: only
plain files below the places that a backup has are taken out.
"""

import hashlib
import io
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

import orjson

LAST = "backup.json"
FORM = 1
"""Raise it when an older program could not restore what a newer one writes."""
# Recordings hardly get smaller, records get much so at once.
COMPRESSION = 3
CHUNK = 1 << 20


class BadArchive(Exception):  # noqa: N818 - names what it is
    """The file is no whole backup. Says why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file in a backup: its name, bytes and SHA-256."""

    name: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What ``backup.json`` says.

    Attributes:
        made_at: When the backup was begun, ISO 8601.
        version: Of the product.
        steps: Which steps of migration the records had seen.
        entries: Every other file.
    """

    made_at: str
    version: str
    steps: tuple[str, ...]
    entries: tuple[Entry, ...]


class _Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


class ArchiveWriter:
    """Writes a backup, entry by entry, and :meth:`finish` last."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self._entries: list[Entry] = []

    def add_lines(self, name: str, lines: Iterable[bytes]) -> int:
        """Add a file of these lines; return how many there were."""
        with tempfile.TemporaryFile() as held:
            count = 0
            for line in lines:
                held.write(line)
                count += 1
            size = held.tell()
            held.seek(0)
            self._add(name, held, size)
        return count

    def add_text(self, name: str, text: str) -> None:
        """Add a file of this text."""
        content = text.encode()
        self._add(name, io.BytesIO(content), len(content))

    def add_file(self, name: str, file: Path) -> bool:
        """Add a copy of *file*; whether it was still there. One that grows is cut where it was."""
        try:
            with file.open("rb") as held:
                self._add(name, held, file.stat().st_size)
        except FileNotFoundError:
            return False  # erased by policy since it was listed
        return True

    def finish(self, made_at: str, version: str, steps: tuple[str, ...]) -> Contents:
        """Say what the backup holds; without this it is none."""
        contents = Contents(made_at, version, steps, tuple(self._entries))
        text = orjson.dumps({"form": FORM, **asdict(contents)}, option=orjson.OPT_INDENT_2)
        self._tar.addfile(_header(LAST, len(text)), io.BytesIO(text))
        return contents

    def _add(self, name: str, content: _Readable, size: int) -> None:
        digesting = _Digesting(content, size)
        self._tar.addfile(_header(name, size), digesting)
        self._entries.append(Entry(name, size, digesting.digest))


class _Digesting:
    """Reads a file of which exactly so many bytes are wanted, and digests what was read."""

    def __init__(self, content: _Readable, size: int) -> None:
        self._content = content
        self._left = size
        self._hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        wanted = self._left if size < 0 else min(size, self._left)
        chunk = self._content.read(wanted)
        self._left -= len(chunk)
        self._hash.update(chunk)
        return chunk

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()


def _header(name: str, size: int) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.size, header.mode = size, 0o600
    return header


@contextmanager
def writing(file: Path) -> Iterator[ArchiveWriter]:
    """Write a backup to *file*: whole and closed to others, or not there at all.

    Raises:
        OSError: it cannot be written.
    """
    part = file.with_name(f".{file.name}.part")
    try:
        with part.open("xb") as raw:
            part.chmod(0o600)
            with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=COMPRESSION) as tar:
                yield ArchiveWriter(tar)
        part.rename(file)
    finally:
        part.unlink(missing_ok=True)


def take_out(file: Path, folder: Path, places: frozenset[str]) -> Contents:
    """Take a backup out into *folder*, which is empty, and make sure that it is whole.

    Args:
        file: The backup.
        folder: Where to.
        places: Names of the top folders that a backup may have.

    Raises:
        BadArchive: it is none, it is not whole, or it holds what no backup holds.
        OSError: it cannot be read, or *folder* not be written.
    """
    found: dict[str, Entry] = {}
    contents: Contents | None = None
    try:
        with tarfile.open(file, mode="r:gz") as tar:
            for header in tar:
                if header.name == LAST:
                    contents = _contents(_bytes(tar, header))
                    break
                found[header.name] = _take_one(tar, header, folder, places)
    except (tarfile.TarError, EOFError, ValueError) as fault:
        raise BadArchive(f"{file} is no whole backup: {fault}") from fault
    if contents is None:
        raise BadArchive(f"{file} is no whole backup: its end is missing")
    if found != {entry.name: entry for entry in contents.entries}:
        raise BadArchive(f"{file} is no whole backup: a file in it is missing or was changed")
    return contents


def _contents(text: bytes) -> Contents:
    told = orjson.loads(text)
    if told.get("form") != FORM:
        raise ValueError(f"its form is {told.get('form')}, this version reads {FORM}")
    entries = tuple(Entry(**entry) for entry in told["entries"])
    return Contents(told["made_at"], told["version"], tuple(told["steps"]), entries)


def _bytes(tar: tarfile.TarFile, header: tarfile.TarInfo) -> bytes:
    content = tar.extractfile(header)
    return content.read() if content else b""


def _take_one(
    tar: tarfile.TarFile, header: tarfile.TarInfo, folder: Path, places: frozenset[str]
) -> Entry:
    parts = PurePosixPath(header.name).parts
    content = tar.extractfile(header) if header.isreg() else None
    if content is None or ".." in parts or parts[0] not in places:
        raise BadArchive(f"no backup of Switchboard holds {header.name!r}")
    target = folder.joinpath(*parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with target.open("xb") as written:
        while chunk := content.read(CHUNK):
            digest.update(chunk)
            written.write(chunk)
    target.chmod(0o600)
    return Entry(header.name, header.size, digest.hexdigest())
