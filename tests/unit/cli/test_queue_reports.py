"""``switchboard queues report`` and ``why``, ``agents report``: from the records alone."""

import csv
import io

import pytest

from switchboard.core.journal import EntryKind
from tests.contract.test_figures import WORK, play
from tests.unit.cli.conftest import fact, offered

DAY = ["--of", "2026-12-01"]


def queue_call(call_id: str, begins_s: float = 0, *, ended: str = "answered"):
    """Waits ten seconds; talks to Ann for a minute, or gives up."""
    agent_id = "ann" if ended == "answered" else ""
    limits = {"target_ms": 20_000, "short_abandon_ms": 5_000}
    yield offered(call_id, begins_s)
    yield fact(call_id, EntryKind.ANSWERED, begins_s)
    yield fact(call_id, EntryKind.QUEUED, begins_s, queue="service", position=1, **limits)
    left = {"queue": "service", "result": ended, "agent_id": agent_id}
    yield fact(call_id, EntryKind.QUEUE_LEFT, begins_s + 10, **left)
    if agent_id:
        yield fact(call_id, EntryKind.JOINED, begins_s + 10, who=agent_id)
        yield fact(call_id, EntryKind.PARTED, begins_s + 70, who=agent_id)
    end = {"cause": "NORMAL_CLEARING", "by": "caller"}
    yield fact(call_id, EntryKind.HUNG_UP, begins_s + (70 if agent_id else 10), **end)


@pytest.fixture
def day(installation):
    installation.says("calls", "report", "day", *DAY)  # counts are kept from here on
    installation.put(*queue_call("c1"), *queue_call("c2", 3600, ended="caller_gone"))
    return installation


@pytest.mark.req("RPT-04")
def test_a_day_of_a_queue_is_reported_with_its_measures(day):
    titles, row, total = day.says("queues", "report", "day", *DAY).splitlines()[1:]
    assert titles.split() == [
        "queue", "offered", "waiting", "answered", "abandoned", "at", "once", "led", "on",
        "turned", "away", "level", "ASA", "AHT", "transfers",
    ]  # fmt: skip
    assert row.split()[:12] == [
        "service", "2", "-", "1", "1", "-", "-", "-", "50.0", "%", "10.0", "s",
    ]  # fmt: skip
    assert total.split()[0] == "total"


def test_a_day_is_reported_by_hour_of_the_centre_and_by_agent(day):
    by_hour = day.json("queues", "report", "day", *DAY, "--by", "hour")
    assert [line["hour"] for line in by_hour["lines"]] == ["18", "19"]
    by_agent = day.json("queues", "report", "day", *DAY, "--by", "agent", "--agent", "ann")
    assert [(line["agent"], line["talk_ms"]) for line in by_agent["lines"]] == [("ann", 60_000)]


def test_a_spreadsheet_reads_the_report(day):
    told = day.says("queues", "report", "day", *DAY, "--csv")
    (row,) = csv.DictReader(io.StringIO(told))
    assert (row["queue"], row["offered"], row["service_level"]) == ("service", "2", "0.5000")


@pytest.mark.req("RPT-05", "WFM-05")
def test_agents_are_reported_with_their_time_and_occupancy(day):
    with day.store() as store:
        play(store, *WORK)
    report = day.json("agents", "report", "day", *DAY)
    (ann,) = report["lines"]
    assert ann["signed_in_ms"] == 90 * 60_000
    assert ann["occupancy"] == pytest.approx((39.8 + 1) / 90)
    assert ann["handled"] == 1
    assert "1:30:00" in day.says("agents", "report", "day", *DAY)


def test_a_call_that_was_in_no_queue_has_no_reasons(day):
    day.put(offered("c9", 7200))
    assert day.says("queues", "why", "c9") == "this call was in no queue\n"
    assert "left service: caller_gone" in day.says("queues", "why", "c2")
