"""The door of the room: one object that keeps and finds all records of an installation."""

from pathlib import Path

import gevent

from switchboard.ports.outages import StoreAway
from switchboard.store.agent_book import StoredAgentBook
from switchboard.store.announcements import StoredAnnouncements
from switchboard.store.blacklist import StoredBlacklist
from switchboard.store.database import Database
from switchboard.store.figures import StoredFigures
from switchboard.store.flow_versions import StoredFlowVersions
from switchboard.store.group_commit import GroupCommit, StoreHealth
from switchboard.store.journal import StoredJournal
from switchboard.store.messages import StoredMessages
from switchboard.store.migrations import bring_up
from switchboard.store.nightly import StoredNights
from switchboard.store.parameters import StoredParameters
from switchboard.store.recordings import StoredRecordings
from switchboard.store.records import StoredRecords
from switchboard.store.reports import StoredReports
from switchboard.store.roster import StoredRoster
from switchboard.store.runs import StoredRuns
from switchboard.store.secrets import StoredSecrets
from switchboard.store.surveys import StoredSurveys

# Of several processes that make one new SQLite file, SQLite turns all but one away at once.
TRIES_TO_OPEN = 20
BETWEEN_TRIES_S = 0.1


class Store:
    """Opens a database, brings its tables up to this version, and offers the ports of records.

    A command opens it, reads or writes, and closes it. A server also calls :meth:`recover` before
    its first call, and lets one greenlet run :meth:`keep_writing` for as long as it lives; without
    that greenlet what is appended becomes durable at the next :meth:`StoredJournal.settle` or
    :meth:`close`.

    Args:
        database_url: ``sqlite:///…`` or ``postgresql://…``; see :func:`store.database.engine_for`.
        spool_folder: Where changes wait on the local disk while the database is away.

    Raises:
        MistakenUrl: the URL cannot be used.
        StoreAway: the database cannot be reached.
    """

    def __init__(self, database_url: str, spool_folder: Path) -> None:
        self._database = Database(database_url)
        self._commits = GroupCommit(self._database, spool_folder)
        self.journal = StoredJournal(self._database, self._commits)
        self.runs = StoredRuns(self._database, self._commits)
        self.records = StoredRecords(self._database, self._commits)
        self.reports = StoredReports(self._database, self._commits)
        self.nights = StoredNights(self._database)
        self.messages = StoredMessages(self._database, self._commits)
        self.recordings = StoredRecordings(self._database, self._commits)
        self.blacklist = StoredBlacklist(self._database)
        self.announcements = StoredAnnouncements(self._database)
        self.parameters = StoredParameters(self._database)
        self.secrets = StoredSecrets(self._database)
        self.flow_versions = StoredFlowVersions(self._database, self._commits)
        self.roster = StoredRoster(self._database)
        self.agent_book = StoredAgentBook(self._database, self._commits)
        self.figures = StoredFigures(self._database, self._commits)
        self.surveys = StoredSurveys(self._database, self._commits)
        try:
            _bring_up(self._database)
        except BaseException:
            self._database.close()
            raise

    @property
    def health(self) -> StoreHealth:
        """How writing goes, for ``/readyz`` and the metrics."""
        return self._commits.health

    def recover(self) -> int:
        """Write what a process that died left beside the store; return how many changes.

        Called before the first call, so that a run is found as it was saved last and nobody is let
        in who is blocked.

        Raises:
            StoreAway: the database cannot be reached; nothing is lost.
        """
        self.blacklist.list_blocked()  # from here on the copy in memory is never an empty one
        return self._commits.recover()

    def keep_writing(self) -> None:
        """Make what is appended durable within 20 ms; the work of one greenlet, for ever."""
        self._commits.keep_writing()

    def close(self) -> None:
        """Make everything durable, then close the database. Nothing may be appended any more."""
        self._commits.close()
        self._database.close()


def _bring_up(database: Database) -> None:
    for left in reversed(range(TRIES_TO_OPEN)):
        try:
            database.write(bring_up)
        except StoreAway:
            if not left:
                raise
            gevent.sleep(BETWEEN_TRIES_S)
        else:
            return
