"""Records of calls: the CDRs that FreeSWITCH wrote, taken in once; and a line a call to list."""

from datetime import datetime
from typing import Protocol

from switchboard.core.cdrs import Cdr
from switchboard.core.summaries import CallSummary


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
            number: Only calls whose ANI or DNIS begins with it; a leading ``+`` counts.
            at_most: How many at most.
        """
        ...

    def find_call(self, call_id_prefix: str) -> CallSummary | None:
        """The one call whose id is this or, failing that, begins so; None when none does.

        Raises:
            AmbiguousCall: several begin so.
        """
        ...


class AmbiguousCall(LookupError):  # noqa: N818 - names what it is
    """Several calls begin with the id given: a longer piece of it is needed."""
