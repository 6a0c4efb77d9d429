"""The promises of reports (``switchboard/ports/reports.py``)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from switchboard.core.counts import Counts
from switchboard.core.journal import EntryKind
from switchboard.ports.reports import Grouping, ReportLine, ReportSearch
from tests.contract.test_records import CDR, NOON, append, fact, offered

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
DAY = date(2026, 12, 1)
DECEMBER = ReportSearch(DAY, date(2026, 12, 31), Grouping.DAY)


def counts(store, by: Grouping = Grouping.DAY, number: str = "") -> dict[str, Counts]:
    search = ReportSearch(date(2026, 1, 1), date(2027, 12, 31), by, number)
    return {line.key: line.counts for line in store.reports.list_counts(search)}


def ended(call_id: str, after_s: float = 10, by: str = "caller"):
    return fact(call_id, EntryKind.HUNG_UP, after_s, cause="NORMAL_CLEARING", by=by)


@pytest.mark.req("RPT-01")
def test_calls_count_by_what_became_of_them_with_the_length_of_the_answered(store):
    store.reports.keep_zone(ZoneInfo("UTC"))
    append(
        store,
        offered("a"),
        fact("a", EntryKind.ANSWERED, 1),
        fact("a", EntryKind.MESSAGE_KEPT, 5, mailbox="front", message_id="m1"),
        ended("a", 60),
        offered("b"),
        fact("b", EntryKind.REFUSED, 0, reason="blocked", cause="CALL_REJECTED"),
        offered("c"),
        ended("c"),
        offered("d"),
        ended("d", by="us"),
        offered("e"),
    )
    assert counts(store) == {
        "2026-12-01": Counts(
            calls=5, live=1, answered=1, refused=1, abandoned=1, failed=1, messages=1,
            length_ms=60_000,
        )
    }  # fmt: skip


def test_a_call_is_counted_again_when_a_fact_arrives_never_twice(store):
    store.reports.keep_zone(ZoneInfo("UTC"))
    seen = []
    for entry in (offered("a"), offered("a"), fact("a", EntryKind.ANSWERED, 1), ended("a", 5)):
        append(store, entry)
        store.journal.settle()
        seen.append(counts(store)["2026-12-01"])
    store.records.take_in(CDR)
    assert seen == [
        Counts(calls=1, live=1),
        Counts(calls=1, live=1),
        Counts(calls=1, live=1),
        Counts(calls=1, answered=1, length_ms=5000),
    ]
    assert counts(store)["2026-12-01"].calls == 2, "the CDR is of another call"


def test_a_call_whose_beginning_is_learnt_later_moves_to_its_hour(store):
    store.reports.keep_zone(ZoneInfo("UTC"))
    store.records.take_in(CDR)
    append(store, offered("c1", at=NOON - timedelta(hours=2)))
    assert list(counts(store, Grouping.HOUR)) == ["10"]


@pytest.mark.req("RPT-01")
def test_counts_are_grouped_by_hour_day_month_and_number(store):
    store.reports.keep_zone(SHANGHAI)
    append(
        store,
        offered("a", datetime(2026, 11, 30, 15, 59, tzinfo=UTC), dnis="400"),
        offered("b", datetime(2026, 11, 30, 16, 0, tzinfo=UTC), dnis="400"),
        offered("c", datetime(2026, 12, 2, 16, 30, tzinfo=UTC), dnis="500"),
    )
    assert list(counts(store)) == ["2026-11-30", "2026-12-01", "2026-12-03"]
    assert list(counts(store, Grouping.MONTH)) == ["2026-11", "2026-12"]
    by_hour = counts(store, Grouping.HOUR)
    assert {key: one.calls for key, one in by_hour.items()} == {"00": 2, "23": 1}
    by_number = counts(store, Grouping.NUMBER)
    assert {key: one.calls for key, one in by_number.items()} == {"400": 2, "500": 1}
    assert list(counts(store, Grouping.DAY, number="5")) == ["2026-12-03"]
    lines = store.reports.list_counts(DECEMBER)
    assert lines[0] == ReportLine("2026-12-01", Counts(calls=1, live=1))


def test_the_days_are_those_of_the_centre_also_when_the_clocks_change(store):
    store.reports.keep_zone(BERLIN)
    append(
        store,
        offered("spring", datetime(2026, 3, 29, 21, 59, tzinfo=UTC)),
        offered("twice-1", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        offered("twice-2", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        offered("last", datetime(2026, 10, 25, 22, 59, tzinfo=UTC)),
    )
    assert {day: one.calls for day, one in counts(store).items()} == {
        "2026-03-29": 1,
        "2026-10-25": 3,
    }
    by_hour = {key: one.calls for key, one in counts(store, Grouping.HOUR).items()}
    assert by_hour == {"02": 2, "23": 2}


def test_calls_from_before_there_were_counts_and_another_zone_are_counted_anew(store):
    append(store, offered("a", datetime(2026, 11, 30, 16, 0, tzinfo=UTC)), offered("b"))
    assert store.reports.find_zone() is None
    assert store.reports.keep_zone(ZoneInfo("UTC"))
    assert list(counts(store)) == ["2026-11-30", "2026-12-01"]
    assert not store.reports.keep_zone(ZoneInfo("UTC"))
    assert store.reports.keep_zone(SHANGHAI)
    assert {day: one.calls for day, one in counts(store).items()} == {"2026-12-01": 2}
    assert store.reports.find_zone() == "Asia/Shanghai"


FACTS = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.sampled_from(["offered", "answered", "refused", "message", "hung_up"]),
        st.integers(0, 90_000),
        st.sampled_from(["caller", "us"]),
    ),
    max_size=12,
)


@given(FACTS)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_counts_kept_as_facts_arrive_are_those_of_all_calls_counted_anew(store, facts):
    store.reports.keep_zone(BERLIN)
    for name, kind, after_s, by in facts:
        call_id = f"{name}{len(facts)}"
        append(
            store,
            offered(call_id, NOON + timedelta(seconds=after_s))
            if kind == "offered"
            else {
                "answered": fact(call_id, EntryKind.ANSWERED, after_s),
                "refused": fact(call_id, EntryKind.REFUSED, after_s, reason="x", cause="y"),
                "message": fact(call_id, EntryKind.MESSAGE_KEPT, after_s, message_id=str(after_s)),
                "hung_up": ended(call_id, after_s, by),
            }[kind],
        )
        store.journal.settle()
    kept = [counts(store, by) for by in Grouping]
    store.reports.count_anew(BERLIN)
    assert [counts(store, by) for by in Grouping] == kept
