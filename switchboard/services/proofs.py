"""What must hold before flows are heard: no mistake, calls that go as written, words that sound.

Asked by whoever publishes: the commands, the first start, the console.
"""

from collections.abc import Callable, Iterable

from switchboard.flow import load
from switchboard.flow.effects import Piece, Sound
from switchboard.flow.scripts import Coverage, prove
from switchboard.services.releases import Check, Files
from switchboard.services.script_queues import ScriptQueues

SHOWN_WAYS = 10


def proven(least_percent: int) -> Check:
    """Return the check of flows and their call scripts; it gives a sentence for whatever fails.

    Args:
        least_percent: So many of a hundred ways through the flows must be taken by some call, or
            stand under `not_tested`.
    """

    def check(files: Files) -> tuple[str, ...]:
        proof = prove(files, ScriptQueues)
        if proof.coverage is None or proof.faults or proof.failed:
            return tuple(map(str, (*proof.faults, *proof.failed)))
        return _too_little(proof.coverage, least_percent)

    return check


def _too_little(coverage: Coverage, least: int) -> tuple[str, ...]:
    missing, percent = coverage.missing, coverage.percent
    if percent >= least:
        return ()
    shown = [f"no call script takes {way}" for way in missing[:SHOWN_WAYS]]
    if len(missing) > SHOWN_WAYS:
        shown.append(f"and {len(missing) - SHOWN_WAYS} more ways are taken by none")
    remedy = (
        f"call scripts reach {percent} of 100 ways, and {least} are asked for: write more calls, "
        "list ways under not_tested with the reason (`switchboard flows test --coverage` prints "
        "the lines), or lower `least_coverage` in the settings"
    )
    return (*shown, remedy)


def speakable(prepare: Callable[[Iterable[Piece | Sound]], tuple[str, ...]]) -> Check:
    """Return the check that every fixed text can be said; what has no sound yet is spoken.

    Args:
        prepare: Makes sounds beforehand, and gives a sentence for each that cannot be made.
    """

    def check(files: Files) -> tuple[str, ...]:
        program = load(files).program
        if program is None:
            return ()
        pieces = (piece for name in program.flows for piece in program.static_pieces(name))
        return prepare(dict.fromkeys(pieces))

    return check
