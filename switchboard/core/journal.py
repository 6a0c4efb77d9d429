"""The journal's words: every fact about a call is one frozen row of an append-only journal.

CDRs aside, whatever is told about a call later (its timeline, segments, reports, a resumed run) is
read from these rows. Secret digits never stand in one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class EntryKind(StrEnum):
    """What a journal row says happened. The details that each kind carries stand behind it."""

    OFFERED = "offered"  # ani, caller_name, dnis, node, leg_id
    REFUSED = "refused"  # reason, cause
    ANSWERED = "answered"
    FLOW_STARTED = "flow_started"  # flow, version
    NODE_ENTERED = "node_entered"  # flow, node, kind
    NODE_LEFT = "node_left"  # flow, node, outcome, to
    SAID = "said"  # prompts, language, result
    KEYS = "keys"  # keys, ended_by (never a secret's)
    SILENCE = "silence"  # waited_ms
    RECORDED = "recorded"  # recording_id, duration_ms, ended_by
    MESSAGE_KEPT = "message_kept"  # mailbox, message_id, duration_ms
    RECORDING_STARTED = "recording_started"  # recording_id: both sides of the call, from here on
    RECORDING_MASKED = "recording_masked"  # recording_id: silence in its file, from here on
    RECORDING_UNMASKED = "recording_unmasked"  # recording_id
    RECORDING_STOPPED = "recording_stopped"  # recording_id, duration_ms
    MAILBOX_OPENED = "mailbox_opened"  # mailbox, new, messages
    MESSAGE_HANDLED = "message_handled"  # message_id, state
    PROMPT_RECORDED = "prompt_recorded"  # prompt, language
    # Of what is done beside the call: outcome (done, refused, failed ...), reason, took_ms, errand.
    LOOKED_UP = "looked_up"  # source, rows
    ROW_CREATED = "row_created"  # source
    ROW_UPDATED = "row_updated"  # source
    REQUESTED = "requested"  # connection, method, status
    SENT = "sent"  # medium, to, prompts
    SECRET_CHECKED = "secret_checked"  # noqa: S105 - secret, owner, left; outcome is its state
    SECRET_CHANGED = "secret_changed"  # noqa: S105 - secret, owner
    SURVEY_KEPT = "survey_kept"  # survey, questions
    LANGUAGE = "language"  # language
    AGENT_TOLD = "agent_told"  # labels: what every agent of this call is shown
    FAULT = "fault"  # where, reason
    # People: who rings, joins, holds, leaves; who is an agent's id, an extension or a number.
    RANG = "rang"  # who, leg_id
    RING_ENDED = "ring_ended"  # who, leg_id, cause: nobody answered there
    JOINED = "joined"  # who, leg_id: they talk from here on
    HELD = "held"  # who, leg_id: they put the caller on hold
    RETRIEVED = "retrieved"  # who, leg_id
    PARTED = "parted"  # who, ended_by (caller, other, switch)
    # queue, position, why, target_ms, short_abandon_ms: waits there from here on
    QUEUED = "queued"
    AGENT_OFFERED = "agent_offered"  # agent_id, offer_id: an agent's phone rings
    OFFER_ENDED = "offer_ended"  # agent_id, offer_id, result: without a conversation
    QUEUE_LEFT = "queue_left"  # queue, result, key, agent_id: who answered
    WRAP_UP_BEGAN = "wrap_up_began"  # agent_id, offer_id: the agent's work behind the call
    WRAP_UP_ENDED = "wrap_up_ended"  # agent_id, offer_id
    ROOM_ENTERED = "room_entered"  # room
    ROOM_LEFT = "room_left"  # room
    MONITORED = "monitored"  # by, agent_id, manner: a supervisor is in the conversation, or left
    DIRECTED = "directed"  # by, act, what: a supervisor changed what becomes of the call
    DIALLED = "dialled"  # agent_id, extension, to, direction (internal, outbound)
    RESUMED = "resumed"  # why, node
    FLOW_ENDED = "flow_ended"  # reason
    HUNG_UP = "hung_up"  # cause, by


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One fact about one call.

    Attributes:
        entry_id: Its key: written twice it stands once.
        call_id: Our id of the call.
        at: When it happened, aware UTC.
        kind: What happened.
        details: Plain JSON values, by the names that stand behind the kind.
    """

    entry_id: str
    call_id: str
    at: datetime
    kind: EntryKind
    details: Mapping[str, Any] = field(default_factory=dict)
