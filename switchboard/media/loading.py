"""Loads a sound file of any usual format: what an engine or an operator hands us.

WAV, MP3, FLAC and Ogg Vorbis. Runs in the studio, never in the server: decoding is C code that
would block the hub.
"""

from array import array
from pathlib import Path

from switchboard.media.wav import NotWav, Pcm, read_wav


class NotSound(ValueError):  # noqa: N818 - says what the file is not
    """No decoder knows the file. Says which file and why."""


def load_sound(file: Path) -> Pcm:
    """Return the sound in *file*, mono, at the file's own rate.

    Raises:
        NotSound: its format is none of those above.
        OSError: it cannot be read.
    """
    return load_channels(file).mono()


def load_channels(file: Path) -> Pcm:
    """Return the sound in *file* with its channels as they are; raises as the other."""
    try:
        return read_wav(file)
    except NotWav:
        return _decode(file)


def _decode(file: Path) -> Pcm:
    import miniaudio  # only compressed formats need it

    try:
        found = miniaudio.get_file_info(str(file))
        decoded = miniaudio.decode_file(
            str(file), nchannels=found.nchannels, sample_rate=found.sample_rate
        )
    except miniaudio.MiniaudioError as refusal:
        raise NotSound(f"{file}: neither WAV, MP3, FLAC nor Ogg Vorbis ({refusal})") from refusal
    return Pcm(decoded.sample_rate, array("h", decoded.samples), decoded.nchannels)
