"""`voicemail`: takes a message for a mailbox, with the number to reply to if that is asked."""

from pydantic import Field

from switchboard.flow.effects import (
    Done,
    Failed,
    KeepMessage,
    Keyed,
    Keypad,
    Listen,
    Record,
    Recorded,
    Refused,
    Silent,
)
from switchboard.flow.here import Here
from switchboard.flow.kind import (
    Answer,
    CallerGone,
    Kind,
    Leave,
    Move,
    Stage,
    UnfitAnswer,
    Wait,
)
from switchboard.flow.kinds.record import FINISHED_MS
from switchboard.flow.listening import SILENT, WRONG, again, listen
from switchboard.flow.nodes import NodeModel
from switchboard.flow.speeches import Speech
from switchboard.flow.things import MailboxName
from switchboard.flow.written import Span

WANTED, NOT_WANTED = "1", "2"


class Voicemail(NodeModel):
    """Takes a voice message. Whoever hangs up after two seconds of speech has left one."""

    voicemail: MailboxName = Field(description="The mailbox of the centre.")
    greeting: Speech = Field(description="Said before the tone.")
    at_most: Span = Field(description="Longest message.")
    ask_number: Speech | None = Field(
        default=None,
        description="Asks for the number to reply to, ended by hash; hash alone: the caller's own.",
    )
    ask_reply: Speech | None = Field(
        default=None, description="Asks whether a reply is wanted: 1 it is, 2 it is not."
    )


def _enter(here: Here[Voicemail]) -> Move:
    del here
    return Wait("message")


def _record(here: Here[Voicemail]) -> Record:
    model = here.model
    return Record(here.speech(model.greeting), here.milliseconds(model.at_most, 180_000))


def _recorded(here: Here[Voicemail], answer: Answer) -> Move:
    if isinstance(answer, Failed):
        return Leave("failed")
    if not isinstance(answer, Recorded):
        raise UnfitAnswer(answer, "a recording")
    if here.gone and answer.duration_ms < FINISHED_MS:
        return CallerGone()
    if answer.duration_ms == 0:
        return Leave("empty")
    message = {"recording": answer.recording_id, "duration_ms": answer.duration_ms}
    return _next(here, message, after="message")


def _next(here: Here[Voicemail], message: dict[str, object], after: str) -> Move:
    """The next question that is asked; none any more of a caller who has gone."""
    model = here.model
    if not here.gone:
        if after == "message" and model.ask_number is not None:
            return Wait("number", message)
        if after in ("message", "number") and model.ask_reply is not None:
            return Wait("reply", message)
    return Wait("kept", message)


def _message(here: Here[Voicemail]) -> dict[str, object]:
    names = ("recording", "duration_ms", "reply_to", "reply_wanted")
    return {name: here.state[name] for name in names if name in here.state}


def _ask_number(here: Here[Voicemail]) -> Listen:
    return listen(here, here.speech(here.model.ask_number or ()), Keypad(longest=20, end_key="#"))


def _number(here: Here[Voicemail], answer: Answer) -> Move:
    message = _message(here)
    if isinstance(answer, Keyed):
        if not answer.keys:  # hash alone
            return _next(here, message, after="number")
        number = f"+{answer.keys[1:]}" if answer.keys.startswith("*") else answer.keys
        if number.removeprefix("+").isdecimal() and len(number) >= 3:
            return _next(here, {**message, "reply_to": number}, after="number")
    return _once_more(here, answer, "number")


def _ask_reply(here: Here[Voicemail]) -> Listen:
    return listen(here, here.speech(here.model.ask_reply or ()), Keypad(longest=1))


def _reply(here: Here[Voicemail], answer: Answer) -> Move:
    if isinstance(answer, Keyed) and answer.keys in (WANTED, NOT_WANTED):
        return Wait("kept", {**_message(here), "reply_wanted": answer.keys == WANTED})
    return _once_more(here, answer, "reply")


def _once_more(here: Here[Voicemail], answer: Answer, stage: str) -> Move:
    """Ask again; whoever does not answer in the end has left a message all the same."""
    if not isinstance(answer, (Keyed, Silent, Failed)):
        raise UnfitAnswer(answer, "keys or silence")
    move = again(here, WRONG if isinstance(answer, Keyed) else SILENT, stage)
    return _next(here, _message(here), after=stage) if isinstance(move, Leave) else move


def _keep(here: Here[Voicemail]) -> KeepMessage:
    state = here.state
    return KeepMessage(
        mailbox=str(here.value(here.model.voicemail)),
        recording_id=str(state["recording"]),
        duration_ms=int(state["duration_ms"]),
        reply_to=state.get("reply_to"),
        reply_wanted=state.get("reply_wanted"),
    )


def _kept(here: Here[Voicemail], answer: Answer) -> Move:
    del here
    if isinstance(answer, Done):
        return Leave("left")
    if isinstance(answer, (Failed, Refused)):
        return Leave("failed")
    raise UnfitAnswer(answer, "whether the message is kept")


def _gone(here: Here[Voicemail]) -> Move:
    return Wait("kept", _message(here))


_STAGES: dict[str, Stage[Voicemail]] = {
    "message": Stage(_record, _recorded),
    "number": Stage(_ask_number, _number, gone=_gone),
    "reply": Stage(_ask_reply, _reply, gone=_gone),
    "kept": Stage(_keep, _kept, gone=_gone),
}

KIND = Kind(
    verb="voicemail",
    model=Voicemail,
    enter=_enter,
    outcomes=("left", "empty", "failed"),
    stages=_STAGES,
    example="""
  message:
    voicemail: front_desk
    greeting: leave_message
    at_most: 3m
    ask_number: which_number
    ask_reply: want_reply
    then: {left: kept, empty: goodbye, failed: goodbye}
""",
)
