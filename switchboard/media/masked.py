"""Is a stretch of a recording silent, sample by sample? Blocks: not for the hub."""

from collections.abc import Sequence
from pathlib import Path

from switchboard.media.loading import load_channels
from switchboard.media.wav import Pcm

# The switch writes zeros; a compact form is decoded to them but for its last bit.
HUSH = {".wav": 0, ".mp3": 2}


def find_sound(
    file: Path, stretches: Sequence[tuple[int, int | None]]
) -> tuple[tuple[int, int], ...]:
    """Return the stretches that hold any sound, in any channel, each from its first to its last.

    Args:
        file: WAV, or a compact form.
        stretches: From and to, in milliseconds from the beginning; None: to the end.

    Raises:
        NotSound: nobody can read the file.
        OSError: it cannot be read.
    """
    sound = load_channels(file)
    most = HUSH.get(file.suffix, max(HUSH.values()))
    found = (_sounding(sound, begun_ms, ended_ms, most) for begun_ms, ended_ms in stretches)
    return tuple(stretch for stretch in found if stretch)


def _sounding(sound: Pcm, begun_ms: int, ended_ms: int | None, most: int) -> tuple[int, int] | None:
    """The first and the last millisecond of sound within a stretch, or None."""
    per_ms = sound.rate * sound.channels / 1000
    begin = round(begun_ms * per_ms)
    end = len(sound.samples) if ended_ms is None else round(ended_ms * per_ms)
    heard = [at for at, sample in enumerate(sound.samples[begin:end], begin) if abs(sample) > most]
    return (int(heard[0] / per_ms), int(heard[-1] / per_ms)) if heard else None
