"""The journal of facts: append only, in order for each call, each entry once."""

from typing import Protocol

from switchboard.core.journal import JournalEntry


class Journal(Protocol):
    """Takes facts in and gives them back."""

    def append(self, entry: JournalEntry) -> None:
        """Take one fact in; returns at once. It is durable within 20 ms while the store is well.

        An entry whose id stands already is dropped. When the store is away the entry is kept in
        order beside it and written when the store is back; nothing is raised.

        Raises:
            TypeError: the details hold something that is not plain JSON.
        """
        ...

    def settle(self) -> None:
        """Wait until all that was appended so far is durable, in the store or beside it.

        Raises:
            StoreAway: neither takes anything (a full disk). What was appended stays in memory and
                is tried again; the caller decides what to do without the certainty.
        """
        ...

    def list_entries(self, call_id: str) -> tuple[JournalEntry, ...]:
        """Every fact of one call, in the order they were appended; empty for an unknown call.

        What this process appended before is among them.

        Raises:
            StoreAway: the store cannot be read just now.
        """
        ...
