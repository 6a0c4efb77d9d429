"""What is left in a mailbox, and what is done with it."""

from dataclasses import replace

import pytest

from switchboard.flow.effects import Done, Failed, Refused
from switchboard.ports.messages import Message, MessageState
from switchboard.ports.outages import StoreAway
from switchboard.services.mailboxes import Mailboxes, MailboxRule, MailboxRules
from tests.fakes.clock import NOON, VirtualClock
from tests.fakes.messages import FakeMessages

MESSAGE = Message("m1", "desk", "c1", "r1", 4200, "138", "139", True, NOON)


@pytest.fixture
def mailboxes() -> Mailboxes:
    rules = MailboxRules({"desk": MailboxRule("100", most=2)})
    return Mailboxes(FakeMessages(), rules, VirtualClock())


@pytest.mark.req("VM-02", "VM-05")
def test_a_message_is_taken_with_number_and_wish_for_a_reply(mailboxes):
    assert mailboxes.take(MESSAGE) == Done({"message_id": "m1"})
    (filed,) = mailboxes.list_shown("desk")
    assert filed.message == MESSAGE
    assert filed.handling.state is MessageState.NEW


def test_a_full_mailbox_refuses_and_one_that_was_taken_is_taken_again(mailboxes):
    for message_id in ("m1", "m2"):
        assert isinstance(mailboxes.take(replace(MESSAGE, message_id=message_id)), Done)
    assert mailboxes.take(replace(MESSAGE, message_id="m3")) == Refused("mailbox desk is full")
    assert isinstance(mailboxes.take(MESSAGE), Done), "a server that takes a call over keeps it"
    mailboxes.mark("m2", MessageState.DELETED, "8001")
    assert isinstance(mailboxes.take(replace(MESSAGE, message_id="m3")), Done)


class AwayMessages(FakeMessages):
    """A store that can be written to only beside it, or not at all."""

    takes = True

    def count_messages(self, mailbox: str) -> int:
        raise StoreAway("the database is away")

    def keep(self, message: Message) -> None:
        if not self.takes:
            raise StoreAway("the disk is full")
        super().keep(message)


def test_a_store_that_cannot_be_counted_takes_a_message_in_all_the_same():
    mailboxes = Mailboxes(AwayMessages(), MailboxRules(), VirtualClock())
    assert isinstance(mailboxes.take(MESSAGE), Done)
    mailboxes.messages.takes = False
    assert mailboxes.take(MESSAGE) == Failed("the disk is full")


@pytest.mark.parametrize("state", [MessageState.ANSWERED, MessageState.KEPT])
def test_hearing_takes_nothing_back(mailboxes, state):
    mailboxes.take(MESSAGE)
    assert mailboxes.hear("m1", "8001").state is MessageState.HEARD
    mailboxes.mark("m1", state, "8001")
    assert mailboxes.hear("m1", "8002").state is state


@pytest.mark.req("VM-08")
def test_an_answer_is_noted_with_who_gave_it(mailboxes):
    mailboxes.take(MESSAGE)
    mailboxes.answer("m1", "Li", note="called back")
    handling = mailboxes.answer("m1", "Wang", answer_id="r9")
    assert (handling.state, handling.note, handling.answer_id, handling.by) == (
        MessageState.ANSWERED, "called back", "r9", "Wang",
    )  # fmt: skip
    assert handling.changed_at == NOON


def test_what_is_not_there_cannot_be_marked(mailboxes):
    with pytest.raises(KeyError, match="no message m9"):
        mailboxes.mark("m9", MessageState.KEPT, "8001")


def test_a_mailbox_is_found_by_its_number_and_speaks_the_centres_language():
    rules = MailboxRules({"desk": MailboxRule("100"), "shop": MailboxRule(language="en")})
    assert (rules.find_box("100"), rules.find_box("101"), rules.find_box("")) == (
        "desk",
        None,
        None,
    )
    assert (rules.of("desk").language, rules.of("shop").language) == ("zh", "en")
    assert rules.of("unnamed").most == 500
