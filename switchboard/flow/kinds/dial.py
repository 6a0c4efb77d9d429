"""`dial`: rings somebody and connects the caller."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from switchboard.flow.effects import Dial, Dialled, Failed, Refused
from switchboard.flow.here import Here
from switchboard.flow.kind import Answer, Kind, Leave, Move, Stage, UnfitAnswer, Wait
from switchboard.flow.nodes import NodeModel
from switchboard.flow.speeches import Speech
from switchboard.flow.things import DialListName
from switchboard.flow.types import written_form
from switchboard.flow.values import UNKNOWN
from switchboard.flow.world import DialTarget
from switchboard.flow.written import Free, Span, refuse


class Target(BaseModel):
    """Who is dialled: exactly one of these."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    number: Free = Field(default=None, description="A telephone number.")
    agent: Free = Field(default=None, description="An agent.")
    extension: Free = Field(default=None, description="An extension of the house.")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(getattr(self, name) is not None for name in DialTarget) != 1:
            refuse("one of number, agent, extension stands here", code="S05")
        return self


class DialNode(NodeModel):
    """Rings somebody and connects the caller, who comes back when they have talked.

    What comes from a caller or from outside is dialled only if it is on the list `allowed`.
    """

    dial: Target = Field(description="`{number: x}`, `{agent: x}` or `{extension: x}`.")
    ring_for: Span = Field(description="Longest ringing.")
    allowed: DialListName | None = Field(
        default=None, description="A dial list of the centre; anything else is `refused`."
    )
    announce: Speech | None = Field(default=None, description="Said to whoever answers.")


def target_of(node: DialNode) -> tuple[DialTarget, object]:
    """Return what is dialled: its kind, and what is written there."""
    return next(
        (kind, written) for kind in DialTarget if (written := getattr(node.dial, kind)) is not None
    )


def _to(here: Here[DialNode]) -> str | None:
    """Whom to dial; None when nobody may be."""
    value = here.value(target_of(here.model)[1])
    if value is UNKNOWN:
        return None
    to = written_form(value)
    allowed = here.model.allowed
    if allowed is not None and to not in here.program.centre.dial_lists.get(allowed.name, ()):
        return None
    return to


def _enter(here: Here[DialNode]) -> Move:
    return Leave("refused") if _to(here) is None else Wait("rung")


def _ask(here: Here[DialNode]) -> Dial:
    model = here.model
    return Dial(
        target=target_of(model)[0],
        to=_to(here) or "",
        ring_for_ms=here.milliseconds(model.ring_for, 30_000),
        announce=here.speech(model.announce or ()),
    )


def _rung(here: Here[DialNode], answer: Answer) -> Move:
    del here
    if isinstance(answer, Dialled):
        return Leave(answer.result)
    if isinstance(answer, Refused):
        return Leave("refused")
    if isinstance(answer, Failed):
        return Leave("failed")
    raise UnfitAnswer(answer, "what came of a call")


KIND = Kind(
    verb="dial",
    model=DialNode,
    enter=_enter,
    outcomes=("talked", "busy", "no_answer", "unreachable", "refused", "failed"),
    stages={"rung": Stage(_ask, _rung)},
    example="""
  ring:
    dial: {extension: =keyed}
    allowed: house_extensions
    ring_for: 25s
    then: {talked: goodbye, busy: is_busy, otherwise: not_there, failed: sorry}
""",
)
