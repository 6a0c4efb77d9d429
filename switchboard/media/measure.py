"""Measures sound: how long, how loud, does it clip. Tests, the doctor and the CLI ask here."""

import math
from dataclasses import dataclass
from pathlib import Path

from switchboard.media.wav import Pcm, read_wav

FULL_SCALE = 32768
# A file that touches the last step more than a few times was cut off there, not merely loud.
CLIPPED_AT = 32767


@dataclass(frozen=True, slots=True)
class Measure:
    """What can be said about a sound without hearing it.

    Attributes:
        duration_ms: Length.
        rms: Root mean square of all samples, 0 to 1 of full scale; 0 is silence.
        peak: The largest sample, 0 to 1 of full scale.
        clipped: How many samples stand at the very end of the scale.
    """

    duration_ms: int
    rms: float
    peak: float
    clipped: int

    @property
    def rms_db(self) -> float:
        """The level in dB below full scale, such as -20.0; minus infinity for silence."""
        return 20 * math.log10(self.rms) if self.rms else -math.inf


def measure(sound: Pcm) -> Measure:
    """Measure *sound*, all its channels together. An empty sound is silent and 0 ms long."""
    samples = sound.samples
    if not samples:
        return Measure(0, 0.0, 0.0, 0)
    power = sum(map(int.__mul__, samples, samples)) / len(samples)
    peak = max(map(abs, samples))
    clipped = sum(1 for sample in samples if abs(sample) >= CLIPPED_AT)
    return Measure(sound.duration_ms, math.sqrt(power) / FULL_SCALE, peak / FULL_SCALE, clipped)


def measure_file(file: Path) -> Measure:
    """Measure a WAV file, also one that is still being written.

    Raises:
        NotWav: it is no WAV file of 16-bit samples.
        OSError: it cannot be read.
    """
    return measure(read_wav(file))
