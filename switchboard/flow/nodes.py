"""What all nodes have in common, and the keys that several kinds share."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator

from switchboard.flow.names import KEYS, is_name
from switchboard.flow.speeches import Speech
from switchboard.flow.written import Line, Name, Span, Whole, refuse, scalar

GOOD = ""
"""Under ``then``: the target that was written alone, for the kind's good outcome."""


def _outcome(value: object) -> str:
    text = scalar(value, "an outcome")
    if text not in KEYS and not is_name(text):
        signs = {"*": "write star", "#": "write hash"}
        refuse("an outcome is a key (0 to 9, star, hash) or a name", signs.get(text, ""), "F06")
    return str(text)


def _as_ways(value: object) -> object:
    return {GOOD: value} if isinstance(value, str) else value


def _any_outcome(value: object) -> str:
    return GOOD if value == GOOD else _outcome(value)


Ways = Annotated[
    Mapping[Annotated[str, PlainValidator(_any_outcome)], Name], BeforeValidator(_as_ways)
]


class NodeModel(BaseModel):
    """A node as it is written. Each kind adds its verb and its other keys."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, protected_namespaces=()
    )

    about: Line = Field(
        default="", description="The label that people see in graph, desk and reports."
    )
    visits: Whole | None = Field(
        default=None,
        description="How often one run may come here; once more leaves at once by `too_often`.",
    )
    then: Ways = Field(default={}, description="What comes next: outcomes to nodes.")


class Listening(BaseModel):
    """How a node listens. Unwritten keys are taken from `everywhere`, then from the engine."""

    first_key_within: Span | None = Field(
        default=None, description="Longest wait for the first key, from the end of the speech (5s)."
    )
    next_key_within: Span | None = Field(
        default=None, description="Longest wait for each further key (3s)."
    )
    tries_silent: Whole | None = Field(
        default=None, description="So many silences lead to the outcome `silent` (3)."
    )
    tries_wrong: Whole | None = Field(
        default=None, description="So many wrong answers lead to the outcome `wrong` (3)."
    )
    if_silent: Speech | None = Field(
        default=None, description="Said before each new try after silence."
    )
    if_wrong: Speech | None = Field(
        default=None, description="Said before each new try after a wrong answer."
    )


LISTENING_DEFAULTS: Mapping[str, object] = {
    "first_key_within": 5000,
    "next_key_within": 3000,
    "tries_silent": 3,
    "tries_wrong": 3,
    "if_silent": (),
    "if_wrong": (),
}
"""What the engine assumes: the patience that people have been seen to have on the phone."""


class Calling(BaseModel):
    """How a node waits for the world outside."""

    meanwhile: Speech | None = Field(
        default=None, description="Said once when the answer takes longer than a second."
    )
    within: Span | None = Field(default=None, description="Longest wait for the answer (5s).")
    retries: Whole | None = Field(
        default=None, description="How often a failed try is repeated (0)."
    )
