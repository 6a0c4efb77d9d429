"""Brings sound to another sample rate: a windowed-sinc low-pass, applied phase by phase.

Everything that comes in (an engine's 22.05 kHz, an upload's 44.1 kHz) leaves at telephony's 8 kHz
without folding what lies above 4 kHz back into the voice. The rates form a fraction L/M; of the
ideal filter between them only the taps that meet a real sample are computed, one row of taps for
each of the L phases. See docs/decisions/0003 for why this is our own and not a library's.
"""

import math
from array import array
from functools import lru_cache
from operator import mul

from switchboard.media.wav import Pcm

TELEPHONY_RATE = 8000
# Zero crossings of the sinc on each side, and the Kaiser window's shape: the stop band lies more
# than 70 dB below, the pass band ends at 92 % of the lower Nyquist frequency (3.7 of 4 kHz).
CROSSINGS = 16
KAISER_BETA = 8.0
PASS_BAND = 0.92


def resample(sound: Pcm, rate: int = TELEPHONY_RATE) -> Pcm:
    """Return mono *sound* at *rate* samples a second; as it is when it has that rate.

    Costs about 40 ms of one core for a second of speech at 22.05 kHz: not for the hub.
    """
    if sound.rate == rate:
        return sound
    common = math.gcd(sound.rate, rate)
    up, down = rate // common, sound.rate // common
    rows, half = _taps(up, down)
    padding = array("h", bytes(2 * half))
    padded = padding + sound.samples + padding
    length = len(sound.samples) * up // down
    width = 2 * half
    out = array("h", bytes(2 * length))
    for number in range(length):
        base, phase = divmod(number * down, up)
        value = sum(map(mul, rows[phase], padded[base + 1 : base + 1 + width]))
        out[number] = max(-32768, min(32767, round(value)))
    return Pcm(rate, out)


@lru_cache(maxsize=8)
def _taps(up: int, down: int) -> tuple[tuple[tuple[float, ...], ...], int]:
    """Return one row of taps for each phase, and how many input samples lie on each side."""
    widening = max(1.0, down / up)
    half = math.ceil(CROSSINGS * widening)
    rows = []
    for phase in range(up):
        offset = phase / up
        row = [_tap(step - half + 1 - offset, widening, half) for step in range(2 * half)]
        gain = sum(row)  # each phase passes a constant unchanged, so that none hums
        rows.append(tuple(tap / gain for tap in row))
    return tuple(rows), half


def _tap(distance: float, widening: float, half: int) -> float:
    """Return the filter's value at *distance* input samples from its centre."""
    if abs(distance) >= half:
        return 0.0
    turned = math.pi * distance * PASS_BAND / widening
    sinc = math.sin(turned) / turned if turned else 1.0
    return sinc * _bessel(KAISER_BETA * math.sqrt(1 - (distance / half) ** 2))


def _bessel(value: float) -> float:
    """Return the modified Bessel function of order zero, by its series."""
    total = term = 1.0
    for step in range(1, 40):
        term *= (value / (2 * step)) ** 2
        total += term
    return total
