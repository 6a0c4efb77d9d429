"""What is said: a speech is a row of pieces, sounds, recordings and pauses.

A speech names prompts and recordings; where their files are is nobody's business here.
"""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Piece:
    """One sound of a speech: a fixed piece of a prompt's text, or a value spoken in between.

    Attributes:
        prompt: The prompt it belongs to, as ``flow.prompt`` or ``library.prompt``.
        language: Language spoken, such as ``zh``.
        text: The words, exactly as they are spoken.
        part: Which fixed piece of the prompt this is, counted from 1; 0 for a spoken value. A
            prompt of one piece has part 1 and its recording bears no number.
        parts: How many fixed pieces the prompt has; 0 for a spoken value.
        value_of: For a spoken value its name, such as ``bill.due``.
        value: For a spoken value the value as it is written, such as ``125.40``: call scripts and
            timelines show it; what is spoken is *text*.
        at: Its place among all pieces of the prompt, from 0: where it is 0 a prompt begins.
    """

    prompt: str
    language: str
    text: str
    part: int = 1
    parts: int = 1
    value_of: str = ""
    value: str = ""
    at: int = 0


@dataclass(frozen=True, slots=True)
class Sound:
    """A sound without words, by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class Recording:
    """Something that somebody recorded, by the opaque id that :class:`Recorded` gave."""

    recording_id: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Silence."""

    duration_ms: int


@dataclass(frozen=True, slots=True)
class Notices:
    """What operations put up to be said today, in this language; often nothing."""

    language: str


Speech = tuple[Piece | Sound | Recording | Pause | Notices, ...]
"""What is said in one breath, in order; empty says nothing."""


class OnKey(StrEnum):
    """What a key does to the speech it interrupts."""

    PASS_ON = "pass_on"  # noqa: S105 - a word of the flow language; ends it, and counts for what listens next
    STOP = "stop"  # ends it, and is dropped
    IGNORE = "ignore"  # neither
