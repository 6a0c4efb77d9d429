"""`update`: changes a row."""

from pydantic import Field

from switchboard.flow.effects import UpdateRow
from switchboard.flow.here import Here
from switchboard.flow.kind import Answer, Kind, Leave, Move, Stage, Wait
from switchboard.flow.nodes import NodeModel
from switchboard.flow.speeches import Speech
from switchboard.flow.things import SourceName
from switchboard.flow.writing import row_made, written
from switchboard.flow.written import Name, Values


class Update(NodeModel):
    """Changes the row that has these fields; `refused` when there is none, or several."""

    update: SourceName = Field(description="A writable source of the centre.")
    by: Values = Field(min_length=1, description="Fields, and the values that the row has.")
    with_: Values = Field(alias="with", min_length=1, description="Fields and their new values.")
    keep_as: Name | None = Field(default=None, description="Keeps the row under this name.")
    meanwhile: Speech | None = Field(
        default=None, description="Said once when it takes longer than a second."
    )


def _enter(here: Here[Update]) -> Move:
    # Which row, is never guessed: an unknown term would make it any row.
    known = here.values(here.model.by).keys() == here.model.by.keys()
    return Wait("written") if known else Leave("refused")


def _ask(here: Here[Update]) -> UpdateRow:
    model = here.model
    return UpdateRow(
        model.update.name,
        here.values(model.by),
        here.values(model.with_),
        here.speech(model.meanwhile or ()),
    )


def _written(here: Here[Update], answer: Answer) -> Move:
    return written(here, answer, here.model.update.name, here.model.keep_as)


KIND = Kind(
    verb="update",
    model=Update,
    enter=_enter,
    outcomes=("done", "refused", "failed"),
    stages={"written": Stage(_ask, _written)},
    makes=lambda node: row_made(node.update.name, node.keep_as),
    example="""
  count_the_call:
    update: tickets
    by: {serial: =ticket.serial}
    with: {times_asked: =ticket.times_asked + 1}
    keep_as: ticket
    then: {done: read_state, refused: read_state, failed: read_state}
""",
)
