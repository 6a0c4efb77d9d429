"""`set`: keeps values."""

from pydantic import Field

from switchboard.flow.formulas import Formula
from switchboard.flow.here import Here
from switchboard.flow.kind import Kind, Leave, Made, Move
from switchboard.flow.nodes import NodeModel
from switchboard.flow.types import type_of_written
from switchboard.flow.written import Values


class Set(NodeModel):
    """Keeps values under names; each line sees the values of the lines before it."""

    set: Values = Field(min_length=1, description="Names, and what is kept under each.")


def _enter(here: Here[Set]) -> Move:
    for name, written in here.model.set.items():
        here.keep(name, here.value(written))
    return Leave("done")


KIND = Kind(
    verb="set",
    model=Set,
    enter=_enter,
    outcomes=("done",),
    makes=lambda node: tuple(
        Made(name, f"={value}" if isinstance(value, Formula) else type_of_written(value))
        for name, value in node.set.items()
    ),
    example="""
  add_up:
    set: {total: =product.price * pieces}
    then: confirm_order
""",
)
