"""`conference`: puts the caller into a conference room."""

from pydantic import Field

from switchboard.flow.effects import Confer, Done, Failed, Refused
from switchboard.flow.here import Here
from switchboard.flow.kind import Answer, Kind, Leave, Move, Stage, UnfitAnswer, Wait
from switchboard.flow.nodes import NodeModel
from switchboard.flow.types import written_form
from switchboard.flow.written import Free, Span


class Conference(NodeModel):
    """Puts the caller into a conference room; who leaves it first comes back here."""

    conference: Free = Field(description="The room's name.")
    at_most: Span | None = Field(default=None, description="Longest stay.")


def _enter(here: Here[Conference]) -> Move:
    del here
    return Wait("met")


def _ask(here: Here[Conference]) -> Confer:
    model = here.model
    most = None if model.at_most is None else here.milliseconds(model.at_most, 3_600_000)
    return Confer(written_form(here.value(model.conference)), most)


def _met(here: Here[Conference], answer: Answer) -> Move:
    del here
    if isinstance(answer, Done):
        return Leave("done")
    if isinstance(answer, Refused):
        return Leave("full")
    if isinstance(answer, Failed):
        return Leave("failed")
    raise UnfitAnswer(answer, "the end of a conference")


KIND = Kind(
    verb="conference",
    model=Conference,
    enter=_enter,
    outcomes=("done", "full", "failed"),
    stages={"met": Stage(_ask, _met)},
    example="""
  meeting:
    conference: main_room
    at_most: 3h
    then: {done: goodbye, full: room_full, failed: sorry}
""",
)
