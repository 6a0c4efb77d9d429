"""What stands in a call script: what is given, routes, calls, steps, and what holds afterwards.

Each step is one thing: its first key is what happens or what must hold. Rows and bodies are plain
values as they are written.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema, model_validator

from switchboard.flow.calendars import DayState
from switchboard.flow.centre_forms import Form, SpanMs
from switchboard.flow.moments import read_moment
from switchboard.flow.source import Scalar
from switchboard.flow.written import Line, Name, read_plain, refuse, scalar


def read_tree(value: object) -> Any:  # noqa: ANN401 - any written value
    """Return a written tree of values: quoted is text, numbers and truths are themselves."""
    if isinstance(value, Mapping):
        return {str(key): read_tree(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [read_tree(inner) for inner in value]
    if isinstance(value, Scalar):
        return str(value) if value.quoted else read_plain(value)
    return value


def _moment(value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    found = read_moment(scalar(value, "a moment"))
    if found is None or found.tzinfo is None:
        return refuse("a moment has its zone", "such as 2026-12-01 10:05 Asia/Shanghai")
    return found


def _keys(value: object) -> str:
    text = scalar(value, "keys")
    keys = {"star": "*", "hash": "#"}.get(text, str(text))
    if not keys or any(key not in "0123456789*#" for key in keys):
        refuse("keys are pressed here", 'such as "1042#", star or hash')
    return keys


def _as_list(value: object) -> object:
    return value if isinstance(value, list) else [value]


def _as_map(value: object) -> object:
    return {value: None} if isinstance(value, str) else value


Tree = Annotated[Any, PlainValidator(read_tree), WithJsonSchema({})]
When = Annotated[datetime, PlainValidator(_moment), WithJsonSchema({"type": "string"})]
Keys = Annotated[
    str,
    PlainValidator(_keys),
    WithJsonSchema({"type": "string", "pattern": r"^([0-9*#]+|star|hash)$"}),
]
Rows = tuple[Mapping[Line, Tree], ...]
Heard = Annotated[
    tuple[
        Annotated[Mapping[Line, Tree], BeforeValidator(_as_map), Field(min_length=1, max_length=1)],
        ...,
    ],
    BeforeValidator(_as_list),
    Field(min_length=1),
]
"""What is heard: names of prompts, each alone or with its text or some of its values."""


# --- what is given ----------------------------------------------------------------


class RequestDouble(Form):
    """A request that is expected."""

    connection: Name = Field(description="The connection.")
    path: Line = Field(description="The path that is asked for.")
    method: Line = Field(default="GET", description="How: GET, POST, PUT or DELETE.")


class AnswerDouble(Form):
    """What a system outside answers."""

    status: int = Field(
        default=200, description="The status: 200 is done, 404 refused, 500 failed."
    )
    body: Tree = Field(default=None, description="What comes back, as fields.")


class RequestAnswer(Form):
    """A request and its answer."""

    request: RequestDouble = Field(description="What is asked for.")
    with_: AnswerDouble = Field(alias="with", description="What is answered.")


class Given(Form):
    """What the world is like when the call begins."""

    at: When | None = Field(default=None, description="The clock; steps alone let it move.")
    from_: Line | None = Field(default=None, alias="from", description="Who calls, or withheld.")
    to: Line | None = Field(default=None, description="The number dialled.")
    outbound_to: Line | None = Field(default=None, description="Whom we call.")
    agents: Mapping[Name, tuple[Line, ...]] = Field(
        default={}, description="Agents who are signed in and free, by queue."
    )
    busy: tuple[Line, ...] = Field(default=(), description="Agents and phones that are busy.")
    sources: Mapping[Name, Rows] = Field(default={}, description="Rows of each source.")
    secrets: Mapping[Name, Mapping[Line, Line]] = Field(default={}, description="Secrets by owner.")
    settings: Mapping[Line, Tree] = Field(default={}, description="What the office has set.")
    takes: Mapping[Name, Tree] = Field(default={}, description="What the flow takes.")
    notices: tuple[Line, ...] = Field(default=(), description="Notices that are up today.")
    callbacks: Rows = Field(default=(), description="Callbacks that are booked already.")
    down: tuple[Line, ...] = Field(default=(), description="What does not answer.")
    slow: Mapping[Line, SpanMs] = Field(default={}, description="What takes so long.")
    refuses: tuple[Line, ...] = Field(default=(), description="What says no.")
    answers: tuple[RequestAnswer, ...] = Field(default=(), description="Answers to requests.")
    calendars: Mapping[Name, DayState] = Field(default={}, description="What calendars say.")
    splits: Mapping[Name, Name] = Field(default={}, description="Which way splits go.")

    def replaced_by(self, own: "Given") -> "Given":
        """Return these with what *own* has written in the place of the same."""
        return self.model_copy(update={name: getattr(own, name) for name in own.model_fields_set})


# --- steps ----------------------------------------------------------------


class Does(StrEnum):
    """What somebody does on the phone."""

    ANSWERS = "answers"
    MISSES = "misses"
    REJECTS = "rejects"
    HANGS_UP = "hangs_up"
    BECOMES_FREE = "becomes_free"
    SENDS_CALLER_TO = "sends_caller_to"


class InQueue(Form):
    """Where the caller waits."""

    queue: Name = Field(description="The queue.")
    position: int | None = Field(default=None, description="The caller's place, counted from 1.")
    priority: Name | None = Field(default=None, description="The caller's priority.")
    offered_to: Line | None = Field(
        default=None, description="The agent whose phone rings, or `nobody`."
    )


class CalledBack(Form):
    """How the caller is called back."""

    by: Line | None = Field(default=None, description="The agent who calls.")
    from_: Line | None = Field(default=None, alias="from", description="The number that is shown.")


class CallsAgain(Form):
    """The caller calls once more."""

    after: SpanMs = Field(default=0, description="So long after the call before.")
    from_: Line | None = Field(default=None, alias="from", description="From another phone.")
    to: Line | None = Field(default=None, description="To another number.")


class AnotherCaller(Form):
    """Somebody else calls."""

    from_: Line = Field(alias="from", description="Who calls.")
    to: Line = Field(description="The number dialled.")
    is_in_queue: Name | None = Field(default=None, description="The queue where that caller waits.")


class Step(Form):
    """One step of a call: exactly one thing that happens, or that must hold."""

    hears: Heard | None = Field(
        default=None, description="What is said next, in order and without gaps."
    )
    skips_to: Heard | None = Field(default=None, description="Lets anything be said up to this.")
    is_at: Line | None = Field(default=None, description="Until the call waits at this node.")
    presses: Keys | None = Field(default=None, description="Presses keys.")
    interrupts: Line | None = Field(default=None, description="Presses while this is being said.")
    with_: Keys | None = Field(default=None, alias="with", description="The keys that interrupt.")
    speaks: SpanMs | None = Field(default=None, description="Speaks for so long.")
    waits: SpanMs | None = Field(default=None, description="Does nothing for exactly so long.")
    stays_silent: bool | None = Field(
        default=None, description="Does nothing until the system does something by itself."
    )
    hangs_up: bool | None = Field(default=None, description="Hangs up.")
    answers: bool | None = Field(default=None, description="Answers a call back.")
    agent: Line | None = Field(default=None, description="An agent does something.")
    phone: Line | None = Field(default=None, description="A phone does something.")
    does: Does | None = Field(default=None, description="What the agent or phone does.")
    after: SpanMs = Field(default=0, description="After so long.")
    flow: Line | None = Field(default=None, description="The flow an agent sends the caller to.")
    is_in_queue: InQueue | None = Field(default=None, description="Where the caller waits.")
    is_talking_to: Line | None = Field(default=None, description="Who talks to the caller.")
    agent_sees: Mapping[Line, Line] | None = Field(
        default=None, description="What the agent is shown."
    )
    is_called_back: CalledBack | None = Field(default=None, description="How we call back.")
    calls_again: CallsAgain | None = Field(default=None, description="The caller calls again.")
    another_caller: AnotherCaller | None = Field(default=None, description="Somebody else calls.")
    follows: Name | None = Field(default=None, description="Steps of a route.")

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        verbs = [verb for verb in VERBS if getattr(self, verb) is not None]
        if len(verbs) != 1:
            refuse("a step is one thing that happens or must hold", "write two steps", "T02")
        needed = _NEEDS.get(verbs[0])
        if needed is not None and getattr(self, needed) is None:
            refuse(f"{verbs[0]} needs {needed.rstrip('_')}", code="T02")
        return self

    def verb(self) -> str:
        """Return what the step does."""
        return next(verb for verb in VERBS if getattr(self, verb) is not None)


VERBS = (
    *("hears", "skips_to", "is_at", "presses", "interrupts", "speaks", "waits", "stays_silent"),
    *("hangs_up", "answers", "agent", "phone", "is_in_queue", "is_talking_to", "agent_sees"),
    *("is_called_back", "calls_again", "another_caller", "follows"),
)
BARE = frozenset({"stays_silent", "hangs_up", "answers"})
_NEEDS = {"interrupts": "with_", "agent": "does", "phone": "does"}


def _as_step(value: object) -> object:
    if isinstance(value, str):
        if value not in BARE:
            refuse("no such step", "alone stand only stays_silent, hangs_up and answers", "T02")
        return {str(value): True}
    return value


StepForm = Annotated[Step, BeforeValidator(_as_step)]
Steps = tuple[StepForm, ...]


# --- what holds afterwards ----------------------------------------------------------------


class Afterwards(Form):
    """What holds when the call is over."""

    ended_by: Line | None = Field(default=None, description="caller, flow or agent.")
    ended_at: Line | None = Field(default=None, description="The node where it ended.")
    ends: Name | None = Field(default=None, description="The end that the flow came to.")
    gives: Mapping[Name, Tree] | None = Field(default=None, description="What it gave.")
    created: tuple[Mapping[Name, Tree], ...] | None = Field(
        default=None, description="All rows that were created in the sources it names."
    )
    updated: tuple[Mapping[Name, Tree], ...] | None = Field(
        default=None, description="All rows that were changed in the sources it names."
    )
    sent: tuple[Mapping[Name, Tree], ...] | None = Field(
        default=None, description="All messages of the kinds it names."
    )
    not_created: tuple[Name, ...] = Field(default=(), description="Sources without a new row.")
    not_heard: tuple[Line, ...] = Field(default=(), description="Prompts that were not said.")
    nowhere: tuple[Line, ...] = Field(
        default=(), description="What stands in no saved run, journal, message or speech."
    )
    overtaken_by: Line | None = Field(default=None, description="Who came to an agent earlier.")


class CallForm(Form):
    """One call."""

    call: Line = Field(description="What happens, as a sentence.")
    about: Line = Field(default="", description="What it is about, for people.")
    at: When | None = Field(default=None, description="The clock when it begins.")
    from_: Line | None = Field(default=None, alias="from", description="Who calls, or withheld.")
    to: Line | None = Field(default=None, description="The number dialled.")
    given: Given = Field(
        default=Given(), description="What is other than the script's `given`, key by key."
    )
    steps: Steps = Field(min_length=1, description="What happens, and what must be heard.")
    afterwards: Afterwards = Field(
        default=Afterwards(), description="What must hold when it is over."
    )

    def world(self, shared: Given) -> Given:
        """Return what is given for this call."""
        own = {name: getattr(self, name) for name in ("at", "from_", "to") if getattr(self, name)}
        return shared.replaced_by(self.given).model_copy(update=own)


class NotTested(Form):
    """A way that no script can reach, and why."""

    node: Line = Field(description="The node.")
    outcome: Line = Field(description="The way that no call can take.")
    because: Line = Field(description="Why none can.")


class ScriptFile(Form):
    """The call scripts of a flow."""

    script: Line = Field(description="The flow that they are of.")
    about: Line = Field(default="", description="What they are about, for people.")
    given: Given = Field(default=Given(), description="What holds for every call.")
    routes: Mapping[Name, Steps] = Field(default={}, description="Steps with a name.")
    calls: tuple[CallForm, ...] = Field(min_length=1, description="The calls.")
    not_tested: tuple[NotTested, ...] = Field(default=(), description="What none can reach.")


__all__ = ["VERBS", "Afterwards", "CallForm", "Does", "Given", "ScriptFile", "Step"]
