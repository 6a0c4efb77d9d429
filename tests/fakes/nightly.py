"""What is remembered of nights, in memory."""

from datetime import date

from switchboard.ports.nightly import DayFindings


class FakeNights:
    """Keeps the last day of each job and what was found, by day."""

    def __init__(self) -> None:
        self.last: dict[str, date] = {}
        self.findings: dict[date, DayFindings] = {}

    def find_last(self, job: str) -> date | None:
        return self.last.get(job)

    def put_last(self, job: str, day: date) -> None:
        self.last[job] = day

    def put_findings(self, findings: DayFindings) -> None:
        self.findings[findings.day] = findings

    def find_findings(self, day: date) -> DayFindings | None:
        return self.findings.get(day)

    def list_findings(self, at_most: int) -> tuple[DayFindings, ...]:
        return tuple(self.findings[day] for day in sorted(self.findings, reverse=True)[:at_most])
