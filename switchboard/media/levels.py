"""Evens the level of speech and trims the silence around it, so that pieces join into one voice.

A prompt with values is several files played one behind another: each must begin at once, end soon,
and be as loud as its neighbours, whichever engine or person spoke it.
"""

import math
from array import array

from switchboard.media.wav import Pcm

# Telephone speech is loud enough at -20 dB of full scale, and sinewave peaks stay clear of clipping
# by the mu-law and A-law codecs when no sample passes -1 dB.
SPEECH_LEVEL = 0.10
HIGHEST_PEAK = 0.89
FRAME_MS = 20
# What lies 30 dB below the loudest frame is a pause: it neither counts for the level nor is kept
# at the ends.
PAUSE_BELOW = 0.03
# A little air: a consonant's start below the threshold, and the breath between two pieces.
LEAD_MS = 40
TAIL_MS = 80


def even_level(sound: Pcm) -> Pcm:
    """Return mono *sound* with its speech at -20 dB, or as near as its peaks allow.

    Pauses do not count. Silence stays silence.
    """
    frames = [power for power in _frame_powers(sound) if power]
    if not frames:
        return sound
    gate = max(frames) * PAUSE_BELOW**2
    spoken = [power for power in frames if power >= gate]
    level = math.sqrt(sum(spoken) / len(spoken))
    peak = max(map(abs, sound.samples))
    gain = min(SPEECH_LEVEL * 32768 / level, HIGHEST_PEAK * 32767 / peak)
    return Pcm(sound.rate, array("h", (round(sample * gain) for sample in sound.samples)))


def trim_silence(sound: Pcm) -> Pcm:
    """Return mono *sound* without the silence at its ends, but for a little air."""
    powers = _frame_powers(sound)
    gate = max(powers, default=0.0) * PAUSE_BELOW**2
    loud = [number for number, power in enumerate(powers) if power and power >= gate]
    if not loud:
        return sound
    frame = sound.rate * FRAME_MS // 1000
    start = max(0, loud[0] * frame - sound.rate * LEAD_MS // 1000)
    end = (loud[-1] + 1) * frame + sound.rate * TAIL_MS // 1000
    return Pcm(sound.rate, sound.samples[start:end])


def silence(duration_ms: int, rate: int) -> Pcm:
    """Return so much silence."""
    return Pcm(rate, array("h", bytes(2 * (rate * duration_ms // 1000))))


def _frame_powers(sound: Pcm) -> list[float]:
    """Return the mean square of each 20 ms."""
    frame = sound.rate * FRAME_MS // 1000
    pieces = (sound.samples[at : at + frame] for at in range(0, len(sound.samples), frame))
    return [sum(map(int.__mul__, piece, piece)) / len(piece) for piece in pieces]
