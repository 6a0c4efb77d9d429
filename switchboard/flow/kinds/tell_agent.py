"""`tell_agent`: shows something to every agent of this call."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, PlainValidator, WithJsonSchema

from switchboard.flow.effects import TellAgent
from switchboard.flow.here import Here
from switchboard.flow.kind import Kind, Leave, Move
from switchboard.flow.nodes import NodeModel
from switchboard.flow.types import written_form
from switchboard.flow.written import Free, refuse, scalar


def _label(value: object) -> str:
    text = str(scalar(value, "a label"))
    return text if 0 < len(text) <= 40 else refuse("a label has 1 to 40 characters")


Label = Annotated[
    str,
    PlainValidator(_label),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": 40}),
]


class TellAgentNode(NodeModel):
    """Shows labels and values to every agent of this call, from here on."""

    tell_agent: Mapping[Label, Free] = Field(
        min_length=1, description="Labels, in any words, and their values."
    )


def _enter(here: Here[TellAgentNode]) -> Move:
    values = here.values(here.model.tell_agent)
    if values:
        here.ask(TellAgent({label: written_form(value) for label, value in values.items()}))
    return Leave("done")


KIND = Kind(
    verb="tell_agent",
    model=TellAgentNode,
    enter=_enter,
    outcomes=("done",),
    example="""
  show_customer:
    tell_agent: {Name: =customer.name, Account: =customer.number}
    then: line
""",
)
