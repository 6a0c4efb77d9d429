"""From a written speech to the pieces that are said, with the values of this moment.

What cannot be said, because a value turned out unknown or has no words, is left out as a whole
prompt, and the recorded apology of the house is said in its place: a caller hears neither silence
nor half a sentence. The reasons are given back, for the journal.
"""

from datetime import timedelta

from switchboard.flow.effects import Notices, Pause, Piece, Recording, Sound, Speech
from switchboard.flow.formulas import Formula
from switchboard.flow.program import Program
from switchboard.flow.prompts import Gap, Prompt, gap_piece
from switchboard.flow.runs import Run
from switchboard.flow.scopes import RunScope
from switchboard.flow.speeches import NOTICES, SILENCE, SpeechItem
from switchboard.flow.spoken import Unspeakable, as_sentence, form_of, speak
from switchboard.flow.texts import Form
from switchboard.flow.types import written_form
from switchboard.flow.values import UNKNOWN, Value, field_of

APOLOGY = "house.sorry_fault"
MAX_ITEMS = 100  # of one speech: a list from outside cannot make a call endless

_Said = Piece | Sound | Recording | Pause | Notices


def render(
    program: Program,
    run: Run,
    scope: RunScope,
    items: tuple[SpeechItem, ...],
    *,
    in_figures: bool = False,
) -> tuple[Speech, list[str]]:
    """Return what is said, and why what could not be said was not.

    Args:
        program: Whose prompts.
        run: Whose language.
        scope: Where values are found.
        items: What is written.
        in_figures: For a message: values are written in figures.
    """
    writer = _Writer(program, run.language, in_figures=in_figures)
    for item in items:
        if item.if_ is None or item.if_.holds(scope):
            writer.add(item, scope)
    return tuple(writer.said[:MAX_ITEMS]), writer.faults


class _Writer:
    def __init__(self, program: Program, language: str, *, in_figures: bool) -> None:
        self.said: list[_Said] = []
        self.faults: list[str] = []
        self._program = program
        self._language = language
        self._in_figures = in_figures

    def add(self, item: SpeechItem, scope: RunScope) -> None:
        if item.pause is not None:
            self.said.append(Pause(_span_ms(item.pause, scope)))
        elif item.recording is not None:
            recording = item.recording.compute(scope)
            if isinstance(recording, str):
                self.said.append(Recording(recording))
        elif item.each is not None:
            self._each(item, scope)
        else:
            self._one(item, scope)

    def _each(self, item: SpeechItem, scope: RunScope) -> None:
        rows = item.each.compute(scope) if item.each is not None else ()
        if not isinstance(rows, (list, tuple)):
            return
        most = len(rows) if item.at_most is None else _whole(item.at_most, scope)
        for nth, row in enumerate(rows[:most], start=1):
            if len(self.said) >= MAX_ITEMS:
                return
            self._one(item, scope.with_values({"item": row, "nth": nth}))

    def _one(self, item: SpeechItem, scope: RunScope) -> None:
        written = item.prompt
        name = written.compute(scope) if isinstance(written, Formula) else str(written)
        language = self._language_of(item, scope)
        if name == NOTICES:
            self.said.append(Notices(language))
        elif name != SILENCE:
            self._prompt(str(name), item, scope, language)

    def _language_of(self, item: SpeechItem, scope: RunScope) -> str:
        if item.in_ is None:
            return self._language
        found = item.in_.compute(scope) if isinstance(item.in_, Formula) else item.in_.name
        return str(found) if found is not UNKNOWN else self._language

    def _prompt(self, name: str, item: SpeechItem, scope: RunScope, language: str) -> None:
        prompt = self._find(name, scope)
        if prompt is None:
            self._apologise(f"there is no prompt {name!r}", language)
            return
        handed = {
            key: value.compute(scope) if isinstance(value, Formula) else value
            for key, value in item.with_.items()
        }
        inner = scope.handed_over(handed) if prompt.in_library else scope.with_values(handed)
        try:
            self.said.extend(self._pieces(prompt, inner, language))
        except Unspeakable as why:
            self._apologise(f"{prompt.name}: {why}", language)

    def _find(self, name: str, scope: RunScope) -> Prompt | None:
        prompts = self._program.prompts
        # A prompt handed over as a value bears its full name; a written one may be the flow's own.
        return prompts.get(f"{scope.flow.name}.{name}") or prompts.get(name)

    def _pieces(self, prompt: Prompt, scope: RunScope, language: str) -> list[Piece | Sound]:
        if prompt.sound is not None:
            return [prompt.sound]
        spoken = language if language in prompt.said else next(iter(prompt.said))
        return [
            self._fill(prompt, part, scope, spoken) if isinstance(part, Gap) else part
            for part in prompt.said[spoken]
        ]

    def _fill(self, prompt: Prompt, gap: Gap, scope: RunScope, language: str) -> Piece:
        hole = gap.hole
        value = value_at(hole.path, scope)
        try:
            if isinstance(hole, Form):
                words = form_of(value, hole.one, hole.other, language)
            elif hole.style in self._program.words:
                words = self._word(value, hole.style, language)
                words = as_sentence(words, "") if gap.begins else words
            else:
                words = speak(value, hole.style, language, scope.now, in_figures=self._in_figures)
                if gap.begins:
                    words = as_sentence(words, hole.style)
        except Unspeakable as why:
            raise Unspeakable(f"{hole.path}: {why}") from None
        return gap_piece(prompt.name, language, gap, words, written_form(value))

    def _word(self, value: Value, table: str, language: str) -> str:
        if value is UNKNOWN or value is None:
            raise Unspeakable("the value is unknown")
        return self._program.words[table].word(written_form(value), language)

    def _apologise(self, reason: str, language: str) -> None:
        self.faults.append(reason)
        apology = self._program.prompts.get(APOLOGY)
        if apology is not None and apology.said:
            spoken = language if language in apology.said else next(iter(apology.said))
            self.said.extend(part for part in apology.said[spoken] if isinstance(part, Piece))


def value_at(path: str, scope: RunScope) -> Value:
    """Return the value of a dotted name, or unknown."""
    first, *fields = path.split(".")
    value = scope.value(first)
    for field in fields:
        value = field_of(value, field)
    return value


def _whole(written: object, scope: RunScope) -> int:
    value = written.compute(scope) if isinstance(written, Formula) else written
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _span_ms(written: object, scope: RunScope) -> int:
    value = written.compute(scope) if isinstance(written, Formula) else written
    if isinstance(value, timedelta):
        return value // timedelta(milliseconds=1)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
