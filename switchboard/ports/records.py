"""Records of calls: the CDRs that FreeSWITCH wrote, taken in once; and a line a call to list."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from switchboard.core.cdrs import Cdr
from switchboard.core.summaries import CallResult, CallSummary


@dataclass(frozen=True, slots=True)
class CallSearch:
    """Which calls are meant; every condition holds.

    Attributes:
        since: Only calls offered at or after this moment.
        until: Only calls offered before this moment.
        number: Only calls whose ANI or DNIS begins with it; a leading ``+`` counts.
        result: Only calls of which this became.
        behind: Only calls that are listed behind this one: the last of the page before.
        at_most: How many at most; None: all of them.
    """

    since: datetime | None = None
    until: datetime | None = None
    number: str = ""
    result: CallResult | None = None
    behind: CallSummary | None = None
    at_most: int | None = 50


EVERY_CALL = CallSearch()


class CallRecords(Protocol):
    """Finds what is on record about calls. Every method raises :class:`StoreAway`."""

    def take_in(self, *cdrs: Cdr) -> int:
        """Keep CDRs, all of them or none, durably before returning.

        Returns:
            How many were new: a leg's record that stands already is left as it is.
        """
        ...

    def list_cdrs(self, call_id: str) -> tuple[Cdr, ...]:
        """The CDRs of one call's legs, by their beginning; empty when none is in."""
        ...

    def find_cdr(self, leg_id: str) -> Cdr | None:
        """The CDR of one leg, or None: also of a leg that ended before it knew its call."""
        ...

    def list_calls(self, search: CallSearch = EVERY_CALL) -> tuple[CallSummary, ...]:
        """Calls, newest first; of those that were offered at one moment, by their ids."""
        ...

    def forget_calls(self, *call_ids: str) -> int:
        """Delete calls with their journal and CDRs; return how many there were.

        What they counted in reports stays.
        """
        ...

    def forget_stray_cdrs(self, ended_before: datetime) -> int:
        """Delete the CDRs of legs that were of no call of ours; return how many."""
        ...

    def find_call(self, call_id_prefix: str) -> CallSummary | None:
        """The one call whose id is this or, failing that, begins so; None when none does.

        Raises:
            AmbiguousCall: several begin so.
        """
        ...


class AmbiguousCall(LookupError):  # noqa: N818 - names what it is
    """Several calls begin with the id given: a longer piece of it is needed."""
