"""P41: a day's and a year's report over a million calls, and how they grow to ten million.

Ours asks the counts that are kept beside the calls; the peer asks the calls themselves, by the
best index there is, with SQL that gives the same figures (a test compares them). Wall time of one
question, in a store of the product's own. ``SWITCHBOARD_PROOF=1`` measures ten million too; else
the growth is measured from a hundred thousand to a million.
"""

import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from benchmarks.a_million_calls import ZONE, a_day, load
from benchmarks.figures import Figure, Goal, Measured, alternate
from switchboard.ports.records import CallSearch
from switchboard.ports.reports import Grouping, ReportSearch
from switchboard.services.nightly import begin_of
from switchboard.store.store import Store

MILLION = 1_000_000
IS_PROOF = os.environ.get("SWITCHBOARD_PROOF") == "1"
SIZES = (MILLION, 10 * MILLION) if IS_PROOF else (MILLION // 10, MILLION)
DAY = a_day().date()
SPANS = {
    "a day by hour": (ReportSearch(DAY, DAY, Grouping.HOUR), 20.0),
    "a year by month": (
        ReportSearch(date(DAY.year, 1, 1), date(DAY.year, 12, 31), Grouping.MONTH),
        50.0,
    ),
}
# The peer's groups are those of the centre's zone, which has no daylight saving.
PEER = {
    Grouping.HOUR: "strftime('%H', started_at / 1000000 + 28800, 'unixepoch')",
    Grouping.MONTH: "strftime('%Y-%m', started_at / 1000000 + 28800, 'unixepoch')",
}


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="switchboard-p41-") as folder:
        small, large = (Path(folder, str(calls)) for calls in SIZES)
        for place, calls in ((small, SIZES[0]), (large, SIZES[1])):
            place.mkdir()
            load(place, calls)
        for name, (search, most_ms) in SPANS.items():
            ours = _ours(large, search)
            mine, theirs = alternate(ours, _peer(large, search))
            what = f"report of {name} over {SIZES[1]:,} calls (ours / limit of {most_ms:g} ms)"
            yield Figure(
                "P41", what, "ms", mine, "SQL without counts", theirs, mine.median / most_ms,
                Goal(at_most=1),
            )  # fmt: skip
            bigger, smaller = alternate(ours, _ours(small, search))
            what = f"report of {name}: {SIZES[1]:,} calls / {SIZES[0]:,} calls"
            yield Figure(
                "P41", what, "ms", bigger, f"ours, {SIZES[0]:,} calls", smaller,
                bigger.median / smaller.median, Goal(at_most=1.5),
            )  # fmt: skip
        yield from _lists(large)


def _lists(place: Path) -> Iterator[Figure]:
    """The list of calls: its first page, a page far behind, a number's calls."""
    with closing(Store(f"sqlite:///{place / 'switchboard.db'}", place / "spool")) as store:
        far = store.records.list_calls(CallSearch(until=begin_of(DAY, ZONE), at_most=1))[0]
        searches = {
            "the newest 50 calls": CallSearch(),
            "50 calls behind one of half a year ago": CallSearch(behind=far),
            "calls of one calling number": CallSearch(number=far.ani),
            "calls to a number that many dial": CallSearch(number=far.dnis),
            "calls of a number that nobody has": CallSearch(number="0000"),
            "calls of a day": CallSearch(
                begin_of(DAY, ZONE), begin_of(DAY + timedelta(days=1), ZONE)
            ),
        }
        for name, search in searches.items():
            runs = [_timed(partial(store.records.list_calls, search)) for _ in range(9)]
            yield _within(f"{name}, of {SIZES[1]:,}", runs, 20)


def _within(what: str, runs: list[float], most_ms: float) -> Figure:
    """A figure beside a limit of our own, which is no peer."""
    mine, limit = Measured.of(runs), Measured(most_ms, most_ms, most_ms)
    return Figure(
        "P41", what, "ms", mine, "limit", limit, mine.median / most_ms, Goal(at_most=1)
    )  # fmt: skip


def _ours(place: Path, search: ReportSearch) -> Callable[[], float]:
    store = Store(f"sqlite:///{place / 'switchboard.db'}", place / "spool")
    return lambda: _timed(lambda: store.reports.list_counts(search))


def _peer(place: Path, search: ReportSearch) -> Callable[[], float]:
    connection = sqlite3.connect(place / "switchboard.db")
    return lambda: _timed(lambda: ask_calls(connection, search))


def ask_calls(connection: sqlite3.Connection, search: ReportSearch) -> list[tuple[object, ...]]:
    """The same report, from the calls themselves: group, calls, answered, their length in ms."""
    since, until = begin_of(search.first, ZONE), begin_of(search.last + timedelta(days=1), ZONE)
    group = PEER[search.by]
    return connection.execute(
        f"SELECT {group}, COUNT(*), SUM(result = 'answered'), "
        "SUM(CASE result WHEN 'answered' THEN ROUND((ended_at - started_at) / 1000.0) ELSE 0 END) "
        f"FROM calls WHERE started_at >= ? AND started_at < ? GROUP BY {group} ORDER BY 1",
        [round(moment.timestamp() * 1e6) for moment in (since, until)],
    ).fetchall()


def _timed(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1000
