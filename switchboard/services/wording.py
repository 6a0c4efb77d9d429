"""Speeches that services make themselves, from the prompts of a library that ships.

What a person hears of a service (a mailbox, a consent) is worded, translated, spoken and recorded
like every prompt of a flow; only who asks for it differs.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from switchboard.flow import Program
from switchboard.flow.effects import Piece, Sound, Speech
from switchboard.flow.prompts import Gap, Prompt, gap_piece
from switchboard.flow.spoken import Unspeakable, form_of, speak
from switchboard.flow.texts import Form
from switchboard.flow.values import Value


class Wording:
    """The prompts of one library, ready to be said.

    Args:
        program: Gives the flows, with the library, as they stand now.
        library: Its name.
    """

    def __init__(self, program: Callable[[], Program], library: str) -> None:
        self._program = program
        self._library = library

    def speech(self, name: str, language: str, now: datetime, **values: Value) -> Speech:
        """Return what the prompt *name* says in *language*; nothing when there is no such prompt.

        Args:
            name: The prompt's name within the library, or the full name of any prompt.
            language: One that it does not have is replaced by its first.
            now: The present moment.
            values: What it speaks.

        Raises:
            Unspeakable: a value has no words.
        """
        program = self._program()
        prompts = program.prompts
        prompt = prompts.get(f"{self._library}.{name}") or prompts.get(name)
        if prompt is None:
            return ()
        if prompt.sound is not None:
            return (prompt.sound,)
        return tuple(_pieces(prompt, language, now.astimezone(program.zone), values))

    def static_pieces(self) -> Iterator[Piece | Sound]:
        """Yield all of the library that can be spoken before a call."""
        for prompt in self._program().prompts.values():
            if prompt.owner == self._library:
                yield from prompt.static()


def _pieces(
    prompt: Prompt, language: str, now: datetime, values: Mapping[str, Value]
) -> Iterator[Piece]:
    spoken = language if language in prompt.said else next(iter(prompt.said))
    for part in prompt.said[spoken]:
        if isinstance(part, Piece):
            yield part
        else:
            value = values.get(part.hole.path)
            yield gap_piece(prompt.name, spoken, part, _words(part, value, spoken, now), str(value))


def _words(gap: Gap, value: Value, language: str, now: datetime) -> str:
    if value is None:
        raise Unspeakable(f"{gap.hole.path} was not handed over")
    if isinstance(gap.hole, Form):
        return form_of(value, gap.hole.one, gap.hole.other, language)
    return speak(value, gap.hole.style, language, now)
