"""espeak-ng as a shared library, for a machine that has Python and nothing else.

Loaded by ctypes in the studio process only: it is C code that blocks, keeps global state and may
fall over; none of that may happen in the server. Constants and signatures: espeak-ng's
``speak_lib.h``, version 1.52.
"""

import ctypes
from array import array
from pathlib import Path

from switchboard.media.wav import Pcm, write_wav

AUDIO_OUTPUT_SYNCHRONOUS = 2  # gives the samples to the callback, before espeak_Synth returns
DONT_EXIT = 0x8000  # report a fault instead of ending the process
CHUNK_MS = 500
RATE_PARAMETER = 1  # espeakRATE, in words a minute
CHARS_UTF8 = 1
POS_CHARACTER = 1
OK = 0

Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
)


class EspeakLibrary:
    """One initialised library; the process has no second.

    Raises:
        ValueError: it cannot be loaded or finds no voices.
    """

    def __init__(self) -> None:
        import espeakng_loader

        try:
            self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        except OSError as refusal:
            raise ValueError(f"espeak-ng's library cannot be loaded: {refusal}") from refusal
        voices = str(espeakng_loader.get_data_path()).encode()
        self._rate: int = self._library.espeak_Initialize(
            AUDIO_OUTPUT_SYNCHRONOUS, CHUNK_MS, voices, DONT_EXIT
        )
        if self._rate <= 0:
            raise ValueError(f"espeak-ng finds no voices in {voices.decode()}")
        self._heard = array("h")
        self._callback = Callback(self._hear)  # kept: ctypes does not
        self._library.espeak_SetSynthCallback(self._callback)

    def speak(self, text: str, voice: str, pace: int, file: Path) -> None:
        """Write *text* to *file* as WAV, at *pace* words a minute.

        Raises:
            ValueError: there is no such voice, or the text cannot be spoken.
        """
        if self._library.espeak_SetVoiceByName(voice.encode()) != OK:
            raise ValueError(f"espeak-ng has no voice {voice!r}")
        self._library.espeak_SetParameter(RATE_PARAMETER, pace, 0)
        del self._heard[:]
        words = text.encode() + b"\0"
        result = self._library.espeak_Synth(
            words, ctypes.c_size_t(len(words)), 0, POS_CHARACTER, 0, CHARS_UTF8, None, None
        )
        if result != OK:
            raise ValueError(f"espeak-ng cannot speak it (error {result})")
        self._library.espeak_Synchronize()
        write_wav(file, Pcm(self._rate, self._heard))

    def _hear(self, samples: "ctypes._Pointer[ctypes.c_short]", count: int, _events: int) -> int:
        if samples and count > 0:
            self._heard.frombytes(ctypes.string_at(samples, 2 * count))
        return 0
