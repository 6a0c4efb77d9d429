"""Voice messages: a recording in a mailbox, with who left it and whether a reply is wanted."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """One message.

    Attributes:
        message_id: Opaque id.
        mailbox: The mailbox it was left in.
        call_id: The call that left it.
        recording_id: Opaque id of its sound; :class:`RecordingFiles` knows the file.
        duration_ms: Its length.
        from_number: The caller's number; empty when withheld.
        reply_to: Number to reply to; empty when there is none.
        reply_wanted: Whether a reply was asked for; None when the caller was not asked.
        left_at: When, aware UTC.
    """

    message_id: str
    mailbox: str
    call_id: str
    recording_id: str
    duration_ms: int
    from_number: str
    reply_to: str
    reply_wanted: bool | None
    left_at: datetime


class Messages(Protocol):
    """Keeps messages. The methods that find raise :class:`StoreAway`."""

    def keep(self, message: Message) -> None:
        """Keep it durably before returning, in the store or beside it; kept twice it stands once.

        Raises:
            StoreAway: neither takes anything (a full disk).
        """
        ...

    def list_messages(self, *, mailbox: str | None = None) -> tuple[Message, ...]:
        """Messages, newest first; of one mailbox or of all."""
        ...

    def find_message(self, message_id: str) -> Message | None:
        """The message of that id, or None."""
        ...
