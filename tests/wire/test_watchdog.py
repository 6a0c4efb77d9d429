"""Channels that wait for a server and have none: fetched once, ended if that does not help."""

import gevent
import pytest

from switchboard.esl.errors import LocalProtocolError
from switchboard.switch import watchdog
from switchboard.switch.nodes import FreeSwitchNode, Listener
from switchboard.switch.watchdog import Watchdog
from tests.wire.peer import LEG, OTHER_LEG, wait_for


@pytest.fixture
def watched(open_room, monkeypatch):
    monkeypatch.setattr(watchdog, "LOOK_EVERY_S", 0.01)
    monkeypatch.setattr(watchdog, "FETCH_AFTER_S", 0.05)
    monkeypatch.setattr(watchdog, "END_AFTER_S", 0.25)
    return open_room(fetch_to="app.invalid:8084")


def asked(room):
    lines = room.node.lines
    return [request.command for line in lines for request in line.requests]


def acts(room):
    return [one for one in asked(room) if "uuid_transfer" in one or "uuid_kill" in one]


def test_an_orphan_is_fetched_to_our_socket(watched):
    watched.node.channels.append(LEG)
    wait_for(lambda: watched.total("orphans_fetched") == 1, "it is fetched")
    wait_for(lambda: acts(watched), "it is asked")
    assert acts(watched) == [
        f"api uuid_transfer {LEG} 'set:socket_resume=true,socket:app.invalid:8084 async' inline"
    ]


def test_an_orphan_that_cannot_be_fetched_is_ended(watched):
    watched.node.channels.append(LEG)
    wait_for(lambda: watched.total("orphans_ended") >= 1, "it is ended")
    wait_for(lambda: len(acts(watched)) >= 2, "it is asked")
    assert acts(watched)[1] == f"api uuid_kill {LEG} NORMAL_TEMPORARY_FAILURE"
    assert watched.total("orphans_fetched") == 1


def test_a_leg_of_ours_is_no_orphan(watched):
    watched.call(LEG)
    watched.node.channels.append(OTHER_LEG)
    wait_for(lambda: watched.total("orphans_ended") >= 1, "the orphan is ended")
    assert all(OTHER_LEG in one for one in acts(watched))


def test_a_channel_that_does_something_else_waits_for_nobody(watched):
    watched.node.application = "playback"
    watched.node.channels.append(LEG)
    gevent.sleep(0.2)
    assert acts(watched) == []


def test_an_orphan_that_comes_back_is_left_in_peace(watched):
    watched.node.channels.append(LEG)
    wait_for(lambda: watched.total("orphans_fetched") == 1, "it is fetched")
    watched.call(LEG)
    looked = asked(watched).count("api show channels as json")
    wait_for(lambda: asked(watched).count("api show channels as json") > looked + 40, "it looks on")
    assert watched.total("orphans_ended") == 0


def test_its_lists_come_over_a_connection_of_their_own(watched):
    wait_for(lambda: len(watched.node.lines) == 2, "both are connected")
    wait_for(lambda: asked(watched).count("api show channels as json") > 5, "it looks")
    subscribed = [
        any(request.command.startswith("event ") for request in line.requests)
        for line in watched.node.lines
    ]
    assert sorted(subscribed) == [False, True]


def test_it_goes_on_looking_when_the_node_is_back(watched):
    wait_for(lambda: len(watched.node.lines) == 2, "both are connected")
    watched.node.go_away()
    watched.node.lines.clear()
    watched.node.listen()
    watched.node.channels.append(LEG)
    wait_for(lambda: watched.total("orphans_fetched") == 1, "it is fetched")


def test_without_an_address_to_fetch_to_nobody_looks(room):
    gevent.sleep(0.05)
    assert len(room.node.lines) == 1


def test_while_another_server_lives_nobody_is_fetched(open_room, monkeypatch):
    monkeypatch.setattr(watchdog, "LOOK_EVERY_S", 0.01)
    monkeypatch.setattr(watchdog, "FETCH_AFTER_S", 0.05)
    others = [True]
    room = open_room(fetch_to="app.invalid:8084", is_alone=lambda: not others[0])
    room.node.channels.append(LEG)
    gevent.sleep(0.2)
    assert acts(room) == []
    others[0] = False
    wait_for(lambda: room.total("orphans_fetched") == 1, "it is fetched")


@pytest.mark.parametrize("address", ["", "8084", "host", "a b:1", "host:0", "host:8084,x", "h:1'"])
def test_an_address_that_is_none_is_told_at_once(address):
    node = FreeSwitchNode("fs1", "127.0.0.1", 8021, "secret")
    with pytest.raises(LocalProtocolError):
        Watchdog(
            [node], Listener(fetch_to=address), lambda leg_id: False, lambda name, work: None, None
        )
