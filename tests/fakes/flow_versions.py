"""Versions of flows in memory."""

from datetime import datetime

from switchboard.ports.flow_versions import FlowOutcome, FlowVersion, Release, Tally


class FakeFlowVersions:
    """Keeps the port's promises in lists."""

    def __init__(self) -> None:
        self._versions: dict[str, FlowVersion] = {}
        self._releases: list[Release] = []
        self._outcomes: dict[str, FlowOutcome] = {}

    def keep_version(self, version: FlowVersion) -> None:
        self._versions.setdefault(version.version_id, version)

    def find_version(self, version_id: str) -> FlowVersion | None:
        return self._versions.get(version_id)

    def list_versions(self) -> tuple[FlowVersion, ...]:
        by_id = sorted(self._versions.values(), key=lambda one: one.version_id)
        return tuple(sorted(by_id, key=lambda one: one.kept_at, reverse=True))

    def find_release(self) -> Release | None:
        return self._releases[-1] if self._releases else None

    def list_releases(self) -> tuple[Release, ...]:
        return tuple(reversed(self._releases))

    def add_release(self, release: Release) -> bool:
        if any(known.seq == release.seq for known in self._releases):
            return False
        self._releases.append(release)
        return True

    def keep_outcome(self, outcome: FlowOutcome) -> None:
        self._outcomes.setdefault(outcome.call_id, outcome)

    def tally(self, version_id: str, since: datetime) -> Tally:
        found = [
            one
            for one in self._outcomes.values()
            if one.version_id == version_id and one.ended_at >= since
        ]
        return Tally(
            len(found), sum(one.failed for one in found), sum(one.abandoned for one in found)
        )
