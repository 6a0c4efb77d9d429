"""Tells people by e-mail of the messages in their mailboxes, with the sound attached.

How far each notice has come stands in the store, so that a server that dies sends what its former
self did not, and no outage of the mail server loses one within a day. Never part of a call.
"""

from datetime import timedelta

import structlog

from switchboard.ports.clock import Clock
from switchboard.ports.messages import Message, Messages, Notice
from switchboard.ports.outages import StoreAway
from switchboard.ports.recordings import RecordingFiles
from switchboard.ports.senders import OutgoingMessage, Sender, SendFailed, SendRefused
from switchboard.services.mailboxes import MailboxRules

log = structlog.get_logger(__name__)

BETWEEN_LOOKS_S = 5.0
AT_ONCE = 20
# A mail server that is away is tried again after one, two, four ... minutes, for a day.
FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=1)
GIVEN_UP_AFTER = timedelta(days=1)

WORDS = {
    "zh": (
        "{mailbox}：来自{caller}的留言，{length}",
        "{at:%Y-%m-%d %H:%M} UTC，{caller}在{mailbox}留言{length}，录音见附件。\n"
        "回电号码：{reply}\n",
        {"withheld": "隐藏号码", True: "需要回复", False: "不需要回复", None: "", "s": "秒"},
    ),
    "en": (
        "{mailbox}: voice message from {caller}, {length}",
        "{at:%Y-%m-%d %H:%M} UTC: {caller} left a message of {length} in {mailbox}; the sound is "
        "attached.\nReply to: {reply}\n",
        {
            "withheld": "a withheld number",
            True: "a reply is wanted",
            False: "no reply is wanted",
            None: "",
            "s": " s",
        },
    ),
}


class MessageMail:
    """Sends the notices of all mailboxes.

    Args:
        messages: The messages and how far their notices have come.
        recordings: Their sounds.
        sender: How mail goes.
        rules: Who is told of which mailbox.
        clock: The clock.
    """

    def __init__(
        self,
        messages: Messages,
        recordings: RecordingFiles,
        sender: Sender,
        rules: MailboxRules,
        clock: Clock,
    ) -> None:
        self._messages = messages
        self._recordings = recordings
        self._sender = sender
        self._rules = rules
        self._clock = clock

    def keep_sending(self) -> None:
        """Send what is due; the work of one greenlet, for ever."""
        while True:
            try:
                self.send_due()
            except StoreAway as away:
                log.warning("notices wait for the store", reason=str(away))
            self._clock.sleep(BETWEEN_LOOKS_S)

    def send_due(self) -> int:
        """Send the notices that are due, at most :data:`AT_ONCE`; return how many went.

        Raises:
            StoreAway: the store cannot be asked, or does not take how far they came.
        """
        now = self._clock.now()
        due = self._messages.list_due(now - GIVEN_UP_AFTER, now, AT_ONCE)
        return sum(self._send(message) for message in due)

    def _send(self, message: Message) -> bool:
        former = self._messages.find_notice(message.message_id)
        tries = former.tries + 1 if former else 1
        refusals = []
        for address in self._rules.of(message.mailbox).notify:
            try:
                self._sender.send(self._letter(message, address))
            except SendRefused as refusal:
                refusals.append(f"{address}: {refusal}")
            except SendFailed as failure:
                self._put_off(message, tries, str(failure))
                return False
        if refusals:
            log.error("notice refused", message_id=message.message_id, reasons=refusals)
        notice = Notice(message.message_id, tries, None, "; ".join(refusals))
        self._messages.put_notice(notice)
        return not refusals

    def _put_off(self, message: Message, tries: int, reason: str) -> None:
        pause = min(FIRST_RETRY * 2 ** (tries - 1), LONGEST_RETRY)
        log.warning("notice put off", message_id=message.message_id, tries=tries, reason=reason)
        next_at = self._clock.now() + pause
        self._messages.put_notice(Notice(message.message_id, tries, next_at, reason))

    def _letter(self, message: Message, address: str) -> OutgoingMessage:
        language = self._rules.of(message.mailbox).language
        subject, text, words = WORDS.get(language, WORDS["en"])
        holes = {
            "mailbox": message.mailbox,
            "caller": message.from_number or words["withheld"],
            "length": f"{message.duration_ms / 1000:.0f}{words['s']}",
            "reply": f"{message.reply_to or '-'} {words[message.reply_wanted]}".strip(),
            "at": message.left_at,
        }
        return OutgoingMessage(
            key=f"message-{message.message_id}-{address}",
            to=address,
            text=text.format(**holes),
            subject=subject.format(**holes),
            attachment=self._recordings.find_file(message.recording_id),
        )
