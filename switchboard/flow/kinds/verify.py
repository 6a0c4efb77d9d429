"""`verify`: asks for a secret and checks it; what was keyed is kept nowhere."""

from pydantic import Field

from switchboard.flow.answers import secret_keypad
from switchboard.flow.effects import (
    CheckSecret,
    Failed,
    Keyed,
    KeyedSecret,
    Listen,
    OpenSecret,
    SecretChecked,
    Silent,
)
from switchboard.flow.here import Here
from switchboard.flow.kind import Answer, Keys, Kind, Leave, Move, Stage, UnfitAnswer, Wait
from switchboard.flow.listening import SILENT, WRONG, again, listen, mark_signs
from switchboard.flow.names import key_of
from switchboard.flow.nodes import Listening, NodeModel
from switchboard.flow.speeches import Speech
from switchboard.flow.things import SecretName
from switchboard.flow.types import written_form
from switchboard.flow.values import UNKNOWN
from switchboard.flow.world import SecretState
from switchboard.flow.written import Free, Range, Span, Whole


class Verify(NodeModel, Listening):
    """Asks for a secret and proves it. The digits are in no value, log, journal or recording."""

    verify: Speech = Field(description="The question; a key ends it.")
    secret: SecretName = Field(description="A secret of the centre.")
    of: Free = Field(description="Whose: the value of the field that the secret belongs to.")
    length: Range | None = Field(default=None, description="How many digits: `6` or `4 to 8`.")
    attempts: Whole = Field(description="So many wrong ones lock it.")
    lock_for: Span = Field(description="For how long.")


def fits(length: tuple[int, int] | None, digits: int) -> bool:
    """Whether so many digits can be the secret at all."""
    return digits > 0 if length is None else length[0] <= digits <= length[1]


def _owner(here: Here[Verify]) -> str:
    return written_form(here.value(here.model.of))


def _enter(here: Here[Verify]) -> Move:
    return Leave("unknown") if here.value(here.model.of) is UNKNOWN else Wait("opened")


def _open(here: Here[Verify]) -> OpenSecret:
    return OpenSecret(here.model.secret.name, _owner(here))


def _opened(here: Here[Verify], answer: Answer) -> Move:
    del here
    if isinstance(answer, Failed):
        return Leave("failed")
    if not isinstance(answer, SecretChecked):
        raise UnfitAnswer(answer, "the state of a secret")
    if answer.state in (SecretState.LOCKED, SecretState.UNKNOWN):
        return Leave(answer.state)
    return Wait("keyed")


def _ask(here: Here[Verify]) -> Listen:
    speech = here.speech(here.model.verify)
    if "left" in here.state:
        wrong = here.speech(here.node.listening["if_wrong"], left=here.state["left"])
        speech = (*wrong, *speech)
    keypad = secret_keypad(here.model.length, mark_signs(here))
    return listen(here, speech, keypad, secret=True)


def _keyed(here: Here[Verify], answer: Answer) -> Move:
    if isinstance(answer, (Silent, Failed)):
        return again(here, SILENT, "keyed")
    if isinstance(answer, Keyed):
        key = key_of(answer.keys)
        return Leave(key) if here.node.works(key) else again(here, SILENT, "keyed")
    if not isinstance(answer, KeyedSecret):
        raise UnfitAnswer(answer, "a secret, or silence")
    if not fits(here.model.length, answer.length):
        # Too short to be one: it costs a try, but no attempt at the secret.
        move = again(here, WRONG, "keyed")
        return Leave("failed") if isinstance(move, Leave) else move
    return Wait("checked", {**_counted(here), "secret_id": answer.secret_id})


def _counted(here: Here[Verify]) -> dict[str, int]:
    return {name: int(here.state[name]) for name in (SILENT, WRONG) if name in here.state}


def _check(here: Here[Verify]) -> CheckSecret:
    model = here.model
    return CheckSecret(
        secret=model.secret.name,
        owner=_owner(here),
        secret_id=str(here.state["secret_id"]),
        attempts=max(1, here.whole(model.attempts, 3)),
        lock_for_ms=here.milliseconds(model.lock_for, 1_800_000),
    )


def _checked(here: Here[Verify], answer: Answer) -> Move:
    if isinstance(answer, Failed):
        return Leave("failed")
    if not isinstance(answer, SecretChecked):
        raise UnfitAnswer(answer, "whether the secret is right")
    if answer.state is SecretState.WRONG:
        return Wait("keyed", {**_counted(here), "left": answer.left})
    if answer.state is SecretState.OPEN:
        raise UnfitAnswer(answer, "whether the secret is right")
    return Leave(answer.state)


_STAGES: dict[str, Stage[Verify]] = {
    "opened": Stage(_open, _opened),
    "keyed": Stage(_ask, _keyed),
    # The digits died with the server that heard them: they are asked for again.
    "checked": Stage(_check, _checked, again="keyed"),
}

KIND = Kind(
    verb="verify",
    model=Verify,
    enter=_enter,
    outcomes=("proved", "locked", "unknown", "silent", "failed"),
    stages=_STAGES,
    keys=Keys.MARKS,
    example="""
  prove:
    verify: which_password
    secret: bill_password
    of: =account.number
    length: 6
    attempts: 3
    lock_for: 30m
    if_wrong: wrong_password
    then: {proved: find_bill, locked: locked_out, unknown: people, silent: people, failed: sorry}
""",
)
