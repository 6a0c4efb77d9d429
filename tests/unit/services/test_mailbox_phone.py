"""Messages by phone: the way in, message by message, and what stays of it."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from switchboard import flow
from switchboard.bundled import bundled
from switchboard.core.journal import EntryKind
from switchboard.ports.messages import Message, MessageState
from switchboard.ports.recordings import RecordingKind, RecordingState
from switchboard.services.mailbox_phone import MailboxPhone, PinPolicy
from switchboard.services.mailboxes import PIN, Mailboxes, MailboxRule, MailboxRules
from switchboard.services.secrets import SecretDesk
from switchboard.services.story import Story
from switchboard.services.timeline import words_of
from switchboard.services.wording import Wording
from tests.fakes.clock import NOON
from tests.fakes.journal import FakeJournal
from tests.fakes.messages import FakeMessages
from tests.fakes.outside import FakeHasher, FakeSecretBook
from tests.fakes.recordings import FakeRecordingBook
from tests.unit.services.scene import Scene

ANI = "8001"
MESSAGE = Message("m1", "desk", "c0", "r1", 4200, "138", "138", True, NOON - timedelta(hours=1))
RULES = MailboxRules({"desk": MailboxRule("100", language="en")}, language="zh")


class Visit:
    """Somebody who calls the mailboxes' number, and the house they call."""

    def __init__(self, folder) -> None:
        self.folder = folder
        self.messages, self.journal, self.book = FakeMessages(), FakeJournal(), FakeRecordingBook()
        self.secrets = FakeSecretBook()
        file = bundled("ivr_flows") / "mailbox" / "mailbox.yaml"
        program = flow.load({"mailbox/mailbox.yaml": file.read_text(encoding="utf-8")}).program
        self.wording = Wording(lambda: program, "mailbox")
        self._ids = count(1)
        self.calls()
        self.desk.set(PIN, "desk", "4712")

    def calls(self, ani: str = ANI) -> "Visit":
        """Begin a new call to the same house."""
        self.scene, self.ani = Scene(self.folder), ani
        self.desk = SecretDesk(self.secrets, FakeHasher(), self.scene.clock)
        for recording_id in ("r1", "r2"):
            (self.folder / f"{recording_id}.wav").write_bytes(b"RIFF")
        return self

    def hears(self, *prompts: str) -> "Visit":
        """Each is heard to its end."""

        def heard(prompt: str) -> None:
            assert prompt in " ".join(self.scene.leg.running.files), self.scene.heard()
            self.scene.leg.finish_play()

        for prompt in prompts:
            self.scene.then(lambda prompt=prompt: heard(prompt))
        return self

    def keys(self, keys: str) -> "Visit":
        for key in keys:
            self.scene.then(lambda key=key: self.scene.leg.press(key))
        return self

    def comes_in(self, pin: str = "4712") -> "Visit":
        return self.keys("100#").keys(f"{pin}#")

    def serve(self) -> None:
        story = Story("call-1", self.journal, self.scene.clock, self.new_id)
        phone = MailboxPhone(
            mailboxes=Mailboxes(self.messages, RULES, self.scene.clock),
            desk=self.desk,
            book=self.book,
            wording=self.wording,
            policy=PinPolicy(attempts=3, lock_for_ms=60_000),
            clock=self.scene.clock,
            new_id=self.new_id,
        )
        phone.serve(self.scene.caller, story, self.scene.visit(self.ani))
        assert self.scene.mailbox.acts_left == 0, self.scene.heard()

    def new_id(self) -> str:
        return f"id-{next(self._ids)}"

    def state(self, message_id: str = "m1") -> MessageState:
        return self.messages.find_filed(message_id).handling.state

    def said(self) -> list[str]:
        return [name.removeprefix("mailbox.") for name in self.scene.heard()]


@pytest.fixture
def visit(tmp_path) -> Visit:
    made = Visit(tmp_path)
    made.messages.keep(MESSAGE)
    return made


def test_a_message_is_heard_and_is_new_no_more(visit):
    visit.comes_in().hears("you_have", "message_from", "reply_wanted", "r1.wav")
    visit.keys("2").hears("no_more", "goodbye").serve()
    assert visit.state() is MessageState.HEARD
    assert visit.messages.find_filed("m1").handling.by == "phone 8001"
    opened = next(e for e in visit.journal.entries if e.kind is EntryKind.MAILBOX_OPENED)
    assert opened.details == {"mailbox": "desk", "new": 1, "messages": 1}


def test_the_pin_stands_in_no_journal(visit):
    visit.comes_in().hears("you_have").keys("*")
    visit.hears("goodbye").serve()
    assert "4712" not in repr(visit.journal.entries)


def test_after_the_pin_the_mailboxs_language_is_spoken(visit):
    visit.comes_in().keys("*").hears("goodbye").serve()
    files = [file for ask in visit.scene.leg.asked for file in getattr(ask, "files", ())]
    assert "/zh/mailbox.which_mailbox" in files[0]
    assert "/en/mailbox.you_have" in files[2]


@pytest.mark.parametrize(
    ("key", "state", "prompt"),
    [("3", MessageState.KEPT, "kept"), ("7", MessageState.DELETED, "deleted")],
)
def test_a_message_is_kept_or_deleted_by_a_key(visit, key, state, prompt):
    visit.comes_in().hears("you_have", "message_from", "reply_wanted", "r1.wav")
    visit.keys(key).hears(prompt, "no_more", "goodbye").serve()
    assert visit.state() is state


def test_hearing_it_again_takes_nothing_back(visit):
    visit.messages.put_handling("m1", replace(visit.messages.find_filed("m1").handling,
                                              state=MessageState.KEPT))  # fmt: skip
    visit.comes_in().hears("you_have", "message_from", "reply_wanted", "r1.wav").keys("1")
    visit.hears("message_from", "reply_wanted", "r1.wav").keys("2")
    visit.hears("no_more", "goodbye").serve()
    assert visit.state() is MessageState.KEPT


@pytest.mark.req("VM-08")
def test_a_reply_is_recorded_and_the_message_is_answered(visit):
    visit.comes_in().hears("you_have", "message_from", "reply_wanted", "r1.wav").keys("4")
    visit.hears("say_answer", "tone")
    visit.scene.then(lambda: visit.scene.leg.finish_record(3000))
    visit.hears("answer_kept").keys("2").hears("no_more", "goodbye").serve()
    handling = visit.messages.find_filed("m1").handling
    assert handling.state is MessageState.ANSWERED
    record = visit.book.find_record(handling.answer_id)
    assert (record.kind, record.state) == (RecordingKind.ANSWER, RecordingState.ENDED)


def test_a_reply_of_nothing_changes_nothing(visit):
    visit.comes_in().hears("you_have", "message_from", "reply_wanted", "r1.wav").keys("4")
    visit.hears("say_answer", "tone")
    visit.scene.then(lambda: visit.scene.leg.finish_record(0))
    visit.hears("nothing_said").keys("2").hears("no_more", "goodbye").serve()
    assert visit.state() is MessageState.HEARD


def test_new_messages_come_first_and_the_oldest_of_them(visit):
    older = replace(MESSAGE, message_id="m0", recording_id="r2", from_number="",
                    reply_wanted=None, left_at=NOON - timedelta(days=1))  # fmt: skip
    visit.messages.keep(older)
    visit.comes_in().hears("you_have", "message_withheld", "r2.wav").keys("2")
    visit.hears("message_from").keys("*").hears("goodbye").serve()


@pytest.mark.parametrize("number", ["100", "999"])
def test_a_wrong_pin_and_a_wrong_mailbox_sound_alike(visit, number):
    for _ in range(3):
        visit.keys(f"{number}#").keys("0000#").hears("locked" if number == "100" and _ == 2
                                                     else "wrong_pin")  # fmt: skip
    visit.hears("goodbye").serve()
    assert "you_have" not in visit.said()
    assert all(words_of(entry) for entry in visit.journal.entries)


def test_wrong_pins_lock_the_mailbox_for_every_phone(visit):
    for nth in range(3):
        visit.keys("100#").keys("0000#").hears("wrong_pin" if nth < 2 else "locked")
    visit.hears("goodbye").serve()
    visit.calls("139").keys("100#").hears("locked", "goodbye").serve()


def test_wrong_pins_lock_the_phone_for_every_mailbox(visit):
    visit.desk.set(PIN, "other", "5823")
    for nth in range(3):
        visit.keys("100#").keys("0000#").hears("wrong_pin" if nth < 2 else "locked")
    visit.hears("goodbye").serve()
    visit.desk.set(PIN, "desk", "4712")  # ends the mailbox's own lock
    visit.calls().keys("100#").hears("locked", "goodbye").serve()


def test_a_lock_ends_by_itself(visit):
    for nth in range(3):
        visit.keys("100#").keys("0000#").hears("wrong_pin" if nth < 2 else "locked")
    visit.hears("goodbye").serve()
    visit.calls()
    visit.scene.clock.sleep(120)
    visit.comes_in().keys("*").hears("goodbye").serve()


@pytest.mark.parametrize("heard", [0, 1, 3])
def test_whoever_hangs_up_ends_the_talk(visit, heard):
    visit.comes_in().hears(*["you_have", "message_from", "reply_wanted"][:heard])
    visit.scene.then(visit.scene.leg.hangs_up)
    visit.serve()
    assert visit.scene.caller.hung_up


def test_whoever_stays_silent_is_let_go(visit):
    for _ in range(3):
        visit.hears("which_mailbox")
        visit.scene.mailbox.let_time_pass()
    visit.serve()
