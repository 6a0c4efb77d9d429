"""Where recordings lie: opaque ids outside, files inside."""

from datetime import datetime
from pathlib import Path
from typing import Protocol


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
