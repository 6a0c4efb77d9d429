"""Phones are known as the nodes tell: their list at each connection, and then what changes."""

import orjson
import pytest

from switchboard.core.facts import PhoneRegistered, PhoneUnregistered
from tests.wire.peer import wait_for

ROW = {"reg_user": "1001", "network_ip": "192.0.2.7"}


def listed(*rows):
    return orjson.dumps({"row_count": len(rows), "rows": rows}).decode() + "\n"


@pytest.fixture
def followed(room):
    facts = []
    room.switch.phones.follow_phones(facts.append)
    return facts


def told(facts, count=1):
    wait_for(lambda: len(facts) >= count, f"{count} facts of phones")
    found = [(type(fact), fact.extension) for fact in facts]
    facts.clear()
    return found


def register(room, extension="1001", address="192.0.2.7"):
    room.node.report(
        "CUSTOM", "", Event__Subclass="sofia::register",
        from__user=extension, network__ip=address,
    )  # fmt: skip


def test_a_phone_is_told_once_however_often_it_registers(room, followed):
    register(room)
    register(room)
    register(room, "1002")
    assert told(followed, 2) == [(PhoneRegistered, "1001"), (PhoneRegistered, "1002")]
    found = room.switch.phones.find_registration("1001")
    assert (found.node, found.address) == ("fs1", "192.0.2.7")


def test_a_phone_that_moves_is_told_again(room, followed):
    register(room)
    register(room, address="192.0.2.8")
    assert told(followed, 2) == [(PhoneRegistered, "1001")] * 2


@pytest.mark.parametrize(
    ("subclass", "user"), [("sofia::unregister", "from__user"), ("sofia::expire", "user")]
)
def test_a_phone_goes_by_its_word_or_by_its_time(room, followed, subclass, user):
    register(room)
    told(followed)
    room.node.report("CUSTOM", "", Event__Subclass=subclass, **{user: "1001"})
    assert told(followed) == [(PhoneUnregistered, "1001")]
    assert room.switch.phones.find_registration("1001") is None


def test_what_was_missed_while_the_node_was_away_is_told(room, followed):
    register(room)
    register(room, "1002")
    told(followed, 2)
    room.node.api["show registrations"] = listed(ROW, {**ROW, "reg_user": "1003"})
    room.node.go_away()
    wait_for(lambda: not room.switch.is_ready, "the node is away")
    assert len(room.switch.phones.list_registered()) == 2
    room.node.listen()
    assert told(followed, 2) == [(PhoneUnregistered, "1002"), (PhoneRegistered, "1003")]


def test_who_follows_late_is_told_of_each_that_is_registered(room, followed):
    register(room)
    told(followed)
    late = []
    room.switch.phones.follow_phones(late.append)
    assert [fact.extension for fact in late] == ["1001"]


def test_a_list_that_is_none_changes_nothing(room, followed):
    register(room)
    told(followed)
    room.node.api["show registrations"] = "-ERR no database\n"
    room.node.go_away()
    wait_for(lambda: not room.switch.is_ready, "the node is away")
    room.node.listen()
    wait_for(lambda: room.switch.is_ready, "the node is back")
    register(room, "1002")
    assert told(followed) == [(PhoneRegistered, "1002")]
    assert room.switch.phones.find_registration("1001") is not None
