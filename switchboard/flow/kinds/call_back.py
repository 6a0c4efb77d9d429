"""`call_back`: keeps the caller's place in a queue and calls back."""

from pydantic import Field

from switchboard.flow.effects import BookCallback, Done, Failed, Refused
from switchboard.flow.here import Here
from switchboard.flow.kind import Answer, Kind, Leave, Move, Stage, UnfitAnswer, Wait
from switchboard.flow.nodes import NodeModel
from switchboard.flow.things import PriorityName, QueueName
from switchboard.flow.types import written_form
from switchboard.flow.values import UNKNOWN
from switchboard.flow.written import Free, Span

ALREADY = "already"


class CallBack(NodeModel):
    """Books a call back, at the place that the caller has in the queue."""

    call_back: QueueName = Field(description="A queue of the centre.")
    to: Free = Field(description="The number to call.")
    priority: PriorityName | None = Field(default=None, description="A priority of the centre.")
    expires: Span | None = Field(default=None, description="How long the call is worth making.")


def _enter(here: Here[CallBack]) -> Move:
    return Leave("refused") if here.value(here.model.to) is UNKNOWN else Wait("booked")


def _ask(here: Here[CallBack]) -> BookCallback:
    model = here.model
    return BookCallback(
        queue=written_form(here.value(model.call_back)),
        to=written_form(here.value(model.to)),
        priority="" if model.priority is None else written_form(here.value(model.priority)),
        expires_ms=None if model.expires is None else here.milliseconds(model.expires, 86_400_000),
    )


def _booked(here: Here[CallBack], answer: Answer) -> Move:
    del here
    if isinstance(answer, Done):
        return Leave("done")
    if isinstance(answer, Refused):
        return Leave(ALREADY if answer.reason == ALREADY else "refused")
    if isinstance(answer, Failed):
        return Leave("failed")
    raise UnfitAnswer(answer, "whether the call back is booked")


KIND = Kind(
    verb="call_back",
    model=CallBack,
    enter=_enter,
    outcomes=("done", "already", "refused", "failed"),
    stages={"booked": Stage(_ask, _booked)},
    example="""
  call_me_back:
    call_back: service
    to: =caller.number
    then: {done: place_kept, already: place_kept, refused: cannot_call, failed: sorry}
""",
)
