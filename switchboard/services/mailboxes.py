"""Mailboxes: what is left in them, and what is done with it; by a call, a phone or a command.

A message that was left never changes. What is done with it is one of five states; hearing it takes
nothing back from one that was answered or kept. A full mailbox refuses, and says so: nothing is
thrown away to make room.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from switchboard.core.legs import LegOffer
from switchboard.flow.effects import Done, Failed, KeepMessage, Refused
from switchboard.ports.clock import Clock
from switchboard.ports.messages import (
    FiledMessage,
    Handling,
    Message,
    Messages,
    MessageSearch,
    MessageState,
)
from switchboard.ports.outages import StoreAway

log = structlog.get_logger(__name__)

PIN = "mailbox_pin"
"""The name under which the secret book keeps the PINs of mailboxes; a mailbox is their owner."""


@dataclass(frozen=True, slots=True)
class MailboxRule:
    """How one mailbox is kept.

    Attributes:
        number: The digits by which a phone names it; empty: no phone reaches it.
        notify: Addresses that are told of each message by e-mail, with its sound.
        most: How many messages it holds; more are refused.
        keep_days: After so many days a message goes, unless somebody has kept it; 0: never.
        language: In which its phone and its e-mails speak; empty: the centre's first.
    """

    number: str = ""
    notify: tuple[str, ...] = ()
    most: int = 500
    keep_days: int = 90
    language: str = ""


@dataclass(frozen=True, slots=True)
class MailboxRules:
    """How the mailboxes are kept.

    Attributes:
        boxes: Rules by mailbox.
        usual: For a mailbox without a rule of its own.
        language: The centre's first.
    """

    boxes: Mapping[str, MailboxRule] = field(default_factory=dict)
    usual: MailboxRule = MailboxRule()
    language: str = "zh"

    def of(self, mailbox: str) -> MailboxRule:
        """Return the rule of a mailbox, its language filled in."""
        rule = self.boxes.get(mailbox, self.usual)
        return rule if rule.language else replace(rule, language=self.language)

    def find_box(self, number: str) -> str | None:
        """Return the mailbox that a phone names by *number*, or None."""
        return next(
            (box for box, rule in self.boxes.items() if rule.number and rule.number == number), None
        )


def message_of(effect: KeepMessage, offer: LegOffer, call_id: str, now: datetime) -> Message:
    """Return the message that a flow wants kept. One recording is one message."""
    return Message(
        # Kept again after a crash it stands once.
        message_id=effect.recording_id,
        mailbox=effect.mailbox,
        call_id=call_id,
        recording_id=effect.recording_id,
        duration_ms=effect.duration_ms,
        from_number=offer.ani,
        reply_to=effect.reply_to or offer.ani,
        reply_wanted=effect.reply_wanted,
        left_at=now,
    )


@dataclass(frozen=True, slots=True)
class Mailboxes:
    """Takes messages in, and writes down what is done with them."""

    messages: Messages
    rules: MailboxRules
    clock: Clock

    def take(self, message: Message) -> Done | Refused | Failed:
        """Put a message into its mailbox; durable when :class:`Done` comes back."""
        try:
            if self._is_full(message):
                return Refused(f"mailbox {message.mailbox} is full")
            self.messages.keep(message)
        except StoreAway as away:
            return Failed(str(away))
        return Done({"message_id": message.message_id})

    def list_shown(self, mailbox: str) -> tuple[FiledMessage, ...]:
        """The messages of a mailbox as a person hears them: new ones first, each oldest first."""
        oldest_first = self.messages.list_filed(MessageSearch(mailbox))[::-1]
        new = tuple(one for one in oldest_first if one.handling.state is MessageState.NEW)
        return (*new, *(one for one in oldest_first if one not in new))

    def hear(self, message_id: str, by: str) -> Handling:
        """Somebody has heard it: a new one is new no more, any other stays as it was."""
        handling = self._handling(message_id)
        if handling.state is not MessageState.NEW:
            return handling
        return self._put(message_id, replace(handling, state=MessageState.HEARD), by)

    def mark(self, message_id: str, state: MessageState, by: str, note: str = "") -> Handling:
        """Bring it to a state; a note that is not empty takes the place of the former one."""
        handling = self._handling(message_id)
        changed = replace(handling, state=state, note=note or handling.note)
        return self._put(message_id, changed, by)

    def answer(self, message_id: str, by: str, *, answer_id: str = "", note: str = "") -> Handling:
        """It was answered: by a recording, or as the note says."""
        handling = self._handling(message_id)
        changed = replace(
            handling,
            state=MessageState.ANSWERED,
            answer_id=answer_id or handling.answer_id,
            note=note or handling.note,
        )
        return self._put(message_id, changed, by)

    def _is_full(self, message: Message) -> bool:
        """A store that cannot be asked takes the message in all the same: it goes to the spool."""
        try:
            return (
                self.messages.count_messages(message.mailbox) >= self.rules.of(message.mailbox).most
                and self.messages.find_message(message.message_id) is None
            )
        except StoreAway as away:
            log.warning("a mailbox cannot be counted", mailbox=message.mailbox, reason=str(away))
            return False

    def _handling(self, message_id: str) -> Handling:
        filed = self.messages.find_filed(message_id)
        if filed is None:
            raise KeyError(f"there is no message {message_id}")
        return filed.handling

    def _put(self, message_id: str, handling: Handling, by: str) -> Handling:
        put = replace(handling, by=by, changed_at=self.clock.now())
        self.messages.put_handling(message_id, put)
        return put
