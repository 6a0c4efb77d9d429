"""`play`: says something."""

from pydantic import Field

from switchboard.flow.effects import Failed, OnKey, Said, Say
from switchboard.flow.here import Here
from switchboard.flow.kind import Answer, Kind, Leave, Move, Stage, UnfitAnswer, Wait
from switchboard.flow.nodes import NodeModel
from switchboard.flow.speeches import Speech


class Play(NodeModel):
    """Says something, and goes on when it has been heard or a key has ended it."""

    play: Speech = Field(description="What is said.")
    on_key: OnKey = Field(
        default=OnKey.PASS_ON,
        description="What a key does: `pass_on` ends it and counts for the next node that listens, "
        "`stop` ends it and is dropped, `ignore` neither.",
    )


def _enter(here: Here[Play]) -> Move:
    del here
    return Wait("said")


def _say(here: Here[Play]) -> Say:
    return Say(here.speech(here.model.play), here.model.on_key)


def _said(here: Here[Play], answer: Answer) -> Move:
    del here
    if not isinstance(answer, (Said, Failed)):  # what could not be said does not stop a flow
        raise UnfitAnswer(answer, "the end of a speech")
    return Leave("done")


KIND = Kind(
    verb="play",
    model=Play,
    enter=_enter,
    outcomes=("done",),
    stages={"said": Stage(_say, _said)},
    example="""
  welcome: {play: [notices, welcome], then: main}
""",
)
