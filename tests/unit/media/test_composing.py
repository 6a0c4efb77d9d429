"""The sounds without words: what ships is what we composed, and it is fit to be heard."""

import itertools
from collections.abc import Callable

import pytest

from switchboard.bundled import bundled
from switchboard.media.composing import compose_music, compose_tone
from switchboard.media.measure import measure, measure_file
from switchboard.media.wav import Pcm, read_wav


def shipped(name: str) -> Pcm:
    return read_wav(bundled("sounds") / name)


@pytest.mark.parametrize(
    ("name", "compose"), [("tone.wav", compose_tone), ("hold_music/music.wav", compose_music)]
)
def test_what_ships_is_what_we_composed(name: str, compose: Callable[[], Pcm]) -> None:
    """But for the last bit, which another machine's sine may round the other way."""
    there, made = shipped(name), compose()
    assert (there.rate, len(there.samples)) == (8000, len(made.samples))
    differences = map(lambda one, two: abs(one - two), there.samples, made.samples)
    assert max(differences) <= 1


def test_the_tone_is_short_and_its_ends_are_soft() -> None:
    tone = shipped("tone.wav")
    assert tone.duration_ms == 300
    assert max(map(abs, tone.samples[:8] + tone.samples[-8:])) < 500


def test_music_waits_behind_speech_and_never_clips() -> None:
    found = measure(shipped("hold_music/music.wav"))
    assert 30_000 <= found.duration_ms <= 40_000
    assert -25 < found.rms_db < -20
    assert found.clipped == 0


def test_the_end_of_the_music_leads_into_its_beginning() -> None:
    samples = shipped("hold_music/music.wav").samples
    steps = [abs(one - two) for one, two in itertools.pairwise(samples)]
    assert abs(samples[0] - samples[-1]) <= max(steps)
    second = [
        measure(Pcm(8000, samples[at : at + 8000])).rms for at in range(0, len(samples), 8000)
    ]
    assert min(second) > 0.03, "no hole anywhere, and none at the seam"


def test_the_music_fits_into_a_clone() -> None:
    assert (bundled("sounds") / "hold_music/music.wav").stat().st_size < 700_000


def test_the_sample_message_is_a_person_speaking() -> None:
    file = bundled("sounds") / "samples/hello.wav"
    found = measure_file(file)
    assert 3000 < found.duration_ms < 6000
    assert found.rms > 0.05
    assert file.with_suffix(".txt").read_text(encoding="utf-8").startswith("Hello")
