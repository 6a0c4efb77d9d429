"""Ways to send somebody a message: e-mail, SMS, fax; one sender for each medium."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


class SendFailed(Exception):  # noqa: N818 - a state of the world
    """The machine could not; whether the message went is not known."""


class SendRefused(Exception):  # noqa: N818 - an answer, not a fault
    """The other side does not take it: no such address, not wanted."""


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One message.

    Attributes:
        key: Of the occasion; a receiver can know a second copy by it.
        to: Number or address; data from outside.
        text: What it says, plain text.
        subject: Subject of an e-mail.
        document: Name of a document of the centre that goes with it; empty for none.
        attachment: A file of ours that goes with it, such as the sound of a message.
    """

    key: str
    to: str
    text: str = ""
    subject: str = ""
    document: str = ""
    attachment: Path | None = None


class Sender(Protocol):
    """One way. Blocks its greenlet, never the hub."""

    def send(self, message: OutgoingMessage) -> None:
        """Hand it over for delivery.

        Raises:
            SendRefused: the other side said no.
            SendFailed: the machine could not.
        """
        ...
