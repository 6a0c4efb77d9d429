"""How values are spoken: each style in each language, as whole words and with its grammar.

A style gets a value and gives the words; what no style can speak is refused with a reason, so that
a caller never hears ``None``. The same styles are written in messages, in figures. One module for
each language; a language is added by a module with the same styles.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from switchboard.flow.spoken import en, zh
from switchboard.flow.spoken.style import STYLES, KeySign, Unspeakable
from switchboard.flow.values import UNKNOWN, Value

__all__ = ["LANGUAGES", "STYLES", "KeySign", "Unspeakable", "as_sentence", "form_of", "speak"]

Style = Callable[[Value, datetime], str]

_NEVER_CAPITAL = frozenset({"text", "spell"})


@dataclass(frozen=True, slots=True)
class Language:
    """A language that values can be spoken in.

    Attributes:
        spoken: Styles by name: the value and the present moment to words.
        written: The same in figures, for messages.
        takes_one: Whether the first form of a word fits this number.
    """

    spoken: Mapping[str, Style]
    written: Mapping[str, Style]
    takes_one: Callable[[Value], bool]


LANGUAGES: Mapping[str, Language] = {
    "en": Language(en.SPOKEN, en.WRITTEN, en.takes_one),
    "zh": Language(zh.SPOKEN, zh.WRITTEN, zh.takes_one),
}


def speak(
    value: Value, style: str, language: str, now: datetime, *, in_figures: bool = False
) -> str:
    """Return the words for *value* in that style and language.

    Args:
        value: Any value of a run.
        style: A name of :data:`STYLES`.
        language: ``en`` or ``zh``.
        now: The present moment, aware, where the centre is: ``when`` says *today*.
        in_figures: As it is written in a message: 125.40 yuan.

    Raises:
        Unspeakable: the value is unknown, or has no words in this style.
    """
    if value is UNKNOWN or value is None:
        raise Unspeakable("the value is unknown")
    if isinstance(value, KeySign):
        return str(value)
    known = LANGUAGES.get(language)
    if known is None:
        raise Unspeakable(f"values cannot be spoken in {language!r}")
    return (known.written if in_figures else known.spoken)[style](value, now)


def form_of(value: Value, one: str, other: str, language: str) -> str:
    """Return the form of a word that fits the number *value*; of a list, its length."""
    if value is UNKNOWN or value is None:
        raise Unspeakable("the value is unknown")
    number = len(value) if isinstance(value, (list, tuple)) else value
    known = LANGUAGES.get(language)
    return one if known is not None and known.takes_one(number) else other


def as_sentence(words: str, style: str) -> str:
    """Return *words* as they begin a sentence; a text that stands as it is keeps its letters."""
    return words if style in _NEVER_CAPITAL else words[:1].upper() + words[1:]
