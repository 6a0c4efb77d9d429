"""Composes the sounds without words that ship: the tone before a recording, and music to wait by.

Everything is computed here, from sines, so that it is ours to give away and can be made again:
``python -m switchboard.media.composing FOLDER`` writes ``tone.wav`` and ``hold_music/music.wav``,
and a test compares what ships with what this module makes.
"""

import math
import sys
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from switchboard.media.resampling import TELEPHONY_RATE as RATE
from switchboard.media.wav import Pcm, write_wav

# --- the tone ---------------------------------------------------------------------------------

TONE_HZ = 1000
TONE_MS = 300
TONE_PEAK = 0.25
FADE_MS = 10  # a tone that begins at once clicks


def compose_tone() -> Pcm:
    """Return the tone before a recording."""
    length, fade = RATE * TONE_MS // 1000, RATE * FADE_MS // 1000
    samples = array("h")
    for at in range(length):
        edge = min(1.0, at / fade, (length - 1 - at) / fade)
        swell = (1 - math.cos(math.pi * edge)) / 2
        wave = math.sin(2 * math.pi * TONE_HZ * at / RATE)
        samples.append(round(32767 * TONE_PEAK * swell * wave))
    return Pcm(RATE, samples)


# --- the music --------------------------------------------------------------------------------

# 80 beats a minute, four to a bar: a bar is 3 s, so the loop's end falls on a whole sample.
BEAT_S = 0.75
BEATS = 4
# Twelve bars, each a chord: MIDI numbers of its bass note and of the four notes above it.
CHORDS = (
    (48, (60, 64, 67, 74)),  # C9
    (52, (59, 64, 67, 74)),  # Em7
    (45, (60, 64, 67, 72)),  # Am7
    (53, (60, 64, 69, 76)),  # Fmaj7
    (48, (60, 64, 67, 76)),  # C
    (52, (59, 62, 67, 71)),  # Em7
    (50, (60, 65, 69, 72)),  # Dm7
    (55, (60, 62, 65, 74)),  # G11
    (53, (60, 64, 69, 72)),  # Fmaj7
    (52, (59, 64, 67, 71)),  # Em7
    (50, (57, 60, 65, 69)),  # Dm7
    (55, (59, 62, 65, 71)),  # G7
)
# Which of the four notes the piano plays on each half beat: up and down again, with a rest.
BROKEN = (0, 1, 2, 3, 2, 1, 2, None)
# A slow tune above: (bar, beat, MIDI number).
TUNE = (
    (0, 0, 79), (0, 2, 76), (1, 1, 74), (2, 0, 72), (2, 2, 76), (3, 1, 81), (4, 0, 79),
    (4, 3, 76), (5, 1, 74), (6, 0, 77), (6, 2, 76), (7, 1, 74), (8, 0, 76), (8, 2, 79),
    (9, 1, 76), (10, 0, 74), (10, 2, 72), (11, 1, 71), (11, 3, 74),
)  # fmt: skip
MUSIC_PEAK = 0.3  # music waits behind speech: about 3 dB below it


@dataclass(frozen=True, slots=True)
class Voice:
    """An instrument.

    Attributes:
        overtones: Strength of each harmonic, the first one's first.
        rise_s: Time to full strength.
        decay_s: Time to fall to a third; each harmonic falls faster than the one below.
        length_s: Length of a note.
        loudness: Against the others.
    """

    overtones: tuple[float, ...]
    rise_s: float
    decay_s: float
    length_s: float
    loudness: float


PIANO = Voice((1.0, 0.4, 0.12, 0.06), 0.006, 0.7, 2.0, 0.5)
BASS = Voice((0.7, 0.6, 0.25), 0.02, 0.9, 1.5, 0.6)
STRINGS = Voice((1.0, 0.25, 0.1), 0.9, 30.0, 4.2, 0.16)
FLUTE = Voice((1.0, 0.15, 0.05), 0.09, 1.0, 1.8, 0.38)
ECHO_S = 0.5625  # three quarters of a beat
ECHO = 0.3


def compose_music() -> Pcm:
    """Return 36 s of music whose end leads into its beginning."""
    length = round(len(CHORDS) * BEATS * BEAT_S * RATE)
    mixed = [0.0] * length
    for voice, number, beat in _score():
        _add(mixed, _note(voice, number), round(beat * BEAT_S * RATE))
    echoed = _echo(mixed)
    gain = MUSIC_PEAK * 32767 / max(map(abs, echoed))
    return Pcm(RATE, array("h", (round(value * gain) for value in echoed)))


def _score() -> Iterator[tuple[Voice, int, float]]:
    """Give every note: who plays it, which, and on which beat from the beginning."""
    for bar, (bass, notes) in enumerate(CHORDS):
        beat = bar * BEATS
        yield BASS, bass, beat
        yield BASS, bass, beat + 2.5
        for note in notes:
            yield STRINGS, note, beat - 0.5
        for step, which in enumerate(BROKEN):
            if which is not None:
                yield PIANO, notes[which], beat + step / 2
    for bar, within, number in TUNE:
        yield FLUTE, number, bar * BEATS + within


@lru_cache(maxsize=256)
def _note(voice: Voice, number: int) -> tuple[float, ...]:
    """Return one note's samples."""
    pitch_hz = 440 * 2 ** ((number - 69) / 12)
    length = round(voice.length_s * RATE)
    harmonics = [
        (2 * math.pi * pitch_hz * order / RATE, strength, order)
        for order, strength in enumerate(voice.overtones, start=1)
        if pitch_hz * order < 0.45 * RATE
    ]
    samples = []
    for at in range(length):
        elapsed_s = at / RATE
        swell = min(1.0, elapsed_s / voice.rise_s, (length - at) / (0.15 * length))
        fall = elapsed_s / voice.decay_s
        wave = sum(
            strength * math.exp(-fall * (1 + 0.4 * (order - 1))) * math.sin(turn * at)
            for turn, strength, order in harmonics
        )
        samples.append(voice.loudness * swell * wave)
    return tuple(samples)


def _add(mixed: list[float], note: tuple[float, ...], start: int) -> None:
    """Add *note* from *start* on; what runs over the end goes on at the beginning."""
    length = len(mixed)
    for at, value in enumerate(note, start=start):
        mixed[at % length] += value


def _echo(mixed: list[float]) -> list[float]:
    """Return the music with two echoes of itself, around the loop."""
    delay = round(ECHO_S * RATE)
    once = mixed[-delay:] + mixed[:-delay]
    twice = mixed[-2 * delay :] + mixed[: -2 * delay]
    return [
        dry + ECHO * first + ECHO**2 * second
        for dry, first, second in zip(mixed, once, twice, strict=True)
    ]


def main() -> None:
    """Write both into the folder named on the command line."""
    folder = Path(sys.argv[1])
    write_wav(folder / "tone.wav", compose_tone())
    write_wav(folder / "hold_music" / "music.wav", compose_music())


if __name__ == "__main__":
    main()
