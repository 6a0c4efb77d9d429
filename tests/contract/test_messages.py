"""The promises of voice messages (``switchboard/ports/messages.py``)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from switchboard.ports.messages import (
    FiledMessage,
    Handling,
    Message,
    MessageSearch,
    MessageState,
    Notice,
)

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


HEARD = Handling(MessageState.HEARD, by="8001", changed_at=MESSAGE.left_at + timedelta(minutes=5))
ANSWERED = Handling(
    MessageState.ANSWERED, "已回电", "r9", "李", MESSAGE.left_at + timedelta(minutes=9)
)


def test_a_message_that_nobody_touched_is_new(store):
    store.messages.keep(MESSAGE)
    assert store.messages.find_filed("m1") == FiledMessage(MESSAGE, Handling())


def test_what_is_done_with_a_message_stands_beside_it(store):
    store.messages.keep(MESSAGE)
    store.messages.put_handling("m1", HEARD)
    store.messages.put_handling("m1", ANSWERED)
    assert store.messages.find_filed("m1") == FiledMessage(MESSAGE, ANSWERED)
    assert store.messages.find_message("m1") == MESSAGE


def test_messages_are_searched_by_state_number_and_time(store):
    later = replace(
        MESSAGE, message_id="m2", from_number="010", reply_to="010",
        left_at=MESSAGE.left_at + timedelta(hours=1),
    )  # fmt: skip
    for message in (MESSAGE, later):
        store.messages.keep(message)
    store.messages.put_handling("m1", HEARD)

    def found(**conditions):
        filed = store.messages.list_filed(MessageSearch(**conditions))
        return [one.message.message_id for one in filed]

    assert found() == ["m2", "m1"]
    assert found(at_most=1) == ["m2"]
    assert found(states=(MessageState.NEW,)) == ["m2"]
    assert found(states=(MessageState.HEARD,)) == ["m1"]
    assert found(number="+86138001380") == ["m1"]
    assert found(number="01") == ["m2"]
    assert found(since=later.left_at) == ["m2"]
    assert found(until=later.left_at) == ["m1"]
    assert found(mailbox="nobody") == []


def test_deleted_messages_are_neither_shown_nor_counted(store):
    store.messages.keep(MESSAGE)
    assert store.messages.count_messages("前台") == 1
    store.messages.put_handling("m1", replace(HEARD, state=MessageState.DELETED))
    assert store.messages.count_messages("前台") == 0
    assert store.messages.list_filed(MessageSearch()) == ()
    assert len(store.messages.list_filed(MessageSearch(states=(MessageState.DELETED,)))) == 1


def test_an_erased_message_is_forgotten_with_all_beside_it(store):
    store.messages.keep(MESSAGE)
    store.messages.put_handling("m1", HEARD)
    store.messages.put_notice(Notice("m1", 1, None))
    assert store.messages.erase("m1", "m0") == 1
    assert store.messages.find_filed("m1") is None
    assert store.messages.find_notice("m1") is None
    store.messages.keep(MESSAGE)
    assert store.messages.find_filed("m1") == FiledMessage(MESSAGE, Handling())


def test_a_notice_is_due_until_it_has_gone(store):
    store.messages.keep(MESSAGE)
    now = MESSAGE.left_at + timedelta(minutes=1)

    def due(moment=now, since=MESSAGE.left_at):
        return store.messages.list_due(since, moment, 10)

    assert due() == (MESSAGE,)
    assert due(since=now) == ()
    store.messages.put_notice(Notice("m1", 1, now + timedelta(minutes=2), "no answer"))
    assert due() == ()
    assert due(now + timedelta(minutes=2)) == (MESSAGE,)
    store.messages.put_notice(Notice("m1", 2, None))
    assert store.messages.find_notice("m1") == Notice("m1", 2, None)
    assert due(now + timedelta(days=1)) == ()
