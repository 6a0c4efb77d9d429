"""A database of so many calls, made without a server: what P41 asks and what a person may try.

``python -m benchmarks.a_million_calls FOLDER [CALLS]`` writes ``FOLDER/switchboard.db``: calls over
a year, busier by day than by night, to forty numbers, as journal and CDRs would have made them.
"""

import random
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from switchboard.store.store import Store

YEAR_BEGINS = datetime(2026, 1, 1, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
MIDDLE = 182
NUMBERS = [f"4008{number:06}" for number in range(40)]
# Of a hundred calls so many become: answered, abandoned, refused, failed.
RESULTS = ("answered",) * 88 + ("abandoned",) * 7 + ("refused",) * 4 + ("failed",)
# Calls in each hour of a day of the centre, beside one another.
BUSY = (1, 1, 1, 1, 1, 2, 4, 8, 14, 20, 20, 16, 12, 16, 20, 18, 14, 10, 8, 6, 4, 3, 2, 1)
AT_ONCE = 50_000
CALLS = "INSERT INTO calls VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '')"
CDRS = "INSERT INTO cdrs VALUES (?, ?, 'fs1', 'inbound', ?, '', ?, ?, ?, ?, ?, ?)"

Row = tuple[object, ...]


def load(folder: Path, calls: int, *, days: int = 365, with_cdrs: bool = True) -> float:
    """Make the database; return the calls a second with which it was loaded, counts and all.

    Args:
        folder: Where it is made.
        calls: How many.
        days: Over how many days around the middle of the year.
        with_cdrs: Whether each has its CDR.
    """
    url = f"sqlite:///{folder / 'switchboard.db'}"
    Store(url, folder / "spool").close()
    began = time.perf_counter()
    with closing(sqlite3.connect(folder / "switchboard.db")) as connection:
        connection.execute("PRAGMA journal_mode = wal")
        rows = _rows(calls, days)
        while piece := list(islice(rows, AT_ONCE)):
            with connection:
                connection.executemany(CALLS, [call for call, _ in piece])
                if with_cdrs:
                    connection.executemany(CDRS, [cdr for _, cdr in piece])
    store = Store(url, folder / "spool")
    store.reports.count_anew(ZONE)
    store.close()
    return calls / (time.perf_counter() - began)


def _rows(calls: int, days: int) -> Iterator[tuple[Row, Row]]:
    chance = random.Random(calls)
    hours = [hour for hour, busy in enumerate(BUSY) for _ in range(busy)]
    begun_us = round(YEAR_BEGINS.timestamp()) * 1_000_000
    hour_us = 3_600_000_000
    for number in range(calls):
        # Calls come in the order of time, as they do to a server.
        day = MIDDLE - days // 2 + number * days // calls
        local = chance.choice(hours)
        at = begun_us + ((day * 24 + local - 8) * hour_us) + chance.randrange(hour_us)
        result = chance.choice(RESULTS)
        answered = result == "answered"
        length_us = round(chance.expovariate(1 / 180) * 1000) * 1000 if answered else 300_000
        ani, dnis = f"138{chance.randrange(10**8):08}", chance.choice(NUMBERS)
        call_id, ended = f"{chance.getrandbits(128):032x}", at + length_us
        cause = "NORMAL_CLEARING" if answered else "CALL_REJECTED"
        call = (call_id, at, ended, ani, dnis, answered, cause, 0, result)
        billed = length_us // 1000 if answered else 0
        begun = at if answered else None
        yield call, (f"leg-{call_id}", call_id, ani, dnis, at, begun, ended, cause, billed)


def a_day() -> datetime:
    """The day in the middle of the year."""
    return YEAR_BEGINS + timedelta(days=MIDDLE)


if __name__ == "__main__":
    place = Path(sys.argv[1])
    place.mkdir(parents=True, exist_ok=True)
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    print(f"{count} calls at {load(place, count):,.0f} a second in {place / 'switchboard.db'}")
