"""What a question costs does not grow with the calls on record; counted in steps, not in time.

SQLite tells how many of its virtual machine's steps a question took: the same on every machine.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks.a_million_calls import ZONE, load
from benchmarks.p41_reports import DAY, SPANS, ask_calls
from switchboard.ports.records import CallSearch
from switchboard.services.nightly import begin_of
from switchboard.store.store import Store

# Over five days, so that each hour has its calls already with the few.
DAYS, FEW, MANY = 5, 20_000, 100_000
STEPS_AT_ONCE = 100
SPANS_BY_NAME = {name: search for name, (search, _) in SPANS.items()}


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    made = {}
    for calls in (FEW, MANY):
        made[calls] = tmp_path_factory.mktemp(f"calls-{calls}")
        load(made[calls], calls, days=DAYS, with_cdrs=False)
    return made


@pytest.fixture
def stores(places: dict[int, Path]) -> Iterator[dict[int, Store]]:
    opened = {
        calls: Store(f"sqlite:///{place / 'switchboard.db'}", place / "spool")
        for calls, place in places.items()
    }
    yield opened
    for store in opened.values():
        store.close()


def steps_of(store: Store, ask: Callable[[], object]) -> int:
    """How many steps a question takes, to a hundred."""
    counted = 0

    def count() -> int:
        nonlocal counted
        counted += STEPS_AT_ONCE
        return 0

    def watch(engine) -> None:
        engine.connection().set_progress_handler(count, STEPS_AT_ONCE)

    store.records.list_calls()  # the connection that is idle behind it is the next one taken
    store._database.read(watch)
    ask()
    return counted


@pytest.mark.req("REL-16")
@pytest.mark.parametrize("name", SPANS_BY_NAME)
def test_a_report_costs_no_more_with_five_times_the_calls(stores, name):
    few, many = (
        steps_of(store, lambda store=store: store.reports.list_counts(SPANS_BY_NAME[name]))
        for store in stores.values()
    )
    # More calls fill more hours and numbers; their counts are what is read, never the calls.
    assert many <= 1.5 * few + STEPS_AT_ONCE


@pytest.mark.req("REL-16")
def test_no_page_and_no_search_walks_through_the_calls(stores):
    store = stores[MANY]
    some = store.records.list_calls(CallSearch(until=begin_of(DAY, ZONE), at_most=1))[0]
    searches = [
        CallSearch(),
        CallSearch(behind=some),
        CallSearch(number=some.ani),
        CallSearch(number=some.dnis),
        CallSearch(number="0000"),
        CallSearch(begin_of(DAY, ZONE), begin_of(DAY + timedelta(days=1), ZONE)),
    ]
    costs = [
        steps_of(store, lambda search=search: store.records.list_calls(search))
        for search in searches
    ]
    assert max(costs) < MANY, costs
    assert steps_of(store, lambda: store.records.find_call(some.call_id[:12])) < 1000


@pytest.mark.req("RPT-01", "REL-16")
@pytest.mark.parametrize("name", SPANS_BY_NAME)
def test_the_counts_say_what_the_calls_say(places, stores, name):
    search = SPANS_BY_NAME[name]
    lines = stores[MANY].reports.list_counts(search)
    with closing(sqlite3.connect(places[MANY] / "switchboard.db")) as connection:
        asked = ask_calls(connection, search)
    assert [
        (line.key, line.counts.calls, line.counts.answered, line.counts.length_ms) for line in lines
    ] == [(key, calls, answered, round(length)) for key, calls, answered, length in asked]
