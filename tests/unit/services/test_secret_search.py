"""What a caller keyed as a secret is found wherever it stands, and nothing else is."""

import math
from array import array
from dataclasses import replace
from datetime import timedelta

import pytest

from switchboard.core.journal import EntryKind, JournalEntry
from switchboard.media.compacting import Compactor
from switchboard.media.masked import find_sound
from switchboard.media.wav import Pcm, write_wav
from switchboard.ports.recordings import RecordingKind, RecordingRecord, RecordingState
from switchboard.services.secret_search import SecretPrints, SecretSearch
from tests.fakes.clock import NOON
from tests.fakes.journal import FakeJournal
from tests.fakes.recordings import FakeRecordingBook, FakeRecordings
from tests.fakes.records import FakeRecords

RATE = 8000
PIN = "482913"
MASKED = ((NOON + timedelta(seconds=3), NOON + timedelta(seconds=6)),)
RECORD = RecordingRecord(
    "r1", "c1", RecordingKind.CALL, RecordingState.KEPT, NOON, masked=MASKED
)  # fmt: skip


class Night:
    """One call in which a secret was keyed, and the search behind it."""

    def __init__(self, folder) -> None:
        self.folder, self.journal, self.book = folder, FakeJournal(), FakeRecordingBook()
        self.files, self.prints = FakeRecordings(folder), SecretPrints()
        self.texts: list[tuple[str, str]] = []
        self.tell(EntryKind.OFFERED, 0, ani="138", dnis="400", leg_id="leg-1")
        self.tell(EntryKind.RECORDING_STARTED, 0, recording_id="r1")
        self.tell(EntryKind.RECORDING_MASKED, 3, recording_id="r1")
        self.tell(EntryKind.KEYS, 5, keys="a secret", ended_by="")
        self.tell(EntryKind.RECORDING_UNMASKED, 6, recording_id="r1")
        self.prints.note("leg-1", PIN)

    def tell(self, kind: EntryKind, after_s: float, **details) -> None:
        at = NOON + timedelta(seconds=after_s)
        self.journal.append(JournalEntry(f"{kind}-{after_s}", "c1", at, kind, details))

    def record(self, *, silent_ms: tuple[int, int], sample_at_ms: int | None = None) -> None:
        """Ten seconds of tones on two channels, silent for a stretch but for one sample."""
        begin, end = (ms * RATE // 1000 for ms in silent_ms)
        sound = array("h")
        for at in range(10 * RATE):
            level = 0 if begin <= at < end else round(8000 * math.sin(at / 3))
            sound.extend((level, -level))
        if sample_at_ms is not None:
            sound[2 * (sample_at_ms * RATE // 1000) + 1] = 1
        write_wav(self.folder / "r1.wav", Pcm(RATE, sound, 2))
        self.book.put(RECORD)

    def search(self):
        search = SecretSearch(
            FakeRecords(self.journal), self.journal, self.book, self.files, self.prints,
            find_sound, lambda: iter(self.texts),
        )  # fmt: skip
        return search.search(NOON, NOON + timedelta(days=1))


@pytest.fixture
def night(tmp_path) -> Night:
    return Night(tmp_path)


@pytest.mark.req("I14")
def test_where_nothing_can_be_heard_or_read_nothing_is_found(night):
    night.record(silent_ms=(3000, 6000))
    night.texts = [("spool, line 1", '{"keys": "a secret"}'), ("log", "2026-12-01T12:00:00 on 400")]
    found = night.search()
    assert found.leaks == ()
    assert (found.covered.calls, found.covered.stretches) == (1, 1)
    assert found.covered.texts == len(night.journal.entries) + 2


@pytest.mark.req("I14")
@pytest.mark.parametrize(
    "details",
    [{"keys": PIN}, {"nested": {"deep": [f"pin={PIN};"]}}, {"reason": f"no such PIN: {PIN}"}],
)
def test_a_secret_in_the_journal_is_found_and_never_told(night, details):
    night.tell(EntryKind.FAULT, 7, **details)
    (leak,) = night.search().leaks
    assert leak == "a secret stands in the journal, fault of call c1"


@pytest.mark.req("I14")
def test_a_secret_in_a_file_beside_the_store_is_found(night):
    night.texts = [
        ("/var/log/a.log, line 7", f"caller keyed {PIN}#\n"),
        ("b, line 1", "DTMF-Digit: 4"),
    ]
    assert night.search().leaks == (
        "a secret stands in /var/log/a.log, line 7",
        "keys stand one by one in b, line 1",
    )


def test_digits_within_a_word_or_a_longer_number_are_no_secret(night):
    night.texts = [("log", f"id ab{PIN}cd, number 9{PIN}, {PIN}1")]
    assert night.search().leaks == ()


@pytest.mark.req("I14")
@pytest.mark.parametrize("sample_at_ms", [3400, 4500, 5650])
def test_one_sample_of_sound_in_a_masked_stretch_is_found(night, sample_at_ms):
    night.record(silent_ms=(3000, 6000), sample_at_ms=sample_at_ms)
    (leak,) = night.search().leaks
    assert f"from {sample_at_ms} to {sample_at_ms} ms" in leak


@pytest.mark.req("I14")
def test_a_recording_that_was_not_masked_at_all_is_found(night):
    night.record(silent_ms=(0, 0))
    assert "recording r1 of call c1 holds sound from 3300 to" in night.search().leaks[0]


@pytest.mark.req("I14")
def test_a_compact_recording_is_listened_to_as_well(night):
    night.record(silent_ms=(3000, 6000))
    wav = night.folder / "r1.wav"
    Compactor().compact(wav)
    wav.unlink()
    night.book.put(replace(RECORD, form="mp3"))
    found = night.search()
    assert (found.leaks, found.covered.stretches) == ((), 1)


@pytest.mark.req("I14")
def test_a_secret_of_before_the_start_is_said_not_to_have_been_searched_for(night):
    night.prints = SecretPrints()
    night.tell(EntryKind.FAULT, 7, keys=PIN)
    found = night.search()
    assert (found.leaks, found.covered.calls, found.covered.texts) == ((), 1, 0)


def test_prints_show_nothing_and_forget_the_oldest(night, monkeypatch):
    assert PIN not in repr(night.prints)
    assert PIN not in repr(vars(night.prints))
    monkeypatch.setattr("switchboard.services.secret_search.MOST_LEGS", 2)
    for leg in ("leg-2", "leg-3"):
        night.prints.note(leg, "7777")
    assert not night.prints.knows("leg-1")
