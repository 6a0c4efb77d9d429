"""The promise of the recordings port, held by the folder and by the fake alike."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from switchboard.media.recordings import RecordingFolder
from switchboard.ports.recordings import RecordingFiles
from tests.fakes.recordings import FakeRecordings

AT = datetime(2026, 12, 3, 9, 20, tzinfo=UTC)


@pytest.fixture(params=[RecordingFolder, FakeRecordings])
def recordings(request: pytest.FixtureRequest, tmp_path: Path) -> RecordingFiles:
    made: RecordingFiles = request.param(tmp_path)
    return made


def test_a_place_can_be_written_and_is_then_found(recordings: RecordingFiles) -> None:
    place = Path(recordings.place_for("5f0c-91", AT))
    assert place.is_absolute()
    assert recordings.find_file("5f0c-91") is None, "nothing is recorded yet"
    place.write_bytes(b"RIFF")
    assert recordings.find_file("5f0c-91") == place


def test_two_recordings_have_two_places(recordings: RecordingFiles) -> None:
    assert recordings.place_for("one", AT) != recordings.place_for("two", AT)


@pytest.mark.parametrize("recording_id", ["", "../one", "a/b", "one.wav"])
def test_no_id_leads_outside(recordings: RecordingFiles, recording_id: str) -> None:
    with pytest.raises(ValueError, match="recording id"):
        recordings.place_for(recording_id, AT)
    assert recordings.find_file(recording_id) is None


def test_files_are_listed_and_erased(recordings: RecordingFiles) -> None:
    assert recordings.list_files() == ()
    place = Path(recordings.place_for("one", AT))
    place.write_bytes(b"RIFF")
    (listed,) = recordings.list_files()
    assert (listed.recording_id, listed.path) == ("one", place)
    assert listed.changed_at.utcoffset() is not None
    assert recordings.erase("one")
    assert not recordings.erase("one")
    assert recordings.list_files() == ()
