"""`change_secret`: a new secret, keyed twice; what was keyed is kept nowhere."""

from pydantic import Field

from switchboard.flow.answers import secret_keypad
from switchboard.flow.effects import (
    ChangeSecret,
    Done,
    Failed,
    Keyed,
    KeyedSecret,
    Listen,
    Refused,
    Silent,
)
from switchboard.flow.here import Here
from switchboard.flow.kind import Answer, Keys, Kind, Leave, Move, Stage, UnfitAnswer, Wait
from switchboard.flow.kinds.verify import fits
from switchboard.flow.listening import SILENT, WRONG, again, listen, mark_signs
from switchboard.flow.names import key_of
from switchboard.flow.nodes import Listening, NodeModel
from switchboard.flow.speeches import Speech
from switchboard.flow.things import SecretName
from switchboard.flow.types import written_form
from switchboard.flow.values import UNKNOWN
from switchboard.flow.written import Free, Range


class ChangeSecretNode(NodeModel, Listening):
    """Asks for a new secret twice and sets it when both are the same."""

    change_secret: SecretName = Field(description="A secret of the centre.")
    of: Free = Field(description="Whose: the value of the field that the secret belongs to.")
    first: Speech = Field(description="Asks for the new secret.")
    second: Speech = Field(description="Asks for it once more.")
    length: Range | None = Field(default=None, description="How many digits: `6` or `4 to 8`.")


def _enter(here: Here[ChangeSecretNode]) -> Move:
    return Leave("failed") if here.value(here.model.of) is UNKNOWN else Wait("first")


def _ask(here: Here[ChangeSecretNode], speech: Speech) -> Listen:
    keypad = secret_keypad(here.model.length, mark_signs(here))
    return listen(here, here.speech(speech), keypad, secret=True)


def _ask_first(here: Here[ChangeSecretNode]) -> Listen:
    return _ask(here, here.model.first)


def _first(here: Here[ChangeSecretNode], answer: Answer) -> Move:
    if isinstance(answer, KeyedSecret) and fits(here.model.length, answer.length):
        return Wait("second", {**_counted(here), "first_id": answer.secret_id})
    return _no_secret(here, answer, "first")


def _ask_second(here: Here[ChangeSecretNode]) -> Listen:
    return _ask(here, here.model.second)


def _second(here: Here[ChangeSecretNode], answer: Answer) -> Move:
    if isinstance(answer, KeyedSecret):
        ids = {"first_id": here.state["first_id"], "second_id": answer.secret_id}
        return Wait("changed", {**_counted(here), **ids})
    return _no_secret(here, answer, "second")


def _no_secret(here: Here[ChangeSecretNode], answer: Answer, stage: str) -> Move:
    if isinstance(answer, (Silent, Failed)):
        return again(here, SILENT, stage)
    if isinstance(answer, Keyed):
        key = key_of(answer.keys)
        return Leave(key) if here.node.works(key) else again(here, WRONG, stage)
    if isinstance(answer, KeyedSecret):
        return again(here, WRONG, stage)
    raise UnfitAnswer(answer, "a secret, or silence")


def _counted(here: Here[ChangeSecretNode]) -> dict[str, int]:
    return {name: int(here.state[name]) for name in (SILENT, WRONG) if name in here.state}


def _change(here: Here[ChangeSecretNode]) -> ChangeSecret:
    return ChangeSecret(
        secret=here.model.change_secret.name,
        owner=written_form(here.value(here.model.of)),
        first_id=str(here.state["first_id"]),
        second_id=str(here.state["second_id"]),
    )


def _changed(here: Here[ChangeSecretNode], answer: Answer) -> Move:
    if isinstance(answer, Done):
        return Leave("done")
    if isinstance(answer, Failed):
        return Leave("failed")
    if isinstance(answer, Refused):
        move = again(here, WRONG, "first")
        if isinstance(move, Wait):
            kept = {k: v for k, v in move.state.items() if k not in ("first_id", "second_id")}
            return Wait("first", kept)
        return move
    raise UnfitAnswer(answer, "whether the secret is changed")


_STAGES: dict[str, Stage[ChangeSecretNode]] = {
    "first": Stage(_ask_first, _first),
    # The digits died with the server that heard them: they are asked for again.
    "second": Stage(_ask_second, _second, again="first"),
    "changed": Stage(_change, _changed, again="first"),
}

KIND = Kind(
    verb="change_secret",
    model=ChangeSecretNode,
    enter=_enter,
    outcomes=("done", "wrong", "silent", "failed"),
    stages=_STAGES,
    keys=Keys.MARKS,
    example="""
  change_password:
    change_secret: bill_password
    of: =account.number
    first: new_password
    second: new_password_again
    length: 6
    then: {done: changed, wrong: not_changed, silent: not_changed, failed: sorry}
""",
)
