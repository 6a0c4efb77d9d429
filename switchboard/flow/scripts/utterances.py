"""What was said, as a script names it: one utterance for each prompt, with its words and values."""

from collections.abc import Iterator
from dataclasses import dataclass

from switchboard.flow import effects as fx


@dataclass(frozen=True, slots=True)
class Utterance:
    """One thing that was said: a prompt, a sound, a recording, a notice, a pause.

    Attributes:
        prompt: Full name of the prompt; for anything else what it is.
        language: The language.
        text: The whole words.
        values: The values it spoke, as they are written.
    """

    prompt: str
    language: str = ""
    text: str = ""
    values: tuple[tuple[str, str], ...] = ()


def utterances(speech: fx.Speech, *, notices: bool) -> Iterator[Utterance]:
    """Yield what a speech says, one after another.

    Args:
        speech: The speech.
        notices: Whether operations put something up today.
    """
    pieces: list[fx.Piece] = []
    for part in speech:
        if isinstance(part, fx.Piece):
            if part.at == 0 and pieces:
                yield _joined(pieces)
                pieces = []
            pieces.append(part)
            continue
        if pieces:
            yield _joined(pieces)
            pieces = []
        if isinstance(part, fx.Notices):
            if notices:
                yield Utterance("notices", part.language)
        elif isinstance(part, fx.Sound):
            yield Utterance(f"sound {part.name}")
        elif isinstance(part, fx.Recording):
            yield Utterance("recording")
    if pieces:
        yield _joined(pieces)


def _joined(pieces: list[fx.Piece]) -> Utterance:
    values = tuple((piece.value_of, piece.value) for piece in pieces if piece.value_of)
    text = "".join(piece.text for piece in pieces)
    return Utterance(pieces[0].prompt, pieces[0].language, text, values)
