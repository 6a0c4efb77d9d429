"""`send`: sends a message."""

from pydantic import Field

from switchboard.flow.effects import Piece, Send
from switchboard.flow.here import Here
from switchboard.flow.kind import Answer, Kind, Leave, Move, Stage, Wait
from switchboard.flow.nodes import NodeModel
from switchboard.flow.speeches import Speech
from switchboard.flow.things import DocumentName
from switchboard.flow.types import written_form
from switchboard.flow.values import UNKNOWN
from switchboard.flow.world import Medium
from switchboard.flow.writing import plain
from switchboard.flow.written import Free


class SendNode(NodeModel):
    """Sends a text message, an e-mail or a fax. The text is made of prompts, as speech is."""

    send: Medium = Field(description="`sms`, `email` or `fax`.")
    to: Free = Field(description="The number or address.")
    subject: Speech | None = Field(default=None, description="Subject of an e-mail.")
    text: Speech | None = Field(default=None, description="What it says.")
    document: DocumentName | None = Field(
        default=None, description="A document of the centre, for a fax or with an e-mail."
    )


def _enter(here: Here[SendNode]) -> Move:
    # Nobody can be written to at an unknown number; the other side would say no, too.
    return Leave("refused") if here.value(here.model.to) is UNKNOWN else Wait("sent")


def _ask(here: Here[SendNode]) -> Send:
    model = here.model
    pieces = here.message(model.text or ())
    return Send(
        medium=model.send,
        to=written_form(here.value(model.to)),
        text=_joined(pieces),
        subject=_joined(here.message(model.subject or ())),
        document="" if model.document is None else str(here.value(model.document)),
        prompts=tuple(dict.fromkeys(piece.prompt for piece in pieces)),
    )


def _joined(pieces: tuple[Piece, ...]) -> str:
    """The text; a space between prompts where the language writes one between sentences."""
    text = ""
    for number, piece in enumerate(pieces):
        begins = number > 0 and piece.prompt != pieces[number - 1].prompt
        text += (" " if begins and piece.language != "zh" else "") + piece.text
    return text


def _sent(here: Here[SendNode], answer: Answer) -> Move:
    del here
    return plain(answer)


KIND = Kind(
    verb="send",
    model=SendNode,
    enter=_enter,
    outcomes=("done", "refused", "failed"),
    stages={"sent": Stage(_ask, _sent)},
    example="""
  sms_bill:
    send: sms
    to: =account.phone
    text: sms_bill
    then: {done: sms_sent, refused: sorry, failed: sorry}
""",
)
