"""Which version of the flows calls get: published, tried by a share, withdrawn, rolled back.

A version is checked before anybody hears it, and named by its content. Every step is a row of an
append-only list; two who step at the same moment do not step both. A version on trial that does
worse than the live one is withdrawn by itself (:func:`why_worse`).
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from difflib import unified_diff

from switchboard.flow import load
from switchboard.ports.clock import Clock
from switchboard.ports.flow_versions import (
    FlowVersion,
    FlowVersions,
    Release,
    ReleaseAction,
    Tally,
)

Files = Mapping[str, str]
Check = Callable[[Files], tuple[str, ...]]
"""Returns a sentence for everything that speaks against publishing these files."""

LEAST_CALLS = 20
"""So few calls say nothing about a version, unless all of its first ones fail."""
FIRST_CALLS = 5
WORSE_BY_PERCENT = 5
ABANDONED_MORE_BY_PERCENT = 15
TRIES = 5


class NotPublished(Exception):  # noqa: N818 - an answer, not a fault
    """What was asked cannot be done; the message has a line for each reason."""


def version_id_of(files: Files) -> str:
    """Return the name of a version: equal for equal files, whatever their order."""
    text = json.dumps(sorted(files.items()), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def loader_faults(files: Files) -> tuple[str, ...]:
    """Return every mistake that the loader finds."""
    return tuple(map(str, load(files).faults))


def why_worse(live: Tally, candidate: Tally) -> str | None:
    """Say why a version on trial is withdrawn; None while it may stay.

    Worse is: each of its first five calls failed; or, once it has had twenty, the share of them
    that failed is more than five hundredths above the live version's, or the share that callers
    abandoned more than fifteen.
    """
    if candidate.calls >= FIRST_CALLS and candidate.failed == candidate.calls:
        return f"all {candidate.calls} of its calls failed"
    if candidate.calls < LEAST_CALLS:
        return None
    for what, allowed, ours, theirs in (
        ("failed", WORSE_BY_PERCENT, candidate.failed, live.failed),
        ("were abandoned", ABANDONED_MORE_BY_PERCENT, candidate.abandoned, live.abandoned),
    ):
        new = 100 * ours / candidate.calls
        old = 100 * theirs / live.calls if live.calls else 0.0
        if new > old + allowed:
            return f"{new:.0f} % of its calls {what}, of the live version's {old:.0f} %"
    return None


@dataclass(frozen=True, slots=True)
class Releases:
    """Changes what calls get.

    Attributes:
        versions: Where versions and releases are kept.
        clock: When something is done.
        checks: What must find nothing before a version is heard.
    """

    versions: FlowVersions
    clock: Clock
    checks: tuple[Check, ...] = (loader_faults,)

    def keep_draft(self, files: Files, *, by: str, note: str = "") -> str:
        """Keep files as a version that nobody hears yet; return its id."""
        version_id = version_id_of(files)
        self.versions.keep_version(FlowVersion(version_id, files, self.clock.now(), by, note))
        return version_id

    def publish(self, version_id: str, *, by: str, note: str = "", share: int = 100) -> Release:
        """Let calls that begin from now on get a version: all of them, or a share.

        Raises:
            NotPublished: there is no such version, or a check speaks against it.
        """
        version = self._get(version_id)
        faults = [fault for check in self.checks for fault in check(version.files)]
        if faults:
            raise NotPublished("\n".join(faults))
        if share >= 100:
            return self._step(
                lambda _: Release(
                    0, self.clock.now(), ReleaseAction.PUBLISHED, version_id, by=by, reason=note
                )
            )
        return self._step(lambda now: self._trial(now, version_id, share, by, note))

    def publish_first(self, files: Files, *, by: str) -> bool:
        """Publish files when nothing was ever published; whether calls get these files.

        Raises:
            NotPublished: a check speaks against them.
        """
        now = self.versions.find_release()
        if now is None:
            self.publish(self.keep_draft(files, by=by), by=by)
            return True
        return version_id_of(files) in (now.live, now.candidate)

    def promote(self, *, by: str) -> Release:
        """Let everybody get the version on trial.

        Raises:
            NotPublished: none is on trial.
        """
        return self._step(
            lambda now: self._without_trial(now, ReleaseAction.PROMOTED, by, "", promoted=True)
        )

    def withdraw(self, *, by: str, reason: str = "") -> Release:
        """Let nobody get the version on trial any more.

        Raises:
            NotPublished: none is on trial.
        """
        return self._step(lambda now: self._without_trial(now, ReleaseAction.WITHDRAWN, by, reason))

    def roll_back(self, version_id: str | None = None, *, by: str) -> Release:
        """Let everybody get a former version: that one, or the one that was live before.

        Raises:
            NotPublished: there is none.
        """
        target = version_id or self._version_before()
        self._get(target)
        return self._step(
            lambda _: Release(0, self.clock.now(), ReleaseAction.ROLLED_BACK, target, by=by)
        )

    def judge_trial(self) -> str | None:
        """Withdraw the version on trial when it does worse; return why, None when it stays."""
        now = self.versions.find_release()
        if now is None or now.candidate is None:
            return None
        live = self.versions.tally(now.live, now.at)
        candidate = self.versions.tally(now.candidate, now.at)
        reason = why_worse(live, candidate)
        if reason is not None:
            withdrawn = replace(
                now,
                seq=now.seq + 1,
                at=self.clock.now(),
                action=ReleaseAction.WITHDRAWN,
                candidate=None,
                share=0,
                by="itself",
                reason=reason,
            )
            self.versions.add_release(withdrawn)  # another server may have been quicker
        return reason

    # --- inside -------------------------------------------------------------------------------

    def _get(self, version_id: str) -> FlowVersion:
        version = self.versions.find_version(version_id)
        if version is None:
            raise NotPublished(
                f"there is no version {version_id}: `switchboard flows versions` lists them"
            )
        return version

    def _version_before(self) -> str:
        releases = self.versions.list_releases()
        for release in releases[1:]:
            if release.live != releases[0].live:
                return release.live
        raise NotPublished("there is no version before the live one")

    def _trial(
        self, now: Release | None, version_id: str, share: int, by: str, note: str
    ) -> Release:
        if now is None:
            raise NotPublished("nothing is live yet: publish a version for everybody first")
        if now.live == version_id:
            raise NotPublished("that version is live already")
        return Release(
            0, self.clock.now(), ReleaseAction.TRIED, now.live, version_id, share, by, note
        )

    def _without_trial(
        self,
        now: Release | None,
        action: ReleaseAction,
        by: str,
        reason: str,
        *,
        promoted: bool = False,
    ) -> Release:
        if now is None or now.candidate is None:
            raise NotPublished("no version is on trial")
        live = now.candidate if promoted else now.live
        return Release(0, self.clock.now(), action, live, by=by, reason=reason)

    def _step(self, make: Callable[[Release | None], Release]) -> Release:
        """Add a release behind the newest one; when somebody was quicker, look again."""
        for _ in range(TRIES):
            now = self.versions.find_release()
            release = replace(make(now), seq=1 if now is None else now.seq + 1)
            if self.versions.add_release(release):
                return release
        raise NotPublished("others publish at the same moment; try again")


def differences(old: Files, new: Files) -> tuple[str, ...]:
    """Return the lines of a unified difference, file by file; none when they are equal."""
    lines: list[str] = []
    for name in sorted(old.keys() | new.keys()):
        lines += unified_diff(
            old.get(name, "").splitlines(),
            new.get(name, "").splitlines(),
            f"a/{name}" if name in old else "/dev/null",
            f"b/{name}" if name in new else "/dev/null",
            lineterm="",
        )
    return tuple(lines)
