"""Records of calls: the CDRs that FreeSWITCH wrote, taken in once; and a line a call to list."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from switchboard.core.cdrs import Cdr


@dataclass(frozen=True, slots=True)
class CallSummary:
    """One call in one line, read from its journal and, where it is in, its CDR.

    Attributes:
        call_id: Our id.
        started_at: When it was offered.
        ended_at: When it hung up; None while it lives.
        ani: Calling number; empty when withheld.
        dnis: Number dialled.
        answered: Whether it was answered.
        outcome: Hangup cause, or the reason of its refusal; None while it lives.
        messages: How many messages it left.
    """

    call_id: str
    started_at: datetime
    ended_at: datetime | None
    ani: str
    dnis: str
    answered: bool
    outcome: str | None
    messages: int


class CallRecords(Protocol):
    """Finds what is on record about calls."""

    def take_in(self, cdr: Cdr) -> bool:
        """Keep one CDR. Returns False when that leg's record stands already (nothing changes)."""
        ...

    def list_cdrs(self, call_id: str) -> tuple[Cdr, ...]:
        """The CDRs of one call's legs, by their beginning; empty when none is in."""
        ...

    def list_calls(
        self,
        *,
        since: datetime | None = None,
        number: str | None = None,
        at_most: int = 50,
    ) -> tuple[CallSummary, ...]:
        """Calls, newest first.

        Args:
            since: Only calls offered at or after this moment.
            number: Only calls whose ANI or DNIS begins with it.
            at_most: How many at most.
        """
        ...

    def find_call(self, call_id_prefix: str) -> CallSummary | None:
        """The one call whose id begins so; None when none does.

        Raises:
            AmbiguousCall: several do.
        """
        ...


class AmbiguousCall(LookupError):  # noqa: N818 - names what it is
    """Several calls begin with the id given: a longer piece of it is needed."""
