"""Prompts: from words to a sound file that the switch can play."""

from collections.abc import Iterable
from typing import Protocol

from switchboard.flow.effects import Piece, Sound


class SpeechFailed(Exception):  # noqa: N818 - the engine's no, with its reason
    """No file can be had for a piece: no recording, and the speech engine failed. Says why."""


class Prompts(Protocol):
    """Finds or makes the sound of a piece."""

    def file_of(self, piece: Piece | Sound) -> str:
        """Return the absolute path of a WAV file that says *piece*.

        A recorded file always wins; else what was spoken before (same words, language, voice,
        engine); else it is spoken now, off the hub, within the engine's time limit.

        Raises:
            SpeechFailed: none of these.
        """
        ...

    def duration_ms(self, file: str) -> int | None:
        """Return the length of a file that :meth:`file_of` gave; None when it cannot be told."""
        ...

    def prepare(self, pieces: Iterable[Piece | Sound]) -> tuple[str, ...]:
        """Speak every piece that has no file yet, before any call needs it.

        Returns:
            A sentence for each piece that cannot be said; empty when all can.
        """
        ...
