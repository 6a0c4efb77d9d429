"""Prompts and word tables, made ready to be said.

A text without values is one piece, made when the flow is loaded. In a text with values the fixed
pieces are made then too; what is left for the call is to speak the values between them. Punctuation
that stands alone between two values goes to its neighbour: nobody can record a comma.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from switchboard.flow.effects import Piece, Sound
from switchboard.flow.texts import Fixed, Form, Hole, Text


@dataclass(frozen=True, slots=True)
class Gap:
    """A value between fixed pieces.

    Attributes:
        hole: The value, and how it is spoken.
        before: Punctuation before it.
        after: Punctuation behind it.
        begins: Whether a sentence begins with it.
        at: Its place among all pieces of the prompt.
    """

    hole: Hole | Form
    before: str = ""
    after: str = ""
    begins: bool = False
    at: int = 0


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt.

    Attributes:
        name: Full name: ``flow.prompt`` or ``library.prompt``.
        owner: Full name of the flow or library it belongs to; its word tables are looked up there.
        in_library: Whether a library has it: then it speaks only what is handed to it.
        texts: Its texts by language; empty for a sound.
        said: Its pieces and gaps by language.
        sound: The sound's name, for a prompt without words.
    """

    name: str
    owner: str
    in_library: bool
    texts: Mapping[str, Text]
    said: Mapping[str, tuple[Piece | Gap, ...]]
    sound: Sound | None = None

    def static(self) -> Iterator[Piece | Sound]:
        """Yield all of it that is known before a call: fixed pieces and forms of words."""
        if self.sound is not None:
            yield self.sound
        for language, parts in self.said.items():
            for part in parts:
                if isinstance(part, Piece):
                    yield part
                elif isinstance(part.hole, Form):
                    for form in (part.hole.one, part.hole.other):
                        if form.strip():
                            yield gap_piece(self.name, language, part, form)


def make_prompt(
    name: str, owner: str, texts: Mapping[str, Text], *, in_library: bool, sound: str = ""
) -> Prompt:
    """Make the prompt *name* of *owner* from its texts, or from a sound's name."""
    return Prompt(
        name=f"{owner}.{name}",
        owner=owner,
        in_library=in_library,
        texts=texts,
        said={
            language: _said(f"{owner}.{name}", language, text) for language, text in texts.items()
        },
        sound=Sound(sound) if sound else None,
    )


def gap_piece(prompt: str, language: str, gap: Gap, words: str, value: str = "") -> Piece:
    """Return what is said in a gap."""
    text = f"{gap.before}{words}{gap.after}"
    return Piece(
        prompt, language, text, part=0, parts=0, value_of=gap.hole.path, value=value, at=gap.at
    )


def _said(prompt: str, language: str, text: Text) -> tuple[Piece | Gap, ...]:
    said: list[Piece | Gap] = []
    before, part = "", 0
    for found in text.parts:
        if isinstance(found, Fixed):
            if found.speakable:
                part += 1
                said.append(
                    Piece(prompt, language, before + found.text, part, text.fixed, at=len(said))
                )
                before = ""
            elif said and isinstance(last := said[-1], Gap):
                said[-1] = replace(last, after=found.text)
            else:
                before = found.text
        else:
            begins = language != "zh" and _ends_sentence(said, before)
            said.append(Gap(found, before, begins=begins, at=len(said)))
            before = ""
    return tuple(said)


def _ends_sentence(said: list[Piece | Gap], before: str) -> bool:
    """Whether what was said so far ends a sentence, so that a capital letter follows."""
    last = said[-1] if said else None
    text = (last.text if isinstance(last, Piece) else last.after if last else ". ") + before
    return text.rstrip().endswith((".", "!", "?"))


@dataclass(frozen=True, slots=True)
class Words:
    """A word table: codes to the words that are spoken for them.

    Attributes:
        name: Full name.
        rows: Words by code, then by language.
    """

    name: str
    rows: Mapping[str, Mapping[str, str]]

    def word(self, code: str, language: str) -> str:
        """Return the word for *code*; for a code that nobody thought of that of ``other``."""
        row = self.rows.get(code) or self.rows["other"]
        return row.get(language) or next(iter(row.values()))
