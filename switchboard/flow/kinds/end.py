"""`end`: ends the flow by one of its ends."""

from pydantic import Field

from switchboard.flow.here import Here
from switchboard.flow.kind import EndFlow, Kind, Move
from switchboard.flow.nodes import NodeModel
from switchboard.flow.things import EndName
from switchboard.flow.written import Values


class End(NodeModel):
    """Ends the flow and goes back to the flow that ran it; nobody ran it: the call ends."""

    end: EndName = Field(description="One of the flow's `ends`.")
    with_: Values = Field(default={}, alias="with", description="What the flow gives.")


def _enter(here: Here[End]) -> Move:
    return EndFlow(here.model.end.name, here.values(here.model.with_))


KIND = Kind(
    verb="end",
    model=End,
    enter=_enter,
    outcomes=(),
    example="""
  found: {end: found, with: {account: =account}}
""",
)
