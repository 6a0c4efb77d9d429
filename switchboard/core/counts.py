"""Calls counted: what one call adds to the counts of its day and hour, and sums of such counts.

A day and an hour are those of the centre's zone in which the call was offered; a call that goes on
past midnight belongs to the day that it began. Counts can be taken back: what a call added before
a fact arrived is subtracted, what it adds now is added, so that counts are right at every moment.
"""

from dataclasses import dataclass, fields
from datetime import tzinfo

from switchboard.core.summaries import CallResult, CallSummary


@dataclass(frozen=True, slots=True)
class Counts:
    """How many calls, and what became of them.

    Attributes:
        calls: All of them; the sum of the five that follow.
        live: Not ended yet.
        answered: Answered, and ended.
        refused: Refused before answer.
        abandoned: Given up by the caller.
        failed: Ended otherwise before answer.
        messages: Messages that they left.
        length_ms: From offer to end, summed over those answered.
    """

    calls: int = 0
    live: int = 0
    answered: int = 0
    refused: int = 0
    abandoned: int = 0
    failed: int = 0
    messages: int = 0
    length_ms: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        """Both together."""
        return Counts(*(getattr(self, name) + getattr(other, name) for name in COLUMNS))

    def __neg__(self) -> "Counts":
        """What takes these back."""
        return Counts(*(-getattr(self, name) for name in COLUMNS))

    @property
    def mean_length_s(self) -> float | None:
        """Mean length of those answered, in seconds; None when none was."""
        return self.length_ms / self.answered / 1000 if self.answered else None


COLUMNS = tuple(field.name for field in fields(Counts))
"""The names of the counts, in order."""


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """Where a call counts: the day and hour of its offer, the number dialled.

    Attributes:
        day: Its day, as ``2026-12-01``.
        hour: Its hour, 0 to 23; on the day that the clocks go back one hour counts for two.
        dnis: The number.
    """

    day: str
    hour: int
    dnis: str


def slot_of(call: CallSummary, zone: tzinfo) -> Slot:
    """Return where *call* counts for a centre in *zone*."""
    at = call.started_at.astimezone(zone)
    return Slot(at.date().isoformat(), at.hour, call.dnis)


def counts_of(call: CallSummary) -> Counts:
    """Return what *call* alone counts."""
    length_ms = call.length_ms if call.result is CallResult.ANSWERED else 0
    return Counts(calls=1, messages=call.messages, length_ms=length_ms, **{str(call.result): 1})
