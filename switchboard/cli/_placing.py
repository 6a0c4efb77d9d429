"""Places the calls of all scripts of a folder, one after another, and tells how each went."""

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from switchboard.cli._placed_calls import Caller, Differs, not_on_a_line
from switchboard.cli._placed_house import TrialHouse, trial_house
from switchboard.flow import Program, load
from switchboard.flow.engine import Entered, Left
from switchboard.flow.scripts import CallResult, Outcome, Proof, Proven, Script, read_scripts
from switchboard.flow.scripts.beginning import WITHHELD
from switchboard.flow.scripts.forms import Given
from switchboard.flow.scripts.proof import placed
from switchboard.flow.scripts.runner import Told, run_script
from switchboard.services.script_queues import ScriptQueues

# What leaves something behind that the next call of the same house would meet.
LEAVES_TRACES = frozenset({"update", "verify", "change_secret"})


def place_calls(files: Mapping[str, str], proof: Proof) -> Proof:
    """Place every call that the engine played well; return the proof with how they went there.

    Args:
        files: The flows and their scripts.
        proof: What the engine says of them.
    """
    loaded = load(files)
    if loaded.program is None or proof.faults:
        return proof
    scripts, _ = read_scripts(files, loaded.folder)
    with tempfile.TemporaryDirectory(prefix="switchboard-prompts-") as prompts:
        placing = _Placing(files, loaded.program, Path(prompts))
        calls = tuple(one for script in scripts for one in placing.place(script))
    return replace(proof, calls=calls)


class _Placing:
    def __init__(self, files: Mapping[str, str], program: Program, prompts: Path) -> None:
        self._files = files
        self._program = program
        self._prompts = prompts

    def place(self, script: Script) -> Iterator[Proven]:
        """Yield how each call goes; those that give the same share a house."""
        results = list(run_script(self._program, script.file, ScriptQueues))
        worlds = [call.world(script.file.given) for call in script.file.calls]
        for numbers in _groups(results, worlds):
            given, found = worlds[numbers[0]], [results[number] for number in numbers]
            for result in self._in_a_house(given, found, script.file.script):
                yield placed(script.document, result)

    def _in_a_house(
        self, given: Given, results: list[CallResult], flow: str
    ) -> Iterator[CallResult]:
        if all(
            result.outcome is not Outcome.PASSED or _why_not(result, given) for result in results
        ):
            yield from (_not_placed(result, given) for result in results)
            return
        with trial_house(self._files, given, self._program, flow, self._prompts) as house:
            for result in results:
                if result.outcome is not Outcome.PASSED or _why_not(result, given):
                    yield _not_placed(result, given)
                else:
                    yield _placed(house, result, given)


def _why_not(result: CallResult, given: Given) -> str:
    return not_on_a_line(result, given)


def _not_placed(result: CallResult, given: Given) -> CallResult:
    if result.outcome is not Outcome.PASSED:
        return result
    return replace(result, outcome=Outcome.NOT_PLAYED, reasons=(_why_not(result, given),))


def _groups(results: list[CallResult], worlds: list[Given]) -> Iterator[list[int]]:
    """Yield the numbers of calls that can share a house, in order."""
    groups: dict[str, list[int]] = {}
    for number, (result, given) in enumerate(zip(results, worlds, strict=True)):
        kinds = {one.kind for one in result.passed if isinstance(one, Entered)}
        alone = str(number) if kinds & LEAVES_TRACES else ""
        groups.setdefault(f"{alone} {given!r}", []).append(number)
    yield from groups.values()


def _placed(house: TrialHouse, result: CallResult, given: Given) -> CallResult:
    went: list[Left] = []
    try:
        for number in dict.fromkeys(told.call for told in result.story):
            story = [told for told in result.story if told.call == number]
            with house.line(_caller(given), given.to or "") as line:
                Caller(line).play(story)
            went += house.journey()
        _same_way(result, went)
    except Differs as differs:
        return replace(result, outcome=Outcome.FAILED, reasons=(f"on the line: {differs}",))
    return result


def _caller(given: Given) -> str:
    return "" if given.from_ in (None, WITHHELD) else str(given.from_)


def _same_way(result: CallResult, went: list[Left]) -> None:
    """The run on the line took the ways of the run in the engine, as far as the script goes."""
    expected = result.left
    ends = bool(result.story) and _ends(result.story[-1])
    if not ends:
        # The caller hung up where the script stops: what came of that is not the script's.
        length = min(len(expected), max(0, len(went) - 1))
        expected, went = expected[:length], went[:length]
    for wanted, way in zip(expected, went, strict=False):
        if wanted != way:
            raise Differs(f"expected the way {_in_words(wanted)}, went {_in_words(way)}")
    if len(expected) != len(went):
        raise Differs(f"passed {len(went)} nodes, expected {len(expected)}")


def _ends(told: Told) -> bool:
    return told.step is None


def _in_words(way: Left) -> str:
    return f"{way.flow}.{way.node}: {way.outcome} -> {way.to or 'the end'}"
