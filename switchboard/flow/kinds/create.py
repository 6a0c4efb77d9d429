"""`create`: writes a new row."""

from pydantic import Field

from switchboard.flow.effects import CreateRow
from switchboard.flow.here import Here
from switchboard.flow.kind import Answer, Kind, Move, Stage, Wait
from switchboard.flow.nodes import NodeModel
from switchboard.flow.speeches import Speech
from switchboard.flow.things import SourceName
from switchboard.flow.writing import row_made, written
from switchboard.flow.written import Name, Values


class Create(NodeModel):
    """Writes a new row into a source, once, whatever breaks meanwhile."""

    create: SourceName = Field(description="A writable source of the centre.")
    with_: Values = Field(alias="with", min_length=1, description="Fields and their values.")
    keep_as: Name | None = Field(
        default=None, description="Keeps the new row, with its number, under this name."
    )
    meanwhile: Speech | None = Field(
        default=None, description="Said once when it takes longer than a second."
    )


def _enter(here: Here[Create]) -> Move:
    del here
    return Wait("written")


def _ask(here: Here[Create]) -> CreateRow:
    model = here.model
    return CreateRow(
        model.create.name, here.values(model.with_), here.speech(model.meanwhile or ())
    )


def _written(here: Here[Create], answer: Answer) -> Move:
    return written(here, answer, here.model.create.name, here.model.keep_as)


KIND = Kind(
    verb="create",
    model=Create,
    enter=_enter,
    outcomes=("done", "refused", "failed"),
    stages={"written": Stage(_ask, _written)},
    makes=lambda node: row_made(node.create.name, node.keep_as),
    example="""
  place_order:
    create: orders
    with: {phone: =caller.number, product: =code, pieces: =pieces}
    keep_as: order
    then: {done: order_placed, refused: sold_out, failed: sorry}
""",
)
