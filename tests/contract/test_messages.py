"""The promises of voice messages (``switchboard/ports/messages.py``)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from switchboard.ports.messages import Message

MESSAGE = Message(
    message_id="m1",
    mailbox="前台",
    call_id="c1",
    recording_id="r1",
    duration_ms=4200,
    from_number="+8613800138000",
    reply_to="+8613800138001",
    reply_wanted=True,
    left_at=datetime(2026, 12, 1, 12, 0, tzinfo=UTC),
)


@pytest.mark.req("VM-04")
@pytest.mark.parametrize("reply_wanted", [True, False, None])
def test_a_message_is_kept_with_its_recording_and_who_left_it(store, reply_wanted):
    message = replace(MESSAGE, reply_wanted=reply_wanted)
    store.messages.keep(message)
    assert store.messages.find_message("m1") == message


def test_a_message_kept_twice_stands_once(store):
    store.messages.keep(MESSAGE)
    store.messages.keep(MESSAGE)
    assert store.messages.list_messages() == (MESSAGE,)


def test_an_unknown_message_is_not_found(store):
    assert store.messages.find_message("m1") is None
    assert store.messages.list_messages() == ()


def test_messages_are_listed_newest_first_of_one_mailbox_or_of_all(store):
    later = replace(MESSAGE, message_id="m0", left_at=MESSAGE.left_at + timedelta(minutes=1))
    elsewhere = replace(MESSAGE, message_id="m2", mailbox="sales")
    for message in (MESSAGE, later, elsewhere):
        store.messages.keep(message)
    assert store.messages.list_messages() == (later, elsewhere, MESSAGE)
    assert store.messages.list_messages(mailbox="前台") == (later, MESSAGE)
    assert store.messages.list_messages(mailbox="nobody") == ()
