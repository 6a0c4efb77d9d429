"""The promises of what is remembered of nights (``switchboard/ports/nightly.py``)."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from switchboard.ports.nightly import DayFindings, Differing, SecretsLookedFor

DAY = date(2026, 12, 1)
FINDINGS = DayFindings(
    day=DAY,
    compared_at=datetime(2026, 12, 2, 3, 30, tzinfo=ZoneInfo("Asia/Shanghai")),
    calls=4,
    agreeing=1,
    restored=("c1",),
    live=("c2",),
    differing=(Differing("c3", ("ended 9.0 s later by the CDR than by the journal",)),),
    files_without_call=("r1",),
    calls_without_file=("r2", "r3"),
    leaks=("recording r4 is heard while it is masked",),
    secrets=SecretsLookedFor(1, 2, 3),
)


def test_a_job_is_known_by_the_last_day_that_it_has_done(store):
    assert store.nights.find_last("retention") is None
    store.nights.put_last("retention", DAY)
    store.nights.put_last("retention", DAY + timedelta(days=1))
    store.nights.put_last("comparison", DAY)
    assert store.nights.find_last("retention") == DAY + timedelta(days=1)


def test_what_was_found_about_a_day_comes_back_whole_and_the_last_look_counts(store):
    assert store.nights.find_findings(DAY) is None
    store.nights.put_findings(replace(FINDINGS, leaks=()))
    store.nights.put_findings(FINDINGS)
    assert store.nights.find_findings(DAY) == FINDINGS
    assert FINDINGS.faults == 5


def test_the_newest_days_come_first(store):
    days = [DAY + timedelta(days=n) for n in (1, 0, 2)]
    for day in days:
        store.nights.put_findings(replace(FINDINGS, day=day))
    assert [one.day.day for one in store.nights.list_findings(2)] == [3, 2]
