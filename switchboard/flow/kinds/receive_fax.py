"""`receive_fax`: takes a fax from the caller."""

from pydantic import Field

from switchboard.flow.effects import Done, Failed, ReceiveFax
from switchboard.flow.here import Here
from switchboard.flow.kind import Answer, Kind, Leave, Made, Move, Stage, UnfitAnswer, Wait
from switchboard.flow.nodes import NodeModel
from switchboard.flow.speeches import Speech
from switchboard.flow.written import Name


class ReceiveFaxNode(NodeModel):
    """Takes a fax from the caller and keeps its pages as a value."""

    receive_fax: Speech = Field(description="Said before the fax tone.")
    keep_as: Name = Field(description="Keeps the fax under this name.")


def _enter(here: Here[ReceiveFaxNode]) -> Move:
    del here
    return Wait("received")


def _ask(here: Here[ReceiveFaxNode]) -> ReceiveFax:
    return ReceiveFax(here.speech(here.model.receive_fax))


def _received(here: Here[ReceiveFaxNode], answer: Answer) -> Move:
    if isinstance(answer, Done) and "fax" in answer.values:
        here.keep(here.model.keep_as, answer.values["fax"])
        return Leave("received")
    if isinstance(answer, Failed):
        return Leave("failed")
    raise UnfitAnswer(answer, "a fax")


KIND = Kind(
    verb="receive_fax",
    model=ReceiveFaxNode,
    enter=_enter,
    outcomes=("received", "failed"),
    stages={"received": Stage(_ask, _received)},
    makes=lambda node: (Made(node.keep_as, "fax", frozenset({"received"})),),
    example="""
  fax_to_us:
    receive_fax: fax_tone
    keep_as: fax
    then: {received: file_fax, failed: sorry}
""",
)
