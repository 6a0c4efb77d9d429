"""Do the records of a day agree? Journal against the switch's CDRs, recordings against files.

The journal is what we say happened, the CDR is the proof; a day is looked at when it has ended.
A call whose last facts died with a killed server is restored by its CDR and no difference, though
it is named. Nothing is changed here: what was found is kept, counted and told.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum

import structlog

from switchboard.core.segments import ledger_of
from switchboard.core.summaries import CallSummary
from switchboard.ports.clock import Clock
from switchboard.ports.journal import Journal
from switchboard.ports.metrics import Metrics
from switchboard.ports.nightly import DayFindings, Differing, NightlyBook
from switchboard.ports.records import CallRecords, CallSearch
from switchboard.services.agreement import (
    NO_BEGINNING,
    NO_END,
    find_differences,
    is_cut,
    list_proof,
)
from switchboard.services.nightly import DAY, begin_of
from switchboard.services.recording_upkeep import Gaps
from switchboard.services.secret_search import SecretFindings

log = structlog.get_logger(__name__)

PAGE = 500
# Nobody talks for so long: a call without an end is one whose end was lost everywhere.
LONGEST_CALL = timedelta(hours=12)
NO_RECORD = "the switch's record is not in"
NO_END_ANYWHERE = "neither the journal nor the switch's record tells an end"


class Verdict(StrEnum):
    """How a call's records stand."""

    AGREEING = "agreeing"
    RESTORED = "restored"
    LIVE = "live"
    DIFFERING = "differing"


@dataclass(frozen=True, slots=True)
class RecordsOfCalls:
    """What is compared.

    Attributes:
        calls: Calls in one line, and the CDRs.
        journal: The journal.
        search_gaps: Finds recordings without file and files without recording.
        search_secrets: Finds secrets that can be heard or read, of the calls from one moment to
            another.
        has_proof: Whether CDRs are taken in here; else their absence says nothing.
    """

    calls: CallRecords
    journal: Journal
    search_gaps: Callable[[], Gaps]
    search_secrets: Callable[[datetime, datetime], SecretFindings]
    has_proof: bool = True


class Comparison:
    """Compares the records of whole days.

    Args:
        records: What is compared.
        book: Where the findings are kept.
        metrics: Counts what has to be looked at.
        clock: The clock.
        zone: Whose days are meant.
    """

    def __init__(
        self,
        records: RecordsOfCalls,
        book: NightlyBook,
        metrics: Metrics,
        clock: Clock,
        zone: tzinfo,
    ) -> None:
        self._records = records
        self._book = book
        self._metrics = metrics
        self._clock = clock
        self._zone = zone

    def compare(self, day: date) -> DayFindings:
        """Look at one day, keep what was found, and tell whoever watches."""
        since, until = begin_of(day, self._zone), begin_of(day + DAY, self._zone)
        gaps = self._records.search_gaps()
        secrets = self._records.search_secrets(since, until)
        findings = replace(
            self._compare_calls(day, since, until),
            files_without_call=gaps.files,
            calls_without_file=gaps.records,
            leaks=secrets.leaks,
            secrets=secrets.covered,
        )
        self._book.put_findings(findings)
        self._tell(findings)
        return findings

    def _compare_calls(self, day: date, since: datetime, until: datetime) -> DayFindings:
        count, agreeing = 0, 0
        restored: list[str] = []
        live: list[str] = []
        differing: list[Differing] = []
        for call in self._calls(since, until):
            verdict, differences = self._look_at(call)
            count += 1
            agreeing += verdict is Verdict.AGREEING
            if verdict is Verdict.RESTORED:
                restored.append(call.call_id)
            elif verdict is Verdict.LIVE:
                live.append(call.call_id)
            elif verdict is Verdict.DIFFERING:
                differing.append(Differing(call.call_id, differences))
        return DayFindings(
            day=day,
            compared_at=self._clock.now(),
            calls=count,
            agreeing=agreeing,
            restored=tuple(restored),
            live=tuple(live),
            differing=tuple(differing),
        )

    def _calls(self, since: datetime, until: datetime) -> Iterator[CallSummary]:
        page = CallSearch(since, until, at_most=PAGE)
        while calls := self._records.calls.list_calls(page):
            yield from calls
            page = replace(page, behind=calls[-1])

    def _look_at(self, call: CallSummary) -> tuple[Verdict, tuple[str, ...]]:
        entries = self._records.journal.list_entries(call.call_id)
        cdrs = list_proof(self._records.calls, call.call_id, entries)
        if call.ended_at is None:
            is_young = self._clock.now() - call.started_at < LONGEST_CALL
            return (Verdict.LIVE, ()) if is_young else (Verdict.DIFFERING, (NO_END_ANYWHERE,))
        uneven = ledger_of(call, entries, cdrs).errors
        if not cdrs:
            missing = (NO_RECORD,) if self._records.has_proof else ()
            return _verdict((*missing, *uneven))
        differences = find_differences(entries, cdrs)
        if is_cut(entries):
            lost = {NO_BEGINNING, NO_END}
            left = tuple(one for one in differences if one not in lost)
            return (Verdict.DIFFERING, left) if left else (Verdict.RESTORED, ())
        return _verdict((*differences, *uneven))

    def _tell(self, findings: DayFindings) -> None:
        kinds = {
            "differing": len(findings.differing),
            "file_without_call": len(findings.files_without_call),
            "call_without_file": len(findings.calls_without_file),
            "leak": len(findings.leaks),
        }
        for kind, count in kinds.items():
            self._metrics.day_faults(kind, count)
        if not findings.faults:
            log.info("the records of a day agree", day=str(findings.day), calls=findings.calls)
            return
        log.error(
            "the records of a day do not agree",
            day=str(findings.day),
            remedy=f"switchboard calls compare --day {findings.day}",
            **kinds,
        )


def _verdict(differences: tuple[str, ...]) -> tuple[Verdict, tuple[str, ...]]:
    return (Verdict.DIFFERING if differences else Verdict.AGREEING), differences
