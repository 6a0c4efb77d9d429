"""Recordings in one flat folder of the test's own."""

import re
from datetime import UTC, datetime
from pathlib import Path

from switchboard.media.wav import NotWav, read_wav
from switchboard.ports.recordings import (
    RecordingFile,
    RecordingRecord,
    RecordingSearch,
)


class FakeRecordings:
    """Keeps ``FOLDER/ID.wav``; whoever records writes the file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.placed: list[tuple[str, datetime]] = []

    def place_for(self, recording_id: str, at: datetime) -> str:
        if not _is_id(recording_id):
            raise ValueError(f"{recording_id!r} is no recording id")
        self.placed.append((recording_id, at))
        return str(self.folder / f"{recording_id}.wav")

    def find_file(self, recording_id: str) -> Path | None:
        files = [self.folder / f"{recording_id}{form}" for form in (".wav", ".mp3")]
        return next((file for file in files if _is_id(recording_id) and file.is_file()), None)

    def duration_ms(self, recording_id: str) -> int:
        file = self.find_file(recording_id)
        try:
            return read_wav(file).duration_ms if file else 0
        except NotWav:
            return 0

    def list_files(self) -> tuple[RecordingFile, ...]:
        return tuple(
            RecordingFile(file.stem, file, datetime.fromtimestamp(file.stat().st_mtime, UTC))
            for file in sorted(self.folder.glob("*.wav"))
        )

    def erase(self, recording_id: str) -> bool:
        file = self.find_file(recording_id)
        if file is not None:
            file.unlink()
        return file is not None


class FakeRecordingBook:
    """Keeps records by their id."""

    def __init__(self) -> None:
        self.records: dict[str, RecordingRecord] = {}

    def put(self, record: RecordingRecord) -> None:
        self.records[record.recording_id] = record

    def find_record(self, recording_id: str) -> RecordingRecord | None:
        return self.records.get(recording_id)

    def list_records(self, search: RecordingSearch) -> tuple[RecordingRecord, ...]:
        found = [record for record in self.records.values() if _is_meant(record, search)]
        found.sort(
            key=lambda record: (record.started_at, record.recording_id),
            reverse=not search.oldest_first,
        )
        return tuple(found[: search.at_most])


def _is_meant(record: RecordingRecord, search: RecordingSearch) -> bool:
    return (
        search.call_id in ("", record.call_id)
        and search.kind in (None, record.kind)
        and (not search.states or record.state in search.states)
        and (search.since is None or record.started_at >= search.since)
        and (search.until is None or record.started_at < search.until)
        and search.form in ("", record.form)
        and record.recording_id.startswith(search.begins)
    )


def _is_id(text: str) -> bool:
    return re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", text) is not None
