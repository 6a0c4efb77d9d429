"""The queues as they stand: what is now, what was today, who waits."""

from datetime import UTC, timedelta

import pytest

from switchboard.acd import SetStatus, Status
from switchboard.core.journal import EntryKind, JournalEntry
from switchboard.core.queue_counts import QueueCounts
from switchboard.ports.outages import StoreAway
from switchboard.services.queue_board import BoardMeans, QueueBoard
from switchboard.services.roster import Staff
from switchboard.services.roster_forms import QueueForm
from tests.fakes.clock import NOON
from tests.fakes.figures import FakeFigures
from tests.fakes.records import FakeRecords, FakeReports
from tests.unit.services.test_people import Desk
from tests.unit.services.test_queueing import FLOWS, QUEUES, passes


class AwayFigures(FakeFigures):
    """Figures whose database is away."""

    def list_queue_counts(self, search):
        raise StoreAway("the database is away")


@pytest.fixture
def desk(tmp_path) -> Desk:
    desk = Desk(tmp_path, FLOWS, queues=QUEUES)
    desk.staff = Staff({"service": QueueForm(about="Service desk", target="30s")}, {})
    desk.distributor.tell(SetStatus("bob", Status.ON_BREAK, "tea"))
    return desk


def board_of(desk: Desk, figures=FakeFigures) -> QueueBoard:
    reports = FakeReports(FakeRecords(desk.journal))
    return QueueBoard(
        BoardMeans(
            distribution=desk.distributor,
            staff=lambda: desk.staff,
            figures=figures(desk.journal, desk.agent_book, reports),
            journal=desk.journal,
            clock=desk.clock,
            zone=lambda: UTC,
        )
    )


def waits(desk: Desk, look) -> None:
    """One caller waits; after 30 s somebody looks."""
    caller = desk.rung()
    desk.mailboxes[-1].then(lambda: passes(desk, 30) or look() or caller.hangs_up())
    desk.run()


@pytest.mark.req("ACD-18", "ACD-19", "ACD-20", "ACD-22")
def test_length_waits_and_callers_are_those_of_now(desk):
    seen = []
    waits(desk, lambda: seen.append(board_of(desk).find_queue("service")))
    (queue,) = seen
    assert (queue.view.waiting, queue.view.longest_wait_ms, queue.mean_wait_ms) == (
        1, 30_000, 30_000,
    )  # fmt: skip
    (waiting,) = queue.waiting
    assert (waiting.place.join.number, waiting.place.position) == ("13800138000", 1)
    assert (queue.about, queue.target_ms) == ("Service desk", 30_000)
    assert dict(queue.view.agents) == {"on_break": 1}


def test_a_caller_has_the_name_that_the_network_told(desk):
    seen = []

    def look() -> None:
        named = JournalEntry(
            "0", "id-1", NOON - timedelta(1), EntryKind.OFFERED, {"caller_name": "Zhang San"}
        )
        desk.journal.entries.insert(0, named)
        seen.append(board_of(desk).find_queue("service"))

    waits(desk, look)
    assert [one.name for one in seen[0].waiting] == ["Zhang San"]


@pytest.mark.req("ACD-21")
def test_the_service_level_is_that_of_today(desk):
    waits(desk, lambda: None)
    board = board_of(desk)
    (queue,) = board.list_queues()
    assert (queue.today.offered, queue.today.abandoned) == (1, 1)
    assert queue.today.service_level == 0.0
    waits(desk, lambda: None)
    assert board.list_queues()[0].today.offered == 2
    passes(desk, 86_400)
    assert board.list_queues()[0].today == QueueCounts()


def test_a_board_without_its_database_still_shows_what_is_now(desk):
    (queue,) = board_of(desk, AwayFigures).list_queues()
    assert queue.today is None
    assert queue.view.waiting == 0


def test_a_queue_that_there_is_not_is_not_found(desk):
    assert board_of(desk).find_queue("nothing") is None
