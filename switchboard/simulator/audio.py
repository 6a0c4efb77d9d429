"""Samples: 16-bit, 8 kHz, one channel, as ``array('h')``. WAV files in and out, tones, mixing."""

import io
import math
import sys
import wave
from array import array
from collections.abc import Sequence
from pathlib import Path

RATE = 8000
LOUD = 8000  # peak of the tones that we make
FULL_SCALE = 32767


class NotAudio(Exception):  # noqa: N818 - a state of the file
    """The file is missing, or is not a WAV file of 16-bit samples."""


def silence(count: int) -> "array[int]":
    """Return so many samples of silence."""
    return array("h", bytes(2 * count))


def tone(frequencies: Sequence[float], count: int) -> "array[int]":
    """Return so many samples of a tone, at half of full loudness when there are several notes."""
    if not frequencies:
        return silence(count)
    turns = [2 * math.pi * frequency / RATE for frequency in frequencies]
    peak = LOUD / len(turns)
    return array(
        "h", (round(peak * sum(math.sin(turn * place) for turn in turns)) for place in range(count))
    )


def wav_length(path: Path) -> int:
    """Return how many 8 kHz samples the WAV file holds; reads its head only.

    Raises:
        NotAudio: see the class.
    """
    try:
        with wave.open(str(path), "rb") as file:
            return round(file.getnframes() * RATE / file.getframerate())
    except (OSError, EOFError, wave.Error) as fault:
        raise NotAudio(f"{path}: {fault}") from fault


def read_wav(path: Path) -> "array[int]":
    """Return the file's samples, brought to 8 kHz and one channel.

    Raises:
        NotAudio: see the class.
    """
    try:
        content = path.read_bytes()
    except OSError as fault:
        raise NotAudio(f"{path}: {fault}") from fault
    return decode_wav(content, str(path))


def decode_wav(content: bytes, name: str = "sound") -> "array[int]":
    """Return the samples in the bytes of a WAV file; see :func:`read_wav`."""
    try:
        with wave.open(io.BytesIO(content), "rb") as file:
            if file.getsampwidth() != 2:
                raise NotAudio(f"{name}: samples of {8 * file.getsampwidth()} bits, not 16")
            samples = array("h", file.readframes(file.getnframes()))
            channels, rate = file.getnchannels(), file.getframerate()
    except (EOFError, wave.Error) as fault:
        raise NotAudio(f"{name}: {fault}") from fault
    if sys.byteorder == "big":
        samples.byteswap()
    return resample(samples[::channels], rate)


def resample(samples: "array[int]", rate: int) -> "array[int]":
    """Bring samples of another rate to 8 kHz; good enough for a voice on a test bench."""
    if rate == RATE:
        return samples
    count = len(samples) * RATE // rate
    return array("h", (samples[place * rate // RATE] for place in range(count)))


def encode_wav(channels: Sequence["array[int]"]) -> bytes:
    """Return the bytes of a WAV file with these channels, which are of one length."""
    mixed = channels[0] if len(channels) == 1 else _interleave(channels)
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(mixed.tobytes())
    return written.getvalue()


def mix(one: "array[int]", other: "array[int]") -> "array[int]":
    """Return the sum of two sounds of one length, kept within full scale."""
    return array(
        "h",
        (
            max(-FULL_SCALE, min(FULL_SCALE, left + right))
            for left, right in zip(one, other, strict=True)
        ),
    )


def mean_level(samples: "array[int]") -> int:
    """Return the mean of the samples' sizes: how the switch tells silence."""
    return sum(map(abs, samples)) // len(samples) if samples else 0


def _interleave(channels: Sequence["array[int]"]) -> "array[int]":
    mixed = array("h", bytes(2 * len(channels) * len(channels[0])))
    for place, samples in enumerate(channels):
        mixed[place :: len(channels)] = samples
    return mixed
