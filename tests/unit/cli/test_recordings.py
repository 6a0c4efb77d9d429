"""``switchboard recordings`` and ``switchboard mailboxes``."""

import os
from array import array
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from switchboard.media.compacting import Compactor
from switchboard.media.recordings import RecordingFolder
from switchboard.media.wav import Pcm, read_wav, write_wav
from switchboard.ports.messages import Message
from switchboard.ports.recordings import RecordingKind, RecordingRecord, RecordingState
from tests.unit.cli.conftest import START

CALL = RecordingRecord(
    "r1f00", "7f3a9c01d2e4", RecordingKind.CALL, RecordingState.KEPT, START, 61_200,
    masked=((START, START + timedelta(seconds=5)),), size=9,
)  # fmt: skip


def put(installation, record: RecordingRecord, *, file: bool = True) -> Path:
    with installation.store() as store:
        store.recordings.put(record)
    folder = RecordingFolder(installation.folder / "recordings")
    place = Path(folder.place_for(record.recording_id, record.started_at))
    if file:
        write_wav(place, Pcm(8000, array("h", [800, 0, -800, 0] * 4000), 2))
    return place


def test_recordings_are_listed(installation):
    assert installation.says("recordings") == "there is no recording\n"
    put(installation, CALL)
    put(installation, replace(CALL, recording_id="r2", kind=RecordingKind.SPOKEN, masked=()))
    assert "r1f00" in installation.says("recordings")
    assert "61.2 s" in installation.says("recordings")
    (listed,) = installation.json("recordings", "--kind", "call")
    assert (listed["recording_id"], listed["state"], len(listed["masked"])) == ("r1f00", "kept", 1)
    assert installation.json("recordings", "--call", "nobody") == []


def test_a_recording_is_exported_as_it_is_or_as_wav(installation, tmp_path):
    place = put(installation, CALL)
    Compactor().compact(place)
    place.unlink()
    installation.says("recordings", "export", "r1", str(tmp_path / "a.mp3"))
    installation.says("recordings", "export", "last", str(tmp_path / "a.wav"))
    assert read_wav(tmp_path / "a.wav").channels == 2
    assert (tmp_path / "a.mp3").stat().st_size < (tmp_path / "a.wav").stat().st_size


def test_an_erased_recording_stays_on_record(installation):
    place = put(installation, CALL)
    installation.says("recordings", "erase", "r1", "--yes")
    assert not place.exists()
    (listed,) = installation.json("recordings")
    assert listed["state"] == "erased"
    assert "has no file" in installation.refuses("recordings", "file", "r1")


@pytest.mark.req("ADM-30")
def test_the_check_names_what_is_too_many_and_too_few(installation):
    put(installation, CALL)
    assert installation.says("recordings", "check") == "files and records agree\n"
    put(installation, replace(CALL, recording_id="lost"), file=False)
    stray = Path(RecordingFolder(installation.folder / "recordings").place_for("stray", START))
    stray.write_bytes(b"RIFF")
    os.utime(stray, (0, 0))
    said = installation.refuses("recordings", "check")
    assert f"a file of no recording: {stray}" in said
    assert "a recording without its file: lost" in said
    assert "1 files too many, 1 files too few" in said


@pytest.mark.req("ADM-30")
def test_the_retention_tells_before_it_erases(installation):
    old = replace(CALL, started_at=START - timedelta(days=400))
    place = put(installation, old)
    said = installation.says("recordings", "retention")
    assert said == "0 messages, 1 recordings and 0 calls would be erased\n"
    assert place.exists()
    installation.says("recordings", "retention", "--erase")
    assert not place.exists()


# --- mailboxes --------------------------------------------------------------------------------


@pytest.fixture
def with_box(installation):
    installation.settings.write_text(
        "nodes:\n  - password: long-enough-for-a-test\n"
        "mailboxes:\n  phone: '8500'\n"
        "  boxes: {front_desk: {number: '100', notify: [desk@example.org]}}\n"
    )
    return installation


def test_mailboxes_are_listed_with_what_is_in_them(with_box):
    with with_box.store() as store:
        store.messages.keep(Message("m1", "front_desk", "c", "r", 900, "", "", None, START))
    boxes = {box["mailbox"]: box for box in with_box.json("mailboxes")}
    box = boxes["front_desk"]
    assert (box["number"], box["new"], box["messages"], box["PIN"]) == ("100", 1, 1, "none")


def test_a_pin_is_set_and_shown_nowhere(with_box):
    assert "new PIN" in with_box.says("mailboxes", "pin", "front_desk", "--pin", "4712")
    assert [box["PIN"] for box in with_box.json("mailboxes") if box["number"]] == ["set"]
    files = with_box.folder.glob("switchboard.db*")
    assert all(b"4712" not in file.read_bytes() for file in files)


@pytest.mark.parametrize("pin", ["123", "1234", "7777", "12ab", "4" * 13])
def test_a_pin_that_is_easily_guessed_is_refused(with_box, pin):
    assert "4 to 12 digits" in with_box.refuses("mailboxes", "pin", "front_desk", "--pin", pin)


def test_a_mailbox_that_is_not_there_has_no_pin(with_box):
    assert "no mailbox sales" in with_box.refuses("mailboxes", "pin", "sales", "--pin", "4712")


def test_a_wrong_setting_is_told_with_its_place(installation):
    installation.settings.write_text(
        "nodes:\n  - password: long-enough-for-a-test\nrecordings: {record: sometimes}\n"
    )
    said = installation.refuses("recordings")
    assert ":3:" in said
    assert "write all, none, or a share such as 10%" in said
