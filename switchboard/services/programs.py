"""The programs that calls run: the live version, the one on trial, and those that calls keep.

A call gets its program at its beginning and keeps it to its end; one that is taken up gets the same
one again. What was published is seen within a second: loaded beside the calls, spoken, and only
then used.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import structlog

from switchboard.flow import Program, load
from switchboard.ports.clock import Clock
from switchboard.ports.flow_versions import FlowOutcome, FlowVersions, Release
from switchboard.ports.outages import StoreAway
from switchboard.services.releases import Releases

log = structlog.get_logger(__name__)

T = TypeVar("T")

LOOK_EVERY_S = 1.0
JUDGE_EVERY_S = 5.0
# A call keeps its version to its end; so many versions a day that lasts are nobody's.
MOST_LOADED = 8


@dataclass(frozen=True, slots=True)
class Loaded:
    """A version, ready to run."""

    version_id: str
    program: Program


class Programs:
    """Loads versions and picks one for each call.

    Args:
        versions: Where they are kept.
        releases: Judges a version on trial.
        prepare: Makes a program's prompts before a call needs them.
        off_hub: Runs work that takes its time beside the calls.
    """

    def __init__(
        self,
        versions: FlowVersions,
        releases: Releases,
        prepare: Callable[[Program], object] = lambda _: None,
        off_hub: Callable[[Callable[[], Program]], Program] = lambda work: work(),
    ) -> None:
        self._versions = versions
        self._releases = releases
        self._prepare = prepare
        self._off_hub = off_hub
        self._loaded: dict[str, Loaded] = {}
        self._release: Release | None = None
        self._unfit: Release | None = None

    @property
    def live(self) -> Program:
        """The program for everybody.

        Raises:
            LookupError: nothing was ever published.
        """
        if self._release is None:
            raise LookupError("no flows are published: `switchboard flows publish` does it")
        return self._loaded[self._release.live].program

    def pick(self, who: str) -> Loaded:
        """Return the version for a call that begins: the one on trial for its share.

        Args:
            who: The calling number, else the call: the same one gets the same version.
        """
        release = self._release
        if release is None:
            raise LookupError("no flows are published: `switchboard flows publish` does it")
        if release.candidate is not None and _lot(who, release.candidate) < release.share:
            return self._loaded[release.candidate]
        return self._loaded[release.live]

    def find(self, version_id: str) -> Loaded | None:
        """Return a version by its id, from the store when it is none of ours; None: no such one.

        Raises:
            StoreAway: the store cannot be read just now.
        """
        if version_id not in self._loaded:
            try:
                self._load(version_id)
            except LookupError as fault:
                log.warning("a version of the flows is gone", reason=str(fault))
        return self._loaded.get(version_id)

    def look(self, *, prepare: bool = True) -> None:
        """Take over what was published meanwhile.

        Args:
            prepare: Whether its prompts are made before a call gets it.

        Raises:
            StoreAway: the store cannot be read just now.
            LookupError: what was published cannot be run by this server.
        """
        release = self._versions.find_release()
        if release is None or release in (self._release, self._unfit):
            return
        self._unfit = release  # until all of it is loaded: what fails once fails every second
        for version_id in filter(None, (release.live, release.candidate)):
            if version_id not in self._loaded:
                program = self._load(version_id)
                if prepare:
                    self._prepare(program)
        self._release, self._unfit = release, None
        log.info(
            "flows released", live=release.live, candidate=release.candidate, share=release.share
        )
        self._forget_old(release)

    def keep_looking(self, clock: Clock) -> None:
        """Take over what is published, judge what is on trial: one greenlet's work, for ever."""
        judged_s = clock.seconds()
        while True:
            clock.sleep(LOOK_EVERY_S)
            try:
                self.look()
                if clock.seconds() - judged_s >= JUDGE_EVERY_S:
                    judged_s = clock.seconds()
                    self.judge()
            except StoreAway as away:
                self._unfit = None
                log.warning("published flows cannot be read", reason=str(away))
            except LookupError as fault:
                log.error("published flows cannot be run; the former ones go on", reason=str(fault))  # noqa: TRY400 - the reason is all there is to know

    def judge(self) -> None:
        """Withdraw the version on trial when it does worse."""
        if self._release is not None and self._release.candidate is not None:
            reason = self._releases.judge_trial()
            if reason is not None:
                log.error("flows on trial withdrawn", reason=reason)

    def tell_outcome(self, outcome: FlowOutcome) -> None:
        """A call has ended; counted while a version is on trial."""
        if self._release is not None and self._release.candidate is not None:
            self._versions.keep_outcome(outcome)

    def _load(self, version_id: str) -> Program:
        version = self._versions.find_version(version_id)
        if version is None:
            raise LookupError(f"version {version_id} is released and not kept")

        def work() -> Program:
            loaded = load(version.files)
            if loaded.program is None:
                faults = "\n".join(map(str, loaded.faults))
                raise LookupError(f"version {version_id} cannot be run by this server:\n{faults}")
            return loaded.program

        program = self._off_hub(work)
        self._loaded[version_id] = Loaded(version_id, program)
        return program

    def _forget_old(self, release: Release) -> None:
        """Calls hold their own program; here only those are kept that others may ask for."""
        for version_id in list(self._loaded):
            if len(self._loaded) <= MOST_LOADED:
                return
            if version_id not in (release.live, release.candidate):
                del self._loaded[version_id]


def _lot(who: str, version_id: str) -> int:
    """A number from 0 to 99, always the same for the same one and version."""
    return int.from_bytes(hashlib.sha256(f"{version_id} {who}".encode()).digest()[:4]) % 100
