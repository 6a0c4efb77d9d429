"""Texts of prompts: a row of fixed pieces and values. Holes only: no if, no loop, no arithmetic.

``{value:style}`` is a value with the style it is spoken in; ``{value|one form|other form}`` is the
word that fits a number. Because there is nothing else, the fixed pieces are known when a flow is
published: they are recorded or spoken once, and a value from outside can never become a template.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_TEXT = 2000  # characters; about five minutes of speech


@dataclass(frozen=True, slots=True)
class Fixed:
    """Words that are always the same."""

    text: str

    @property
    def speakable(self) -> bool:
        """Whether there is anything to say: punctuation alone belongs to its neighbour."""
        return any(letter.isalnum() for letter in self.text)


@dataclass(frozen=True, slots=True)
class Hole:
    """A value, and the style or word table that it is spoken in."""

    path: str
    style: str


@dataclass(frozen=True, slots=True)
class Form:
    """The word that fits a number: *one* for 1, *other* for all else."""

    path: str
    one: str
    other: str


Part = Fixed | Hole | Form


@dataclass(frozen=True, slots=True)
class Text:
    """A text that was read.

    Attributes:
        source: As it is written.
        parts: Its parts in order.
        fixed: How many of them are fixed and have something to say.
    """

    source: str
    parts: tuple[Part, ...]
    fixed: int

    def paths(self) -> frozenset[str]:
        """The values that it speaks, by their full dotted names."""
        return frozenset(part.path for part in self.parts if not isinstance(part, Fixed))


class BadText(ValueError):  # noqa: N818 - what it is
    """A text cannot be read; carries the stable code of the fault and a hint."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.hint = hint


_HOLE = re.compile(r"\{([^{}]*)\}")
_PATH = r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*"
_STYLED = re.compile(rf"({_PATH}):([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?)")


def read_text(source: str) -> Text:
    """Read a text of a prompt.

    Raises:
        BadText: a brace without its partner, a hole without a style, or too long.
    """
    if len(source) > MAX_TEXT:
        raise BadText("P11", f"a text has at most {MAX_TEXT} characters", "make two prompts of it")
    parts = tuple(part for part in _parts(source) if part != Fixed(""))
    fixed = sum(1 for part in parts if isinstance(part, Fixed) and part.speakable)
    return Text(source, parts, fixed)


def _parts(source: str) -> Iterator[Part]:
    end = 0
    for found in _HOLE.finditer(source):
        yield _fixed(source[end : found.start()])
        yield _hole(found[1])
        end = found.end()
    yield _fixed(source[end:])


def _fixed(text: str) -> Fixed:
    if "{" in text or "}" in text:
        raise BadText("P02", "a { without its }, or a } without its {", "write {value:style}")
    return Fixed(text)


def _hole(inside: str) -> Part:
    if "|" in inside:
        path, *forms = inside.split("|")
        if len(forms) != 2 or not re.fullmatch(_PATH, path):
            raise BadText(
                "P02", f"{{{inside}}} has not the two forms of a word", "write {value|one|other}"
            )
        return Form(path, *forms)
    found = _STYLED.fullmatch(inside)
    if found is None:
        path = inside.partition(":")[0]
        hint = f"write {{{path}:text}}" if re.fullmatch(_PATH, path) else "write {value:style}"
        raise BadText("P03", f"{{{inside}}} does not say how it is spoken", hint)
    return Hole(found[1], found[2])
