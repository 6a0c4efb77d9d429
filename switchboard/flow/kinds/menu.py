"""`menu`: says what can be chosen; the key that is pressed is the way."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, PlainValidator, WithJsonSchema

from switchboard.flow.effects import Failed, Keyed, Keypad, Listen, Silent
from switchboard.flow.here import Here
from switchboard.flow.keypatterns import BadPattern, captures, longest, matches, read_pattern
from switchboard.flow.kind import Answer, Keys, Kind, Leave, Made, Move, Stage, UnfitAnswer, Wait
from switchboard.flow.listening import SILENT, WRONG, again, listen
from switchboard.flow.names import KEYS, key_of, sign_of
from switchboard.flow.nodes import Listening, NodeModel
from switchboard.flow.program import Node
from switchboard.flow.speeches import Speech
from switchboard.flow.written import Condition, Key, Name, refuse, scalar


def _pattern(value: object) -> str:
    text = str(scalar(value, "a pattern"))
    try:
        read_pattern(text)
    except BadPattern as bad:
        refuse(str(bad), 'patterns are quoted, as in "8[0-9]{3}"', "K04")
    return text


Pattern = Annotated[str, PlainValidator(_pattern), WithJsonSchema({"type": "string"})]
NamedPattern = Annotated[Mapping[Name, Pattern], Field(min_length=1, max_length=1)]


class Menu(NodeModel, Listening):
    """Says what can be chosen and waits for a key. Each key under `then` is a choice."""

    menu: Speech = Field(description="What is said; a key ends it.")
    only_if: Mapping[Key, Condition] = Field(
        default={}, description="Keys that are choices only if a condition holds."
    )
    also: tuple[NamedPattern, ...] = Field(
        default=(), description="Longer entries that are taken too: an outcome and its pattern."
    )
    keep_as: Name | None = Field(default=None, description="Keeps what was keyed under this name.")
    captures: tuple[Name, ...] = Field(
        default=(), description="Keeps what the groups ( ) of the pattern took, in order."
    )


def patterns(menu: Menu) -> dict[str, str]:
    """Return the patterns of `also` by the outcome of each."""
    return {name: pattern for entry in menu.also for name, pattern in entry.items()}


def _prepare(node: Node) -> Keypad:
    """The keypad: one key, or with `also` whatever fits a key or a pattern."""
    also = patterns(node.model) if isinstance(node.model, Menu) else {}
    if not also:
        return Keypad(longest=1)
    keys = (sign_of(key).replace("*", r"\*") for key in sorted(node.active_keys()))
    whole = (*keys, *also.values())
    return Keypad(longest=max(longest(pattern) for pattern in whole), whole=whole)


def _enter(here: Here[Menu]) -> Move:
    del here
    return Wait("keyed")


def _ask(here: Here[Menu]) -> Listen:
    return listen(here, here.speech(here.model.menu), here.node.prepared)


def _keyed(here: Here[Menu], answer: Answer) -> Move:
    if isinstance(answer, (Silent, Failed)):
        return again(here, SILENT, "keyed")
    if not isinstance(answer, Keyed):
        raise UnfitAnswer(answer, "keys or silence")
    outcome = _chosen(here, answer.keys)
    if outcome is None:
        return again(here, WRONG, "keyed")
    here.keep(here.model.keep_as, answer.keys)
    return Leave(outcome)


def _chosen(here: Here[Menu], keys: str) -> str | None:
    key, model = key_of(keys), here.model
    if here.node.works(key):
        condition = model.only_if.get(key)
        return key if condition is None or condition.holds(here.scope()) else None
    for name, pattern in patterns(model).items():
        if matches(pattern, keys):
            for kept, taken in zip(model.captures, captures(pattern, keys), strict=False):
                here.keep(kept, taken)
            return name
    return None


def _made(menu: Menu) -> tuple[Made, ...]:
    entries = frozenset(patterns(menu))
    kept = () if menu.keep_as is None else (Made(menu.keep_as, "digits", KEYS | entries),)
    return (*kept, *(Made(name, "digits", entries) for name in menu.captures))


KIND = Kind(
    verb="menu",
    model=Menu,
    enter=_enter,
    outcomes=("silent", "wrong"),
    stages={"keyed": Stage(_ask, _keyed)},
    keys=Keys.ALL,
    own_outcomes=lambda menu: tuple(patterns(menu)),
    is_menu=True,
    prepare=_prepare,
    makes=_made,
    example="""
  main:
    menu: main
    also:
      - extension: "8[0-9]{3}"
    keep_as: keyed
    then: {1: sales, 2: service, extension: ring, star: again, silent: people, wrong: people}
""",
)
