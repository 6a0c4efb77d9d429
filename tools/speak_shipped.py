"""Speaks every fixed text of the flows that ship into ``sounds/``, and removes what none says.

``make sounds`` after a text of ``ivr_flows/`` has changed; a test says when it is needed. What is
spoken is named by its words, its language and the engine, so that what stands is left as it is.
"""

import sys
import tempfile
from pathlib import Path

from switchboard.bundled import bundled
from switchboard.console.metrics import PrometheusMetrics
from switchboard.flow.effects import Piece, Sound
from switchboard.installation import load_program, make_prompts
from switchboard.media.prompts import PromptLibrary
from switchboard.settings import Settings, read_settings

SETTINGS = "nodes: [{password: none-is-asked-here}]\n"


def main() -> int:
    """Speak, remove, and tell; the status says whether all could be spoken."""
    metrics = PrometheusMetrics()
    with tempfile.TemporaryDirectory() as empty:
        settings = read_settings(SETTINGS, Path(empty, "switchboard.yaml"), {})
        pieces = shipped_pieces(settings)
        _, speaker = make_prompts(settings, metrics)
        library = PromptLibrary(bundled("sounds"), Path(empty), speaker, metrics)
        try:
            failures = library.prepare(pieces)
        finally:
            speaker.close()
    removed = _remove_all_but({library.standing_of(piece).file for piece in pieces})
    print(f"{len(pieces)} pieces stand, {removed} files removed")  # noqa: T201 - its only output
    for failure in failures:
        print(failure, file=sys.stderr)  # noqa: T201
    return 1 if failures else 0


def shipped_pieces(settings: Settings) -> tuple[Piece | Sound, ...]:
    """Return everything that can be spoken before a call, of every flow and library that ships."""
    program = load_program(settings)
    said = (piece for prompt in program.prompts.values() for piece in prompt.static())
    return tuple(dict.fromkeys(said))


def _remove_all_but(used: set[Path]) -> int:
    removed = 0
    for file in sorted((bundled("sounds") / "spoken").rglob("*.wav")):
        if file not in used:
            file.unlink()
            file.with_suffix(".txt").unlink(missing_ok=True)
            removed += 1
    return removed


if __name__ == "__main__":
    sys.exit(main())
