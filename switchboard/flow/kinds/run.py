"""`run`: runs another flow, and goes on by the end that it comes to."""

from pydantic import Field

from switchboard.flow.here import Here
from switchboard.flow.kind import (
    Answer,
    Ended,
    Kind,
    Leave,
    Made,
    Move,
    RunFlow,
    Stage,
    UnfitAnswer,
)
from switchboard.flow.nodes import NodeModel
from switchboard.flow.things import FlowName
from switchboard.flow.values import Value
from switchboard.flow.written import Name, Values


class RunNode(NodeModel):
    """Runs another flow. It sees none of this flow's values but those handed over."""

    run: FlowName = Field(description="The flow, or `library.flow`.")
    with_: Values = Field(default={}, alias="with", description="What the flow takes.")
    keep_as: Name | None = Field(
        default=None, description="Keeps what the flow gives, as fields of this name."
    )


def _enter(here: Here[RunNode]) -> Move:
    name = here.flow.full_name(here.model.run.name)
    takes = here.program.flows[name].file.takes
    handed = {
        key: _in_full(here, value) if takes.get(key) == "prompt" else value
        for key, value in here.values(here.model.with_).items()
    }
    return RunFlow(name, handed)


def _in_full(here: Here[RunNode], prompt: Value) -> Value:
    """A prompt of this flow is known in another one by its full name only."""
    own = f"{here.flow.name}.{prompt}"
    return own if own in here.program.prompts else prompt


def _ended(here: Here[RunNode], answer: Answer) -> Move:
    if not isinstance(answer, Ended):
        raise UnfitAnswer(answer, "the end of a flow")
    here.keep(here.model.keep_as, dict(answer.values))
    return Leave(answer.end)


KIND = Kind(
    verb="run",
    model=RunNode,
    enter=_enter,
    outcomes=(),
    stages={"running": Stage(None, _ended)},
    makes=lambda node: (
        () if node.keep_as is None else (Made(node.keep_as, f"gives:{node.run.name}"),)
    ),
    example="""
  bill:
    run: gas_account
    with: {ask_password: true}
    keep_as: who
    then: {found: find_bill, unknown: people, back: main}
""",
)
