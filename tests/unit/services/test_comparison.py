"""What the nightly comparison reports, and what it does not."""

from dataclasses import replace
from datetime import UTC, date, timedelta

import pytest

from switchboard.core.causes import HangupCause
from switchboard.core.cdrs import Cdr
from switchboard.core.journal import EntryKind, JournalEntry
from switchboard.core.legs import Direction
from switchboard.services.comparison import NO_RECORD, Comparison, RecordsOfCalls
from switchboard.services.recording_upkeep import Gaps
from switchboard.services.secret_search import SecretFindings
from tests.fakes.clock import NOON, VirtualClock
from tests.fakes.journal import FakeJournal
from tests.fakes.metrics import FakeMetrics
from tests.fakes.nightly import FakeNights
from tests.fakes.records import FakeRecords

DAY = date(2026, 12, 1)


class Desk:
    """One day's records, and the comparison of them the night after."""

    def __init__(self) -> None:
        self.journal = FakeJournal()
        self.records, self.book, self.metrics = (
            FakeRecords(self.journal), FakeNights(), FakeMetrics(),
        )  # fmt: skip
        self.gaps, self.secrets = Gaps((), ()), SecretFindings()
        self.has_proof = True

    def compare(self, hours_later: float = 15):
        clock = VirtualClock()
        clock.sleep(hours_later * 3600)
        records = RecordsOfCalls(
            self.records, self.journal, lambda: self.gaps, lambda *_: self.secrets, self.has_proof
        )
        return Comparison(records, self.book, self.metrics, clock, UTC).compare(DAY)

    def tell(self, kind: EntryKind, after_s: float, **details) -> None:
        at = NOON + timedelta(seconds=after_s)
        self.journal.append(JournalEntry(f"{kind}-{after_s}", "c1", at, kind, details))

    def offer(self) -> None:
        self.tell(EntryKind.OFFERED, 0, ani="138", dnis="400", leg_id="leg-1")

    def hang_up(self, after_s=10.0, cause="NORMAL_CLEARING", by="caller") -> None:
        self.tell(EntryKind.HUNG_UP, after_s, cause=cause, by=by)

    def prove(self, **changes) -> None:
        cdr = Cdr(
            "leg-1", "c1", "fs1", Direction.INBOUND, "138", "", "400", NOON,
            NOON + timedelta(seconds=1), NOON + timedelta(seconds=10),
            HangupCause.NORMAL_CLEARING, 9000,
        )  # fmt: skip
        self.records.take_in(replace(cdr, **changes))


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.mark.req("REL-06")
def test_a_call_of_which_both_records_say_the_same_agrees(desk):
    desk.offer()
    desk.tell(EntryKind.ANSWERED, 1)
    desk.hang_up()
    desk.prove()
    found = desk.compare()
    assert (found.calls, found.agreeing, found.faults) == (1, 1, 0)
    assert desk.book.find_findings(DAY) == found
    assert desk.metrics.levels["differing"] == 0


@pytest.mark.req("REL-06")
def test_a_call_that_the_records_tell_differently_is_named_with_what_differs(desk):
    desk.offer()
    desk.tell(EntryKind.ANSWERED, 1)
    desk.hang_up(after_s=40)
    desk.prove()
    (call,) = desk.compare().differing
    assert call.call_id == "c1"
    assert call.differences == (
        "ended 30.0 s earlier by the CDR than by the journal",
        "the segments last 40.0 s, the switch's record 10.0 s",
    )
    assert desk.metrics.levels["differing"] == 1


def test_a_refused_call_agrees(desk):
    desk.offer()
    desk.tell(EntryKind.REFUSED, 0, reason="blocked", cause="CALL_REJECTED")
    desk.hang_up(0.1, "CALL_REJECTED", "us")
    desk.prove(
        answered_at=None, ended_at=NOON + timedelta(seconds=0.2), cause=HangupCause.CALL_REJECTED
    )
    assert desk.compare().agreeing == 1


def test_a_caller_who_left_before_the_leg_knew_its_call_agrees(desk):
    desk.offer()
    desk.hang_up(0.1, "ORIGINATOR_CANCEL")
    desk.prove(
        call_id=None, answered_at=None, ended_at=NOON + timedelta(seconds=0.1),
        cause=HangupCause.ORIGINATOR_CANCEL,
    )  # fmt: skip
    assert desk.compare().agreeing == 1


@pytest.mark.req("REL-04")
@pytest.mark.parametrize("told", [0, 1, 2], ids=["nothing told", "offered", "offered, answered"])
def test_a_call_whose_last_facts_died_with_a_server_is_restored_and_no_difference(desk, told):
    if told:
        desk.offer()
    if told > 1:
        desk.tell(EntryKind.ANSWERED, 1)
    desk.prove(**({"answered_at": None} if told == 1 else {}))
    found = desk.compare()
    assert (found.restored, found.faults) == (("c1",), 0)


def test_a_call_without_the_switchs_record_differs_unless_none_is_taken_in_here(desk):
    desk.offer()
    desk.hang_up()
    assert desk.compare().differing[0].differences == (NO_RECORD,)
    desk.has_proof = False
    assert desk.compare().agreeing == 1


def test_a_live_call_is_named_until_nobody_can_talk_for_so_long(desk):
    desk.offer()
    assert desk.compare(hours_later=11).live == ("c1",)
    (call,) = desk.compare(hours_later=13).differing
    assert "neither" in call.differences[0]


@pytest.mark.req("REC-12")
def test_files_without_a_call_calls_without_their_file_and_leaks_are_faults(desk):
    desk.gaps = Gaps(("r1",), ("r2", "r3"))
    desk.secrets = SecretFindings(("a secret stands in the journal",))
    found = desk.compare()
    assert found.files_without_call == ("r1",)
    assert found.calls_without_file == ("r2", "r3")
    assert found.faults == 4
    assert desk.metrics.levels["leak"] == 1


def test_only_calls_of_the_day_are_looked_at(desk):
    desk.tell(EntryKind.OFFERED, -13 * 3600, ani="138", dnis="400", leg_id="leg-1")
    assert desk.compare().calls == 0
