"""The studio: the process in which text becomes sound. The server starts it and talks by lines.

Speaking blocks, resampling computes, engines hang or fall over: all of that happens here, where no
call is served. ``python -m switchboard.media.studio CHOICE`` (an :class:`EngineChoice` as JSON)
reads one order a line from standard input, answers each with one line, and ends when its input
does: so it never outlives the server.

Order: ``{"text": ..., "language": ..., "file": ...}``. Answer: ``{}``, or ``{"failed": reason}``.
"""

import dataclasses
import json
import os
import sys
import tempfile
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

from switchboard.media.engines import Engine, EngineChoice, EngineFailed, EngineName, make_engine
from switchboard.media.levels import even_level, silence, trim_silence
from switchboard.media.loading import NotSound, load_sound
from switchboard.media.measure import measure
from switchboard.media.resampling import TELEPHONY_RATE, resample
from switchboard.media.wav import write_wav

# A piece of punctuation alone, such as the full stop behind a value, is the pause it stands for.
PAUSE_MS = 120


def command_line(choice: EngineChoice) -> list[str]:
    """Return the command that starts a studio with this engine."""
    asked = dataclasses.asdict(choice)
    return [sys.executable, "-m", "switchboard.media.studio", json.dumps(asked)]


def speak(engine: Engine, text: str, language: str, file: Path) -> None:
    """Write *text* to *file*: 8 kHz, mono, trimmed, at an even level.

    Raises:
        EngineFailed: the engine cannot, or what it gave is no sound.
    """
    if not any(letter.isalnum() for letter in text):
        write_wav(file, silence(PAUSE_MS, TELEPHONY_RATE))
        return
    with tempfile.TemporaryDirectory() as desk:
        raw = Path(desk, "spoken")
        engine.speak(text, language, raw)
        try:
            sound = load_sound(raw)
        except (NotSound, OSError) as refusal:
            raise EngineFailed(f"what the engine wrote cannot be read: {refusal}") from refusal
    finished = even_level(trim_silence(resample(sound)))
    if not measure(finished).rms:
        raise EngineFailed("the engine gave silence")
    write_wav(file, finished)


def answer(make: Callable[[], Engine], line: str) -> str:
    """Carry out one order by the engine that *make* gives; return the line that answers it."""
    asked = json.loads(line)
    try:
        speak(make(), asked["text"], asked["language"], Path(asked["file"]))
    except EngineFailed as refusal:
        return json.dumps({"failed": str(refusal)})
    except Exception as fault:  # noqa: BLE001 - the next order may well succeed
        return json.dumps({"failed": f"{type(fault).__name__}: {fault}"})
    return json.dumps({})


def main() -> None:
    """Take orders until standard input ends."""
    asked = json.loads(sys.argv[1])
    choice = EngineChoice(
        EngineName(asked["name"]), asked["voices"], tuple(asked["command"]), asked["limit_s"]
    )
    with os.fdopen(os.dup(1), "w") as answers:
        os.dup2(2, 1)  # whatever an engine prints is no answer
        make = cache(partial(make_engine, choice))  # a failure is not kept: it may be mended
        for line in sys.stdin:
            answers.write(answer(make, line) + "\n")
            answers.flush()


if __name__ == "__main__":
    main()
