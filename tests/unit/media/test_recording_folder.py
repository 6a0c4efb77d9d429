"""Where recordings lie, and that no id leads anywhere else."""

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from switchboard.media.recordings import RecordingFolder

AT = datetime(2026, 3, 7, 23, 30, tzinfo=UTC)


def test_a_recording_lies_in_the_folder_of_its_day(tmp_path: Path) -> None:
    place = RecordingFolder(tmp_path / "recordings").place_for("abc123", AT)
    assert place == str(tmp_path / "recordings/2026/03/07/abc123.wav")
    assert stat.S_ISDIR(Path(place).parent.stat().st_mode)


def test_a_recording_is_found_by_its_id_whatever_its_day(tmp_path: Path) -> None:
    folder = RecordingFolder(tmp_path)
    for day in (1, 2, 3):
        Path(folder.place_for(f"day-{day}", AT.replace(day=day))).write_bytes(b"RIFF")
    assert folder.find_file("day-2") == tmp_path / "2026/03/02/day-2.wav"


def test_a_place_is_absolute_though_the_folder_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert Path(RecordingFolder(Path("rec")).place_for("a", AT)).is_absolute()


@pytest.mark.parametrize(
    "recording_id",
    ["", ".", "..", "../a", "a/b", "/etc/passwd", "a.wav", "a\n", "-a", "é", "a" * 65],
)
def test_an_id_that_is_no_plain_word_is_no_place(tmp_path: Path, recording_id: str) -> None:
    folder = RecordingFolder(tmp_path / "recordings")
    (tmp_path / "a.wav").write_bytes(b"RIFF")
    with pytest.raises(ValueError, match="no recording id"):
        folder.place_for(recording_id, AT)
    assert folder.find_file(recording_id) is None
    assert not (tmp_path / "recordings").exists()


def test_other_folders_are_not_searched(tmp_path: Path) -> None:
    (tmp_path / "old/03/07").mkdir(parents=True)
    (tmp_path / "old/03/07/abc.wav").write_bytes(b"RIFF")
    assert RecordingFolder(tmp_path).find_file("abc") is None
