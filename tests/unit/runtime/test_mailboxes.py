"""A mailbox keeps order, ends its waits at the deadline, and refuses rather than blocks."""

import gevent
import pytest

from switchboard.ports.inboxes import InboxClosed, MailboxFull
from switchboard.runtime.clock import ScaledClock
from switchboard.runtime.mailboxes import Mailbox


@pytest.fixture
def clock() -> ScaledClock:
    return ScaledClock(speed=100)


def test_things_are_taken_in_the_order_they_came(clock):
    mailbox = Mailbox(clock)
    for thing in (1, 2, 3):
        mailbox.put(thing)
    assert [mailbox.next(None) for _ in range(3)] == [1, 2, 3]


def test_a_wait_ends_at_its_deadline_of_the_house_clock(clock):
    began_s = clock.seconds()
    assert Mailbox(clock).next(began_s + 2) is None
    assert 2 <= clock.seconds() - began_s < 12


def test_a_deadline_that_has_passed_still_takes_what_is_there(clock):
    mailbox = Mailbox(clock)
    mailbox.put("fact")
    assert mailbox.next(clock.seconds() - 1) == "fact"
    assert mailbox.next(clock.seconds() - 1) is None


def test_an_arrival_wakes_the_owner(clock):
    mailbox = Mailbox(clock)
    owner = gevent.spawn(mailbox.next, None)
    gevent.sleep(0)
    mailbox.put("fact")
    assert owner.get(timeout=1) == "fact"


def test_a_full_mailbox_refuses_and_keeps_what_it_has(clock):
    mailbox = Mailbox(clock, bound=1)
    mailbox.put("first")
    with pytest.raises(MailboxFull):
        mailbox.put("second")
    assert mailbox.next(None) == "first"


def test_a_closed_mailbox_is_emptied_then_says_so(clock):
    mailbox = Mailbox(clock)
    mailbox.put("last")
    mailbox.close()
    mailbox.put("too late")
    assert mailbox.next(None) == "last"
    with pytest.raises(InboxClosed):
        mailbox.next(None)


def test_closing_ends_a_wait(clock):
    mailbox = Mailbox(clock)
    owner = gevent.spawn(mailbox.next, None)
    gevent.sleep(0)
    mailbox.close()
    owner.join(timeout=1)
    assert isinstance(owner.exception, InboxClosed)
