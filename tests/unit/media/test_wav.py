"""Reading WAV files as they are found, and writing them as every player reads them."""

import struct
import wave
from array import array
from pathlib import Path

import pytest

from switchboard.media.wav import NotWav, Pcm, read_wav, wav_duration_ms, write_wav

RAMP = Pcm(8000, array("h", range(-400, 400)))


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    write_wav(tmp_path / "ramp.wav", RAMP)
    assert read_wav(tmp_path / "ramp.wav") == RAMP


def test_what_is_written_is_wav_to_others(tmp_path: Path) -> None:
    write_wav(tmp_path / "ramp.wav", RAMP)
    with wave.open(str(tmp_path / "ramp.wav")) as file:
        assert file.getparams()[:4] == (1, 2, 8000, 800)
        assert array("h", file.readframes(800)) == RAMP.samples


@pytest.mark.parametrize("claimed", [0, 0x7FFFFFFF, 0xFFFFFFFF])
def test_a_file_still_being_written_is_read_to_its_end(tmp_path: Path, claimed: int) -> None:
    file = tmp_path / "growing.wav"
    write_wav(file, RAMP)
    content = bytearray(file.read_bytes())
    struct.pack_into("<I", content, 40, claimed)
    file.write_bytes(content + b"\x01")  # and half a sample of what comes
    assert read_wav(file) == RAMP


def test_chunks_before_the_samples_are_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "listed.wav"
    write_wav(file, RAMP)
    content = file.read_bytes()
    odd = b"LIST" + struct.pack("<I", 3) + b"abc\0"
    file.write_bytes(content[:12] + odd + content[12:])
    assert read_wav(file) == RAMP


def test_the_extensible_form_of_pcm_is_read(tmp_path: Path) -> None:
    plain = tmp_path / "plain.wav"
    write_wav(plain, RAMP)
    content = plain.read_bytes()
    form = struct.pack("<H", 0xFFFE) + content[22:36]
    form += struct.pack("<HHIH", 22, 16, 4, 1) + bytes(14)
    file = tmp_path / "extensible.wav"
    chunk = b"fmt " + struct.pack("<I", len(form)) + form
    file.write_bytes(content[:12] + chunk + content[36:])
    assert read_wav(file) == RAMP


def test_channels_come_apart_and_mix(tmp_path: Path) -> None:
    both = Pcm(8000, array("h", [100, 0, 200, 0, 300, -100]), channels=2)
    write_wav(tmp_path / "both.wav", both)
    read = read_wav(tmp_path / "both.wav")
    assert read == both
    assert read.channel(0).samples == array("h", [100, 200, 300])
    assert read.channel(1).samples == array("h", [0, 0, -100])
    assert read.mono().samples == array("h", [50, 100, 100])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no WAV file"),
        (b"ID3\x03" + bytes(40), "no WAV file"),
        (b"RIFF\x04\0\0\0WAVE", "without a format"),
        (b"RIFF\x0c\0\0\0WAVEfmt \x04\0\0\0abcd", "cut off"),
        (
            b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0" + struct.pack("<HHIIHH", 7, 1, 8000, 8000, 1, 8)
            + b"data\x02\0\0\0ab",
            "8-bit samples of format 7",
        ),
    ],
)  # fmt: skip
def test_what_is_no_wav_is_refused_with_its_name(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    file = tmp_path / "odd.wav"
    file.write_bytes(content)
    with pytest.raises(NotWav, match=rf"odd\.wav.*{reason}"):
        read_wav(file)


@pytest.mark.parametrize("channels", [1, 2])
def test_the_length_is_told_without_reading_the_samples(tmp_path: Path, channels: int) -> None:
    file = tmp_path / "long.wav"
    write_wav(file, Pcm(8000, array("h", [1] * 8000 * channels * 20), channels))
    assert wav_duration_ms(file) == read_wav(file).duration_ms == 20_000
    content = bytearray(file.read_bytes())
    content[40:44] = b"\0\0\0\0"  # a writer that has not finished
    file.write_bytes(content[: len(content) // 2])
    assert abs(wav_duration_ms(file) - 10_000) < 3
