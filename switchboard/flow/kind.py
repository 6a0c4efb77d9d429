"""A kind of node: its form, its rule, and what its rule may answer.

The rule of a kind is a handful of small functions. Entering a node, or an answer from the world,
gives one *move*: wait for something, or leave by an outcome. What is waited for is a *stage*; its
``ask`` gives the effect and depends on nothing but the saved state, so that a run that another
server takes up asks again by the same function. A rule keeps nothing of its own.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from switchboard.flow.effects import Effect, Resume
from switchboard.flow.nodes import NodeModel

if TYPE_CHECKING:
    from switchboard.flow.here import Here
    from switchboard.flow.program import Node

M = TypeVar("M", bound=NodeModel)


@dataclass(frozen=True, slots=True)
class Wait:
    """Wait at a stage.

    Attributes:
        stage: The stage of the node's kind.
        state: What the stage needs to know, plain values; it replaces the node's former state.
    """

    stage: str
    state: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Leave:
    """Leave the node by this outcome."""

    outcome: str


@dataclass(frozen=True, slots=True)
class RunFlow:
    """Run another flow; the node's stage ``running`` is answered by :class:`Ended`."""

    flow: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EndFlow:
    """This flow ends by *end* and gives *values*."""

    end: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Stop:
    """The whole run ends here, sub-flows and all."""

    reason: str


@dataclass(frozen=True, slots=True)
class CallerGone:
    """The caller hung up before this node was finished: the way `hung_up`, or the end."""


Move = Wait | Leave | RunFlow | EndFlow | Stop | CallerGone


@dataclass(frozen=True, slots=True)
class Ended:
    """The flow that was run has ended."""

    end: str
    values: Mapping[str, Any]


Answer = Resume | Ended


@dataclass(frozen=True, slots=True)
class Stage(Generic[M]):
    """One thing that a node waits for.

    Attributes:
        ask: The effect that asks for it; None when the answer comes from a sub-flow.
        answer: What the answer means.
        gone: What it means when the caller has gone, where that is more than ``hung_up``.
        again: The stage to wait at when the run is taken up by another server: another one than
            this where what this one asked with is kept nowhere.
    """

    ask: "Callable[[Here[M]], Effect] | None"
    answer: "Callable[[Here[M], Answer], Move]"
    gone: "Callable[[Here[M]], Move] | None" = None
    again: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """A value that a node makes.

    Attributes:
        name: Its name.
        type: Its type as `takes` would write it; ``row of X`` and ``item`` forms are the checks'
            own; empty when nobody can say.
        outcomes: Where it is known; None for every outcome.
        lost: Where it is unknown afterwards, whatever it was before.
    """

    name: str
    type: str
    outcomes: frozenset[str] | None = None
    lost: frozenset[str] = frozenset()


class Keys(StrEnum):
    """Which keys can be outcomes of a kind, and which of `everywhere` work in it."""

    NONE = "none"
    OWN = "own"  # those it has written itself; none of everywhere
    MARKS = "marks"  # star and hash, as the first key
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Kind(Generic[M]):
    """A kind of node.

    Attributes:
        verb: Its verb: the first key of the node, and the field of its value.
        model: Its form.
        enter: Its rule at the beginning.
        outcomes: Its fixed outcomes, the good one first.
        example: A node of this kind in YAML, as the manual shows it; a test runs it.
        stages: What it may wait for, by name.
        keys: Which keys can be outcomes.
        own_outcomes: Further outcomes, as the node writes them, and where each is written.
        makes: The values that it makes.
        is_menu: Whether `back` leads here.
        prepare: Computed once for each node when it is loaded; the node has it as ``prepared``.
    """

    verb: str
    model: type[M]
    enter: "Callable[[Here[M]], Move]"
    outcomes: tuple[str, ...]
    example: str
    stages: Mapping[str, Stage[M]] = field(default_factory=dict)
    keys: Keys = Keys.NONE
    own_outcomes: Callable[[M], tuple[str, ...]] = lambda _: ()
    makes: Callable[[M], tuple[Made, ...]] = lambda _: ()
    is_menu: bool = False
    prepare: "Callable[[Node], Any]" = lambda _node: None

    @property
    def waits(self) -> bool:
        """Whether it waits for the caller or the world, so that a loop through it takes time."""
        return bool(self.stages)

    @property
    def about(self) -> str:
        """What it does, for the manual: the docstring of its model."""
        return (self.model.__doc__ or "").strip()


class UnfitAnswer(ValueError):  # noqa: N818 - what it is
    """The world answered what was not asked: a mistake of the driver, not of the author."""

    def __init__(self, answer: object, wanted: str) -> None:
        super().__init__(f"waits for {wanted}, not for {type(answer).__name__}")
