"""`split`: sends a share of the callers another way."""

import hashlib
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, PlainValidator, WithJsonSchema

from switchboard.flow.here import Here
from switchboard.flow.kind import Kind, Leave, Move
from switchboard.flow.names import OTHERWISE
from switchboard.flow.nodes import NodeModel
from switchboard.flow.types import written_form
from switchboard.flow.values import UNKNOWN
from switchboard.flow.written import Free, Name, read_plain, refuse, scalar


def _percent(value: object) -> Any:  # noqa: ANN401 - a whole number or a decimal
    found = read_plain(scalar(value, "a percentage"))
    if isinstance(found, (bool, str)) or not 0 <= found <= 100:
        refuse("a share is a number from 0 to 100, in percent")
    return found


Percent = Annotated[
    Any, PlainValidator(_percent), WithJsonSchema({"type": "number", "minimum": 0, "maximum": 100})
]
Share = Annotated[Mapping[Name, Percent], Field(min_length=1, max_length=1)]


class Split(NodeModel):
    """Sends a share of the callers each way; whoever is in no share goes by `otherwise`."""

    split: tuple[Share, ...] = Field(min_length=1, description="Outcomes and percentages.")
    by: Free = Field(
        default=None,
        description="The same value goes the same way every time; without it each call goes anew.",
    )


def shares(node: Split) -> dict[str, Any]:
    """Return the percentages by the outcome of each, in order."""
    return {name: percent for share in node.split for name, percent in share.items()}


def _enter(here: Here[Split]) -> Move:
    if here.node.prepared is not None:
        return Leave(here.node.prepared)  # a call script says which way
    place = _place(here)
    passed = 0
    for name, percent in shares(here.model).items():
        passed += percent
        if place < passed:
            return Leave(name)
    return Leave(OTHERWISE)


def _place(here: Here[Split]) -> float:
    """A number from 0 to 100 that is the same for the same value, and evenly spread over values."""
    value = None if here.model.by is None else here.value(here.model.by)
    if value is None or value is UNKNOWN:
        call = here.run.call
        value = f"{call.started_at.isoformat()} {call.number} {call.dialled}"
    text = f"{here.flow.name}.{here.node.name}={written_form(value)}"
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    return number / 2**64 * 100


KIND = Kind(
    verb="split",
    model=Split,
    enter=_enter,
    outcomes=(),
    own_outcomes=lambda node: (*shares(node), OTHERWISE),
    example="""
  which_hello:
    split:
      - new: 20
    by: =caller.number
    then: {new: hello_new, otherwise: hello}
""",
)
