"""`look_up_all`: finds all rows of a source that have these fields."""

from pydantic import Field

from switchboard.flow.effects import Failed, Found, LookUp
from switchboard.flow.here import Here
from switchboard.flow.kind import Answer, Kind, Leave, Made, Move, Stage, UnfitAnswer, Wait
from switchboard.flow.nodes import Calling, NodeModel
from switchboard.flow.things import SourceName
from switchboard.flow.types import typed
from switchboard.flow.values import UNKNOWN
from switchboard.flow.world import Sort
from switchboard.flow.written import Name, Values, Whole

MOST_ROWS = 100  # that a run keeps: it is saved at each wait


class LookUpAll(NodeModel, Calling):
    """Finds rows of a source, in order, and keeps them as a list."""

    look_up_all: SourceName = Field(description="A source of the centre.")
    by: Values = Field(min_length=1, description="Fields, and the values that they have.")
    sort: Sort = Field(
        default=Sort.AS_GIVEN,
        description="Their order: `newest first`, `oldest first` or `as given`.",
    )
    at_most: Whole = Field(description="So many rows are enough.")
    keep_as: Name = Field(description="Keeps the list under this name; unknown when it is empty.")


def _enter(here: Here[LookUpAll]) -> Move:
    if here.values(here.model.by):
        return Wait("found")
    here.keep(here.model.keep_as, UNKNOWN)
    return Leave("none")


def _most(here: Here[LookUpAll]) -> int:
    return min(MOST_ROWS, here.whole(here.model.at_most, MOST_ROWS))


def _ask(here: Here[LookUpAll]) -> LookUp:
    model = here.model
    return LookUp(
        source=model.look_up_all.name,
        by=here.values(model.by),
        at_most=_most(here),
        sort=model.sort,
        within_ms=here.milliseconds(model.within, 5000),
        retries=here.whole(model.retries, 0),
        meanwhile=here.speech(model.meanwhile or ()),
    )


def _found(here: Here[LookUpAll], answer: Answer) -> Move:
    if isinstance(answer, Found) and answer.rows:
        name, fields = here.model.look_up_all.name, here.program.fields
        rows = [typed(row, name, fields) for row in answer.rows[: _most(here)]]
        here.keep(here.model.keep_as, rows)
        return Leave("found")
    here.keep(here.model.keep_as, UNKNOWN)
    if isinstance(answer, Failed):
        return Leave("failed")
    if isinstance(answer, Found):
        return Leave("none")
    raise UnfitAnswer(answer, "rows")


KIND = Kind(
    verb="look_up_all",
    model=LookUpAll,
    enter=_enter,
    outcomes=("found", "none", "failed"),
    stages={"found": Stage(_ask, _found)},
    makes=lambda node: (
        Made(
            node.keep_as,
            f"list of {node.look_up_all.name}",
            frozenset({"found"}),
            lost=frozenset({"none", "failed"}),
        ),
    ),
    example="""
  my_orders:
    look_up_all: orders
    by: {phone: =caller.number}
    sort: newest first
    at_most: 3
    keep_as: orders
    then: {found: read_orders, none: no_orders, failed: sorry}
""",
)
