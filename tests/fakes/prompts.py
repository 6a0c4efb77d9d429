"""Prompts without sound: every piece has a path that can be read, and no file behind it."""

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from switchboard.flow.effects import Piece, Sound
from switchboard.ports.prompts import SpeechFailed

A_SOUND_MS = 2000
FOLDER = PurePosixPath("/fake/prompts")


class FakePrompts:
    """Names a file for each piece, such as ``/fake/prompts/en/shop.welcome.1.wav``.

    Attributes:
        unspeakable: Texts and names of sounds for which the engine fails.
        said: The words behind each file handed out so far.
        prepared: Every piece that :meth:`prepare` was asked for, in order.
    """

    def __init__(self, *, unspeakable: Iterable[str] = ()) -> None:
        self.unspeakable = set(unspeakable)
        self.said: dict[str, str] = {}
        self.prepared: list[Piece | Sound] = []

    def file_of(self, piece: Piece | Sound) -> str:
        words = piece.name if isinstance(piece, Sound) else piece.text
        if words in self.unspeakable:
            raise SpeechFailed(f"the speech engine cannot say {words!r}")
        file = str(FOLDER / _place(piece))
        self.said[file] = words
        return file

    def duration_ms(self, file: str) -> int | None:
        return A_SOUND_MS if file in self.said else None

    def prepare(self, pieces: Iterable[Piece | Sound]) -> tuple[str, ...]:
        failures = []
        for piece in pieces:
            self.prepared.append(piece)
            try:
                self.file_of(piece)
            except SpeechFailed as failure:
                failures.append(str(failure))
        return tuple(failures)


def _place(piece: Piece | Sound) -> str:
    if isinstance(piece, Sound):
        return f"sounds/{piece.name}.wav"
    if piece.part:
        return f"{piece.language}/{piece.prompt}.{piece.part}.wav"
    words = re.sub(r"[^\w.-]", "_", piece.text)
    return f"{piece.language}/spoken/{words}.wav"
