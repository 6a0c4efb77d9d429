"""Reads and writes WAV files of 16-bit samples: what FreeSWITCH plays, records and we speak.

The reader takes files as they are found, also one that is still being written, whose header does
not yet know its length. It never loads another format; :mod:`switchboard.media.loading` does that.
"""

import os
import struct
import sys
from array import array
from dataclasses import dataclass
from pathlib import Path

PCM = 1
# The samples begin in the first kilobyte; what stands before them is seldom longer than 100 bytes.
HEAD_BYTES = 65_536
EXTENSIBLE = 0xFFFE  # the real format stands in the extension; see Microsoft's WAVEFORMATEXTENSIBLE


class NotWav(ValueError):  # noqa: N818 - says what the file is not
    """The file is no WAV of 16-bit samples. Says which file and why."""


@dataclass(frozen=True, slots=True)
class Pcm:
    """Sound as 16-bit samples.

    Attributes:
        rate: Samples a second of each channel.
        samples: From -32768 to 32767; of several channels in turn, as they stand in the file.
        channels: 1 or more.
    """

    rate: int
    samples: "array[int]"
    channels: int = 1

    @property
    def duration_ms(self) -> int:
        """Length in milliseconds, rounded."""
        return round(1000 * len(self.samples) / (self.channels * self.rate))

    def channel(self, number: int) -> "Pcm":
        """One channel alone, counted from 0."""
        return Pcm(self.rate, self.samples[number :: self.channels])

    def mono(self) -> "Pcm":
        """All channels mixed into one, at the mean of their levels."""
        if self.channels == 1:
            return self
        apart = [self.samples[number :: self.channels] for number in range(self.channels)]
        mixed = array("h", (sum(moment) // self.channels for moment in zip(*apart, strict=True)))
        return Pcm(self.rate, mixed)


@dataclass(frozen=True, slots=True)
class _Format:
    """The ``fmt`` chunk, as far as it concerns us."""

    code: int
    channels: int
    rate: int
    bits: int


def read_wav(file: Path) -> Pcm:
    """Read a WAV file of 16-bit samples.

    A length of 0 or beyond the end of the file (a writer that has not finished) means: up to the
    end of the file. A half sample at the end is dropped.

    Raises:
        NotWav: it is something else.
        OSError: the file cannot be read.
    """
    content = file.read_bytes()
    form, start, end = _find_samples(content, file)
    if form.bits != 16 or form.code != PCM or not form.channels or not form.rate:
        raise NotWav(
            f"{file}: {form.bits}-bit samples of format {form.code}, {form.channels} channels at "
            f"{form.rate} Hz; expected 16-bit PCM"
        )
    end -= (end - start) % (2 * form.channels)
    samples = array("h", content[start:end])
    if sys.byteorder == "big":
        samples.byteswap()
    return Pcm(form.rate, samples, form.channels)


def wav_duration_ms(file: Path) -> int:
    """Return the length of a WAV file from its head and its size; its samples are not read.

    Raises:
        NotWav: it is something else.
        OSError: the file cannot be read.
    """
    with file.open("rb") as opened:
        head = opened.read(HEAD_BYTES)
    form, start, end = _find_samples(head, file, file.stat().st_size)
    a_second = form.rate * form.channels * form.bits // 8
    if not a_second:
        raise NotWav(f"{file}: its format is of no sound")
    return round(1000 * (end - start) / a_second)


def write_wav(file: Path, sound: Pcm) -> None:
    """Write *sound* as a plain 44-byte header and its samples, down to the disk.

    Kept files are moved into place afterwards; one that is there must not turn out empty after a
    power cut, which a caller would hear as silence.
    """
    samples = array("h", sound.samples)
    if sys.byteorder == "big":
        samples.byteswap()
    body = samples.tobytes()
    frame = 2 * sound.channels
    form = struct.pack("<HHIIHH", PCM, sound.channels, sound.rate, sound.rate * frame, frame, 16)
    chunks = b"WAVEfmt " + struct.pack("<I", len(form)) + form
    chunks += b"data" + struct.pack("<I", len(body)) + body
    with file.open("wb") as out:
        out.write(b"RIFF" + struct.pack("<I", len(chunks)) + chunks)
        out.flush()
        os.fsync(out.fileno())


def _find_samples(
    content: bytes, file: Path, length: int | None = None
) -> tuple[_Format, int, int]:
    """Walk the chunks; return the format and where the samples begin and end.

    *length* is that of the file, where *content* is only its head.
    """
    length = len(content) if length is None else length
    if content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        raise NotWav(f"{file}: no WAV file (it begins with {content[:4]!r})")
    form: _Format | None = None
    at = 12
    while at + 8 <= len(content):
        name, size = struct.unpack_from("<4sI", content, at)
        at += 8
        if name == b"fmt ":
            form = _read_format(content[at : at + size], file)
        if name == b"data" and form is not None:
            end = at + size if size else length
            return form, at, min(end, length)
        at += size + size % 2
    raise NotWav(f"{file}: a WAV file without {'samples' if form else 'a format'}")


def _read_format(chunk: bytes, file: Path) -> _Format:
    if len(chunk) < 16:
        raise NotWav(f"{file}: its format is cut off")
    code, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", chunk)
    if code == EXTENSIBLE and len(chunk) >= 26:
        (code,) = struct.unpack_from("<H", chunk, 24)
    return _Format(code, channels, rate, bits)
