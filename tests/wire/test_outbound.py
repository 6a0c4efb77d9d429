"""The server that FreeSWITCH calls: who is let in, who is turned away, what nobody can break."""

import contextlib
import os
import resource
from pathlib import Path

import gevent
import gevent.event
import pytest
from gevent import socket

from switchboard.core.causes import HangupCause
from switchboard.core.facts import KeyPressed, LegHungUp, SocketLost
from switchboard.ports.leg_offers import LegRefused
from switchboard.ports.legs import LegGone
from switchboard.switch import connection, outbound
from tests.wire.peer import LEG, OTHER_LEG, wait_for


@contextlib.contextmanager
def knocking(room):
    """A bare socket to the server, from nobody in particular."""
    with socket.create_connection(room.switch.address, timeout=5) as sock:
        assert sock.recv(8) == b"connect\n"
        yield sock


def descriptors():
    return [int(file.name) for file in Path("/proc/self/fd").iterdir()]


def leg_ids(count):
    return [f"00000000-0000-4000-8000-{number:012d}" for number in range(count)]


# --- who is let in ----------------------------------------------------------------------------


def test_a_socket_from_a_stranger_is_closed_without_a_word(open_room):
    room = open_room(sources=("192.0.2.0/24",))
    with socket.create_connection(room.switch.address, timeout=5) as sock:
        assert sock.recv(100) == b""
    assert room.total("sockets_refused") == 1


def test_a_leg_that_nobody_takes_is_refused_before_answer_by_its_cause(room):
    room.taker.refuses = LegRefused(HangupCause.CALL_REJECTED, "blacklisted")
    channel = room.node.call(room.switch.address)
    assert channel.line.expect("hangup").body == "CALL_REJECTED"
    assert "answer" not in {one.header("execute-app-name") for one in channel.line.requests}
    assert not channel.line.ended.is_set()
    channel.hangs_up("CALL_REJECTED")
    wait_for(lambda: room.switch.figures().sockets_live == 0, "the socket has ended")
    assert room.total("legs_refused") == 1
    assert not room.switch.owns(LEG)


def test_over_capacity_the_call_is_hung_up_in_words_and_the_socket_left_open(open_room):
    room = open_room(most_sockets=1)
    room.call()
    channel = room.node.call(room.switch.address, OTHER_LEG)
    assert channel.line.expect("hangup").body == "SWITCH_CONGESTION"
    assert not channel.line.ended.is_set()
    channel.hangs_up("SWITCH_CONGESTION")
    assert room.total("sockets_refused") == 1


def test_a_caller_that_was_turned_away_leaves_room_for_the_next(open_room):
    room = open_room(most_sockets=1)
    channel, taken = room.call()
    channel.hangs_up()
    taken.next(LegHungUp)
    wait_for(lambda: room.switch.figures().sockets_live == 0, "the socket has ended")
    room.call(OTHER_LEG)


def test_a_peer_that_never_says_goodbye_to_a_refusal_is_left(open_room, monkeypatch):
    monkeypatch.setattr(outbound, "GOODBYE_WITHIN_S", 0.05)
    room = open_room()
    room.taker.refuses = LegRefused(HangupCause.CALL_REJECTED, "blacklisted")
    channel = room.node.call(room.switch.address)
    channel.line.expect("hangup")
    assert channel.line.ended.wait(5)


@pytest.mark.req("ACD-29")
def test_hundreds_of_calls_at_once_are_all_taken(room):
    ids = leg_ids(300)
    channels = [room.node.call(room.switch.address, leg_id) for leg_id in ids]
    wait_for(lambda: len(room.taker.taken) == 300, "all are taken", 10)
    assert {taken.offer.leg_id for taken in room.taker.taken} == set(ids)
    for taken in room.taker.taken:
        taken.leg.answer()
    for channel in channels:
        channel.line.expect("answer")


def test_a_taker_that_is_slow_with_one_leg_delays_no_other(room):
    slow = gevent.event.Event()
    take = room.taker.take

    def take_slowly(offer, leg):
        if offer.leg_id == LEG:
            assert slow.wait(5)
        return take(offer, leg)

    room.taker.take = take_slowly
    room.node.call(room.switch.address, LEG)
    room.node.call(room.switch.address, OTHER_LEG)
    assert room.taker.next().offer.leg_id == OTHER_LEG
    slow.set()
    assert room.taker.next().offer.leg_id == LEG


# --- who says nothing, or nonsense ------------------------------------------------------------


def test_probes_that_connect_and_close_cost_nothing(room):
    channel, taken = room.call()
    greenlets, open_before = room.greenlets.live_count, len(descriptors())
    for _ in range(200):
        with knocking(room):
            pass
    wait_for(lambda: room.total("probes") == 200, "the probes are over")
    wait_for(lambda: room.greenlets.live_count == greenlets, "no greenlet is left")
    assert len(descriptors()) == open_before
    channel.say("DTMF", DTMF__Digit="1")
    taken.next(KeyPressed)


@pytest.mark.parametrize("drips", [False, True])
def test_a_peer_that_does_not_tell_its_channel_in_time_is_left(open_room, monkeypatch, drips):
    monkeypatch.setattr(outbound, "SPEAK_WITHIN_S", 0.15)
    room = open_room()
    with knocking(room) as sock:
        ended = gevent.spawn(lambda: list(iter(lambda: sock.recv(4096), b"")))
        while drips and not ended.ready():
            with contextlib.suppress(OSError):
                sock.send(b"C")
            gevent.sleep(0.01)
        ended.join(5)
        assert ended.ready()
    wait_for(lambda: room.total("probes") == 1, "it is counted")


@pytest.mark.parametrize(
    "said",
    [
        b"GET / HTTP/1.1\nHost: x\n\n",
        b"Content-Length: 99999999999\n\n",
        b"Content-Type: auth/request\n\n",
        b"Content-Type: command/reply\nReply-Text: +OK\n\n",
        b"Unique-ID: not-a-uuid\nEvent-Name: CHANNEL_DATA\nContent-Type: command/reply\n\n",
        b"Unique-ID: x\nEvent-Name: A\nCall-Direction: inbound\n"
        b"Caller-Channel-Created-Time: 0\nContent-Type: command/reply\n\n",
        b"\0" * 100 + b"\n\n",
    ],
)
def test_what_is_not_the_event_socket_is_closed_and_counted(room, said):
    with knocking(room) as sock:
        sock.sendall(said)
        while sock.recv(4096):
            pass
    wait_for(lambda: room.total("violations") == 1, "it is counted")
    room.call()


def test_a_peer_that_dies_in_the_middle_of_an_event_loses_that_leg_and_no_other(room):
    channel, taken = room.call()
    other, other_taken = room.call(OTHER_LEG)
    channel.line.say(b"Content-Length: 5000\nContent-Type: text/event-json\n\n{")
    channel.line.close()
    taken.next(SocketLost)
    other.say("DTMF", DTMF__Digit="1")
    other_taken.next(KeyPressed)


def test_a_violation_in_the_middle_of_a_call_is_a_lost_socket(room):
    channel, taken = room.call()
    channel.line.say(b"nonsense without a colon\n\n")
    taken.next(SocketLost)
    assert channel.line.ended.wait(5)


# --- who says too much, or takes nothing ------------------------------------------------------


def test_a_flood_on_one_socket_does_not_silence_the_others(room):
    flooding, _ = room.call()
    other, other_taken = room.call(OTHER_LEG)
    event = room.node.event("DTMF", LEG, DTMF__Digit="1", Padding="x" * 1000)
    flooded = gevent.get_hub().threadpool.spawn(flooding.line.flood, event * 50, 400)
    wait_for(lambda: room.total("events") > 50, "the flood is on")
    other.say("DTMF", DTMF__Digit="5")
    assert other_taken.next(KeyPressed).key == "5"
    assert room.total("events") < 15_000, "the other leg was heard only after the flood"
    flooded.get(timeout=10)


# Loopback buffers some 10 MB; forty of these are 16.
MORE_THAN_THE_KERNEL_TAKES = ["/" + "a" * 4000] * 100


def test_a_peer_that_takes_nothing_is_disconnected_and_nobody_waits_for_it(open_room, monkeypatch):
    monkeypatch.setattr(connection, "MOST_BACKLOG_BYTES", 20_000)
    monkeypatch.setattr(connection, "TAKE_WITHIN_S", 60.0)
    room = open_room()
    channel, taken = room.call()
    channel.line.stop_reading()
    for _ in range(40):
        with contextlib.suppress(LegGone):
            taken.leg.play(MORE_THAN_THE_KERNEL_TAKES)
    taken.next(SocketLost)
    with pytest.raises(LegGone):
        taken.leg.play(["/a.wav"])


def test_a_peer_that_takes_nothing_for_too_long_is_disconnected(open_room, monkeypatch):
    monkeypatch.setattr(connection, "TAKE_WITHIN_S", 0.1)
    monkeypatch.setattr(connection, "MOST_BACKLOG_BYTES", 100_000_000)
    room = open_room()
    channel, taken = room.call()
    channel.line.stop_reading()
    for _ in range(40):
        taken.leg.play(MORE_THAN_THE_KERNEL_TAKES)
    taken.next(SocketLost)


def test_a_peer_that_takes_its_time_gets_everything_whole_and_in_order(open_room, monkeypatch):
    monkeypatch.setattr(connection, "MOST_BACKLOG_BYTES", 100_000_000)
    room = open_room()
    channel, taken = room.call()
    channel.line.stop_reading()
    files = ["/" + "a" * 4000] * 25
    asked = [taken.leg.play(files) for _ in range(45)]
    channel.line.read_on()
    got = [channel.line.expect("playback") for _ in asked]
    assert [request.header("Event-UUID") for request in got] == asked
    assert {request.body for request in got} == {"file_string://" + "!".join(files)}


def test_when_descriptors_run_out_accepting_goes_on_once_there_are_some(room):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with socket.socket() as client:
        # Every free number below the highest is filled, then the limit is set there.
        highest = max(descriptors())
        fillers = [os.dup(0) for _ in range(highest + 1 - len(descriptors()) + 1)]
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (max(highest, *fillers) + 1, hard))
            client.connect(room.switch.address)
            gevent.sleep(0.25)
            assert room.total("sockets_accepted") == 0
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
            for filler in fillers:
                os.close(filler)
        client.settimeout(5)
        assert client.recv(8) == b"connect\n"


def test_a_fault_with_one_socket_does_not_end_the_accepting(room, monkeypatch):
    def fail(listener, address):
        monkeypatch.undo()
        raise ValueError("a fault of ours")

    monkeypatch.setattr(outbound.Listener, "admits", fail)
    with socket.create_connection(room.switch.address, timeout=5) as sock:
        assert sock.recv(100) == b""
    room.call()


# --- stopping ---------------------------------------------------------------------------------


def test_a_server_that_stops_takes_no_new_calls_and_lets_those_it_has_end(room):
    channel, taken = room.call()
    address = room.switch.address
    stopping = gevent.spawn(room.switch.stop, 5.0)
    wait_for(lambda: not room.switch.is_ready, "it takes no more")
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(address, timeout=5)
    assert not stopping.ready()
    channel.say("DTMF", DTMF__Digit="1")
    taken.next(KeyPressed)
    channel.hangs_up()
    taken.next(LegHungUp)
    stopping.join(5)
    assert stopping.ready()


def test_a_call_that_outlasts_the_draining_is_left_to_the_dialplan(room):
    channel, taken = room.call()
    room.switch.stop(drain_s=0.05)
    assert channel.line.ended.wait(5)
    taken.next(SocketLost)
    assert "hangup" not in {one.header("execute-app-name") for one in channel.line.requests}


def test_a_taker_that_fails_closes_the_socket_and_leaves_the_call_to_the_dialplan(room):
    room.taker.refuses = RuntimeError("a fault of ours")
    channel = room.node.call(room.switch.address)
    assert channel.line.ended.wait(5)
    executes = [one.header("execute-app-name") for one in channel.line.requests[5:]]
    assert executes == ["sched_cancel"]
    assert [str(fault) for _, fault in room.greenlets.failures] == ["a fault of ours"]
    room.greenlets.failures.clear()
    room.taker.refuses = None
    room.call(OTHER_LEG)
