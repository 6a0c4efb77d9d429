"""Compares what a replay brought with what was recorded, and tells every difference.

Per connection, replies and closes are one sequence and events another, for a real switch sends
events from a poll of its own. Names, order, correlation ids, causes, and each field that the trace
lists are compared; uuids are mapped; times may differ by two ticks and the poll.
"""

import difflib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.conformance.trace import Row, Trace

TICK_S = 0.02
TIME_S = 2 * TICK_S + 0.005
UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|caller-leg")
SEQUENCE = "Event-Sequence"
# Fields in units of time and what goes with time: how much two ticks are of each.
WITHIN_TWO_TICKS = {
    "variable_playback_ms": 40,
    "variable_playback_samples": 320,
    "variable_record_ms": 40,
    "variable_record_samples": 320,
    "variable_record_file_size": 2 * 320 * 2,
}
MICROSECONDS = re.compile(r"-Time$")
# Differences of whole seconds, with the moments between which they are counted.
BETWEEN_SECONDS = {
    "variable_duration": ("Caller-Channel-Created-Time", "Caller-Channel-Hangup-Time"),
    "variable_billsec": ("Caller-Channel-Answered-Time", "Caller-Channel-Hangup-Time"),
}
SECOND_US = 1_000_000


@dataclass(frozen=True)
class Difference:
    """One difference; ``kind`` is missing, extra, value or time."""

    scenario: str
    conn: str
    kind: str
    what: str
    name: str = ""
    recorded: Any = None
    replayed: Any = None

    def __str__(self) -> str:
        place = f"{self.scenario} {self.conn} {self.what} {self.name}".rstrip()
        return f"{place}: {self.kind}: recorded {self.recorded!r}, replayed {self.replayed!r}"


@dataclass
class Comparison:
    """Compares one replay; ``uuids`` maps recorded uuids to replayed ones as they are met."""

    trace: Trace
    replayed: Sequence[Row]
    uuids: dict[str, str] = field(default_factory=dict)

    def differences(self) -> list[Difference]:
        """Return every difference."""
        found: list[Difference] = []
        for conn in self._connections():
            for of_kind in (is_reply, is_event):
                recorded = [row for row in self.trace.of(conn, "fs", "closed") if of_kind(row)]
                replayed = [row for row in self.replayed if row.conn == conn and of_kind(row)]
                found += self._compare(conn, recorded, replayed)
        return found + list(self._sequence_differences())

    def _connections(self) -> list[str]:
        ours = dict.fromkeys(row.conn for row in self.replayed)
        return list(dict.fromkeys([*self.trace.connections(), *ours]))

    def _compare(self, conn: str, recorded: list[Row], replayed: list[Row]) -> Iterator[Difference]:
        names = [label(row) for row in recorded], [label(row) for row in replayed]
        matcher = difflib.SequenceMatcher(a=names[0], b=names[1], autojunk=False)
        for _, begin, end, our_begin, our_end in matcher.get_opcodes():
            pairs = list(zip(recorded[begin:end], replayed[our_begin:our_end], strict=False))
            same = [(theirs, ours) for theirs, ours in pairs if label(theirs) == label(ours)]
            for theirs, ours in same:
                yield from self._compare_rows(conn, theirs, ours)
            for row in recorded[begin:end][len(same) :]:
                yield Difference(self.trace.scenario, conn, "missing", label(row), recorded=row.t)
            for row in replayed[our_begin:our_end][len(same) :]:
                yield Difference(self.trace.scenario, conn, "extra", label(row), replayed=row.t)

    def _compare_rows(self, conn: str, recorded: Row, replayed: Row) -> Iterator[Difference]:
        what = label(recorded)
        if abs(recorded.t - replayed.t) > TIME_S:
            yield Difference(
                self.trace.scenario, conn, "time", what, "t", recorded.t, round(replayed.t, 4)
            )
        for name, value in fields_of(recorded).items():
            ours = fields_of(replayed).get(name)
            if name == SEQUENCE or self._agree(name, value, ours):
                continue
            if not _turns_with_a_tick(name, fields_of(recorded), ours):
                yield Difference(self.trace.scenario, conn, "value", what, name, value, ours)

    def _agree(self, name: str, recorded: Any, replayed: Any) -> bool:
        if replayed is None:
            return False
        if recorded == replayed:
            return True
        if name in WITHIN_TWO_TICKS:
            return abs(int(recorded) - int(replayed)) <= WITHIN_TWO_TICKS[name]
        if MICROSECONDS.search(name) and recorded != "0" and replayed != "0":
            return abs(int(recorded) - int(replayed)) <= TIME_S * 1_000_000
        return self._agree_but_for_uuids(str(recorded), str(replayed))

    def _agree_but_for_uuids(self, recorded: str, replayed: str) -> bool:
        theirs, ours = UUID.findall(recorded), UUID.findall(replayed)
        if UUID.sub("*", recorded) != UUID.sub("*", replayed) or len(theirs) != len(ours):
            return False
        return all(
            self.uuids.setdefault(one, other) == other
            for one, other in zip(theirs, ours, strict=True)
        )

    def _sequence_differences(self) -> Iterator[Difference]:
        """One event heard on two connections has one number; two events have two."""
        for name, recorded in _by_sequence(self.trace.rows).items():
            ours = _by_sequence(self.replayed).get(name, [])
            if len(recorded) == len(ours) and recorded != ours:
                yield Difference(self.trace.scenario, "-", "value", name, SEQUENCE, recorded, ours)


def _turns_with_a_tick(name: str, recorded: dict[str, Any], ours: Any) -> bool:
    """Whether a count of seconds is off by one, and two ticks would have made it so."""
    moments = [int(recorded.get(moment, 0)) for moment in BETWEEN_SECONDS.get(name, ())]
    near = [min(at % SECOND_US, -at % SECOND_US) <= TIME_S * SECOND_US for at in moments]
    return any(near) and ours is not None and abs(int(recorded[name]) - int(ours)) == 1


def is_event(row: Row) -> bool:
    return row.event is not None


def is_reply(row: Row) -> bool:
    return row.event is None


def label(row: Row) -> str:
    """Name a row so that two rows of one name can be compared field by field."""
    if row.event is not None:
        event = row.event
        return " ".join(
            str(event[key])
            for key in ("Event-Name", "Event-Subclass", "Application")
            if key in event
        )
    if "connect_reply" in row.told:
        return "connect reply"
    if row.dir == "closed":
        return f"closed {row.text}"
    return UUID.sub("*", str(row.told["frame"]).split("\nContent-Length")[0])


def fields_of(row: Row) -> dict[str, Any]:
    """Return what of a row is compared by name; a JSON body is compared member by member."""
    if row.event is not None:
        return row.event
    if "connect_reply" in row.told:
        return dict(row.told["connect_reply"])
    body = str(row.told.get("body", ""))
    if not body.startswith("{"):
        return {"body": body}
    document = json.loads(body)
    rows = document.pop("rows", [])
    return {**document, **{f"rows.{name}": value for one in rows for name, value in one.items()}}


def _by_sequence(rows: Sequence[Row]) -> dict[str, list[list[str]]]:
    """Group the connections on which each event of a name was heard, event by event."""
    heard: dict[str, dict[str, list[str]]] = {}
    for row in rows:
        if row.event is not None:
            numbers = heard.setdefault(label(row), {})
            numbers.setdefault(row.event[SEQUENCE], []).append(row.conn)
    return {
        name: sorted(sorted(conns) for conns in numbers.values()) for name, numbers in heard.items()
    }
