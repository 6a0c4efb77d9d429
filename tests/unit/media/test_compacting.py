"""The compact form of a recording: small, both channels in it, masked stretches silent."""

import math
from array import array

import pytest

from switchboard.media.compacting import Compactor
from switchboard.media.loading import load_channels
from switchboard.media.measure import measure
from switchboard.media.wav import Pcm, write_wav
from switchboard.ports.recordings import CompactingFailed

RATE = 8000


def call(seconds: float = 6.0) -> Pcm:
    """A caller at 440 Hz, the house at 1000 Hz, both silent from 2 to 4 s."""
    samples = array("h")
    for at in range(int(seconds * RATE)):
        loud = 0 if 2 * RATE <= at < 4 * RATE else 8000
        for pitch_hz in (440, 1000):
            samples.append(round(loud * math.sin(2 * math.pi * pitch_hz * at / RATE)))
    return Pcm(RATE, samples, 2)


def crossings(sound: Pcm) -> float:
    """Half of how often a second the sound changes its sign: its pitch."""
    pairs = zip(sound.samples, sound.samples[1:], strict=False)
    return sum(a < 0 <= b for a, b in pairs) * 1000 / sound.duration_ms


@pytest.mark.req("X-072", "X-069")
def test_both_channels_are_in_it_apart_and_what_was_masked_is_silent(tmp_path):
    wav = tmp_path / "r1.wav"
    write_wav(wav, call())
    made = Compactor().compact(wav)
    assert made == tmp_path / "r1.mp3"
    assert wav.exists(), "whoever asked deletes it"
    assert made.stat().st_size < wav.stat().st_size / 7
    found = load_channels(made)
    assert found.channels == 2
    assert abs(found.duration_ms - 6000) < 250
    for number, pitch_hz in ((0, 440), (1, 1000)):
        channel = found.channel(number)
        whole = Pcm(channel.rate, channel.samples[channel.rate // 2 : channel.rate * 3 // 2])
        assert abs(crossings(whole) - pitch_hz) < 15
        masked = channel.samples[int(2.3 * channel.rate) : int(3.8 * channel.rate)]
        assert measure(Pcm(channel.rate, masked)).rms < 0.001


def test_what_is_no_wav_stays_as_it_was(tmp_path):
    wav = tmp_path / "r1.wav"
    wav.write_bytes(b"nothing")
    with pytest.raises(CompactingFailed, match="no WAV file"):
        Compactor().compact(wav)
    assert [file.name for file in tmp_path.iterdir()] == ["r1.wav"]
