"""The places of callers, kept so that nobody loses theirs by the death of a server.

A place is kept from the joining until the caller has talked or has left. One that stood there when
a server began, and whose caller does not come back, is given up after a while.
"""

from collections.abc import Collection, Iterable

from switchboard import acd
from switchboard.ports.agent_book import AgentBook, Place
from switchboard.ports.clock import Clock

GIVE_UP_S = 60.0
"""A leg comes back within seconds; later than so its caller has gone."""


class Places:
    """The places of one distributor.

    Args:
        book: Keeps them.
        clock: Counts when a place is given up.
    """

    def __init__(self, book: AgentBook, clock: Clock) -> None:
        self._book = book
        self._clock = clock
        self._since_ms: dict[str, int] = {}
        self._give_up_s = 0.0

    def go_on(self, places: Iterable[Place]) -> None:
        """Take over what a former distributor kept."""
        self._since_ms |= {place.entry_id: place.enqueued_at_ms for place in places}
        self._give_up_s = self._clock.seconds() + GIVE_UP_S

    def find_since_ms(self, entry_id: str) -> int | None:
        """From when a place counts; None for one that is not kept."""
        return self._since_ms.get(entry_id)

    def keep(self, decision: acd.Joined | acd.EntryMoved) -> None:
        """Keep a place where it is now."""
        entry_id = decision.entry_id
        if isinstance(decision, acd.Joined):
            self._since_ms[entry_id] = decision.enqueued_at_ms
        if entry_id in self._since_ms:
            self._book.keep_place(Place(entry_id, decision.queue_id, self._since_ms[entry_id]))

    def forget(self, entry_id: str) -> None:
        """The place is given up."""
        self._since_ms.pop(entry_id, None)
        self._book.forget_place(entry_id)

    def give_up(self, wanted: Collection[str]) -> None:
        """Give up every place but those *wanted*, once nobody can come back any more."""
        if not self._give_up_s or self._clock.seconds() < self._give_up_s:
            return
        self._give_up_s = 0.0
        for entry_id in tuple(self._since_ms.keys() - set(wanted)):
            self.forget(entry_id)
