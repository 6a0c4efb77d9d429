"""Finds the sound of a prompt: what somebody recorded, what was spoken before, or speech now.

The centre's own folder comes before the one that ships with the product, a recording before
speech. Nothing is spoken on the hub, and no text, name or language from outside becomes a path
unless it is a plain name.
"""

import hashlib
import json
import os
import re
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import gevent
from gevent.pool import Pool

from switchboard.flow.effects import Piece, Sound
from switchboard.media.engines import EngineChoice
from switchboard.media.speaker import Speaker
from switchboard.media.wav import NotWav, wav_duration_ms
from switchboard.ports.metrics import Metrics
from switchboard.ports.prompts import SpeechFailed

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")  # the flow language's grammar of names
FLOW = re.compile(rf"{NAME.pattern}(\.{NAME.pattern})?")  # a flow, or a library's flow
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{1,8})*")
# Raise it when the studio's finishing changes, so that no old sound is taken for a new one.
FINISHING = 1
PREPARED_AT_ONCE = 2


class Origin(StrEnum):
    """Where a piece's sound comes from."""

    RECORDED = "recorded"
    SPOKEN = "spoken"
    VALUE = "value"  # spoken in a call, and kept for a while
    MISSING = "missing"  # not spoken yet


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a piece's sound is, or would be.

    Attributes:
        origin: Where it comes from.
        file: Its file; of a missing one, where it would be.
    """

    origin: Origin
    file: Path


class PromptLibrary:
    """Keeps :class:`switchboard.ports.prompts.Prompts` on files and a speech engine.

    Both folders hold ``recordings/FLOW/LANGUAGE/PROMPT.wav`` (``PROMPT.1.wav`` and on for a text
    with values), ``spoken/LANGUAGE/HASH.wav`` and ``SOUND.wav``. Values that were spoken in a call
    are kept apart, in ``values/LANGUAGE/HASH.wav`` of the centre's folder: they may be a person's,
    and are forgotten. A ``.txt`` beside a sound holds the words in it.

    Args:
        own: The centre's folder; what is spoken is kept there. Made when needed.
        shipped: The product's folder, only read.
        speaker: Speaks what neither has.
        metrics: Told what was spoken and what could not be.
    """

    def __init__(self, own: Path, shipped: Path, speaker: Speaker, metrics: Metrics) -> None:
        self._own = own.absolute()
        self._folders = (str(self._own), str(shipped.absolute()))
        self._speaker = speaker
        self._engine = _engine_key(speaker.choice)
        self._metrics = metrics
        self._under_way: dict[Path, gevent.Greenlet[..., str | None]] = {}

    def file_of(self, piece: Piece | Sound) -> str:
        """Return the absolute path of a WAV file that says *piece*; see the port."""
        origin, file = self._find(piece)
        if origin is Origin.VALUE:
            os.utime(file)  # it is in use: forget_values leaves it
        if origin is not None:
            return file
        missing = self._own / self._place_to_make(piece)
        if isinstance(piece, Sound):
            raise SpeechFailed(f"there is no sound {piece.name!r}: put it at {missing}")
        self._speak(piece, missing)
        return str(missing)

    def duration_ms(self, file: str) -> int | None:
        """Return the length of a sound; None when it cannot be told. Read once for each file."""
        try:
            return _duration_ms(file, os.stat(file).st_mtime_ns)  # noqa: PTH116 - as in _find
        except (NotWav, OSError):
            return None

    def prepare(self, pieces: Iterable[Piece | Sound]) -> tuple[str, ...]:
        """Speak every piece that has no file yet; return a sentence for each that failed."""
        pool = Pool(PREPARED_AT_ONCE)
        failures = pool.imap(self._failure_of, tuple(dict.fromkeys(pieces)))
        return tuple(failure for failure in failures if failure)

    def standing_of(self, piece: Piece | Sound) -> Standing:
        """Return where the sound of *piece* is, without making it.

        Raises:
            SpeechFailed: its name or language is none.
        """
        origin, file = self._find(piece)
        if origin is not None:
            return Standing(origin, Path(file))
        return Standing(Origin.MISSING, self._own / self._place_to_make(piece))

    def place_for_recording(self, piece: Piece | Sound) -> Path:
        """Return where a recording of *piece* belongs; one that is there wins over all else.

        Raises:
            SpeechFailed: it can have none: a value, or no name of ours.
        """
        place = _place_of(piece)
        if not place:
            raise SpeechFailed("no recording can be made of a value that is known in a call only")
        return self._own / place

    def list_unused(self, pieces: Iterable[Piece | Sound]) -> tuple[Path, ...]:
        """Return every recording of the centre that none of *pieces* ever asks for."""
        used = {self._own / place for piece in pieces if (place := _place_of(piece))}
        found = sorted(self._own.glob("recordings/**/*.wav"))
        return tuple(file for file in found if file not in used)

    def forget_values(self, unused_since: datetime) -> int:
        """Delete every spoken value that no call has needed since then (aware); return how many.

        A value may be somebody's number or bill. Blocks: not for the hub.
        """
        forgotten = 0
        for file in self._own.glob("values/*/*.wav"):
            if file.stat().st_mtime < unused_since.timestamp():
                file.with_suffix(".txt").unlink(missing_ok=True)
                file.unlink()
                forgotten += 1
        return forgotten

    def _find(self, piece: Piece | Sound) -> tuple[Origin | None, str]:
        """Return where the sound of *piece* is; no origin when it is nowhere."""
        for origin, folder, place in self._places(piece):
            file = f"{folder}/{place}"
            if os.path.isfile(file):  # noqa: PTH113 - in every prompt's way; pathlib costs 5 times
                return origin, file
        return None, ""

    def _places(self, piece: Piece | Sound) -> Iterator[tuple[Origin, str, str]]:
        """Give every place where the sound of *piece* may be, the one that wins first."""
        if recorded := _place_of(piece):
            for folder in self._folders:
                yield Origin.RECORDED, folder, recorded
        if isinstance(piece, Piece):
            name = _spoken_name(piece.language, piece.text, self._engine)
            for folder in self._folders:
                yield Origin.SPOKEN, folder, f"spoken/{name}"
            if piece.value:
                yield Origin.VALUE, self._folders[0], f"values/{name}"

    def _place_to_make(self, piece: Piece | Sound) -> str:
        if isinstance(piece, Sound):
            return _sound_place(piece.name)
        name = _spoken_name(piece.language, piece.text, self._engine)
        return f"values/{name}" if piece.value else f"spoken/{name}"

    def _failure_of(self, piece: Piece | Sound) -> str | None:
        try:
            self.file_of(piece)
        except SpeechFailed as failure:
            return str(failure)
        return None

    def _speak(self, piece: Piece, file: Path) -> None:
        """Have *piece* spoken to *file*, once for all who ask for it now.

        It is spoken by a greenlet of its own: an asker that is ended takes it from nobody else.
        """
        speaking = self._under_way.get(file)
        if speaking is None:
            speaking = self._under_way[file] = gevent.spawn(self._make, piece, file)
            speaking.rawlink(lambda _: self._under_way.pop(file, None))
        failed = speaking.get()
        if failed:
            raise SpeechFailed(failed)

    def _make(self, piece: Piece, file: Path) -> str | None:
        """Speak *piece* and keep it; return why it could not be done, or None."""
        began = time.monotonic()
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=file.parent, prefix=".studio-") as desk:
                spoken, words = Path(desk, "spoken.wav"), Path(desk, "spoken.txt")
                self._speaker.speak(piece.text, piece.language, spoken)
                words.write_text(piece.text + "\n", encoding="utf-8")
                words.replace(file.with_suffix(".txt"))
                spoken.replace(file)
        except SpeechFailed as failure:
            self._metrics.prompt_failed(piece.language)
            return str(failure)
        except OSError as fault:
            self._metrics.prompt_failed(piece.language)
            return f"{piece.text!r} cannot be kept as {file}: {fault.strerror or fault}"
        self._metrics.prompt_spoken(piece.language, time.monotonic() - began)
        return None


@lru_cache(maxsize=8192)
def _duration_ms(file: str, changed_at_ns: int) -> int:
    del changed_at_ns  # a file that was put in another's place is read anew
    return wav_duration_ms(Path(file))


def _engine_key(choice: EngineChoice) -> str:
    """Return everything about an engine that changes its sound, as one text."""
    voices = dict(sorted(choice.voices.items()))
    return json.dumps([choice.name, voices, choice.command, FINISHING])


def _place_of(piece: Piece | Sound) -> str:
    """Return where a recording of this piece would be; empty when it can have none."""
    if isinstance(piece, Sound):
        return _sound_place(piece.name)
    return _recording_place(piece.prompt, piece.language, piece.part, piece.parts)


def _sound_place(name: str) -> str:
    if not NAME.fullmatch(name):
        raise SpeechFailed(f"{name!r} is no name of a sound")
    return f"{name}.wav"


@lru_cache(maxsize=8192)
def _spoken_name(language: str, text: str, engine: str) -> str:
    """Return the name under which these words, spoken so, are kept."""
    if not LANGUAGE.fullmatch(language):
        raise SpeechFailed(f"{language!r} is no language, such as zh or en")
    key = hashlib.sha256(json.dumps([engine, language, text]).encode()).hexdigest()
    return f"{language}/{key[:32]}.wav"


@lru_cache(maxsize=8192)
def _recording_place(prompt: str, language: str, part: int, parts: int) -> str:
    """Return where a recording of this piece would be; empty when it can have none."""
    flow, _, name = prompt.rpartition(".")
    plain = FLOW.fullmatch(flow) and NAME.fullmatch(name) and LANGUAGE.fullmatch(language)
    if not part or not plain:
        return ""
    number = f".{part}" if parts > 1 else ""
    return f"recordings/{flow}/{language}/{name}{number}.wav"
