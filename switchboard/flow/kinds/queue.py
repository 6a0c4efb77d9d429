"""`queue`: the caller waits for an agent."""

from pydantic import BaseModel, ConfigDict, Field

from switchboard.flow.effects import Enqueue, Failed, QueueLeft
from switchboard.flow.here import Here
from switchboard.flow.kind import Answer, Keys, Kind, Leave, Move, Stage, UnfitAnswer, Wait
from switchboard.flow.listening import first_keys
from switchboard.flow.names import key_of
from switchboard.flow.nodes import NodeModel
from switchboard.flow.speeches import Speech
from switchboard.flow.things import PriorityName, QueueName
from switchboard.flow.types import written_form
from switchboard.flow.values import UNKNOWN
from switchboard.flow.world import QueueResult, Widening
from switchboard.flow.written import Free, Name, Span, Truth


class Part(BaseModel):
    """A part of a queue node."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Widen(Part):
    """A further queue whose agents may answer after a while."""

    to: QueueName = Field(description="A queue of the centre.")
    after: Span = Field(description="After so long a wait.")


class WhileWaiting(Part):
    """What is heard while waiting."""

    music: Name | None = Field(default=None, description="The music, instead of the queue's own.")
    say: Speech | None = Field(default=None, description="Said again and again.")
    every: Span = Field(default=30_000, description="How often (30s).")
    position: Truth = Field(default=False, description="Whether the place in the queue is told.")
    expected_wait: Truth = Field(default=False, description="Whether the expected wait is told.")


class Queue(NodeModel):
    """Lets the caller wait for an agent. Only the keys under its own `then` leave the queue.

    `talked` means that they talked, whoever hung up first. Who comes back to a queue in the same
    call has the old place.
    """

    queue: QueueName = Field(description="A queue of the centre.")
    priority: PriorityName | None = Field(default=None, description="A priority of the centre.")
    skills: tuple[Free, ...] = Field(default=(), description="What the agent must be able to do.")
    prefer: Free = Field(default=None, description="The agent who is waited for first.")
    prefer_for: Span | None = Field(default=None, description="For so long.")
    widen: tuple[Widen, ...] = Field(default=(), description="Further queues, after a while.")
    while_waiting: WhileWaiting = Field(
        default=WhileWaiting(), description="What is heard meanwhile."
    )
    at_most: Span | None = Field(default=None, description="Longest wait.")


def _text(here: Here[Queue], written: object) -> str:
    value = None if written is None else here.value(written)
    return "" if value is None or value is UNKNOWN else written_form(value)


def _enter(here: Here[Queue]) -> Move:
    del here
    return Wait("waiting")


def _ask(here: Here[Queue]) -> Enqueue:
    model, heard = here.model, here.model.while_waiting
    skills = (_text(here, skill) for skill in model.skills)
    return Enqueue(
        queue=_text(here, model.queue),
        priority=_text(here, model.priority),
        skills=tuple(skill for skill in skills if skill),
        prefer=_text(here, model.prefer) or None,
        prefer_for_ms=0 if model.prefer_for is None else here.milliseconds(model.prefer_for, 0),
        widen=tuple(
            Widening(_text(here, widen.to), here.milliseconds(widen.after, 0))
            for widen in model.widen
        ),
        music=heard.music or "",
        say=here.speech(heard.say or ()),
        every_ms=here.milliseconds(heard.every, 30_000),
        position=bool(here.value(heard.position)),
        expected_wait=bool(here.value(heard.expected_wait)),
        keys=first_keys(here.node.active_keys()),
        at_most_ms=None if model.at_most is None else here.milliseconds(model.at_most, 600_000),
    )


def _left(here: Here[Queue], answer: Answer) -> Move:
    if isinstance(answer, Failed):
        return Leave("failed")
    if not isinstance(answer, QueueLeft):
        raise UnfitAnswer(answer, "the end of a wait")
    if answer.result is QueueResult.KEY:
        key = key_of(answer.key)
        if not here.node.works(key):
            raise UnfitAnswer(answer, "a key that leaves this queue")
        return Leave(key)
    if answer.agent:
        here.talked_to(answer.agent)
    return Leave(answer.result)


KIND = Kind(
    verb="queue",
    model=Queue,
    enter=_enter,
    outcomes=("talked", "too_long", "full", "closed", "nobody", "failed"),
    stages={"waiting": Stage(_ask, _left)},
    keys=Keys.OWN,
    example="""
  line:
    queue: service
    skills: [=caller.language]
    while_waiting: {say: [all_busy], position: true, every: 30s}
    at_most: 10m
    then: {1: message, talked: goodbye, otherwise: message, failed: message}
""",
)
