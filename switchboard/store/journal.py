"""The journal of facts, written in group commits (port: ``switchboard/ports/journal.py``)."""

from switchboard.core.journal import JournalEntry
from switchboard.store.changes import Change, ChangeKind
from switchboard.store.database import Database
from switchboard.store.group_commit import GroupCommit
from switchboard.store.models import JournalRow
from switchboard.store.rows import entry_of, entry_row


class StoredJournal:
    """A :class:`switchboard.ports.journal.Journal` in the database."""

    def __init__(self, database: Database, commits: GroupCommit) -> None:
        self._database = database
        self._commits = commits

    def append(self, entry: JournalEntry) -> None:
        """Take one fact in; returns at once."""
        self._commits.take(Change(ChangeKind.ENTRY, entry_row(entry)))

    def settle(self) -> None:
        """Wait until all that was appended so far is durable."""
        self._commits.settle()

    def list_entries(self, call_id: str) -> tuple[JournalEntry, ...]:
        """Every fact of one call, in the order they were appended."""
        self._commits.settle()
        query = JournalRow.select().where(JournalRow.call_id == call_id).order_by(JournalRow.seq)
        return self._database.read(lambda engine: tuple(map(entry_of, query.bind(engine))))
