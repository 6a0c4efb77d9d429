"""What may be written in a group commit, and its form as one line of the spool.

A change can be applied any number of times: an entry or a message by its key stands once, a run
takes the place of the former one. So a batch that may or may not have been written is written
again, and nothing is lost or doubled.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import orjson

Column = str | int | bool | None


class ChangeKind(StrEnum):
    """What a change does; the names stand in spool files and are never given another meaning."""

    ENTRY = "entry"  # a journal row, unless its entry_id stands
    RUN = "run"  # a saved run, in place of the call's former one
    RUN_OVER = "run_over"  # no run any more for this call_id
    MESSAGE = "message"  # a message, unless its message_id stands
    FLOW_OUTCOME = "flow_outcome"  # how a call ended, unless its call_id stands
    SURVEY = "survey"  # answers to a survey, unless their key stands
    RECORDING = "recording"  # the record of a recording, in place of the former one
    AGENT_MOMENT = "agent_moment"  # an agent's moment, unless its key stands
    OFFER = "offer"  # an offer that begins, unless its offer_id stands
    OFFER_OVER = "offer_over"  # how an offer ended, unless that stands
    PLACE = "place"  # a place in a queue, in place of the former one
    PLACE_OVER = "place_over"  # no place any more for this entry_id
    SEAT = "seat"  # where an agent is, in place of the former one


@dataclass(frozen=True, slots=True)
class Change:
    """One change.

    Attributes:
        kind: What it does.
        row: The columns of its table by name, as the engine takes them.
    """

    kind: ChangeKind
    row: Mapping[str, Column]

    def to_line(self) -> bytes:
        """Return the change as one line of JSON, with its line end."""
        return orjson.dumps({"change": self.kind, "row": self.row}) + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> "Change":
        """Read a line again.

        Raises:
            ValueError: the line is not a change.
        """
        document = orjson.loads(line)
        if not isinstance(document, dict) or not isinstance(document.get("row"), dict):
            raise ValueError(f"not a change: {line[:80]!r}")  # noqa: TRY004 - a value read
        return cls(ChangeKind(str(document.get("change"))), document["row"])
