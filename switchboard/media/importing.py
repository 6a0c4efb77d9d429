"""Takes in a recording made elsewhere: any usual format, brought to our form and level.

Blocks: for commands and processes of their own, never for the server.
"""

import tempfile
from pathlib import Path

from switchboard.media.levels import even_level, trim_silence
from switchboard.media.loading import NotSound, load_sound
from switchboard.media.measure import Measure, measure
from switchboard.media.resampling import resample
from switchboard.media.wav import write_wav


def import_sound(file: Path, to: Path) -> Measure:
    """Write *file* to *to* as 8 kHz mono WAV, trimmed, at the level of all prompts.

    What stood there is replaced, whole or not at all.

    Returns:
        How it measures now.

    Raises:
        NotSound: no decoder knows the file, or there is nothing but silence in it.
        OSError: it cannot be read, or the other not be written.
    """
    finished = even_level(trim_silence(resample(load_sound(file))))
    found = measure(finished)
    if not found.rms:
        raise NotSound(f"{file}: there is nothing but silence in it")
    to.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=to.parent, prefix=".import-") as desk:
        made = Path(desk, to.name)
        write_wav(made, finished)
        made.replace(to)
    return found
