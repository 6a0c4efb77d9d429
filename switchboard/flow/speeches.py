"""A speech as it is written: a prompt's name, or a list of what is said in one breath."""

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    WithJsonSchema,
    model_validator,
)

from switchboard.flow.formulas import Formula
from switchboard.flow.names import NAME
from switchboard.flow.things import LanguageName, PromptName
from switchboard.flow.written import Condition, Span, Values, Whole, formula, refuse, scalar

NOTICES, SILENCE = "notices", "silence"


def _value_name(value: object) -> Formula:
    """The name of a value, with dots; a formula that is nothing else."""
    if isinstance(value, Formula):
        return value
    found = formula(scalar(value, "the name of a value").removeprefix("="))
    if found.names() != {found.text}:
        refuse("the name of a value stands here", "compute it by a `set` before")
    return found


ValueName = Annotated[
    Formula,
    PlainValidator(_value_name),
    WithJsonSchema({"type": "string", "pattern": rf"^=?{NAME.pattern}(\.{NAME.pattern})*$"}),
]


class SpeechItem(BaseModel):
    """One thing that is said: exactly one of ``prompt``, ``each``, ``recording``, ``pause``."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    prompt: PromptName | None = Field(default=None, description="The prompt that is said.")
    with_: Values = Field(default={}, alias="with", description="Values that the prompt speaks.")
    in_: LanguageName | None = Field(
        default=None, alias="in", description="Said in this language whatever the caller's."
    )
    if_: Condition | None = Field(default=None, alias="if", description="Said only if this holds.")
    each: ValueName | None = Field(
        default=None, description="A list: `prompt` is said for each of it, with `item` and `nth`."
    )
    at_most: Whole | None = Field(default=None, description="With `each`: only so many.")
    recording: ValueName | None = Field(
        default=None, description="What somebody recorded: `{recording: =voice}`."
    )
    pause: Span | None = Field(default=None, description="Silence of this length.")

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        things = [
            name for name in ("prompt", "recording", "pause") if getattr(self, name) is not None
        ]
        if len(things) != 1:
            refuse("one of prompt, recording, pause stands in each { } of a speech", code="S05")
        if self.prompt is None and (self.each is not None or self.with_ or self.in_ is not None):
            refuse("each, with and in belong to a prompt", code="S05")
        return self


def _as_items(value: object) -> object:
    """Bring the short forms to the long one: a list of entries."""
    if isinstance(value, str):
        return [{"prompt": value}]
    if isinstance(value, list):
        return [{"prompt": item} if isinstance(item, str) else item for item in value]
    if isinstance(value, Mapping):
        return [value]
    return value


Speech = Annotated[tuple[SpeechItem, ...], BeforeValidator(_as_items), Field(min_length=1)]
