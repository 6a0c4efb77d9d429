"""Writes a batch of changes inside one transaction, the lines of its calls with them."""

from collections.abc import Iterable, Sequence

import peewee

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
from switchboard.store.statements import insert_new, put_in_place
from switchboard.store.summaries import refresh_lines


def apply(engine: peewee.Database, changes: Sequence[Change]) -> None:
    """Write *changes*; the caller has begun the transaction. Twice is the same as once."""
    entries = [change.row for change in changes if change.kind is ChangeKind.ENTRY]
    insert_new(engine, JournalRow, entries)
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
    refresh_lines(
        engine, {str(row["call_id"]) for row in entries if row["kind"] in SUMMARISED_KINDS}
    )


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
