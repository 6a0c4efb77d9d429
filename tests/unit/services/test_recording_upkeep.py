"""Recordings after their calls: looked at, made compact, searched for gaps."""

import os
from array import array
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from switchboard.core.journal import EntryKind, JournalEntry
from switchboard.media.wav import Pcm, write_wav
from switchboard.ports.recordings import (
    CompactingFailed,
    RecordingKind,
    RecordingRecord,
    RecordingState,
)
from switchboard.services.recording_upkeep import RecordingUpkeep
from tests.fakes.clock import NOON, VirtualClock
from tests.fakes.journal import FakeJournal
from tests.fakes.recordings import FakeRecordingBook, FakeRecordings
from tests.fakes.records import FakeRecords

CALL = RecordingRecord("r1", "c1", RecordingKind.CALL, RecordingState.ENDED, NOON)
SECOND = Pcm(8000, array("h", [1000, -1000] * 4000), 1)


class Press:
    """Makes files compact, or not."""

    fails = False

    def compact(self, wav: Path) -> Path:
        if self.fails:
            raise CompactingFailed("the encoder has died")
        made = wav.with_suffix(".mp3")
        made.write_bytes(b"ID3")
        return made


class Cellar:
    def __init__(self, folder) -> None:
        self.folder, self.clock, self.press = folder, VirtualClock(), Press()
        self.book, self.files = FakeRecordingBook(), FakeRecordings(folder)
        self.journal = FakeJournal()
        self.upkeep = RecordingUpkeep(
            self.book, self.files, FakeRecords(self.journal), self.press, self.clock
        )

    def put(self, record: RecordingRecord, *, file: bool = True) -> None:
        self.book.put(record)
        if file:
            write_wav(self.folder / f"{record.recording_id}.wav", SECOND)

    def state(self, recording_id: str = "r1") -> RecordingState:
        return self.book.find_record(recording_id).state


@pytest.fixture
def cellar(tmp_path) -> Cellar:
    return Cellar(tmp_path)


def test_a_recording_that_has_ended_is_measured_and_kept(cellar):
    cellar.put(CALL)
    assert cellar.upkeep.finish_some() == 1
    record = cellar.book.find_record("r1")
    assert (record.state, record.duration_ms, record.size) == (RecordingState.KEPT, 1000, 16044)
    assert cellar.upkeep.finish_some() == 0


def test_a_call_without_its_file_is_told_and_silence_is_only_empty(cellar):
    cellar.put(CALL, file=False)
    cellar.put(replace(CALL, recording_id="r2", kind=RecordingKind.SPOKEN), file=False)
    cellar.upkeep.finish_some()
    assert cellar.state("r1") is RecordingState.MISSING
    assert cellar.state("r2") is RecordingState.EMPTY


def test_what_a_dead_server_left_running_is_ended_once_its_call_has(cellar):
    cellar.put(replace(CALL, state=RecordingState.RUNNING))
    offered = {"ani": "1", "dnis": "2", "leg_id": "l"}
    cellar.journal.append(JournalEntry("e1", "c1", NOON, EntryKind.OFFERED, offered))
    cellar.upkeep.finish_some()
    assert cellar.state() is RecordingState.RUNNING
    cellar.journal.append(JournalEntry("e2", "c1", NOON, EntryKind.HUNG_UP, {"cause": "X"}))
    cellar.clock.sleep(600)
    cellar.upkeep.finish_some()
    assert cellar.state() is RecordingState.KEPT


def test_calls_are_made_compact_the_oldest_first_and_messages_stay(cellar):
    kept = replace(CALL, state=RecordingState.KEPT)
    later = replace(kept, recording_id="r2", started_at=NOON + timedelta(hours=1))
    message = replace(kept, recording_id="r3", kind=RecordingKind.SPOKEN)
    for record in (later, kept, message):
        cellar.put(record)
    assert cellar.upkeep.compact_one()
    record = cellar.book.find_record("r1")
    assert (record.form, record.size) == ("mp3", 3)
    assert sorted(file.name for file in cellar.folder.iterdir()) == ["r1.mp3", "r2.wav", "r3.wav"]
    assert cellar.upkeep.compact_one()
    assert not cellar.upkeep.compact_one()
    assert cellar.book.find_record("r3").form == "wav"


def test_a_run_that_was_ended_before_its_record_was_written_is_made_up_for(cellar):
    cellar.put(replace(CALL, state=RecordingState.KEPT), file=False)
    (cellar.folder / "r1.mp3").write_bytes(b"ID3")
    assert cellar.upkeep.compact_one()
    assert cellar.book.find_record("r1").form == "mp3"
    assert (cellar.folder / "r1.mp3").exists()


def test_what_cannot_be_made_compact_stays_and_is_not_tried_for_ever(cellar):
    cellar.put(replace(CALL, state=RecordingState.KEPT))
    cellar.press.fails = True
    assert cellar.upkeep.compact_one()
    assert not cellar.upkeep.compact_one()
    assert (cellar.folder / "r1.wav").exists()
    assert cellar.state() is RecordingState.KEPT


@pytest.mark.req("ADM-30")
def test_gaps_are_found_on_both_sides(cellar):
    cellar.put(replace(CALL, state=RecordingState.KEPT))
    cellar.put(replace(CALL, recording_id="lost", state=RecordingState.KEPT), file=False)
    cellar.put(replace(CALL, recording_id="gone", state=RecordingState.ERASED), file=False)
    write_wav(cellar.folder / "stray.wav", SECOND)
    cellar.clock.sleep(timedelta(days=3650).total_seconds())  # a file's age is by the wall
    gaps = cellar.upkeep.search_gaps()
    assert (gaps.files, gaps.records) == (("stray",), ("lost",))


def test_a_file_whose_record_may_be_on_its_way_is_no_gap(cellar):
    fresh = cellar.folder / "fresh.wav"
    write_wav(fresh, SECOND)
    os.utime(fresh, (cellar.clock.now().timestamp(),) * 2)
    assert cellar.upkeep.search_gaps().files == ()
