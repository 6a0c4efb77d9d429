"""`look_up`: finds the one row of a source that has these fields."""

from pydantic import Field

from switchboard.flow.effects import Failed, Found, LookUp
from switchboard.flow.here import Here
from switchboard.flow.kind import Answer, Kind, Leave, Made, Move, Stage, UnfitAnswer, Wait
from switchboard.flow.nodes import Calling, NodeModel
from switchboard.flow.things import SourceName
from switchboard.flow.types import typed
from switchboard.flow.values import UNKNOWN
from switchboard.flow.world import Sort
from switchboard.flow.written import Name, Values


class LookUpNode(NodeModel, Calling):
    """Finds one row of a source. A term whose value is unknown is as if it were not written."""

    look_up: SourceName = Field(description="A source of the centre.")
    by: Values = Field(min_length=1, description="Fields, and the values that they have.")
    keep_as: Name = Field(description="Keeps the row under this name; unknown when there is none.")


def _enter(here: Here[LookUpNode]) -> Move:
    if here.values(here.model.by):
        return Wait("found")
    here.keep(here.model.keep_as, UNKNOWN)
    return Leave("none")


def _ask(here: Here[LookUpNode]) -> LookUp:
    model = here.model
    return LookUp(
        source=model.look_up.name,
        by=here.values(model.by),
        at_most=2,  # a second one says that there are several
        sort=Sort.AS_GIVEN,
        within_ms=here.milliseconds(model.within, 5000),
        retries=here.whole(model.retries, 0),
        meanwhile=here.speech(model.meanwhile or ()),
    )


def _found(here: Here[LookUpNode], answer: Answer) -> Move:
    row = UNKNOWN
    if isinstance(answer, Failed):
        outcome = "failed"
    elif not isinstance(answer, Found):
        raise UnfitAnswer(answer, "rows")
    elif not answer.rows:
        outcome = "none"
    elif len(answer.rows) > 1:
        outcome = "several"
    else:
        outcome = "found"
        row = typed(answer.rows[0], here.model.look_up.name, here.program.fields)
    here.keep(here.model.keep_as, row)
    return Leave(outcome)


KIND = Kind(
    verb="look_up",
    model=LookUpNode,
    enter=_enter,
    outcomes=("found", "several", "none", "failed"),
    stages={"found": Stage(_ask, _found)},
    makes=lambda node: (
        Made(
            node.keep_as,
            node.look_up.name,
            frozenset({"found"}),
            lost=frozenset({"several", "none", "failed"}),
        ),
    ),
    example="""
  who:
    look_up: customers
    by: {phone: =caller.number}
    keep_as: customer
    within: 2s
    then: {found: welcome_by_name, otherwise: welcome, failed: welcome}
""",
)
