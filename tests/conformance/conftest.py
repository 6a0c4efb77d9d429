"""The lab's folder: sound files as long as those that the traces were recorded with."""

from pathlib import Path

import pytest

from switchboard.simulator import audio
from tests.conformance.world import NOT_AUDIO, SOUND_FILES


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    sounds = tmp_path / "sounds"
    sounds.mkdir()
    (tmp_path / "rec").mkdir()
    for name, samples in SOUND_FILES.items():
        (sounds / name).write_bytes(audio.encode_wav([audio.tone([440], samples)]))
    (sounds / NOT_AUDIO).write_text("these bytes are no sound", encoding="utf-8")
    return tmp_path
