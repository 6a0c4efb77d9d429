"""The story of one call in plain English: what happened, in order, and what the switch says of it.

Read from the journal and the CDRs alone, so that it tells the same of a call a year later. Text
that came from outside (a caller's name) is told as it is: whoever shows it makes it harmless for
the place where it is shown.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from switchboard.core.cdrs import Cdr
from switchboard.core.journal import EntryKind, JournalEntry
from switchboard.services.agreement import find_differences


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a call's story.

    Attributes:
        at: When it happened; None for what is said about the call as a whole.
        after_s: Seconds since the call's first fact; None where *at* is None.
        text: What happened.
    """

    at: datetime | None
    after_s: float | None
    text: str


def tell_story(entries: Sequence[JournalEntry], cdrs: Sequence[Cdr]) -> tuple[Line, ...]:
    """Tell one call: a line for each fact, then the switch's records and whether they agree.

    Args:
        entries: The call's journal, in the order it was appended; may be empty.
        cdrs: The CDRs of its legs, in the order of their beginning; may be empty.
    """
    first = entries[0].at if entries else None
    facts = [
        Line(entry.at, (entry.at - first).total_seconds() if first else None, words_of(entry))
        for entry in entries
    ]
    return (*facts, *(Line(None, None, text) for text in _proof(entries, cdrs)))


def words_of(entry: JournalEntry) -> str:
    """Return one fact in words."""
    return WORDS[entry.kind](entry.details)


def _proof(entries: Sequence[JournalEntry], cdrs: Sequence[Cdr]) -> list[str]:
    if not cdrs:
        ended = any(entry.kind is EntryKind.HUNG_UP for entry in entries)
        return ["CDR: none is in yet" if ended else "CDR: none yet; the call has not ended"]
    lines = [_cdr_words(cdr) for cdr in cdrs]
    differences = find_differences(entries, cdrs)
    if not differences:
        return [*lines, "journal and CDR agree"]
    return [*lines, *(f"journal and CDR differ: {difference}" for difference in differences)]


def _cdr_words(cdr: Cdr) -> str:
    who = f"{cdr.direction} {cdr.ani or 'withheld'} to {cdr.dnis or 'none'}"
    length = f"{_seconds(cdr.duration_ms)} long, {_seconds(cdr.billable_ms)} billable"
    return f"CDR: leg {cdr.leg_id[:8]}, {who}, {length}, {cdr.cause}"


# --- the words of each kind -------------------------------------------------------------------
# A detail that an older version did not write is told as missing, never as an error.

Details = Mapping[str, Any]
ENDED_BY = {
    "key": "ended by a key",
    "silence": "ended by silence",
    "limit": "ended at the longest allowed",
    "hung_up": "ended by hanging up",
    "cut": "its end was not seen",
}


def _offered(d: Details) -> str:
    name = f" ({d['caller_name']})" if d.get("caller_name") else ""
    node = f" on {d['node']}" if d.get("node") else ""
    caller = d.get("ani") or "a withheld number"
    return f"call offered{node}: {caller}{name} dialled {d.get('dnis')}"


def _refused(d: Details) -> str:
    return f"refused before answer: {d.get('reason')} ({d.get('cause')})"


def _flow_started(d: Details) -> str:
    return f"flow {d.get('flow')} started, version {str(d.get('version'))[:12]}"


def _node_entered(d: Details) -> str:
    return f"at {d.get('flow')}.{d.get('node')} ({d.get('kind')})"


def _node_left(d: Details) -> str:
    to = d.get("to")
    return f"left {d.get('node')} by {d.get('outcome')}" + (f", to {to}" if to else "")


def _said(d: Details) -> str:
    result = d.get("result")
    how = f" ({result})" if result and result != "played" else ""
    return "heard: " + ", ".join(map(str, d.get("prompts") or ["nothing"])) + how


def _keys(d: Details) -> str:
    keys, ended_by = str(d.get("keys", "")), str(d.get("ended_by") or "")
    if not keys:
        return f"pressed only {ended_by}" if ended_by else "pressed nothing"
    return f"pressed {keys}" + (f", then {ended_by}" if ended_by and ended_by != keys else "")


def _silence(d: Details) -> str:
    waited = d.get("waited_ms")
    return "pressed nothing" + (f" for {_seconds(waited)}" if waited is not None else "")


def _recorded(d: Details) -> str:
    how = ENDED_BY.get(str(d.get("ended_by")), "")
    return f"spoke for {_seconds(d.get('duration_ms'))}" + (f", {how}" if how else "")


def _message_kept(d: Details) -> str:
    length = _seconds(d.get("duration_ms"))
    return f"left a message of {length} in {d.get('mailbox')} ({d.get('message_id')})"


def _recording_stopped(d: Details) -> str:
    return f"the recording has ended after {_seconds(d.get('duration_ms'))}"


def _mailbox_opened(d: Details) -> str:
    return f"opened mailbox {d.get('mailbox')}: {d.get('new')} new of {d.get('messages')} messages"


def _looked_up(d: Details) -> str:
    rows = d.get("rows")
    found = {None: "", 0: ": no row", 1: ": one row"}.get(rows, f": {rows} rows")
    return f"looked up in {d.get('source')}{found}" + _came_of(d)


def _requested(d: Details) -> str:
    status = f": {d['status']}" if d.get("status") else ""
    return f"asked {d.get('connection')} ({d.get('method')}){status}" + _came_of(d)


def _sent(d: Details) -> str:
    what = ", ".join(map(str, d.get("prompts") or [])) or "a message"
    return f"sent {what} by {d.get('medium')} to {d.get('to')}" + _came_of(d)


def _secret_checked(d: Details) -> str:
    left = f", {d['left']} attempts left" if d.get("outcome") == "wrong" else ""
    return f"{d.get('secret')} of {d.get('owner')}: {d.get('outcome')}{left}" + _because(d)


def _came_of(d: Details) -> str:
    """What came of something done beside the call, unless all went well."""
    outcome = d.get("outcome")
    took = f" ({_seconds(d['took_ms'])})" if d.get("took_ms") else ""
    return took + (f"; {outcome}" if outcome in {"refused", "failed"} else "") + _because(d)


def _in(d: Details) -> str:
    return f" in {d['language']}" if d.get("language") else ""


def _because(d: Details) -> str:
    return f": {d['reason']}" if d.get("reason") else ""


def _place(d: Details) -> str:
    place = f", place {d['position']}" if d.get("position") else ""
    return place + (f" ({d['why']})" if d.get("why") else "")


def _resumed(d: Details) -> str:
    node = f" at {d['node']}" if d.get("node") else ""
    return f"went on{node}: {d.get('why')}"


def _hung_up(d: Details) -> str:
    return f"hung up by {d.get('by', 'somebody')}: {d.get('cause')}"


def _seconds(duration_ms: object) -> str:
    return f"{duration_ms / 1000:.1f} s" if isinstance(duration_ms, int | float) else "? s"


WORDS: Mapping[EntryKind, Callable[[Details], str]] = {
    EntryKind.OFFERED: _offered,
    EntryKind.REFUSED: _refused,
    EntryKind.ANSWERED: lambda _: "answered",
    EntryKind.FLOW_STARTED: _flow_started,
    EntryKind.NODE_ENTERED: _node_entered,
    EntryKind.NODE_LEFT: _node_left,
    EntryKind.SAID: _said,
    EntryKind.KEYS: _keys,
    EntryKind.SILENCE: _silence,
    EntryKind.RECORDED: _recorded,
    EntryKind.MESSAGE_KEPT: _message_kept,
    EntryKind.RECORDING_STARTED: lambda d: f"recorded from here on ({d.get('recording_id')})",
    EntryKind.RECORDING_MASKED: lambda _: "the recording is masked",
    EntryKind.RECORDING_UNMASKED: lambda _: "the recording goes on",
    EntryKind.RECORDING_STOPPED: _recording_stopped,
    EntryKind.MAILBOX_OPENED: _mailbox_opened,
    EntryKind.MESSAGE_HANDLED: lambda d: f"message {d.get('message_id')} is {d.get('state')}",
    EntryKind.PROMPT_RECORDED: lambda d: f"recorded the prompt {d.get('prompt')}" + _in(d),
    EntryKind.LOOKED_UP: _looked_up,
    EntryKind.ROW_CREATED: lambda d: f"created a row in {d.get('source')}" + _came_of(d),
    EntryKind.ROW_UPDATED: lambda d: f"changed a row in {d.get('source')}" + _came_of(d),
    EntryKind.REQUESTED: _requested,
    EntryKind.SENT: _sent,
    EntryKind.SECRET_CHECKED: _secret_checked,
    EntryKind.SECRET_CHANGED: lambda d: (
        f"changed {d.get('secret')} of {d.get('owner')}" + _came_of(d)
    ),
    EntryKind.SURVEY_KEPT: lambda d: f"answered the survey {d.get('survey')}" + _came_of(d),
    EntryKind.LANGUAGE: lambda d: f"language: {d.get('language')}",
    EntryKind.AGENT_TOLD: lambda d: f"agents see {', '.join(d.get('labels') or ())}",
    EntryKind.FAULT: lambda d: f"fault at {d.get('where')}: {d.get('reason')}",
    EntryKind.RANG: lambda d: f"rings {d.get('who')}",
    EntryKind.RING_ENDED: lambda d: f"{d.get('who')} did not answer: {d.get('cause')}",
    EntryKind.JOINED: lambda d: f"talks with {d.get('who')}",
    EntryKind.HELD: lambda _: "on hold",
    EntryKind.RETRIEVED: lambda _: "talks again",
    EntryKind.PARTED: lambda d: f"talk with {d.get('who')} ended by {d.get('ended_by')}",
    EntryKind.QUEUED: lambda d: f"waits in {d.get('queue')}" + _place(d),
    EntryKind.AGENT_OFFERED: lambda d: f"offered to agent {d.get('agent_id')}",
    EntryKind.OFFER_ENDED: lambda d: f"{d.get('agent_id')} did not take it: {d.get('result')}",
    EntryKind.QUEUE_LEFT: lambda d: f"left queue {d.get('queue')}: {d.get('result')}",
    EntryKind.WRAP_UP_BEGAN: lambda d: f"{d.get('agent_id')} works on behind the call",
    EntryKind.WRAP_UP_ENDED: lambda d: f"{d.get('agent_id')} has ended the work behind the call",
    EntryKind.ROOM_ENTERED: lambda d: f"in conference {d.get('room')}",
    EntryKind.ROOM_LEFT: lambda d: f"left conference {d.get('room')}",
    EntryKind.MONITORED: lambda d: f"{d.get('by')}, supervisor: {d.get('manner')}",
    EntryKind.DIRECTED: lambda d: f"{d.get('by')}, supervisor: {d.get('act')} {d.get('what')}",
    EntryKind.DIALLED: lambda d: f"agent {d.get('agent_id')} dialled {d.get('to')}",
    EntryKind.RESUMED: _resumed,
    EntryKind.FLOW_ENDED: lambda d: f"flow ended: {d.get('reason')}",
    EntryKind.HUNG_UP: _hung_up,
}
"""How each kind of fact is told; the test of this module walks the kinds."""
