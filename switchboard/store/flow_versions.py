"""Versions of the flows, and their releases (port: ``switchboard/ports/flow_versions.py``)."""

from datetime import datetime

import peewee

from switchboard.ports.flow_versions import (
    FlowOutcome,
    FlowVersion,
    Release,
    ReleaseAction,
    Tally,
)
from switchboard.store.changes import Change, ChangeKind
from switchboard.store.database import Database
from switchboard.store.fields import clean, from_json, to_json, to_us
from switchboard.store.group_commit import GroupCommit
from switchboard.store.models import FlowOutcomeRow, FlowVersionRow, ReleaseRow
from switchboard.store.rows import Row
from switchboard.store.statements import insert_new


class StoredFlowVersions:
    """The :class:`switchboard.ports.flow_versions.FlowVersions` of a database."""

    def __init__(self, database: Database, commits: GroupCommit) -> None:
        self._database = database
        self._commits = commits

    def keep_version(self, version: FlowVersion) -> None:
        """Keep it; one that stands is left as it is."""
        row: Row = {
            "version_id": version.version_id,
            "files": to_json(version.files),
            "kept_at": to_us(version.kept_at),
            "kept_by": clean(version.by),
            "note": clean(version.note),
        }
        self._database.write(lambda engine: insert_new(engine, FlowVersionRow, [row]))

    def find_version(self, version_id: str) -> FlowVersion | None:
        """The version of that id, or None."""
        query = FlowVersionRow.select().where(FlowVersionRow.version_id == version_id)
        row = self._database.read(lambda engine: query.bind(engine).first())
        return _version_of(row) if row else None

    def list_versions(self) -> tuple[FlowVersion, ...]:
        """Every version, newest first."""
        query = FlowVersionRow.select().order_by(
            FlowVersionRow.kept_at.desc(), FlowVersionRow.version_id
        )
        return self._database.read(lambda engine: tuple(map(_version_of, query.bind(engine))))

    def find_release(self) -> Release | None:
        """What holds now; None when nothing was ever released."""
        query = ReleaseRow.select().order_by(ReleaseRow.seq.desc()).limit(1)
        row = self._database.read(lambda engine: query.bind(engine).first())
        return _release_of(row) if row else None

    def list_releases(self) -> tuple[Release, ...]:
        """Every release, newest first."""
        query = ReleaseRow.select().order_by(ReleaseRow.seq.desc())
        return self._database.read(lambda engine: tuple(map(_release_of, query.bind(engine))))

    def add_release(self, release: Release) -> bool:
        """Let it hold from now on; False when its place in the list is taken."""
        row: Row = {
            "seq": release.seq,
            "at": to_us(release.at),
            "action": release.action,
            "live": release.live,
            "candidate": release.candidate,
            "share": release.share,
            "done_by": clean(release.by),
            "reason": clean(release.reason),
        }
        return bool(self._database.write(lambda engine: insert_new(engine, ReleaseRow, [row])))

    def keep_outcome(self, outcome: FlowOutcome) -> None:
        """Keep how a call ended; returns at once, kept twice it stands once."""
        row: Row = {
            "call_id": outcome.call_id,
            "version_id": outcome.version_id,
            "failed": outcome.failed,
            "abandoned": outcome.abandoned,
            "ended_at": to_us(outcome.ended_at),
        }
        self._commits.take(Change(ChangeKind.FLOW_OUTCOME, row))

    def tally(self, version_id: str, since: datetime) -> Tally:
        """Count how calls of a version ended since then."""
        self._commits.settle()
        row = FlowOutcomeRow
        query = row.select(
            peewee.fn.COUNT(row.call_id),
            peewee.fn.SUM(peewee.Case(None, [(row.failed, 1)], 0)),
            peewee.fn.SUM(peewee.Case(None, [(row.abandoned, 1)], 0)),
        ).where(row.version_id == version_id, row.ended_at >= since)
        counts = self._database.read(lambda engine: query.bind(engine).tuples().first())
        return Tally(*(int(count or 0) for count in counts))


def _version_of(row: FlowVersionRow) -> FlowVersion:
    return FlowVersion(row.version_id, from_json(row.files), row.kept_at, row.kept_by, row.note)


def _release_of(row: ReleaseRow) -> Release:
    return Release(
        seq=row.seq,
        at=row.at,
        action=ReleaseAction(row.action),
        live=row.live,
        candidate=row.candidate,
        share=row.share,
        by=row.done_by,
        reason=row.reason,
    )
