"""`record`: records what the caller says, and lets it be heard again before it is kept."""

from typing import Literal

from pydantic import Field

from switchboard.flow.effects import (
    Failed,
    Keyed,
    Keypad,
    Listen,
    Record,
    Recorded,
    Recording,
    Silent,
)
from switchboard.flow.here import Here
from switchboard.flow.kind import (
    Answer,
    CallerGone,
    Kind,
    Leave,
    Made,
    Move,
    Stage,
    UnfitAnswer,
    Wait,
)
from switchboard.flow.listening import SILENT, WRONG, again, listen
from switchboard.flow.names import sign_of
from switchboard.flow.nodes import NodeModel
from switchboard.flow.speeches import Speech
from switchboard.flow.written import Name, Span

FINISHED_MS = 2000  # whoever hangs up after so much speech has finished: flow-language.md, 9
KEEP, HEAR, AGAIN = "1", "2", "3"


class RecordNode(NodeModel):
    """Records what the caller says after a tone, and keeps the recording as a value."""

    record: Speech = Field(description="Said before the tone.")
    keep_as: Name = Field(description="Keeps the recording under this name.")
    at_most: Span = Field(description="Longest recording.")
    end_key: Literal["star", "hash"] = Field(default="hash", description="The key that ends it.")
    review: Speech | None = Field(
        default=None, description="Asked afterwards: 1 keep it, 2 hear it, 3 record it again."
    )


def _enter(here: Here[RecordNode]) -> Move:
    del here
    return Wait("recorded")


def _record(here: Here[RecordNode]) -> Record:
    model = here.model
    return Record(
        speech=here.speech(model.record),
        at_most_ms=here.milliseconds(model.at_most, 120_000),
        end_keys=sign_of(model.end_key),
    )


def _recorded(here: Here[RecordNode], answer: Answer) -> Move:
    if isinstance(answer, Failed):
        return Leave("failed")
    if not isinstance(answer, Recorded):
        raise UnfitAnswer(answer, "a recording")
    if here.gone and answer.duration_ms < FINISHED_MS:
        return CallerGone()
    if answer.duration_ms == 0:
        return Leave("silent")
    if here.model.review is not None and not here.gone:
        return Wait("reviewed", {"recording": answer.recording_id})
    return _keep(here, answer.recording_id)


def _keep(here: Here[RecordNode], recording_id: str) -> Move:
    here.keep(here.model.keep_as, recording_id)
    return Leave("recorded")


def _review(here: Here[RecordNode]) -> Listen:
    speech = here.speech(here.model.review or ())
    if here.state.get("hear"):
        speech = (Recording(str(here.state["recording"])), *speech)
    return listen(here, speech, Keypad(longest=1))


def _reviewed(here: Here[RecordNode], answer: Answer) -> Move:
    recording = str(here.state["recording"])
    keys = answer.keys if isinstance(answer, Keyed) else ""
    if keys == KEEP:
        return _keep(here, recording)
    if keys == HEAR:
        return Wait("reviewed", {"recording": recording, "hear": True})
    if keys == AGAIN:
        return Wait("recorded")
    if not isinstance(answer, (Keyed, Silent, Failed)):
        raise UnfitAnswer(answer, "keys or silence")
    move = again(here, WRONG if keys else SILENT, "reviewed")
    # Whoever says nothing more has said what there was to say: it is never thrown away.
    return _keep(here, recording) if isinstance(move, Leave) else move


def _gone(here: Here[RecordNode]) -> Move:
    return _keep(here, str(here.state["recording"]))


KIND = Kind(
    verb="record",
    model=RecordNode,
    enter=_enter,
    outcomes=("recorded", "silent", "failed"),
    stages={
        "recorded": Stage(_record, _recorded),
        "reviewed": Stage(_review, _reviewed, gone=_gone),
    },
    makes=lambda node: (Made(node.keep_as, "recording", frozenset({"recorded"})),),
    example="""
  complaint:
    record: say_your_complaint
    keep_as: voice
    at_most: 2m
    end_key: hash
    review: review_complaint
    then: {recorded: file_complaint, silent: people, failed: people}
""",
)
