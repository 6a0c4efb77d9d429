"""What a call writes into the journal, in the words of the journal's kinds."""

from collections.abc import Callable
from datetime import datetime

from switchboard.core.facts import LegHungUp
from switchboard.core.journal import EntryKind, JournalEntry
from switchboard.core.legs import LegOffer
from switchboard.flow.effects import Piece, Sound, Speech
from switchboard.ports.clock import Clock
from switchboard.ports.journal import Journal


class Story:
    """The journal of one call.

    Args:
        call_id: The call.
        journal: Where its facts go.
        clock: When they happened, unless the switch said when.
        new_id: Makes the key of each entry.
    """

    def __init__(
        self, call_id: str, journal: Journal, clock: Clock, new_id: Callable[[], str]
    ) -> None:
        self.call_id = call_id
        self._journal = journal
        self._clock = clock
        self._new_id = new_id

    def tell(self, kind: EntryKind, /, **details: object) -> None:
        """Write one fact that happened now; *details* are plain JSON values."""
        self._journal.append(
            JournalEntry(self._new_id(), self.call_id, self._clock.now(), kind, details)
        )

    def tell_offered(self, offer: LegOffer) -> None:
        """Write how the call came in; told again it stands once.

        A server that died before it had saved anything, or a fault of ours, lets a leg come again.
        """
        details = {
            "ani": offer.ani,
            "caller_name": offer.caller_name,
            "dnis": offer.dnis,
            "node": offer.node,
            "leg_id": offer.leg_id,
        }
        entry_id = f"{self.call_id}-offered"
        self._journal.append(
            JournalEntry(entry_id, self.call_id, self._clock.now(), EntryKind.OFFERED, details)
        )

    def tell_answered(self, at: datetime | None = None) -> None:
        """Write that the call was answered, at *at* or now; told again it stands once.

        A server that takes a call up tells it again: the one before may have died too soon.
        """
        entry_id = f"{self.call_id}-answered"
        when = at or self._clock.now()
        self._journal.append(JournalEntry(entry_id, self.call_id, when, EntryKind.ANSWERED))

    def tell_hung_up(self, ended: LegHungUp | None, by: str) -> None:
        """Write how and when the call ended; told again it stands once.

        Args:
            ended: What the switch said of it; None when it never said so.
            by: Who ended it: ``caller`` or ``us``.
        """
        cause = str(ended.cause) if ended else "unknown"
        when = ended.at if ended else self._clock.now()
        entry_id = f"{self.call_id}-hung-up"
        details = {"cause": cause, "by": by}
        self._journal.append(JournalEntry(entry_id, self.call_id, when, EntryKind.HUNG_UP, details))

    def tell_said(self, speech: Speech) -> None:
        """Write that a speech began to be heard."""
        self.tell(EntryKind.SAID, prompts=names_of(speech))


def names_of(speech: Speech) -> list[str]:
    """The prompts and sounds of a speech by name, each once, in the order they are said."""
    names = [
        part.prompt if isinstance(part, Piece) else part.name
        for part in speech
        if isinstance(part, Piece | Sound)
    ]
    return list(dict.fromkeys(names))
