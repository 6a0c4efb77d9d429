"""Sounds by the names that FreeSWITCH gives them: files, tones, silence, streams, strings of files.

A sound knows how long it lasts and can make its samples; nothing is read before somebody listens,
but the head of a file. What cannot be opened is no sound.
"""

import re
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

from switchboard.simulator import audio
from switchboard.simulator.ticks import SAMPLES_PER_TICK

TONE = re.compile(r"%\(\s*(\d+)\s*,\s*(\d+)\s*((?:,\s*[\d.]+\s*)*)\)")
LOOPS = re.compile(r"loops=(-?\d+)")
SAMPLES_PER_MS = audio.RATE // 1000

# What libsndfile reads at once; a broken playback of a file reports a multiple of it.
FILE_BLOCK = 16384


class Sound(Protocol):
    """Something that can be heard.

    Attributes:
        name: What it was asked for by.
        length: Samples in it; None: it never ends.
        block: How many samples the switch takes of it at once.
    """

    @property
    def name(self) -> str: ...  # noqa: D102 - see the class
    @property
    def length(self) -> int | None: ...  # noqa: D102
    @property
    def block(self) -> int: ...  # noqa: D102

    def samples(self, begin: int, count: int) -> "array[int]":
        """Return *count* samples from *begin* on; silence beyond the end. May read the disk."""
        ...

    def level(self, tick: int) -> int:
        """Return the mean level of the sound's tick so numbered. May read the disk."""
        ...


class Levelled:
    """Works out the level of each tick of a sound once.

    A sound that repeats itself has as many different ticks as one repetition is long.
    """

    @cached_property
    def _levels(self) -> dict[int, int]:
        return {}

    @property
    def _different_ticks(self) -> int | None:
        return None

    def level(self, tick: int) -> int:
        """See :class:`Sound`."""
        if self._different_ticks:
            tick %= self._different_ticks
        known = self._levels.get(tick)
        if known is None:
            made = self.samples(tick * SAMPLES_PER_TICK, SAMPLES_PER_TICK)
            known = self._levels[tick] = audio.mean_level(made)
        return known

    def samples(self, begin: int, count: int) -> "array[int]":
        """See :class:`Sound`."""
        raise AssertionError("a sound makes its own samples")


def taken(sound: Sound, played: int) -> int:
    """Return how many samples the switch has taken of a sound when *played* were heard."""
    blocks = (played // sound.block + 1) * sound.block
    return blocks if sound.length is None else min(sound.length, blocks)


@dataclass(frozen=True)
class FileSound(Levelled):
    """A WAV file."""

    name: str
    path: Path
    length: int
    block: int = FILE_BLOCK

    @cached_property
    def _content(self) -> "array[int]":
        return audio.read_wav(self.path)

    def samples(self, begin: int, count: int) -> "array[int]":
        """See :class:`Sound`."""
        return padded(self._content[begin : begin + count], count)


@dataclass(frozen=True)
class SpokenSound(Levelled):
    """Samples that somebody brought along, such as what a steered person says."""

    name: str
    content: "array[int]"
    block: int = SAMPLES_PER_TICK

    @property
    def length(self) -> int:
        """See :class:`Sound`."""
        return len(self.content)

    def samples(self, begin: int, count: int) -> "array[int]":
        """See :class:`Sound`."""
        return padded(self.content[begin : begin + count], count)


@dataclass(frozen=True)
class Beep:
    """One tone and the silence after it, in samples."""

    on: int
    off: int
    frequencies: tuple[float, ...]


@dataclass(frozen=True)
class ToneSound(Levelled):
    """``tone_stream://%(ON,OFF,HZ,…);loops=N``: beeps, again and again; N = -1 has no end."""

    name: str
    beeps: tuple[Beep, ...]
    loops: int = 1

    @cached_property
    def block(self) -> int:
        """See :class:`Sound`: a whole round of beeps is made at once."""
        return sum(beep.on + beep.off for beep in self.beeps)

    @property
    def length(self) -> int | None:
        """See :class:`Sound`."""
        return None if self.loops < 0 else self.block * self.loops

    @property
    def _different_ticks(self) -> int | None:
        return None if self.block % SAMPLES_PER_TICK else self.block // SAMPLES_PER_TICK

    @cached_property
    def _round(self) -> "array[int]":
        made: array[int] = array("h")
        for beep in self.beeps:
            made += audio.tone(beep.frequencies, beep.on) + audio.silence(beep.off)
        return made

    def samples(self, begin: int, count: int) -> "array[int]":
        """See :class:`Sound`."""
        left = count if self.length is None else max(0, min(count, self.length - begin))
        start = begin % self.block
        made = self._round[start : start + left]
        while len(made) < left:
            made += self._round[: left - len(made)]
        return padded(made, count)


@dataclass(frozen=True)
class SilenceSound(Levelled):
    """``silence_stream://MS``; -1 has no end."""

    name: str
    length: int | None
    block: int = SAMPLES_PER_TICK

    def samples(self, begin: int, count: int) -> "array[int]":
        """See :class:`Sound`."""
        del begin
        return audio.silence(count)


@dataclass(frozen=True)
class ChainedSound(Levelled):
    """``file_string://A!B!C``: one sound behind another, played as one."""

    name: str
    parts: tuple[Sound, ...]
    block: int = FILE_BLOCK

    @property
    def length(self) -> int | None:
        """See :class:`Sound`."""
        lengths = [part.length for part in self.parts]
        return None if None in lengths else sum(length or 0 for length in lengths)

    def samples(self, begin: int, count: int) -> "array[int]":
        """See :class:`Sound`."""
        made: array[int] = array("h")
        for part in self.parts:
            wanted = count - len(made)
            if part.length is not None:
                if begin >= part.length:
                    begin -= part.length
                    continue
                wanted = min(wanted, part.length - begin)
            made += part.samples(begin, wanted)
            begin = 0
        return padded(made, count)


def padded(samples: "array[int]", count: int) -> "array[int]":
    """Return the samples with silence behind them, *count* in all."""
    return samples + audio.silence(count - len(samples))


TUNE = ToneSound(
    "tune",
    (
        Beep(4800, 1600, (262, 330)),
        Beep(4800, 1600, (294, 370)),
        Beep(4800, 1600, (330, 392)),
        Beep(4800, 9600, (392, 494)),
    ),
)
"""Hold music for a stand-in without music of its own."""


def parse_tone(name: str, rest: str) -> ToneSound | None:
    """Parse what follows ``tone_stream://``; None when no beep is in it."""
    beeps = tuple(
        Beep(
            int(on) * SAMPLES_PER_MS,
            int(off) * SAMPLES_PER_MS,
            tuple(float(hertz) for hertz in notes.split(",") if hertz.strip()),
        )
        for on, off, notes in TONE.findall(rest)
    )
    loops = LOOPS.search(rest)
    return ToneSound(name, beeps, int(loops[1]) if loops else 1) if beeps else None


def parse_silence(name: str, rest: str) -> SilenceSound | None:
    """Parse what follows ``silence_stream://``: milliseconds, and a comfort noise we leave out."""
    text = rest.split(",", maxsplit=1)[0].strip()
    if not text.lstrip("-").isdigit():
        return None
    return SilenceSound(name, None if int(text) < 0 else int(text) * SAMPLES_PER_MS)


class SoundLibrary:
    """Opens sounds by name.

    Args:
        folder: Where names without a leading slash are looked for.
        music: A WAV file for ``local_stream://``; None: a tune of our own.
    """

    def __init__(self, folder: Path, music: Path | None = None) -> None:
        self._folder = folder
        self._music = music
        self._schemes: dict[str, Callable[[str, str], Sound | None]] = {
            "tone_stream": parse_tone,
            "silence_stream": parse_silence,
            "local_stream": self._open_stream,
            "file_string": self._open_string,
        }

    def open(self, name: str) -> Sound | None:
        """Return the sound called *name*, or None: there is none, or it is not audio.

        May read the head of a file.
        """
        asked = name.strip()
        if asked.startswith("{"):  # parameters of the file handle, which we have none of
            asked = asked.partition("}")[2]
        scheme, mark, rest = asked.partition("://")
        if mark:
            opener = self._schemes.get(scheme)
            return opener(name, rest) if opener else None
        return self._open_file(name, asked)

    def _open_file(self, name: str, path: str) -> Sound | None:
        file = self._folder / path
        try:
            return FileSound(name, file, audio.wav_length(file))
        except audio.NotAudio:
            return None

    def _open_string(self, name: str, rest: str) -> Sound | None:
        found = [self.open(part) for part in rest.split("!")]
        parts = tuple(part for part in found if part is not None)
        return ChainedSound(name, parts) if parts else None

    def _open_stream(self, name: str, rest: str) -> Sound | None:
        del rest
        if self._music is not None:
            file = self._open_file(name, str(self._music))
            if file is not None:
                return LoopedSound(name, file)
        return LoopedSound(name, TUNE)


@dataclass(frozen=True)
class LoopedSound(Levelled):
    """A stream: one sound over and over, without end."""

    name: str
    looped: Sound
    block: int = SAMPLES_PER_TICK
    length: None = None

    def samples(self, begin: int, count: int) -> "array[int]":
        """See :class:`Sound`."""
        whole = self.looped.length or 1
        made: array[int] = array("h")
        while len(made) < count:
            start = (begin + len(made)) % whole
            made += self.looped.samples(start, min(count - len(made), whole - start))
        return made
