"""Messages heard by phone: which mailbox, its PIN, then message by message.

A mailbox that does not exist and one without a PIN ask for a PIN too, and say what a wrong PIN
hears: nobody learns by phone which mailboxes there are. Wrong PINs are counted for the mailbox and
for the calling number over all calls; while either is locked, a right PIN opens nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from switchboard.core.journal import EntryKind
from switchboard.flow.effects import CheckSecret, Failed, OpenSecret, SecretChecked
from switchboard.flow.world import SecretState
from switchboard.ports.clock import Clock
from switchboard.ports.messages import FiledMessage, MessageState
from switchboard.ports.recordings import (
    RecordingBook,
    RecordingKind,
    RecordingRecord,
    RecordingState,
)
from switchboard.services.caller import Caller
from switchboard.services.feature_call import Visit
from switchboard.services.mailboxes import PIN, Mailboxes
from switchboard.services.secrets import SecretDesk
from switchboard.services.story import Story
from switchboard.services.talk import Talk, TalkOver
from switchboard.services.wording import Wording

log = structlog.get_logger(__name__)

LIBRARY = "mailbox"
LONGEST_NUMBER = 12
LONGEST_PIN = 12
LONGEST_ANSWER_MS = 180_000
AGAIN, NEXT, KEEP, ANSWER, DELETE = "1", "2", "3", "4", "7"
LEAVE = "*"


@dataclass(frozen=True, slots=True)
class PinPolicy:
    """How many wrong PINs in a row lock, and for how long."""

    attempts: int = 3
    lock_for_ms: int = 30 * 60 * 1000


@dataclass(frozen=True, slots=True)
class MailboxPhone:
    """The number that people dial to hear their messages.

    Attributes:
        mailboxes: The messages.
        desk: Proves PINs.
        book: Where recorded replies are on record.
        wording: The prompts of the library :data:`LIBRARY`.
        policy: Of PINs.
        clock: The clock.
        new_id: Makes the id of a recorded reply.
    """

    mailboxes: Mailboxes
    desk: SecretDesk
    book: RecordingBook
    wording: Wording
    policy: PinPolicy
    clock: Clock
    new_id: Callable[[], str]

    def serve(self, caller: Caller, story: Story, visit: Visit) -> None:
        """Lead the whole talk; returns when it is over, however it ended."""
        ani = visit.offer.ani
        talk = Talk(caller, self.wording, self.mailboxes.rules.language, self.clock.now)
        try:
            mailbox = self._let_in(talk, story, ani)
            if mailbox is not None:
                _Visit(self, talk, story, mailbox, ani).go_through()
            talk.say("goodbye")
        except TalkOver as over:
            log.info("mailbox talk over", why=str(over))

    # --- who is it ----------------------------------------------------------------------------

    def _let_in(self, talk: Talk, story: Story, ani: str) -> str | None:
        """Ask for mailbox and PIN until both are right; None when that is tried too often."""
        for _ in range(self.policy.attempts):
            number = talk.digits("which_mailbox", LONGEST_NUMBER)
            mailbox = self.mailboxes.rules.find_box(number)
            checked = self._prove(talk, mailbox or f"no mailbox {number}", ani)
            state = checked.state
            story.tell(
                EntryKind.SECRET_CHECKED,
                secret=PIN,
                owner=mailbox or "",
                outcome=str(state),
                left=checked.left,
            )
            if state is SecretState.PROVED and mailbox is not None:
                talk.language = self.mailboxes.rules.of(mailbox).language
                return mailbox
            talk.say("locked" if state is SecretState.LOCKED else "wrong_pin")
            if state is SecretState.LOCKED:
                return None
        return None

    def _prove(self, talk: Talk, owner: str, ani: str) -> SecretChecked:
        opened = self.desk.open(OpenSecret(PIN, owner), ani)
        if opened.state is SecretState.LOCKED:
            return opened
        keyed = talk.secret("which_pin", LONGEST_PIN)
        if keyed is None:
            return SecretChecked(SecretState.WRONG, self.policy.attempts)
        check = CheckSecret(
            PIN, owner, keyed.secret_id, self.policy.attempts, self.policy.lock_for_ms
        )
        checked = self.desk.check(check, ani, talk.secrets)
        if isinstance(checked, Failed):
            raise TalkOver(checked.reason)
        return checked


class _Visit:
    """One person going through one mailbox."""

    def __init__(
        self, phone: MailboxPhone, talk: Talk, story: Story, mailbox: str, ani: str
    ) -> None:
        self._phone = phone
        self._talk = talk
        self._story = story
        self._mailbox = mailbox
        self._by = f"phone {ani}" if ani else "a phone"

    def go_through(self) -> None:
        """Offer each message, the new ones first."""
        filed = self._phone.mailboxes.list_shown(self._mailbox)
        new = sum(1 for one in filed if one.handling.state is MessageState.NEW)
        self._story.tell(
            EntryKind.MAILBOX_OPENED, mailbox=self._mailbox, new=new, messages=len(filed)
        )
        self._talk.say("you_have", new=new, others=len(filed) - new)
        for one in filed:
            if not self._offer(one):
                return
        self._talk.say("no_more")

    def _offer(self, filed: FiledMessage) -> bool:
        """Play one message and do as is keyed; whether the person wants the next one."""
        message_id = filed.message.message_id
        self._play(filed)
        self._tell(message_id, self._phone.mailboxes.hear(message_id, self._by).state)
        while True:
            key = self._talk.key("what_now")
            if key == AGAIN:
                self._play(filed)
            elif key in (NEXT, "#"):
                return True
            elif key == LEAVE:
                return False
            elif key == KEEP:
                return self._mark(message_id, MessageState.KEPT, "kept")
            elif key == DELETE:
                return self._mark(message_id, MessageState.DELETED, "deleted")
            elif key == ANSWER:
                self._answer(message_id)
            else:
                self._talk.say("not_a_choice")

    def _play(self, filed: FiledMessage) -> None:
        message = filed.message
        if message.from_number:
            self._talk.say("message_from", number=message.from_number, at=message.left_at)
        else:
            self._talk.say("message_withheld", at=message.left_at)
        if message.reply_wanted:
            self._talk.say("reply_wanted", number=message.reply_to)
        self._talk.play(message.recording_id)
        if filed.handling.answer_id:
            self._talk.say("your_answer")
            self._talk.play(filed.handling.answer_id)

    def _mark(self, message_id: str, state: MessageState, prompt: str) -> bool:
        self._phone.mailboxes.mark(message_id, state, self._by)
        self._tell(message_id, state)
        self._talk.say(prompt)
        return True

    def _answer(self, message_id: str) -> None:
        """Record a reply; an empty one changes nothing."""
        answer_id, begun = self._phone.new_id(), self._phone.clock.now()
        record = RecordingRecord(
            answer_id, self._story.call_id, RecordingKind.ANSWER, RecordingState.RUNNING, begun
        )
        self._phone.book.put(record)
        try:
            recorded = self._talk.record("say_answer", answer_id, LONGEST_ANSWER_MS)
        finally:
            self._phone.book.put(replace(record, state=RecordingState.ENDED))
        if not recorded.duration_ms:
            self._talk.say("nothing_said")
            return
        self._phone.mailboxes.answer(message_id, self._by, answer_id=answer_id)
        self._tell(message_id, MessageState.ANSWERED)
        self._talk.say("answer_kept")

    def _tell(self, message_id: str, state: MessageState) -> None:
        self._story.tell(EntryKind.MESSAGE_HANDLED, message_id=message_id, state=str(state))
