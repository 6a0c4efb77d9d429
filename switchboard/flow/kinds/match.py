"""`match`: the value of a formula is the way."""

from pydantic import Field

from switchboard.flow.here import Here
from switchboard.flow.kind import Kind, Leave, Move
from switchboard.flow.names import OTHERWISE
from switchboard.flow.nodes import NodeModel
from switchboard.flow.types import written_form
from switchboard.flow.values import UNKNOWN
from switchboard.flow.written import Condition


class Match(NodeModel):
    """Goes by the value of a formula: each value that leads somewhere stands under `then`."""

    match: Condition = Field(description="A formula; its value is compared with the outcomes.")


def _enter(here: Here[Match]) -> Move:
    value = here.value(here.model.match)
    outcome = OTHERWISE if value is UNKNOWN else written_form(value)
    return Leave(outcome if outcome in here.node.own else OTHERWISE)


KIND = Kind(
    verb="match",
    model=Match,
    enter=_enter,
    outcomes=(),
    own_outcomes=lambda node: (*(name for name in node.then if name != OTHERWISE), OTHERWISE),
    example="""
  which_file:
    match: document
    then: {catalogue: send_catalogue, prices: send_prices, otherwise: people}
""",
)
