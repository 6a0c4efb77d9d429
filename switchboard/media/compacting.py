"""Brings recordings to a compact form: MP3 at 32 kbit/s, two channels, a tenth of the WAV.

``python -m switchboard.media.compacting WAV MP3`` does one file and ends; the server starts it at
the lowest priority, so that no call ever waits for it. MP3 because every browser and player knows
it, and because a wheel brings its encoder (docs/decisions/0009).
"""

import os
import sys
from array import array
from pathlib import Path

from gevent import subprocess

from switchboard.media.wav import Pcm, read_wav
from switchboard.ports.recordings import CompactingFailed

BIT_RATE = 32
QUALITY = 5  # LAME's scale from 2, best, to 7, fastest
# An hour of two channels takes a minute.
LONGEST_S = 600.0


class Compactor:
    """Keeps :class:`switchboard.ports.recordings.Compactor` on processes of its own."""

    def compact(self, wav: Path) -> Path:
        """Write the compact form beside *wav*, whole or not at all; see the port."""
        made, unfinished = wav.with_suffix(".mp3"), wav.with_suffix(".unfinished")
        line = [sys.executable, "-m", "switchboard.media.compacting", str(wav), str(unfinished)]
        try:
            ended = subprocess.run(line, capture_output=True, check=False, timeout=LONGEST_S)
        except subprocess.TimeoutExpired:
            raise CompactingFailed(f"{wav} was not done within {LONGEST_S:g} s") from None
        if ended.returncode:
            unfinished.unlink(missing_ok=True)
            said = ended.stderr.decode(errors="replace").strip().splitlines()
            raise CompactingFailed(f"{wav}: {said[-1] if said else ended.returncode}")
        unfinished.replace(made)
        return made


def encode(sound: Pcm) -> bytes:
    """Return *sound*, of one or two channels, as MP3."""
    import lameenc  # only this process needs it

    encoder = lameenc.Encoder()
    encoder.set_in_sample_rate(sound.rate)
    encoder.set_channels(sound.channels)
    encoder.set_bit_rate(BIT_RATE)
    encoder.set_quality(QUALITY)
    encoder.silence()
    return bytes(encoder.encode(_plain(sound.samples)) + encoder.flush())


def _plain(samples: "array[int]") -> bytes:
    plain = array("h", samples)
    if sys.byteorder == "big":
        plain.byteswap()
    return plain.tobytes()


def main() -> None:
    """Bring one file to the compact form."""
    os.nice(19)
    wav, made = Path(sys.argv[1]), Path(sys.argv[2])
    content = encode(read_wav(wav))
    with made.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


if __name__ == "__main__":
    main()
