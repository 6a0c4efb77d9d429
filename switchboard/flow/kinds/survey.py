"""`survey`: asks questions one after another and keeps the answers together."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from switchboard.flow.effects import (
    Done,
    Effect,
    Failed,
    KeepSurvey,
    Keyed,
    Keypad,
    Record,
    Recorded,
    Refused,
    Silent,
)
from switchboard.flow.here import Here
from switchboard.flow.kind import Answer, Kind, Leave, Made, Move, Stage, UnfitAnswer, Wait
from switchboard.flow.kinds.record import FINISHED_MS
from switchboard.flow.listening import SILENT, WRONG, again, listen
from switchboard.flow.nodes import Listening, NodeModel
from switchboard.flow.speeches import Speech
from switchboard.flow.written import Condition, Name, Range, Span, refuse


class Question(BaseModel):
    """One question: answered by a key, or by speaking."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    ask: Speech = Field(description="The question.")
    keys: Range | None = Field(default=None, description="Answered by a key: `1 to 5`.")
    record: Span | None = Field(default=None, description="Answered by speaking, at most so long.")
    if_: Condition | None = Field(
        default=None, alias="if", description="Asked only if this holds; earlier answers are known."
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.keys is None) is (self.record is None):
            refuse("a question has either keys or record", code="S05")
        if self.keys is not None and self.keys[1] > 9:
            refuse("an answer is one key, 0 to 9")
        return self


NamedQuestion = Annotated[Mapping[Name, Question], Field(min_length=1, max_length=1)]


class Survey(NodeModel, Listening):
    """Asks questions and keeps the answers together, as far as the caller gives them.

    Each answer is a value of its question's name. Whoever hangs up has answered what was answered.
    """

    survey: Name = Field(description="Its name in reports.")
    questions: tuple[NamedQuestion, ...] = Field(
        min_length=1, description="Names and their questions."
    )


def questions(node: Survey) -> dict[str, Question]:
    """Return the questions by name, in order."""
    return {name: question for entry in node.questions for name, question in entry.items()}


def _enter(here: Here[Survey]) -> Move:
    return _next(here, {}, after=-1)


def _next(here: Here[Survey], answers: Mapping[str, Any], after: int) -> Move:
    """The next question that is to be asked; behind the last one the answers are kept."""
    for number, question in enumerate(questions(here.model).values()):
        if number > after and (question.if_ is None or question.if_.holds(here.scope())):
            return Wait("asked", {"answers": answers, "number": number})
    return Wait("kept", {"answers": answers}) if answers else Leave("silent")


def _question(here: Here[Survey]) -> tuple[str, Question]:
    return tuple(questions(here.model).items())[int(here.state["number"])]


def _ask(here: Here[Survey]) -> Effect:
    _, question = _question(here)
    if question.record is not None:
        return Record(here.speech(question.ask), here.milliseconds(question.record, 60_000))
    return listen(here, here.speech(question.ask), Keypad(longest=1))


def _asked(here: Here[Survey], answer: Answer) -> Move:
    name, question = _question(here)
    answers, number = dict(here.state["answers"]), int(here.state["number"])
    if isinstance(answer, Recorded):
        least = FINISHED_MS if here.gone else 1
        if answer.duration_ms >= least:
            here.keep(name, answer.recording_id)
            answers[name] = answer.recording_id
        return _gone_with(answers) if here.gone else _next(here, answers, after=number)
    if isinstance(answer, Keyed) and question.keys is not None and answer.keys.isdecimal():
        low, high = question.keys
        if low <= int(answer.keys) <= high:
            here.keep(name, int(answer.keys))
            return _next(here, {**answers, name: int(answer.keys)}, after=number)
    if not isinstance(answer, (Keyed, Silent, Failed)):
        raise UnfitAnswer(answer, "an answer, or silence")
    move = again(here, WRONG if isinstance(answer, Keyed) else SILENT, "asked")
    # Whoever does not answer a question in the end is not asked the others.
    return _gone_with(answers) if isinstance(move, Leave) else move


def _gone_with(answers: Mapping[str, Any]) -> Move:
    return Wait("kept", {"answers": answers}) if answers else Leave("silent")


def _gone(here: Here[Survey]) -> Move:
    return _gone_with(here.state["answers"])


def _keep(here: Here[Survey]) -> KeepSurvey:
    return KeepSurvey(here.model.survey, dict(here.state["answers"]))


def _kept(here: Here[Survey], answer: Answer) -> Move:
    del here
    if isinstance(answer, Done):
        return Leave("done")
    if isinstance(answer, (Failed, Refused)):
        return Leave("failed")
    raise UnfitAnswer(answer, "whether the answers are kept")


_STAGES: dict[str, Stage[Survey]] = {
    "asked": Stage(_ask, _asked, gone=_gone),
    "kept": Stage(_keep, _kept, gone=lambda here: Wait("kept", {"answers": here.state["answers"]})),
}

KIND = Kind(
    verb="survey",
    model=Survey,
    enter=_enter,
    outcomes=("done", "silent", "failed"),
    stages=_STAGES,
    makes=lambda node: tuple(
        Made(name, "number" if question.keys else "recording", frozenset())
        for name, question in questions(node).items()
    ),
    example="""
  rate:
    survey: service_quality
    questions:
      - rating: {ask: rate_us, keys: 1 to 3}
      - reason: {ask: why_not, record: 60s, if: rating == 3}
    then: {done: thank_you, silent: goodbye, failed: goodbye}
""",
)
