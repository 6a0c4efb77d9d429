"""The arithmetic of sound: measuring, resampling, evening, trimming."""

import itertools
import math
from array import array

import pytest

from switchboard.media.levels import even_level, silence, trim_silence
from switchboard.media.measure import measure
from switchboard.media.resampling import resample
from switchboard.media.wav import Pcm


def sine(hz: float, *, rate: int = 8000, ms: int = 500, peak: float = 0.3) -> Pcm:
    count = rate * ms // 1000
    turn = 2 * math.pi * hz / rate
    return Pcm(rate, array("h", (round(32767 * peak * math.sin(turn * at)) for at in range(count))))


def joined(*sounds: Pcm) -> Pcm:
    samples = array("h")
    for sound in sounds:
        samples += sound.samples
    return Pcm(sounds[0].rate, samples)


def middle(sound: Pcm) -> Pcm:
    """Without the ends, where the sudden start and stop of a test tone ring."""
    tenth = len(sound.samples) // 10
    return Pcm(sound.rate, sound.samples[tenth:-tenth])


def test_a_sine_measures_as_theory_says() -> None:
    found = measure(sine(1000, peak=0.5))
    assert found.duration_ms == 500
    assert found.peak == pytest.approx(0.5, abs=0.001)
    assert found.rms == pytest.approx(0.5 / math.sqrt(2), abs=0.001)
    assert found.rms_db == pytest.approx(-9.03, abs=0.01)
    assert found.clipped == 0


def test_clipping_is_counted() -> None:
    assert measure(Pcm(8000, array("h", [0, 32767, 32767, -32768, 5]))).clipped == 3


def test_nothing_is_silent() -> None:
    for quiet in (Pcm(8000, array("h")), silence(200, 8000)):
        assert measure(quiet).rms == 0
        assert measure(quiet).rms_db == -math.inf
    assert measure(silence(200, 8000)).duration_ms == 200


@pytest.mark.parametrize("rate", [11025, 16000, 22050, 24000, 44100, 48000])
@pytest.mark.parametrize("hz", [200, 1000, 3000])
def test_what_the_telephone_carries_keeps_its_level_at_any_rate(rate: int, hz: int) -> None:
    brought = resample(sine(hz, rate=rate))
    assert brought.rate == 8000
    assert brought.duration_ms == pytest.approx(500, abs=1)
    assert measure(middle(brought)).rms_db == pytest.approx(measure(sine(hz)).rms_db, abs=0.1)


@pytest.mark.parametrize("hz", [4600, 5000, 7000, 10000])
def test_what_it_cannot_carry_is_gone_instead_of_folded_back(hz: int) -> None:
    assert measure(middle(resample(sine(hz, rate=22050)))).rms_db < -75


def test_a_slower_rate_is_brought_up_too() -> None:
    brought = resample(sine(1000, rate=6000))
    assert measure(middle(brought)).rms_db == pytest.approx(measure(sine(1000)).rms_db, abs=0.1)


def test_a_sound_at_8_khz_is_left_alone() -> None:
    sound = sine(440)
    assert resample(sound) is sound


def test_a_full_scale_square_wave_does_not_wrap_around() -> None:
    square = Pcm(16000, array("h", ([32767] * 40 + [-32768] * 40) * 50))
    out = middle(resample(square)).samples
    turns = sum(1 for one, two in itertools.pairwise(out) if abs(one - two) > 50000)
    assert turns <= 2 * len(out) // 40, "only the wave's own edges are steep"


@pytest.mark.parametrize("peak", [0.01, 0.1, 0.9])
def test_speech_of_any_level_comes_out_at_minus_20_db(peak: float) -> None:
    evened = even_level(joined(sine(400, peak=peak), silence(1500, 8000)))
    spoken = Pcm(8000, evened.samples[:4000])
    assert measure(spoken).rms_db == pytest.approx(-20, abs=0.2)


def test_a_single_loud_click_limits_the_gain_rather_than_clipping() -> None:
    quiet = sine(400, peak=0.05)
    quiet.samples[2000] = 20000
    found = measure(even_level(quiet))
    assert found.clipped == 0
    assert found.peak == pytest.approx(0.89, abs=0.005)


def test_silence_stays_silence() -> None:
    assert measure(even_level(silence(100, 8000))).rms == 0
    assert trim_silence(silence(100, 8000)).duration_ms == 100


def test_silence_at_the_ends_is_cut_but_not_within() -> None:
    word = sine(400, ms=300)
    pause = silence(400, 8000)
    noise = sine(50, ms=700, peak=0.001)
    trimmed = trim_silence(joined(noise, word, pause, word, noise))
    assert trimmed.duration_ms == pytest.approx(300 + 400 + 300 + 120, abs=40)
    loudest = max(range(len(trimmed.samples)), key=lambda at: abs(trimmed.samples[at]))
    assert loudest > 0, "a little air is left before the word"
