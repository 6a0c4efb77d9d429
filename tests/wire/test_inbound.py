"""The node's connection: it is up, or it is being called again, and nobody waits for it in vain."""

import time

import gevent
import pytest
from gevent import socket
from structlog.testing import capture_logs

from switchboard.core.facts import KeyPressed, LegHungUp
from switchboard.esl import commands
from switchboard.esl.arguments import Uuid
from switchboard.esl.errors import LocalProtocolError
from switchboard.esl.serving import encode_api_response
from switchboard.runtime.greenlets import Greenlets
from switchboard.switch import inbound
from switchboard.switch.counters import Counters
from switchboard.switch.inbound import EVENTS, EVENTS_OF_DIALLED, Node, NodeAway
from switchboard.switch.nodes import FreeSwitchNode
from tests.wire.peer import LEG, OTHER_LEG, PASSWORD, ScriptedFreeSwitch, wait_for


class Listening:
    """Keeps what a node reports."""

    def __init__(self):
        self.events = []
        self.ready = []
        self.away = 0

    def node_ready(self, node, channels):
        self.ready.append(channels)

    def node_away(self, node):
        self.away += 1

    def node_event(self, node, event):
        self.events.append(event)


class Called:
    """A node's connection to a scripted FreeSWITCH."""

    def __init__(self, password=PASSWORD, user="", port=None):
        self.peer = ScriptedFreeSwitch()
        self.heard = Listening()
        self.counters = Counters()
        self.greenlets = Greenlets()
        settings = FreeSwitchNode("fs1", "127.0.0.1", port or self.peer.port, password, user)
        self.node = Node(settings, self.heard, self.greenlets.start_task, self.counters)
        self.greenlets.start_task("node", self.node.run)

    def up(self):
        wait_for(lambda: self.heard.ready, "the node is ready")
        return self

    def close(self):
        self.node.stop()
        self.peer.stop()
        self.greenlets.stop()
        assert self.greenlets.failures == []


@pytest.fixture
def call():
    made = []

    def calling(**settings):
        made.append(Called(**settings))
        return made[-1]

    yield calling
    for called in made:
        called.close()


# --- logging in -------------------------------------------------------------------------------


def test_it_logs_in_says_which_events_it_wants_and_reads_what_lives(call):
    called = call()
    called.peer.channels.append(LEG)
    called.up()
    said = [request.command for request in called.peer.line.requests]
    assert said == [
        f"auth {PASSWORD}",
        f"event json {' '.join((*EVENTS, *EVENTS_OF_DIALLED))} CUSTOM "
        "conference::maintenance sofia::expire sofia::register sofia::unregister",
        *(f"filter Event-Name {event}" for event in (*EVENTS, "CUSTOM")),
        "filter Call-Direction outbound",
        "api global_getvar core_uuid",
        "api show channels as json",
    ]
    assert called.node.core == called.peer.core
    assert [channel.leg_id for channel in called.heard.ready[0]] == [LEG]


def test_it_logs_in_as_a_user_that_may_less(call):
    called = call(user="switchboard@events.invalid").up()
    said = called.peer.line.requests[0].command
    assert said == f"userauth switchboard@events.invalid:{PASSWORD}"


def test_a_wrong_password_is_said_and_tried_again(call):
    with capture_logs() as logs:
        called = call(password="wrong")
        wait_for(lambda: len(called.peer.lines) >= 2, "it is tried again")
    assert not called.node.is_ready
    assert any("refused" in entry.get("why", "") for entry in logs)


def test_a_password_is_never_logged(call):
    with capture_logs() as logs:
        called = call(password="wrong-and-secret")
        wait_for(lambda: len(called.peer.lines) >= 2, "it is tried again")
    assert logs
    assert "wrong-and-secret" not in repr(logs)
    assert "secret" not in repr(FreeSwitchNode("a", "b", 1, "secret"))


@pytest.mark.parametrize(
    ("password", "user"), [("", ""), ("a b", ""), ("x\ny", ""), ("good", "no-domain")]
)
def test_a_login_that_cannot_be_one_is_refused_before_the_first_call(password, user):
    settings = FreeSwitchNode("fs1", "127.0.0.1", 8021, password, user)
    with pytest.raises(LocalProtocolError):
        Node(settings, Listening(), lambda name, work: None, Counters())


def test_what_is_no_event_socket_is_left(call, monkeypatch):
    monkeypatch.setattr(inbound, "LOG_IN_WITHIN_S", 0.05)
    with socket.socket() as silent, capture_logs() as logs:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        called = call(port=silent.getsockname()[1])
        wait_for(lambda: any("no password" in e.get("why", "") for e in logs), "it says so")
        assert not called.node.is_ready


def test_a_node_that_does_not_listen_is_called_less_and_less_often(call):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with capture_logs() as logs:
        call(port=port)
        wait_for(lambda: len([e for e in logs if "again_in_s" in e]) >= 3, "it is called again")
    pauses = [entry["again_in_s"] for entry in logs if "again_in_s" in entry]
    assert pauses[:3] == [0.1, 0.2, 0.4]


# --- asking -----------------------------------------------------------------------------------


def test_an_answer_comes_to_whoever_asked(call):
    called = call().up()
    called.peer.api["uuid_exists"] = "true"
    assert called.node.ask(commands.exists(Uuid(LEG))).text == "true"


def test_an_answer_that_does_not_come_in_time_never_becomes_the_next_ones(call):
    called = call().up()
    called.peer.silent |= {"api uuid_exists", "api global_getvar"}
    with pytest.raises(NodeAway, match="no answer"):
        called.node.ask(commands.exists(Uuid(LEG)), within_s=0.05)
    asked = gevent.spawn(called.node.ask, commands.core_uuid())
    called.peer.line.expect("api uuid_exists")
    called.peer.line.expect("api global_getvar")
    called.peer.line.say(encode_api_response("true") + encode_api_response("the-core"))
    assert asked.get(timeout=5).text == "the-core"


def test_whoever_asks_a_node_that_is_away_is_told_at_once(call):
    called = call().up()
    called.peer.go_away()
    wait_for(lambda: not called.node.is_ready, "it is missed")
    began = time.monotonic()
    with pytest.raises(NodeAway):
        called.node.ask(commands.core_uuid())
    with pytest.raises(NodeAway):
        called.node.post(commands.core_uuid())
    assert time.monotonic() - began < 0.5


def test_whoever_waits_when_the_connection_ends_is_told(call):
    called = call().up()
    called.peer.silent.add("api uuid_exists")
    asked = gevent.spawn(called.node.ask, commands.exists(Uuid(LEG)), 60.0)
    called.peer.line.expect("api uuid_exists")
    called.peer.go_away()
    with pytest.raises(NodeAway):
        asked.get(timeout=5)


def test_a_list_of_channels_that_is_none_is_no_list(call):
    called = call().up()
    called.peer.api["show channels"] = "-ERR broken\n"
    with pytest.raises(NodeAway):
        called.node.list_channels()


def test_many_ask_at_once_and_each_has_its_own_answer(call):
    called = call().up()
    called.peer.channels[:] = [LEG]
    legs = [LEG, OTHER_LEG] * 50
    asked = [gevent.spawn(called.node.ask, commands.exists(Uuid(leg))) for leg in legs]
    answers = [one.get(timeout=5).text for one in asked]
    assert answers == ["true", "false"] * 50


# --- staying connected ------------------------------------------------------------------------


def test_a_node_that_answers_no_heartbeat_is_called_again(call, monkeypatch):
    monkeypatch.setattr(inbound, "HEARTBEAT_EVERY_S", 0.02)
    monkeypatch.setattr(inbound, "HEARTBEAT_WITHIN_S", 0.05)
    called = call().up()
    called.peer.silent.add("api global_getvar")
    wait_for(lambda: called.heard.away == 1, "it is missed")
    called.peer.silent.clear()
    wait_for(lambda: len(called.heard.ready) == 2, "it is ready again")


def test_nonsense_from_a_node_ends_the_connection_and_it_is_called_again(call):
    called = call().up()
    called.peer.line.say(b"nonsense\n\n")
    wait_for(lambda: len(called.heard.ready) == 2, "it is ready again")
    assert called.counters.violations == 1


def test_a_fault_in_whoever_is_told_loses_the_node_for_a_moment_only(call):
    called = call().up()
    tell = called.heard.node_event

    def fail(node, event):
        called.heard.node_event = tell
        raise ValueError("a fault of ours")

    called.heard.node_event = fail
    called.peer.report("CHANNEL_ANSWER")
    wait_for(lambda: len(called.heard.ready) == 2, "it is ready again")
    called.peer.report("CHANNEL_ANSWER")
    wait_for(lambda: len(called.heard.events) == 1, "events are reported again")


def test_events_are_reported_in_order(call):
    called = call().up()
    for number in range(20):
        called.peer.report("CHANNEL_ANSWER", Number=str(number))
    wait_for(lambda: len(called.heard.events) == 20, "all are reported")
    assert [event.text("Number") for event in called.heard.events] == list(map(str, range(20)))


def test_a_node_that_was_stopped_is_not_called_again(call):
    called = call().up()
    called.node.stop()
    wait_for(lambda: called.heard.away == 1, "it is away")
    gevent.sleep(0.3)
    assert len(called.peer.lines) == 1
    assert called.peer.line.expect("exit")


# --- what was missed --------------------------------------------------------------------------


def test_legs_that_ended_while_the_node_was_away_are_reported_when_it_is_back(room):
    gone, gone_taken = room.call(LEG)
    stays, stays_taken = room.call(OTHER_LEG)
    room.node.go_away()
    wait_for(lambda: not room.switch.is_ready, "the node is missed")
    assert room.metrics.levels["fs1"] is False
    gone.vanishes()
    room.node.listen()
    gone_taken.next(LegHungUp)
    assert room.switch.nodes_connected() == {"fs1": True}
    assert room.metrics.levels["fs1"] is True
    stays.say("DTMF", DTMF__Digit="1")
    stays_taken.next(KeyPressed)


def test_a_list_that_lags_behind_ends_no_leg_that_lives(room):
    channel, taken = room.call()
    room.node.go_away()
    wait_for(lambda: not room.switch.is_ready, "the node is missed")
    room.node.api["show channels"] = '{"row_count":0}\n'
    room.node.listen()
    wait_for(lambda: room.switch.is_ready, "the node is back")
    room.node.line.expect("api uuid_exists")
    channel.say("DTMF", DTMF__Digit="1")
    taken.next(KeyPressed)


def test_every_channel_of_every_node_is_listed(room):
    room.node.channels[:] = [LEG, OTHER_LEG]
    channels = room.switch.live_channels()
    assert [channel.leg_id for channel in channels] == [LEG, OTHER_LEG]
    assert {channel.node for channel in channels} == {"fs1"}
    room.node.go_away()
    wait_for(lambda: not room.switch.is_ready, "the node is missed")
    assert room.switch.live_channels() == ()
