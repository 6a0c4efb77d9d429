"""Turns the field's words into rows and rows into the field's words."""

from datetime import datetime

from switchboard.core.causes import cause_of
from switchboard.core.cdrs import Cdr
from switchboard.core.journal import EntryKind, JournalEntry
from switchboard.core.legs import Direction
from switchboard.core.summaries import CallResult, CallSummary
from switchboard.ports.messages import Message
from switchboard.ports.runs import SavedRun
from switchboard.store.changes import Column
from switchboard.store.fields import clean, from_json, to_json, to_us
from switchboard.store.models import CallRow, CdrRow, JournalRow, MessageRow, RunRow

Row = dict[str, Column]


def entry_row(entry: JournalEntry) -> Row:
    """Return the row of a journal entry."""
    return {
        "entry_id": entry.entry_id,
        "call_id": entry.call_id,
        "at": to_us(entry.at),
        "kind": entry.kind,
        "details": to_json(entry.details),
    }


def entry_of(row: JournalRow) -> JournalEntry:
    """Return the journal entry of a row."""
    return JournalEntry(
        row.entry_id, row.call_id, row.at, EntryKind(row.kind), from_json(row.details)
    )


def cdr_row(cdr: Cdr) -> Row:
    """Return the row of a CDR."""
    return {
        "leg_id": cdr.leg_id,
        "call_id": cdr.call_id,
        "node": clean(cdr.node),
        "direction": cdr.direction,
        "ani": clean(cdr.ani),
        "caller_name": clean(cdr.caller_name),
        "dnis": clean(cdr.dnis),
        "started_at": to_us(cdr.started_at),
        "answered_at": _us_or_none(cdr.answered_at),
        "ended_at": to_us(cdr.ended_at),
        "cause": clean(cdr.cause),
        "billable_ms": cdr.billable_ms,
    }


def cdr_of(row: CdrRow) -> Cdr:
    """Return the CDR of a row."""
    return Cdr(
        leg_id=row.leg_id,
        call_id=row.call_id,
        node=row.node,
        direction=Direction(row.direction),
        ani=row.ani,
        caller_name=row.caller_name,
        dnis=row.dnis,
        started_at=row.started_at,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        cause=cause_of(row.cause),
        billable_ms=row.billable_ms,
    )


def summary_row(line: CallSummary) -> Row:
    """Return the row of a call's line."""
    return {
        "call_id": line.call_id,
        "started_at": to_us(line.started_at),
        "ended_at": _us_or_none(line.ended_at),
        "ani": clean(line.ani),
        "dnis": clean(line.dnis),
        "answered": line.answered,
        "outcome": None if line.outcome is None else clean(line.outcome),
        "messages": line.messages,
        "result": line.result,
        "agent": line.agent,
    }


def summary_of(row: CallRow) -> CallSummary:
    """Return the line of a call."""
    return CallSummary(
        call_id=row.call_id,
        started_at=row.started_at,
        ended_at=row.ended_at,
        ani=row.ani,
        dnis=row.dnis,
        answered=row.answered,
        outcome=row.outcome,
        messages=row.messages,
        result=CallResult(row.result),
        agent=row.agent,
    )


def run_row(run: SavedRun) -> Row:
    """Return the row of a saved run."""
    return {
        "call_id": run.call_id,
        "leg_id": run.leg_id,
        "dnis": clean(run.dnis),
        "run": to_json(run.run),
        "saved_at": to_us(run.saved_at),
    }


def run_of(row: RunRow) -> SavedRun:
    """Return the saved run of a row."""
    return SavedRun(row.call_id, row.leg_id, row.dnis, from_json(row.run), row.saved_at)


def message_row(message: Message) -> Row:
    """Return the row of a message."""
    return {
        "message_id": message.message_id,
        "mailbox": clean(message.mailbox),
        "call_id": message.call_id,
        "recording_id": message.recording_id,
        "duration_ms": message.duration_ms,
        "from_number": clean(message.from_number),
        "reply_to": clean(message.reply_to),
        "reply_wanted": message.reply_wanted,
        "left_at": to_us(message.left_at),
    }


def message_of(row: MessageRow) -> Message:
    """Return the message of a row."""
    return Message(
        message_id=row.message_id,
        mailbox=row.mailbox,
        call_id=row.call_id,
        recording_id=row.recording_id,
        duration_ms=row.duration_ms,
        from_number=row.from_number,
        reply_to=row.reply_to,
        reply_wanted=row.reply_wanted,
        left_at=row.left_at,
    )


def _us_or_none(moment: datetime | None) -> int | None:
    return None if moment is None else to_us(moment)
