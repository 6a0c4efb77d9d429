"""Speech engines: from words to a sound file, by whatever program or service does it.

Engines run in the studio process only (:mod:`switchboard.media.studio`): they block, and one of
them loads a C library. Text is data here: it reaches an engine by standard input or a file, never
as an argument, so that no text is ever read as an option or a command.
"""

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from switchboard.media.espeak_library import EspeakLibrary
from switchboard.media.pinyin import to_pinyin


class EngineFailed(Exception):  # noqa: N818 - the engine's no, with its reason
    """The engine gave no sound. Says why, for the person who can mend it."""


class Engine(Protocol):
    """Speaks."""

    def speak(self, text: str, language: str, file: Path) -> None:
        """Write *text*, spoken in *language*, to *file* in a format that ``load_sound`` reads.

        Raises:
            EngineFailed: it cannot.
        """
        ...


# espeak-ng needs 0.1 s for a sentence, a service on the internet seldom more than 5 s. A caller
# waits no longer than this for a value to be spoken, then hears the fallback.
USUAL_LIMIT_S = 10.0


class EngineName(StrEnum):
    """The engines that can be chosen."""

    ESPEAK = "espeak"  # espeak-ng: offline, always there
    GTTS = "gtts"  # gTTS: needs the internet, and sends it every text
    COMMAND = "command"  # any command line


@dataclass(frozen=True, slots=True)
class EngineChoice:
    """Which engine speaks, and how. Raises ValueError for a command that names no ``{wav_file}``.

    Attributes:
        name: The engine.
        voices: The engine's own name of the voice for a language; a language that is not here is
            spoken by the engine's usual voice for it.
        command: For ``command``: the program and its arguments. In each, ``{text_file}`` stands
            for a UTF-8 file with the words (they come on standard input too), ``{wav_file}`` for
            the file to write (WAV, or any format that ``load_sound`` reads), ``{language}`` and
            ``{voice}`` for theirs. No shell reads it.
        limit_s: Longest time for one text, in seconds; the engine is ended then.
    """

    name: EngineName = EngineName.ESPEAK
    voices: Mapping[str, str] = field(default_factory=dict)
    command: tuple[str, ...] = ()
    limit_s: float = USUAL_LIMIT_S

    def __post_init__(self) -> None:
        """Refuse a command that cannot work."""
        if self.name is EngineName.COMMAND and not any(
            "{wav_file}" in word for word in self.command
        ):
            raise ValueError("the speech command must name {wav_file}, the sound file it writes")


def make_engine(choice: EngineChoice) -> Engine:
    """Return the chosen engine; espeak-ng from the machine, else from its wheel.

    Raises:
        EngineFailed: it cannot be had on this machine.
    """
    match choice.name:
        case EngineName.GTTS:
            return Google(choice.voices, choice.limit_s)
        case EngineName.COMMAND:
            return CommandLine(choice.command, choice.voices, choice.limit_s)
        case EngineName.ESPEAK:
            program = shutil.which("espeak-ng")
            if program is None:
                return EspeakWheel(choice.voices)
            return EspeakProgram(program, choice.voices, choice.limit_s)


# --- espeak-ng --------------------------------------------------------------------------------

PINYIN_VOICE = "cmn-latn-pinyin"
# Voice and words a minute. Chinese by way of pinyin: espeak-ng has hanzi voices too, but they read
# every character outside their dictionary as "Chinese letter", and guess at the others' tones.
USUAL_VOICES = {"zh": (PINYIN_VOICE, 175), "en": ("en-us", 160)}
USUAL_PACE = 165


def espeak_manner(language: str, voices: Mapping[str, str]) -> tuple[str, int]:
    """Return the voice that speaks *language*, and its pace in words a minute."""
    voice, pace = USUAL_VOICES.get(language.split("-", maxsplit=1)[0], (language, USUAL_PACE))
    return voices.get(language, voice), pace


def espeak_words(text: str, voice: str) -> str:
    """Return *text* as espeak-ng is to read it: pinyin for its voice, and no phoneme marks.

    ``[[`` would begin phonemes, which are espeak's, not the flow author's.
    """
    words = text.replace("[[", "[ [")
    return to_pinyin(words) if voice == PINYIN_VOICE else words


class EspeakProgram:
    """The ``espeak-ng`` of the machine."""

    def __init__(self, program: str, voices: Mapping[str, str], limit_s: float) -> None:
        self._program = program
        self._voices = voices
        self._limit_s = limit_s

    def speak(self, text: str, language: str, file: Path) -> None:
        """Keep the :class:`Engine` promise."""
        voice, pace = espeak_manner(language, self._voices)
        line = [self._program, "-v", voice, "-s", str(pace), "-b", "1", "-w", str(file), "--stdin"]
        _run(line, espeak_words(text, voice), self._limit_s)


class EspeakWheel:
    """espeak-ng's library as PyPI's ``espeakng-loader`` brings it, for a machine without one."""

    def __init__(self, voices: Mapping[str, str]) -> None:
        self._voices = voices
        try:
            self._library = EspeakLibrary()
        except ValueError as refusal:
            raise EngineFailed(str(refusal)) from refusal

    def speak(self, text: str, language: str, file: Path) -> None:
        """Keep the :class:`Engine` promise."""
        voice, pace = espeak_manner(language, self._voices)
        try:
            self._library.speak(espeak_words(text, voice), voice, pace, file)
        except ValueError as refusal:
            raise EngineFailed(str(refusal)) from refusal


# --- gTTS -------------------------------------------------------------------------------------

GOOGLE_NAMES = {"zh": "zh-CN"}  # gTTS has no plain zh


class Google:
    """Google Translate's voice through gTTS: natural, but every text leaves the house."""

    def __init__(self, voices: Mapping[str, str], limit_s: float) -> None:
        self._voices = voices
        self._limit_s = limit_s

    def speak(self, text: str, language: str, file: Path) -> None:
        """Keep the :class:`Engine` promise. The file is MP3."""
        import gtts

        name = self._voices.get(language, GOOGLE_NAMES.get(language, language))
        try:
            gtts.gTTS(text, lang=name, timeout=self._limit_s).save(str(file))
        except (gtts.gTTSError, ValueError, AssertionError, OSError) as refusal:
            raise EngineFailed(f"gTTS: {refusal}") from refusal


# --- any command line -------------------------------------------------------------------------


class CommandLine:
    """Any program that takes text and leaves a sound file."""

    def __init__(self, command: tuple[str, ...], voices: Mapping[str, str], limit_s: float) -> None:
        self._command = command
        self._voices = voices
        self._limit_s = limit_s

    def speak(self, text: str, language: str, file: Path) -> None:
        """Keep the :class:`Engine` promise."""
        text_file = file.with_suffix(".words")
        text_file.write_text(text, encoding="utf-8")
        holes = {
            "{text_file}": str(text_file),
            "{wav_file}": str(file),
            "{language}": language,
            "{voice}": self._voices.get(language, language),
        }
        _run([_fill(word, holes) for word in self._command], text, self._limit_s)
        if not file.is_file():
            raise EngineFailed(f"{self._command[0]} ended well but wrote no {file.name}")


def _fill(word: str, holes: Mapping[str, str]) -> str:
    for hole, filling in holes.items():
        word = word.replace(hole, filling)
    return word


def _run(line: list[str], text: str, limit_s: float) -> None:
    """Run a program with *text* on its standard input.

    The server ends an engine that overruns; the limit here ends it when the server has died.
    """
    try:
        ended = subprocess.run(
            line, input=text.encode(), capture_output=True, check=False, timeout=limit_s
        )
    except subprocess.TimeoutExpired as late:
        raise EngineFailed(f"{line[0]} did not end within {limit_s:g} s") from late
    except OSError as refusal:
        raise EngineFailed(f"{line[0]} cannot be run: {refusal}") from refusal
    if ended.returncode:
        said = ended.stderr.decode(errors="replace").strip().splitlines()
        reason = said[-1] if said else "it says nothing"
        raise EngineFailed(f"{line[0]} failed with {ended.returncode}: {reason}")
