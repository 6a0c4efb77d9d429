"""Reads a recorded trace: its rows, and what of them people, apps and FreeSWITCH did."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

TRACES = Path(__file__).parent / "traces"


@dataclass(frozen=True)
class Row:
    """One line of a trace; ``told`` is what it holds besides time, connection and direction."""

    t: float
    conn: str
    dir: str
    told: dict[str, Any]

    @property
    def text(self) -> str:
        return str(self.told.get("data", ""))

    @property
    def event(self) -> dict[str, Any] | None:
        return self.told.get("event")


@dataclass(frozen=True)
class Trace:
    scenario: str
    rows: tuple[Row, ...]

    @property
    def ends_at(self) -> float:
        return self.rows[-1].t

    def of(self, conn: str, *directions: str) -> list[Row]:
        return [row for row in self.rows if row.conn == conn and row.dir in directions]

    def connections(self) -> list[str]:
        return list(dict.fromkeys(row.conn for row in self.rows if row.conn != "-"))

    def events(self, name: str) -> list[Row]:
        return [row for row in self.rows if row.event and row.event["Event-Name"] == name]

    @property
    def created_at(self) -> datetime:
        """When FreeSWITCH made the caller's channel; any time will do when there was none."""
        found = re.search(r'"Caller-Channel-Created-Time": "(\d+)"', json.dumps(self._told()))
        microseconds = int(found[1]) if found else 1795348000000000
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)

    def _told(self) -> list[dict[str, Any]]:
        return [row.told for row in self.rows]


def read_trace(scenario: str) -> Trace:
    lines = (TRACES / f"{scenario}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = []
    for line in lines[1:]:
        told = json.loads(line)
        rows.append(Row(told.pop("t"), told.pop("conn"), told.pop("dir"), told))
    return Trace(scenario, tuple(rows))


def scenarios() -> list[str]:
    return sorted(path.stem for path in TRACES.glob("*.jsonl"))
