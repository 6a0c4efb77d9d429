"""`ask`: asks for something that is keyed, checks it, reads it back, and keeps it."""

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import Field, model_validator

from switchboard.flow.answers import AnswerKind, keypad_for, read_answer
from switchboard.flow.effects import Failed, Keyed, KeyedSecret, Keypad, Listen, Silent
from switchboard.flow.here import Here
from switchboard.flow.kind import Answer, Keys, Kind, Leave, Made, Move, Stage, UnfitAnswer, Wait
from switchboard.flow.kinds.menu import Pattern
from switchboard.flow.listening import SILENT, WRONG, again, listen
from switchboard.flow.names import key_of, sign_of
from switchboard.flow.nodes import Listening, NodeModel
from switchboard.flow.program import Node
from switchboard.flow.speeches import Speech
from switchboard.flow.values import SecretValue
from switchboard.flow.written import Free, Key, Name, Range, refuse

RIGHT, AGAIN = "1", "2"


class Ask(NodeModel, Listening):
    """Asks for something, keyed by the caller, and keeps it as a value."""

    ask: Speech = Field(description="The question; a key ends it.")
    answer: AnswerKind = Field(description="What is asked for; it gives the value its type.")
    length: Range | None = Field(default=None, description="How many keys: `10` or `4 to 12`.")
    between: Range | None = Field(default=None, description="Smallest and largest number.")
    choices: Mapping[Key, Free] = Field(
        default={}, description="With `choice`: keys and the values they mean."
    )
    pattern: Pattern | None = Field(default=None, description="A pattern that the keys must fit.")
    end_key: Literal["star", "hash"] | None = Field(
        default=None, description="The key that ends the answer and is no part of it."
    )
    read_back: Speech | None = Field(
        default=None, description="Says the `answer` and asks: 1 right, 2 again."
    )
    keep_as: Name = Field(description="Keeps the answer under this name.")

    @model_validator(mode="after")
    def _secret_stays_secret(self) -> Self:
        if self.answer is AnswerKind.SECRET:
            for key in ("between", "choices", "pattern", "end_key", "read_back"):
                if getattr(self, key):
                    refuse(f"a secret has no {key}: only `length` limits it", code="S05")
        return self


def _prepare(node: Node) -> Keypad:
    model = node.model
    assert isinstance(model, Ask)
    return keypad_for(model, frozenset(sign_of(key) for key in node.active_keys()))


def _enter(here: Here[Ask]) -> Move:
    del here
    return Wait("asked")


def _ask(here: Here[Ask]) -> Listen:
    secret = here.model.answer is AnswerKind.SECRET
    return listen(here, here.speech(here.model.ask), here.node.prepared, secret=secret)


def _asked(here: Here[Ask], answer: Answer) -> Move:
    if isinstance(answer, (Silent, Failed)):
        return again(here, SILENT, "asked")
    if isinstance(answer, KeyedSecret):
        return _secret(here, answer)
    if not isinstance(answer, Keyed):
        raise UnfitAnswer(answer, "keys or silence")
    if not answer.ended_by and answer.keys in here.node.prepared.alone:
        key = key_of(answer.keys)
        if here.node.works(key):
            return Leave(key)
    value = read_answer(here.model, answer.keys, here.now)
    if value is None:
        return again(here, WRONG, "asked")
    if here.model.read_back is not None:
        counted = {name: here.state[name] for name in (SILENT, WRONG) if name in here.state}
        return Wait("confirmed", {**counted, "answer": value})
    here.keep(here.model.keep_as, value)
    return Leave("given")


def _secret(here: Here[Ask], answer: KeyedSecret) -> Move:
    low, high = here.model.length or (1, answer.length)
    if not low <= answer.length <= high:
        return again(here, WRONG, "asked")
    here.keep(here.model.keep_as, SecretValue(answer.secret_id))
    return Leave("given")


def _read_back(here: Here[Ask]) -> Listen:
    speech = here.speech(here.model.read_back or (), answer=here.state["answer"])
    return listen(here, speech, Keypad(longest=1))


def _confirmed(here: Here[Ask], answer: Answer) -> Move:
    if isinstance(answer, (Silent, Failed)):
        return again(here, SILENT, "confirmed")
    if not isinstance(answer, Keyed):
        raise UnfitAnswer(answer, "keys or silence")
    if answer.keys == RIGHT:
        here.keep(here.model.keep_as, here.state["answer"])
        return Leave("given")
    if answer.keys == AGAIN:
        counted = {name: here.state[name] for name in (SILENT, WRONG) if name in here.state}
        return Wait("asked", counted)
    key = key_of(answer.keys)
    if here.node.works(key):
        return Leave(key)
    return again(here, WRONG, "confirmed")


def _type_of(node: Ask) -> str:
    if node.answer is not AnswerKind.CHOICE:
        return str(node.answer)
    numbers = all(isinstance(value, int) for value in node.choices.values())
    return "number" if numbers else "text"


KIND = Kind(
    verb="ask",
    model=Ask,
    enter=_enter,
    outcomes=("given", "silent", "wrong"),
    stages={"asked": Stage(_ask, _asked), "confirmed": Stage(_read_back, _confirmed)},
    keys=Keys.MARKS,
    prepare=_prepare,
    makes=lambda node: (Made(node.keep_as, _type_of(node), frozenset({"given"})),),
    example="""
  ask_order:
    ask: which_order
    answer: digits
    length: 8 to 12
    end_key: hash
    read_back: order_back
    keep_as: order_number
    visits: 3
    then: {given: find_order, silent: people, wrong: people, too_often: people}
""",
)
