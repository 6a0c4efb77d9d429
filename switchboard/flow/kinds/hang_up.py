"""`hang_up`: says a last word and ends the call."""

from pydantic import Field

from switchboard.flow.effects import Failed, OnKey, Said, Say
from switchboard.flow.here import Here
from switchboard.flow.kind import Answer, Kind, Move, Stage, Stop, UnfitAnswer, Wait
from switchboard.flow.nodes import NodeModel
from switchboard.flow.speeches import Speech


class HangUp(NodeModel):
    """Says a last word and ends the call, also inside a sub-flow."""

    hang_up: Speech = Field(description="The last word; `silence` for none.")


def _enter(here: Here[HangUp]) -> Move:
    return Stop("caller_gone") if here.gone else Wait("said")


def _say(here: Here[HangUp]) -> Say:
    return Say(here.speech(here.model.hang_up), OnKey.IGNORE)


def _said(here: Here[HangUp], answer: Answer) -> Move:
    del here
    if not isinstance(answer, (Said, Failed)):
        raise UnfitAnswer(answer, "the end of a speech")
    return Stop("flow_ended")


KIND = Kind(
    verb="hang_up",
    model=HangUp,
    enter=_enter,
    outcomes=(),
    stages={"said": Stage(_say, _said)},
    example="""
  goodbye: {hang_up: goodbye}
""",
)
