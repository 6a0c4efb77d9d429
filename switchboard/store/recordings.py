"""What is on record of recordings (port: ``switchboard/ports/recordings.py``)."""

from datetime import datetime

import orjson
import peewee

from switchboard.ports.recordings import (
    RecordingKind,
    RecordingRecord,
    RecordingSearch,
    RecordingState,
)
from switchboard.store.changes import Change, ChangeKind, Column
from switchboard.store.database import Database
from switchboard.store.fields import from_us, to_us
from switchboard.store.group_commit import GroupCommit
from switchboard.store.models import RecordingRow
from switchboard.store.prefixes import begins


class StoredRecordings:
    """The :class:`switchboard.ports.recordings.RecordingBook` of a database."""

    def __init__(self, database: Database, commits: GroupCommit) -> None:
        self._database = database
        self._commits = commits

    def put(self, record: RecordingRecord) -> None:
        """Keep it in place of the former record of that id; see the port."""
        self._commits.take(Change(ChangeKind.RECORDING, _row(record)))

    def find_record(self, recording_id: str) -> RecordingRecord | None:
        """The record of that id, or None."""
        self._commits.settle()
        query = RecordingRow.select().where(RecordingRow.recording_id == recording_id)
        row = self._database.read(lambda engine: query.bind(engine).first())
        return _record(row) if row else None

    def list_records(self, search: RecordingSearch) -> tuple[RecordingRecord, ...]:
        """Records, newest first unless the search says otherwise."""
        self._commits.settle()
        return self._database.read(lambda engine: _list(engine, search))


def _list(engine: peewee.Database, search: RecordingSearch) -> tuple[RecordingRecord, ...]:
    order = (RecordingRow.started_at, RecordingRow.recording_id)
    query = RecordingRow.select().order_by(
        *(order if search.oldest_first else (column.desc() for column in order))
    )
    for condition in _conditions(engine, search):
        query = query.where(condition)
    return tuple(map(_record, query.limit(search.at_most).bind(engine)))


def _conditions(engine: peewee.Database, search: RecordingSearch) -> list[peewee.Expression]:
    conditions = []
    if search.call_id:
        conditions.append(RecordingRow.call_id == search.call_id)
    if search.kind is not None:
        conditions.append(RecordingRow.kind == search.kind)
    if search.states:
        conditions.append(RecordingRow.state.in_([str(state) for state in search.states]))
    if search.since is not None:
        conditions.append(RecordingRow.started_at >= search.since)
    if search.until is not None:
        conditions.append(RecordingRow.started_at < search.until)
    if search.begins:
        conditions.append(begins(engine, RecordingRow.recording_id, search.begins))
    if search.form:
        conditions.append(RecordingRow.form == search.form)
    return conditions


def _row(record: RecordingRecord) -> dict[str, Column]:
    masked = [[to_us(begun), _us_or_none(ended)] for begun, ended in record.masked]
    return {
        "recording_id": record.recording_id,
        "call_id": record.call_id,
        "kind": str(record.kind),
        "state": str(record.state),
        "started_at": to_us(record.started_at),
        "duration_ms": record.duration_ms,
        "masked": orjson.dumps(masked).decode(),
        "size": record.size,
        "form": record.form,
    }


def _record(row: RecordingRow) -> RecordingRecord:
    return RecordingRecord(
        recording_id=row.recording_id,
        call_id=row.call_id,
        kind=RecordingKind(row.kind),
        state=RecordingState(row.state),
        started_at=row.started_at,
        duration_ms=row.duration_ms,
        masked=tuple(
            (from_us(begun), None if ended is None else from_us(ended))
            for begun, ended in orjson.loads(row.masked)
        ),
        size=row.size,
        form=row.form,
    )


def _us_or_none(moment: datetime | None) -> int | None:
    return None if moment is None else to_us(moment)
