"""Versions of the flows: kept for ever as they are, and which of them calls get.

A version is the text of all files of the flows, named by the hash of it: what has that name never
changes. A version that was never released is a draft. Which version is live is the newest of an
append-only list of releases, so that everybody can read what was live when, and why.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class FlowVersion:
    """One version.

    Attributes:
        version_id: Hash of its files.
        files: Text of each file by its path, call scripts among them.
        kept_at: When it was kept first, aware UTC.
        by: Who kept it.
        note: What they said of it.
    """

    version_id: str
    files: Mapping[str, str]
    kept_at: datetime
    by: str
    note: str = ""


class ReleaseAction(StrEnum):
    """What somebody did."""

    PUBLISHED = "published"  # a version for everybody
    TRIED = "tried"  # a version for a share of the calls
    PROMOTED = "promoted"  # the version on trial for everybody
    WITHDRAWN = "withdrawn"  # the version on trial for nobody
    ROLLED_BACK = "rolled_back"  # a former version for everybody


@dataclass(frozen=True, slots=True)
class Release:
    """What calls get from here on.

    Attributes:
        seq: Its place in the list, from 1.
        at: When, aware UTC.
        action: What was done.
        live: The version for everybody.
        candidate: The version on trial; None for none.
        share: How many of a hundred calls try the candidate.
        by: Who did it.
        reason: Why.
    """

    seq: int
    at: datetime
    action: ReleaseAction
    live: str
    candidate: str | None = None
    share: int = 0
    by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FlowOutcome:
    """How one call ended while a version was on trial.

    Attributes:
        call_id: The call, one row each.
        version_id: What it got.
        failed: Whether the flow, the server or the switch had a fault.
        abandoned: Whether the caller hung up before the flow had ended.
        ended_at: When, aware UTC.
    """

    call_id: str
    version_id: str
    failed: bool
    abandoned: bool
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Tally:
    """Outcomes of one version, counted."""

    calls: int = 0
    failed: int = 0
    abandoned: int = 0


class FlowVersions(Protocol):
    """Keeps versions and releases. Every method raises :class:`StoreAway`."""

    def keep_version(self, version: FlowVersion) -> None:
        """Keep it; one that stands is left as it is."""
        ...

    def find_version(self, version_id: str) -> FlowVersion | None:
        """The version of that id, or None."""
        ...

    def list_versions(self) -> tuple[FlowVersion, ...]:
        """Every version, newest first."""
        ...

    def find_release(self) -> Release | None:
        """What holds now; None when nothing was ever released."""
        ...

    def list_releases(self) -> tuple[Release, ...]:
        """Every release, newest first."""
        ...

    def add_release(self, release: Release) -> bool:
        """Let it hold from now on; False when its place in the list is taken.

        Two who act at the same moment do not act both: one is told to look again.
        """
        ...

    def keep_outcome(self, outcome: FlowOutcome) -> None:
        """Keep how a call ended; returns at once, kept twice it stands once."""
        ...

    def tally(self, version_id: str, since: datetime) -> Tally:
        """Count how calls of a version ended since then."""
        ...
