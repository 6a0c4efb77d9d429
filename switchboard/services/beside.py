"""What goes on beside a call, in other greenlets and on other legs, and tells the call of it."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from switchboard.core.facts import LegFact
from switchboard.flow.effects import Failed, Resume
from switchboard.ports.inboxes import Mailbox, MailboxFull, Start
from switchboard.services.line import CallerFact, ErrandEnded, OtherLegTold

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Beside:
    """The way into a call's inbox for what it has begun elsewhere.

    Attributes:
        mailbox: The call's.
        start: Begins greenlets.
    """

    mailbox: Mailbox[CallerFact]
    start: Start

    def begin(self, errand_id: str, work: Callable[[], Resume]) -> None:
        """Do work in a greenlet of its own; its outcome arrives as :class:`ErrandEnded`."""

        def carry_out() -> None:
            try:
                outcome = work()
            except Exception:
                self.put(ErrandEnded(errand_id, Failed("an unforeseen fault; the log has it")))
                raise
            self.put(ErrandEnded(errand_id, outcome))

        self.start(f"errand {errand_id}", carry_out)

    def tell(self, fact: LegFact) -> None:
        """Take a fact of a leg that was dialled for the call; a sink of such a leg."""
        self.put(OtherLegTold(fact))

    def put(self, fact: CallerFact) -> None:
        """Put a fact into the inbox; a call that takes nothing any more is told in the log."""
        try:
            self.mailbox.put(fact)
        except MailboxFull:
            log.exception("a call does not take what happened beside it", fact=type(fact).__name__)
