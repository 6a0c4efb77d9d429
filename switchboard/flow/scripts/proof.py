"""The proof of a place: what its checks find, how the calls of its scripts go, what they reach.

One answer for everybody who asks whether these flows may be heard: the author at the keyboard, CI,
and publishing.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from switchboard.flow.faults import Fault
from switchboard.flow.loader import load
from switchboard.flow.program import Program
from switchboard.flow.scripts.coverage import Coverage, measure
from switchboard.flow.scripts.queues import MakeQueues
from switchboard.flow.scripts.reading import Script, read_scripts
from switchboard.flow.scripts.runner import CallResult, Outcome, run_script
from switchboard.flow.source import Document, Place


@dataclass(frozen=True, slots=True)
class Proven:
    """How one call of a script went, and where it stands.

    Attributes:
        file: The script's file.
        result: How it went.
        place: Where it failed; of a call that passed where it stands.
        taken_by: Where the route is taken that failed; None when the failed step is in no route.
    """

    file: str
    result: CallResult
    place: Place
    taken_by: Place | None = None

    def __str__(self) -> str:
        """What went wrong in one line, as faults are told."""
        return f"{self.where}: {self.result.call}: {'; '.join(self.result.reasons)}"

    @property
    def where(self) -> str:
        """The place as compilers write it."""
        return f"{self.file}:{self.place.line}:{self.place.column}"


@dataclass(frozen=True, slots=True)
class Proof:
    """What is known of the flows of one place.

    Attributes:
        faults: Every mistake in flows and scripts.
        calls: How each call of each script went; none when the flows have mistakes.
        coverage: What they reach; None when the flows have mistakes.
    """

    faults: tuple[Fault, ...]
    calls: tuple[Proven, ...]
    coverage: Coverage | None

    @property
    def failed(self) -> tuple[Proven, ...]:
        """The calls that did not go as written."""
        return tuple(one for one in self.calls if one.result.outcome is Outcome.FAILED)


def find_faults(files: Mapping[str, str]) -> tuple[Fault, ...]:
    """Return every mistake in the flows, libraries, centre and call scripts of one place."""
    loaded = load(files)
    _, in_scripts = read_scripts(files, loaded.folder)
    return tuple(sorted({*loaded.faults, *in_scripts}))


def prove(files: Mapping[str, str], make_queues: MakeQueues) -> Proof:
    """Check the files of one place, run their call scripts, and see what these reach.

    Args:
        files: Text of each file by its name, call scripts among them.
        make_queues: Makes the queues of each call's world.
    """
    loaded = load(files)
    scripts, in_scripts = read_scripts(files, loaded.folder)
    faults = tuple(sorted({*loaded.faults, *in_scripts}))
    if loaded.program is None:
        return Proof(faults, (), None)
    calls = tuple(one for script in scripts for one in _run(loaded.program, script, make_queues))
    results = (one.result for one in calls)
    coverage = measure(loaded.program, (script.file for script in scripts), results)
    return Proof(faults, calls, coverage)


def _run(program: Program, script: Script, make_queues: MakeQueues) -> tuple[Proven, ...]:
    results = run_script(program, script.file, make_queues)
    return tuple(placed(script.document, one) for one in results)


def placed(document: Document, result: CallResult) -> Proven:
    """Return a result with its place: the step in the route that failed, when one took it."""
    step = document.place(result.path)
    if result.route:
        return Proven(document.file, result, document.place(result.route), step)
    return Proven(document.file, result, step)
