"""Notices of messages: each goes once, whatever the mail server and our own server do."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from switchboard.ports.messages import Message
from switchboard.ports.senders import OutgoingMessage, SendFailed, SendRefused
from switchboard.services.mailboxes import MailboxRule, MailboxRules
from switchboard.services.message_mail import MessageMail
from tests.fakes.clock import NOON, VirtualClock
from tests.fakes.messages import FakeMessages
from tests.fakes.recordings import FakeRecordings

MESSAGE = Message("m1", "desk", "c1", "r1", 12_300, "138", "139", True, NOON)
RULES = MailboxRules({"desk": MailboxRule(notify=("a@x.example", "b@x.example"), language="en")})


class PostOffice:
    """Takes mail, or not."""

    def __init__(self) -> None:
        self.sent: list[OutgoingMessage] = []
        self.fault: Exception | None = None

    def send(self, message: OutgoingMessage) -> None:
        if self.fault is not None:
            raise self.fault
        self.sent.append(message)


class Desk:
    def __init__(self, folder) -> None:
        self.messages, self.office, self.clock = FakeMessages(), PostOffice(), VirtualClock()
        self.recordings = FakeRecordings(folder)
        (folder / "r1.wav").write_bytes(b"RIFF")
        self.mail = MessageMail(self.messages, self.recordings, self.office, RULES, self.clock)


@pytest.fixture
def desk(tmp_path) -> Desk:
    made = Desk(tmp_path)
    made.messages.keep(MESSAGE)
    return made


def test_everybody_named_is_told_once_with_the_sound(desk):
    assert desk.mail.send_due() == 1
    assert desk.mail.send_due() == 0
    assert [sent.to for sent in desk.office.sent] == ["a@x.example", "b@x.example"]
    letter = desk.office.sent[0]
    assert letter.subject == "desk: voice message from 138, 12 s"
    assert "139" in letter.text
    assert "a reply is wanted" in letter.text
    assert letter.attachment == desk.recordings.find_file("r1")


def test_a_withheld_number_is_named_so(desk):
    desk.messages.keep(replace(MESSAGE, message_id="m2", from_number="", reply_to=""))
    desk.mail.send_due()
    assert "a withheld number" in desk.office.sent[-1].subject


def test_a_mail_server_that_is_away_is_tried_again_later_and_later(desk):
    desk.office.fault = SendFailed("no answer")
    tried_at = []
    for _ in range(300):
        before = desk.messages.find_notice("m1")
        desk.mail.send_due()
        if desk.messages.find_notice("m1") != before:
            tried_at.append(desk.clock.seconds())
        desk.clock.sleep(30)
    pauses = [later - earlier for earlier, later in pairwise(tried_at)]
    assert pauses[:3] == [60, 120, 240]
    assert max(pauses) <= 3600
    desk.office.fault = None
    desk.clock.sleep(3600)
    assert desk.mail.send_due() == 1


def test_what_is_refused_is_not_tried_again(desk):
    desk.office.fault = SendRefused("no such user")
    assert desk.mail.send_due() == 0
    notice = desk.messages.find_notice("m1")
    assert notice.next_at is None
    assert "no such user" in notice.reason
    desk.office.fault = None
    desk.clock.sleep(7200)
    assert desk.mail.send_due() == 0


def test_what_is_older_than_a_day_is_left(desk):
    desk.clock.sleep(timedelta(days=1, seconds=1).total_seconds())
    assert desk.mail.send_due() == 0
