"""CDR intake: each leg's record once, nothing removed before it is durable."""

import json
from pathlib import Path

import pytest

from switchboard.core.cdrs import MalformedCdr
from switchboard.ports.outages import StoreAway
from switchboard.services.records import DOCUMENTS_AT_ONCE, WRITTEN_BY_S, CdrIntake, read_cdr
from tests.fakes.cdr_files import FakeCdrFiles
from tests.fakes.clock import VirtualClock
from tests.fakes.journal import FakeJournal
from tests.fakes.metrics import FakeMetrics
from tests.fakes.records import FakeRecords

SAMPLE = Path(__file__).parents[2] / "conformance/cdrs/message-inbound-ca22.json"


class AwayRecords(FakeRecords):
    """Records whose store is away while :attr:`is_away`."""

    is_away = False

    def take_in(self, *cdrs):
        if self.is_away:
            raise StoreAway("the test's store is away")
        return super().take_in(*cdrs)


def document(leg_id: str = "leg-1", call_id: str = "c1") -> bytes:
    cdr = json.loads(SAMPLE.read_text(encoding="utf-8"))
    cdr["variables"] |= {"uuid": leg_id, "switchboard_call_id": call_id}
    return json.dumps(cdr).encode()


@pytest.fixture
def files():
    return FakeCdrFiles()


@pytest.fixture
def records():
    return AwayRecords(FakeJournal())


@pytest.fixture
def metrics():
    return FakeMetrics()


@pytest.fixture
def intake(files, records, metrics):
    return CdrIntake(files, records, metrics)


@pytest.mark.req("RPT-01")
def test_a_record_tells_inbound_time_other_number_length_and_hang_up_time(intake, files, records):
    files.leave("a", document())
    assert intake.take_in_some() == 1
    (cdr,) = records.list_cdrs("c1")
    assert cdr.started_at.isoformat() == "2026-11-22T11:13:35.713010+00:00"
    assert cdr.ended_at.isoformat() == "2026-11-22T11:13:37.193028+00:00"
    assert cdr.duration_ms == 1480
    assert (cdr.ani, cdr.dnis) == ("13800138000", "4000")
    assert files.list_waiting(9) == ()


def test_a_record_left_twice_stands_once_and_is_counted_once(intake, files, records, metrics):
    files.leave("a", document())
    files.leave("b", document())
    assert intake.take_in_some() == 2
    assert len(records.list_cdrs("c1")) == 1
    assert metrics.told == [("cdrs_taken_in", (1,))]
    assert files.list_waiting(9) == ()


def test_while_the_store_is_away_documents_stay(intake, files, records):
    records.is_away = True
    files.leave("a", document())
    with pytest.raises(StoreAway):
        intake.take_in_some()
    assert len(files.list_waiting(9)) == 1
    records.is_away = False
    assert intake.take_in_some() == 1
    assert len(records.list_cdrs("c1")) == 1


def test_a_document_that_is_still_being_written_is_left_until_it_is_whole(intake, files, records):
    files.leave("a", document()[:500], age_s=0.1)
    files.leave("b", document("leg-2"))
    assert intake.take_in_some() == 1
    assert [file.name for file in files.list_waiting(9)] == ["a"]
    files.leave("a", document())
    assert intake.take_in_some() == 1
    assert len(records.list_cdrs("c1")) == 2


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"null", b"\xff\xfe", document()[:-40]])
def test_a_document_that_stays_unreadable_is_set_aside_with_its_reason(intake, files, content):
    files.leave("a", content, age_s=WRITTEN_BY_S)
    files.leave("b", document())
    assert intake.take_in_some() == 2
    assert files.list_waiting(9) == ()
    assert list(files.aside) == ["a"]
    assert files.aside["a"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("uuid", ""),
        ("direction", "sideways"),
        ("start_uepoch", "0"),
        ("start_uepoch", "²"),
        ("end_uepoch", "-5"),
        ("end_uepoch", "9" * 30),
        ("answer_uepoch", "9" * 18),
        ("billmsec", "many"),
        ("hangup_cause", None),
    ],
)
def test_a_field_that_is_not_of_its_form_is_named(name, value):
    cdr = json.loads(SAMPLE.read_text(encoding="utf-8"))
    cdr["variables"][name] = value
    with pytest.raises(MalformedCdr, match=name):
        read_cdr(json.dumps(cdr).encode())


class OutageAndOneMoreRound(VirtualClock):
    """Ends the store's outage after the first round, and the keeping after the second."""

    def __init__(self, records: AwayRecords) -> None:
        super().__init__()
        self._records = records

    def sleep(self, duration_s: float) -> None:
        super().sleep(duration_s)
        if not self._records.is_away:
            raise StopIteration
        self._records.is_away = False


def test_a_backlog_is_taken_in_without_pause_and_an_outage_is_outlived(intake, files, records):
    for number in range(DOCUMENTS_AT_ONCE * 2 + 1):
        files.leave(str(number), document(f"leg-{number}"))
    records.is_away = True
    with pytest.raises(StopIteration):
        intake.keep_taking_in(OutageAndOneMoreRound(records))
    assert len(records.list_cdrs("c1")) == DOCUMENTS_AT_ONCE * 2 + 1
    assert files.list_waiting(9) == ()
