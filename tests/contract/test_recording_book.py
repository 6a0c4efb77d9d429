"""The promises of the records of recordings (``switchboard/ports/recordings.py``)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from switchboard.ports.recordings import (
    RecordingKind,
    RecordingRecord,
    RecordingSearch,
    RecordingState,
)

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
CALL = RecordingRecord("r1", "c1", RecordingKind.CALL, RecordingState.RUNNING, NOON)
SPOKEN = RecordingRecord(
    "r2", "c1", RecordingKind.SPOKEN, RecordingState.KEPT, NOON + timedelta(seconds=9), 4200,
    size=67_244, form="mp3",
)  # fmt: skip


def test_a_record_takes_the_place_of_the_former_one(store):
    store.recordings.put(CALL)
    masked = ((NOON + timedelta(seconds=1), NOON + timedelta(seconds=3)), (NOON, None))
    later = replace(CALL, state=RecordingState.KEPT, duration_ms=9000, masked=masked, size=7)
    store.recordings.put(later)
    assert store.recordings.find_record("r1") == later


def test_an_unknown_record_is_not_found(store):
    assert store.recordings.find_record("r1") is None
    assert store.recordings.list_records(RecordingSearch()) == ()


def test_records_are_found_by_call_kind_state_form_and_time(store):
    other = replace(CALL, recording_id="r3", call_id="c2", started_at=NOON + timedelta(days=1))
    for record in (CALL, SPOKEN, other):
        store.recordings.put(record)

    def found(**conditions):
        records = store.recordings.list_records(RecordingSearch(**conditions))
        return [record.recording_id for record in records]

    assert found() == ["r3", "r2", "r1"]
    assert found(at_most=2) == ["r3", "r2"]
    assert found(at_most=2, oldest_first=True) == ["r1", "r2"]
    assert found(call_id="c1") == ["r2", "r1"]
    assert found(kind=RecordingKind.CALL) == ["r3", "r1"]
    assert found(states=(RecordingState.KEPT, RecordingState.EMPTY)) == ["r2"]
    assert found(form="mp3") == ["r2"]
    assert found(since=SPOKEN.started_at) == ["r3", "r2"]
    assert found(until=SPOKEN.started_at) == ["r1"]
