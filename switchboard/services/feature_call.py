"""A call to a number that a service serves by itself, such as that of the mailboxes.

It has a journal, limits and records like any other call, but no flow and so no saved run: one that
comes back after the death of its server begins its talk anew, PIN and all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import structlog

from switchboard.core.causes import HangupCause
from switchboard.core.journal import EntryKind
from switchboard.core.legs import LegOffer
from switchboard.ports.clock import Clock
from switchboard.ports.inboxes import InboxClosed
from switchboard.ports.metrics import Metrics
from switchboard.ports.outages import StoreAway
from switchboard.services.beside import Beside
from switchboard.services.caller import Caller
from switchboard.services.line import CallerLost
from switchboard.services.story import Story

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Visit:
    """How somebody came to a service.

    Attributes:
        offer: How their leg arrived.
        beside: Lets the call learn of other legs.
    """

    offer: LegOffer
    beside: Beside


class Feature(Protocol):
    """Serves a caller by itself."""

    def serve(self, caller: Caller, story: Story, visit: Visit) -> None:
        """Lead the whole talk with a caller who is answered; returns when it is over."""
        ...


Features = Mapping[str, Feature]
"""What is served by services, by the number that people dial."""


class FeatureCall:
    """One such call.

    Args:
        visit: How the caller came.
        caller: The person on the leg.
        story: Its journal.
        clock: The clock.
        metrics: Counts it.
    """

    def __init__(
        self, visit: Visit, caller: Caller, story: Story, clock: Clock, metrics: Metrics
    ) -> None:
        self._visit = visit
        self._caller = caller
        self._story = story
        self._clock = clock
        self._metrics = metrics

    def carry_through(self, feature: Feature) -> None:
        """Serve the caller until the talk has ended and the leg with it."""
        structlog.contextvars.bind_contextvars(call_id=self._story.call_id)
        cause = HangupCause.NORMAL_CLEARING
        try:
            self._serve(feature)
        except InboxClosed:
            log.info("call left to another server")
            return
        except (CallerLost, StoreAway) as fault:
            self._fault(str(fault))
            cause = HangupCause.NORMAL_TEMPORARY_FAILURE
        except Exception:
            self._fault("an unforeseen fault; the log has it")
            self._close(HangupCause.NORMAL_TEMPORARY_FAILURE)
            raise
        self._close(cause)

    def _serve(self, feature: Feature) -> None:
        was_answered = self._caller.answered
        if self._caller.answer() is not None:
            return
        if not was_answered:
            self._story.tell_answered()
            self._metrics.call_answered()
        feature.serve(self._caller, self._story, self._visit)

    def _fault(self, reason: str) -> None:
        log.error("call has a fault", reason=reason)
        self._story.tell(EntryKind.FAULT, where="service", reason=reason)

    def _close(self, cause: HangupCause) -> None:
        for reason in self._caller.faults:
            self._fault(reason)
        by = "caller" if self._caller.hung_up else "us"
        try:
            self._caller.hang_up(cause)
        except (CallerLost, InboxClosed) as lost:
            log.warning("the end of a call was not seen", reason=str(lost))
        self._story.tell_hung_up(self._caller.hung_up, by)
        now = self._clock.now()
        self._metrics.call_ended((now - self._visit.offer.offered_at).total_seconds())
