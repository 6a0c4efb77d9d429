"""What is done once a day: when each job was done last, and what the comparison of a day found."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Differing:
    """A call about which the journal and the switch's records disagree.

    Attributes:
        call_id: The call.
        differences: A sentence for each difference.
    """

    call_id: str
    differences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SecretsLookedFor:
    """What the search for secrets covered.

    Attributes:
        calls: Calls in which a secret was keyed.
        stretches: Masked stretches whose sound was looked at.
        texts: Texts (rows, lines of files) that were read.
    """

    calls: int = 0
    stretches: int = 0
    texts: int = 0


@dataclass(frozen=True, slots=True)
class DayFindings:
    """What the nightly comparison found about one day.

    Attributes:
        day: The day, in the centre's zone.
        compared_at: When it was looked at, aware UTC.
        calls: How many calls were offered on it.
        agreeing: Of how many both records say the same.
        restored: Ids of calls whose last facts died with a server; the CDR has restored them.
        live: Ids of calls that had not ended.
        differing: Calls about which the records disagree.
        files_without_call: Ids of recording files of no recording on record.
        calls_without_file: Ids of recordings whose file is not there.
        leaks: A sentence for each place where a secret can be heard or read.
        secrets: What the search for them covered.
    """

    day: date
    compared_at: datetime
    calls: int = 0
    agreeing: int = 0
    restored: tuple[str, ...] = ()
    live: tuple[str, ...] = ()
    differing: tuple[Differing, ...] = ()
    files_without_call: tuple[str, ...] = ()
    calls_without_file: tuple[str, ...] = ()
    leaks: tuple[str, ...] = ()
    secrets: SecretsLookedFor = SecretsLookedFor()

    @property
    def faults(self) -> int:
        """How many things somebody has to look at."""
        return (
            len(self.differing)
            + len(self.files_without_call)
            + len(self.calls_without_file)
            + len(self.leaks)
        )


class NightlyBook(Protocol):
    """Remembers nights. Every method raises :class:`StoreAway`."""

    def find_last(self, job: str) -> date | None:
        """The last day that this job has done, or None."""
        ...

    def put_last(self, job: str, day: date) -> None:
        """The job has done that day; durable on return."""
        ...

    def put_findings(self, findings: DayFindings) -> None:
        """Keep what was found about a day, in place of what was found before."""
        ...

    def find_findings(self, day: date) -> DayFindings | None:
        """What was found about that day, or None when nobody has looked."""
        ...

    def list_findings(self, at_most: int) -> tuple[DayFindings, ...]:
        """The newest days, newest first."""
        ...
