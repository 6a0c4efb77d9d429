"""The call detail record: one row per leg, as FreeSWITCH's mod_json_cdr writes it.

FreeSWITCH's own record is the proof of a leg. Read from its file (samples in the conformance
tests), whose variables are percent-encoded (the caller's profile is not) and whose moments are
microseconds since 1970 (``0`` for what never happened).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

from switchboard.core.causes import HangupCause, cause_of
from switchboard.core.legs import Direction

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class MalformedCdr(ValueError):  # noqa: N818 - names what it is
    """The record lacks what every CDR has; the message names the field."""


@dataclass(frozen=True, slots=True)
class Cdr:
    """One leg from its first moment to its last.

    Attributes:
        leg_id: The channel's uuid; a record is taken in once for each.
        call_id: Our call's id, None for a leg that never came to us.
        node: Name that the switch gives itself.
        direction: Who began the leg.
        ani: Calling number as delivered.
        caller_name: Display name as delivered.
        dnis: Number dialled.
        started_at: When the leg was made.
        answered_at: When it was answered; None when it never was.
        ended_at: When it ended.
        cause: Why.
        billable_ms: From answer to end.
    """

    leg_id: str
    call_id: str | None
    node: str
    direction: Direction
    ani: str
    caller_name: str
    dnis: str
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime
    cause: HangupCause | str
    billable_ms: int

    @property
    def duration_ms(self) -> int:
        """Milliseconds from the leg's first moment to its last."""
        return round((self.ended_at - self.started_at) / timedelta(milliseconds=1))


def cdr_from_json(document: Mapping[str, Any]) -> Cdr:
    """Read one document of mod_json_cdr.

    Raises:
        MalformedCdr: a field that every record has is missing or not of its form.
    """
    variables = _mapping(document, "variables")
    caller = _caller_profile(document)
    started = _moment(variables, "start_uepoch")
    if started is None:
        raise MalformedCdr("start_uepoch is 0: a leg that never began has no record")
    return Cdr(
        leg_id=_text(variables, "uuid"),
        call_id=_optional(variables, "switchboard_call_id"),
        node=str(document.get("switchname", "")),
        direction=_direction(variables),
        ani=str(caller.get("ani", "")),
        caller_name=str(caller.get("caller_id_name", "")),
        dnis=_optional(variables, "sip_req_user") or str(caller.get("destination_number", "")),
        started_at=started,
        answered_at=_moment(variables, "answer_uepoch"),
        ended_at=_moment(variables, "end_uepoch") or started,
        cause=cause_of(_text(variables, "hangup_cause")),
        billable_ms=_whole(variables, "billmsec", "0"),
    )


def _mapping(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = document.get(name)
    if not isinstance(value, Mapping):
        raise MalformedCdr(f"{name} is missing: this is not a record of mod_json_cdr")
    return value


def _caller_profile(document: Mapping[str, Any]) -> Mapping[str, Any]:
    callflow = document.get("callflow")
    # The newest profile stands first: a transfer adds one; the caller arrived by the last.
    arrival = callflow[-1] if isinstance(callflow, list) and callflow else callflow
    profile = arrival.get("caller_profile") if isinstance(arrival, Mapping) else None
    return profile if isinstance(profile, Mapping) else {}


def _optional(fields: Mapping[str, Any], name: str) -> str | None:
    value = fields.get(name)
    return unquote(value) if isinstance(value, str) and value else None


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = _optional(fields, name)
    if value is None:
        raise MalformedCdr(f"{name} is missing")
    return value


def _whole(fields: Mapping[str, Any], name: str, otherwise: str | None = None) -> int:
    text = _optional(fields, name) or otherwise or _text(fields, name)
    # 18 digits fit into every column, and into a date.
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise MalformedCdr(f"{name} is {text[:40]!r}, not a whole number")
    return int(text)


def _moment(fields: Mapping[str, Any], name: str) -> datetime | None:
    try:
        return EPOCH + timedelta(microseconds=us) if (us := _whole(fields, name)) else None
    except OverflowError:
        raise MalformedCdr(f"{name} is a moment that no calendar knows") from None


def _direction(fields: Mapping[str, Any]) -> Direction:
    text = _text(fields, "direction")
    try:
        return Direction(text)
    except ValueError:
        raise MalformedCdr(f"direction is {text[:40]!r}, neither inbound nor outbound") from None
