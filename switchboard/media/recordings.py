"""Recordings on disk: one file each, in a folder of its day, named by its opaque id."""

import re
from datetime import UTC, datetime
from pathlib import Path

from switchboard.media.wav import NotWav, wav_duration_ms
from switchboard.ports.recordings import RecordingFile

# The whole grammar of an id: no dot, no slash, so that no id is ever a path.
RECORDING_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
DAY_FOLDERS = "[0-9][0-9][0-9][0-9]/[0-9][0-9]/[0-9][0-9]"
# As the switch writes them, and the compact form that they are brought to (media/compacting.py).
FORMS = (".wav", ".mp3")


class RecordingFolder:
    """Keeps :class:`switchboard.ports.recordings.RecordingFiles` as ``YYYY/MM/DD/ID.wav``.

    Args:
        folder: Where the days' folders are; made when the first recording is placed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()

    def place_for(self, recording_id: str, at: datetime) -> str:
        """Return where the switch shall write this recording; its folder exists.

        Args:
            recording_id: Letters, digits, ``-`` and ``_``, at most 64.
            at: When it begins; its day, in the zone it bears, names the folder.

        Raises:
            ValueError: the id is not of that form.
            OSError: the folder cannot be made.
        """
        if not RECORDING_ID.fullmatch(recording_id):
            raise ValueError(
                f"{recording_id!r} is no recording id: letters, digits, - and _, at most 64"
            )
        day = self._folder / f"{at:%Y}" / f"{at:%m}" / f"{at:%d}"
        day.mkdir(parents=True, exist_ok=True)
        return str(day / f"{recording_id}.wav")

    def find_file(self, recording_id: str) -> Path | None:
        """Return the recording's file, or None. Looks once into each day, newest first."""
        if not RECORDING_ID.fullmatch(recording_id):
            return None
        for day in sorted(self._folder.glob(DAY_FOLDERS), reverse=True):
            for form in FORMS:
                file = day / f"{recording_id}{form}"
                if file.is_file():
                    return file
        return None

    def duration_ms(self, recording_id: str) -> int:
        """Return the length of what was recorded; 0 when there is no file, or no sound in it."""
        file = self.find_file(recording_id)
        try:
            return wav_duration_ms(file) if file else 0
        except (NotWav, OSError):
            return 0

    def list_files(self) -> tuple[RecordingFile, ...]:
        """Return every file, oldest day first; what is no recording by its name is left out."""
        return tuple(
            RecordingFile(file.stem, file, datetime.fromtimestamp(file.stat().st_mtime, UTC))
            for day in sorted(self._folder.glob(DAY_FOLDERS))
            for file in sorted(day.iterdir())
            if file.suffix in FORMS and RECORDING_ID.fullmatch(file.stem)
        )

    def erase(self, recording_id: str) -> bool:
        """Delete the recording's file; whether there was one."""
        file = self.find_file(recording_id)
        if file is None:
            return False
        file.unlink(missing_ok=True)
        return True
