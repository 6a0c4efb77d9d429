"""Voice messages: a recording in a mailbox, who left it, and what has been done with it since.

What was left never changes; what is done with it (heard, answered, kept, deleted) stands beside it.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
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


class MessageState(StrEnum):
    """How a message stands."""

    NEW = "new"  # nobody has heard it
    HEARD = "heard"
    ANSWERED = "answered"  # the caller has had a reply, or one is recorded
    KEPT = "kept"  # the retention of days leaves it alone
    DELETED = "deleted"  # shown no more; its sound goes at the next run of the retention


@dataclass(frozen=True, slots=True)
class Handling:
    """What has been done with a message.

    Attributes:
        state: How it stands.
        note: What somebody wrote beside it, such as what was replied.
        answer_id: Opaque id of a spoken reply; empty when there is none.
        by: Who changed it last: a person's name, or the phone it was done from.
        changed_at: When, aware UTC; None for a message that nobody has touched.
    """

    state: MessageState = MessageState.NEW
    note: str = ""
    answer_id: str = ""
    by: str = ""
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FiledMessage:
    """A message, and what has been done with it."""

    message: Message
    handling: Handling = field(default_factory=Handling)


SHOWN = tuple(state for state in MessageState if state is not MessageState.DELETED)
"""The states of messages that are shown."""


@dataclass(frozen=True, slots=True)
class MessageSearch:
    """Which messages are meant; every condition holds.

    Attributes:
        mailbox: Only of this one; None: of all.
        states: Only in one of these.
        number: Only from or to a number that begins so; a leading ``+`` counts.
        since: Only left at or after this moment.
        until: Only left before this moment.
        begins: Only those whose id begins so.
        at_most: How many at most.
    """

    mailbox: str | None = None
    states: tuple[MessageState, ...] = SHOWN
    number: str = ""
    since: datetime | None = None
    until: datetime | None = None
    begins: str = ""
    at_most: int | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """How far the notice about a message has come.

    Attributes:
        message_id: The message.
        tries: How often it was tried.
        next_at: When it is tried again; None: it has gone, or will not be tried again.
        reason: Why it did not go; empty when it did.
    """

    message_id: str
    tries: int
    next_at: datetime | None
    reason: str = ""


class Messages(Protocol):
    """Keeps messages. The methods that find or change raise :class:`StoreAway`."""

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

    def list_filed(self, search: MessageSearch) -> tuple[FiledMessage, ...]:
        """Messages with what has been done with them, newest first."""
        ...

    def find_filed(self, message_id: str) -> FiledMessage | None:
        """The message of that id, or None."""
        ...

    def count_messages(self, mailbox: str) -> int:
        """How many messages lie in a mailbox; deleted ones do not count."""
        ...

    def put_handling(self, message_id: str, handling: Handling) -> None:
        """Write what has been done with a message, in place of what stood; durable on return."""
        ...

    def list_due(self, since: datetime, now: datetime, at_most: int) -> tuple[Message, ...]:
        """Messages left at or after *since* whose notice is due, oldest first."""
        ...

    def put_notice(self, notice: Notice) -> None:
        """Write how far a notice has come, in place of what stood."""
        ...

    def find_notice(self, message_id: str) -> Notice | None:
        """How far the notice about a message has come; None when it was never tried."""
        ...

    def erase(self, *message_ids: str) -> int:
        """Forget messages with all that stands beside them; return how many there were."""
        ...
