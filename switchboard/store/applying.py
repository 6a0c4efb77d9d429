"""Writes a batch of changes inside one transaction, the lines of its calls with them."""

from collections.abc import Collection, Iterable, Sequence

import peewee

from switchboard.core.journal import EntryKind
from switchboard.core.summaries import SUMMARISED_KINDS
from switchboard.store.applying_agents import apply_agents
from switchboard.store.changes import Change, ChangeKind
from switchboard.store.models import (
    FlowOutcomeRow,
    JournalRow,
    MessageRow,
    RecordingRow,
    RunRow,
    SurveyRow,
)
from switchboard.store.queue_counts import COUNTED_KINDS, counted, move
from switchboard.store.statements import Row, insert_new, put_in_place
from switchboard.store.summaries import hold_alone, refresh_lines


def apply(engine: peewee.Database, changes: Sequence[Change]) -> None:
    """Write *changes*; the caller has begun the transaction. Twice is the same as once."""
    entries = [change.row for change in changes if change.kind is ChangeKind.ENTRY]
    queued = calls_of(entries, COUNTED_KINDS)
    if queued:
        hold_alone(engine)
    before = counted(engine, queued)
    insert_new(engine, JournalRow, entries)
    if queued:
        move(engine, before, counted(engine, queued))
    messages = [change.row for change in changes if change.kind is ChangeKind.MESSAGE]
    insert_new(engine, MessageRow, messages)
    surveys = [change.row for change in changes if change.kind is ChangeKind.SURVEY]
    insert_new(engine, SurveyRow, surveys)
    outcomes = [change.row for change in changes if change.kind is ChangeKind.FLOW_OUTCOME]
    insert_new(engine, FlowOutcomeRow, outcomes)
    recordings = {
        change.row["recording_id"]: change.row
        for change in changes
        if change.kind is ChangeKind.RECORDING
    }
    put_in_place(engine, RecordingRow, tuple(recordings.values()))
    _apply_runs(engine, changes)
    apply_agents(engine, changes)
    refresh_lines(engine, calls_of(entries, SUMMARISED_KINDS))


def calls_of(entries: Iterable[Row], kinds: Collection[EntryKind]) -> set[str]:
    """Return the calls of which one of *entries* is of one of these kinds."""
    return {str(row["call_id"]) for row in entries if row["kind"] in kinds}


def _apply_runs(engine: peewee.Database, changes: Iterable[Change]) -> None:
    """Write each call's last run only: the ones before it were never seen by anybody."""
    last = {
        change.row["call_id"]: change
        for change in changes
        if change.kind in (ChangeKind.RUN, ChangeKind.RUN_OVER)
    }
    kept = [change.row for change in last.values() if change.kind is ChangeKind.RUN]
    put_in_place(engine, RunRow, kept)
    over = [call_id for call_id, change in last.items() if change.kind is ChangeKind.RUN_OVER]
    if over:
        RunRow.delete().where(RunRow.call_id.in_(over)).execute(engine)
