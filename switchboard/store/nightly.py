"""Which day each nightly job has done last, and what was found (port: ``ports/nightly.py``)."""

from dataclasses import asdict
from datetime import date
from typing import Any

import orjson

from switchboard.ports.nightly import DayFindings, Differing, SecretsLookedFor
from switchboard.store.database import Database
from switchboard.store.fields import to_us
from switchboard.store.report_models import FindingsRow, NightlyRow
from switchboard.store.rows import Row
from switchboard.store.statements import put_in_place

# Columns of their own: the rest is one document.
OUTSIDE_DOCUMENT = ("day", "compared_at")


class StoredNights:
    """The :class:`switchboard.ports.nightly.NightlyBook` of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find_last(self, job: str) -> date | None:
        """The last day that this job has done, or None."""
        query = NightlyRow.select().where(NightlyRow.job == job)
        row = self._database.read(lambda engine: query.bind(engine).first())
        return date.fromisoformat(row.day) if row else None

    def put_last(self, job: str, day: date) -> None:
        """The job has done that day; durable on return."""
        row: Row = {"job": job, "day": day.isoformat()}
        self._database.write(lambda engine: put_in_place(engine, NightlyRow, [row]))

    def put_findings(self, findings: DayFindings) -> None:
        """Keep what was found about a day, in place of what was found before."""
        document = {
            name: value for name, value in asdict(findings).items() if name not in OUTSIDE_DOCUMENT
        }
        row: Row = {
            "day": findings.day.isoformat(),
            "compared_at": to_us(findings.compared_at),
            "faults": findings.faults,
            "findings": orjson.dumps(document).decode(),
        }
        self._database.write(lambda engine: put_in_place(engine, FindingsRow, [row]))

    def find_findings(self, day: date) -> DayFindings | None:
        """What was found about that day, or None when nobody has looked."""
        query = FindingsRow.select().where(FindingsRow.day == day.isoformat())
        row = self._database.read(lambda engine: query.bind(engine).first())
        return _findings(row) if row else None

    def list_findings(self, at_most: int) -> tuple[DayFindings, ...]:
        """The newest days, newest first."""
        query = FindingsRow.select().order_by(FindingsRow.day.desc()).limit(at_most)
        return self._database.read(lambda engine: tuple(map(_findings, query.bind(engine))))


def _findings(row: FindingsRow) -> DayFindings:
    document: dict[str, Any] = orjson.loads(row.findings)
    differing = tuple(
        Differing(one["call_id"], tuple(one["differences"])) for one in document.pop("differing")
    )
    secrets = SecretsLookedFor(**document.pop("secrets"))
    rest: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in document.items()
    }
    return DayFindings(
        day=date.fromisoformat(row.day),
        compared_at=row.compared_at,
        differing=differing,
        secrets=secrets,
        **rest,
    )
