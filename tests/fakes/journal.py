"""A journal in memory: durable at once, lost with the test."""

from switchboard.core.journal import JournalEntry
from switchboard.ports.outages import StoreAway
from switchboard.store.fields import to_json


class FakeJournal:
    """Keeps entries in the order they came.

    Attributes:
        entries: All of them.
        disk_full: When set, :meth:`settle` says that nothing takes the entries.
    """

    def __init__(self) -> None:
        self.entries: list[JournalEntry] = []
        self.disk_full = False

    def append(self, entry: JournalEntry) -> None:
        to_json(entry.details)  # what is no plain JSON is refused where it is appended
        if all(known.entry_id != entry.entry_id for known in self.entries):
            self.entries.append(entry)

    def settle(self) -> None:
        if self.disk_full:
            raise StoreAway("the test's disk is full")

    def list_entries(self, call_id: str) -> tuple[JournalEntry, ...]:
        return tuple(entry for entry in self.entries if entry.call_id == call_id)
