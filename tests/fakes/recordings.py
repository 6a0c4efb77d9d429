"""Recordings in one flat folder of the test's own."""

import re
from datetime import datetime
from pathlib import Path

from switchboard.media.wav import NotWav, read_wav


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
        file = self.folder / f"{recording_id}.wav"
        return file if _is_id(recording_id) and file.is_file() else None

    def duration_ms(self, recording_id: str) -> int:
        file = self.find_file(recording_id)
        try:
            return read_wav(file).duration_ms if file else 0
        except NotWav:
            return 0


def _is_id(text: str) -> bool:
    return re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", text) is not None
