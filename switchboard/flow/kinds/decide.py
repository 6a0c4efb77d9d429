"""`decide`: the first condition that holds is the way."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from switchboard.flow.here import Here
from switchboard.flow.kind import Kind, Leave, Move
from switchboard.flow.names import OTHERWISE
from switchboard.flow.nodes import NodeModel
from switchboard.flow.written import Condition, Name

Case = Annotated[Mapping[Name, Condition], Field(min_length=1, max_length=1)]


class Decide(NodeModel):
    """Goes by the first condition that holds. A comparison with an unknown value does not hold."""

    decide: tuple[Case, ...] = Field(min_length=1, description="Outcomes and their conditions.")


def cases(node: Decide) -> dict[str, Condition]:
    """Return the conditions by the outcome of each, in order."""
    return {name: condition for case in node.decide for name, condition in case.items()}


def _enter(here: Here[Decide]) -> Move:
    scope = here.scope()
    for name, condition in cases(here.model).items():
        if condition.holds(scope):
            return Leave(name)
    return Leave(OTHERWISE)


KIND = Kind(
    verb="decide",
    model=Decide,
    enter=_enter,
    outcomes=(),
    own_outcomes=lambda node: (*cases(node), OTHERWISE),
    example="""
  treat_well:
    decide:
      - vip: customer.level == "vip"
      - regular: count(orders) > 3
    then: {vip: vip_line, regular: short_menu, otherwise: main}
""",
)
