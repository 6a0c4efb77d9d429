"""Recordings: where their files lie, and what is on record of each; opaque ids outside.

Every sound that we have the switch write has a record that is made before its file, so that
neither can be without the other unnoticed.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class RecordingFile:
    """One file in the folder of recordings.

    Attributes:
        recording_id: Whose it is.
        path: Where it lies.
        changed_at: When it was last written to, aware UTC, by the machine's clock.
    """

    recording_id: str
    path: Path
    changed_at: datetime


class RecordingFiles(Protocol):
    """Names and finds the files of recordings."""

    def place_for(self, recording_id: str, at: datetime) -> str:
        """Absolute path where the switch shall write this recording; its folder exists."""
        ...

    def find_file(self, recording_id: str) -> Path | None:
        """The recording's file, or None when there is none. Never a path outside the folder."""
        ...

    def duration_ms(self, recording_id: str) -> int:
        """Length of what was recorded, in ms, also of a file whose writer died; 0 for no file."""
        ...

    def list_files(self) -> tuple[RecordingFile, ...]:
        """Every file there is, oldest day first. Walks the folder: not for a call."""
        ...

    def erase(self, recording_id: str) -> bool:
        """Delete the recording's file; whether there was one."""
        ...


class CompactingFailed(Exception):  # noqa: N818 - a state of the world
    """A recording could not be brought to the compact form; it stays as it was. Says why."""


class Compactor(Protocol):
    """Brings recordings to a compact form. Blocks its greenlet, never the hub."""

    def compact(self, wav: Path) -> Path:
        """Write the compact form beside *wav*, down to the disk; return it. *wav* stays.

        Raises:
            CompactingFailed: there is none.
        """
        ...


class RecordingKind(StrEnum):
    """What was recorded."""

    CALL = "call"  # both sides of a call: the caller, and what the caller hears
    SPOKEN = "spoken"  # what a caller said after a tone: a message, a note
    ANSWER = "answer"  # a reply to a message


class RecordingState(StrEnum):
    """How far a recording has come."""

    RUNNING = "running"
    ENDED = "ended"  # nobody has looked at its file yet
    KEPT = "kept"
    EMPTY = "empty"  # nothing was said: there is no file
    MISSING = "missing"  # there should be a file, and there is none
    ERASED = "erased"  # by policy or by somebody; the record stays as evidence


@dataclass(frozen=True, slots=True)
class RecordingRecord:
    """What is on record of one recording.

    Attributes:
        recording_id: Opaque id.
        call_id: The call it is of.
        kind: What was recorded.
        state: How far it has come.
        started_at: When it began, aware UTC.
        duration_ms: Its length; 0 while it runs.
        masked: The stretches in which it was masked: moments from and to, in order; the last has
            no end while it is masked.
        size: Bytes of its file; 0 while it runs or there is none.
        form: ``wav`` as the switch wrote it, or the compact form it was brought to.
    """

    recording_id: str
    call_id: str
    kind: RecordingKind
    state: RecordingState
    started_at: datetime
    duration_ms: int = 0
    masked: tuple[tuple[datetime, datetime | None], ...] = ()
    size: int = 0
    form: str = "wav"


@dataclass(frozen=True, slots=True)
class RecordingSearch:
    """Which recordings are meant; every condition holds.

    Attributes:
        call_id: Only of this call.
        kind: Only of this kind.
        states: Only in one of these; empty: in any.
        since: Only begun at or after this moment.
        until: Only begun before this moment.
        form: Only in this form.
        begins: Only those whose id begins so.
        at_most: How many at most.
        oldest_first: Which come first; else the newest do.
    """

    call_id: str = ""
    kind: RecordingKind | None = None
    states: tuple[RecordingState, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    form: str = ""
    begins: str = ""
    at_most: int | None = None
    oldest_first: bool = False


class RecordingBook(Protocol):
    """Keeps what is on record. The methods that find raise :class:`StoreAway`."""

    def put(self, record: RecordingRecord) -> None:
        """Keep it in place of the former record of that id; returns at once, never raises.

        Written in the group commits of the journal, in the order of the puts.
        """
        ...

    def find_record(self, recording_id: str) -> RecordingRecord | None:
        """The record of that id, or None."""
        ...

    def list_records(self, search: RecordingSearch) -> tuple[RecordingRecord, ...]:
        """Records, newest first unless the search says otherwise."""
        ...
