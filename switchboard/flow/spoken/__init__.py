"""How values are spoken: each style in each language, as whole words and with its grammar.

A style gets a value and gives the words; what no style can speak is refused with a reason, so that
a caller never hears ``None``. One module for each language; a language is added by a module with
the same styles.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from switchboard.flow.spoken import en, zh
from switchboard.flow.spoken.style import STYLES, Unspeakable
from switchboard.flow.values import UNKNOWN, Value

__all__ = ["LANGUAGES", "STYLES", "Unspeakable", "form_of", "speak"]


@dataclass(frozen=True, slots=True)
class Language:
    """A language that values can be spoken in.

    Attributes:
        styles: By name: the value and the present moment to words.
        takes_one: Whether the first form of a word fits this number.
    """

    styles: Mapping[str, Callable[[Value, datetime], str]]
    takes_one: Callable[[Value], bool]


LANGUAGES: Mapping[str, Language] = {
    "en": Language(en.STYLES, en.takes_one),
    "zh": Language(zh.STYLES, zh.takes_one),
}


def speak(value: Value, style: str, language: str, now: datetime) -> str:
    """Return the words for *value* in that style and language.

    Args:
        value: Any value of a run.
        style: A name of :data:`STYLES`.
        language: ``en`` or ``zh``.
        now: The present moment, aware: ``when`` says *today*.

    Raises:
        Unspeakable: the value is unknown, or has no words in this style.
    """
    if value is UNKNOWN or value is None:
        raise Unspeakable("the value is unknown")
    known = LANGUAGES.get(language)
    if known is None:
        raise Unspeakable(f"values cannot be spoken in {language!r}")
    return known.styles[style](value, now)


def form_of(value: Value, one: str, other: str, language: str) -> str:
    """Return the form of a word that fits the number *value*; of a list, its length."""
    if value is UNKNOWN or value is None:
        raise Unspeakable("the value is unknown")
    number = len(value) if isinstance(value, (list, tuple)) else value
    known = LANGUAGES.get(language)
    return one if known is not None and known.takes_one(number) else other
