"""A scripted FreeSWITCH on real loopback sockets: the test decides what it says, and when.

It plays both sides of a node: it listens for our inbound connection and answers API commands, and
it calls our outbound server for a channel. Commands are recorded; replies that FreeSWITCH always
gives are given unless a test takes them over. Nothing here waits without a deadline.
"""

import os
import socket as plain_socket
from collections.abc import Callable
from contextlib import suppress
from itertools import count

import gevent
import orjson
from gevent import socket
from gevent.event import Event

from switchboard.esl.serving import (
    AUTH_REQUEST,
    Request,
    RequestReader,
    encode_api_response,
    encode_disconnect,
    encode_event_json,
    encode_reply,
    serialize,
)

CORE = "bd228e1b-8fac-425e-98c9-f694ec613119"
LEG = "4107d6ad-4bad-497b-acae-7b251c6472c5"
OTHER_LEG = "389728cd-bbfc-48c2-8f96-34cf49d7aaa2"
PASSWORD = "of-the-peer"
PATIENCE_S = 5.0
MADE_AT, NOW = "1795348321413057", "1795348321433030"


def wait_for(holds: Callable[[], object], what: str, within_s: float = PATIENCE_S) -> None:
    """Wait until something holds, looking again every 2 ms.

    Raises:
        AssertionError: it did not within the time; the message says *what*.
    """
    with gevent.Timeout(within_s, AssertionError(f"not within {within_s:g} s: {what}")):
        while not holds():
            gevent.sleep(0.002)


class Line:
    """One connection, seen from FreeSWITCH.

    Attributes:
        requests: Everything that was asked, in order.
        ended: Set once our side has closed.
    """

    def __init__(self, sock: socket.socket, answer: Callable[["Line", Request], None]) -> None:
        self.requests: list[Request] = []
        self.received = b""
        self.ended = Event()
        self._socket = sock
        self._answer = answer
        self._met = 0
        self._greenlet = gevent.spawn(self._read)

    def say(self, wire: bytes) -> None:
        self._socket.sendall(wire)

    def stop_reading(self) -> None:
        """Take nothing more of what our side writes."""
        self._greenlet.kill()

    def read_on(self) -> None:
        """Take again what our side writes."""
        self._greenlet = gevent.spawn(self._read)

    def flood(self, wire: bytes, times: int) -> None:
        """Say the same again and again, from a thread: as fast as whoever listens can hear."""
        plain = plain_socket.socket(fileno=os.dup(self._socket.fileno()))
        with plain:
            plain.setblocking(True)
            for _ in range(times):
                plain.sendall(wire)

    def expect(self, start: str) -> Request:
        """Return the next request that begins so, or whose execute is of that application."""

        def found() -> int | None:
            for at in range(self._met, len(self.requests)):
                request = self.requests[at]
                if request.command.startswith(start) or request.header("execute-app-name") == start:
                    return at + 1
            return None

        wait_for(found, f"{start!r} asked; asked were {[r.command for r in self.requests]}")
        self._met = found() or 0
        return self.requests[self._met - 1]

    def close(self) -> None:
        """Close from FreeSWITCH's side."""
        self._greenlet.kill()
        self._socket.close()

    def _read(self) -> None:
        reader = RequestReader()
        with suppress(OSError):
            while received := self._socket.recv(65536):
                self.received += received
                reader.feed(received)
                while (request := reader.next_request()) is not None:
                    self.requests.append(request)
                    self._answer(self, request)
        self.ended.set()


class ScriptedFreeSwitch:
    """One node. A test stops it when it is done.

    Attributes:
        api: What an API command answers, by the beginning of the command.
        channels: Ids of the channels that ``show channels`` tells.
        application: What each of these executes.
        rows: What ``show channels`` tells instead, row by row.
        replies: What another command answers, by its first word; +OK if nothing is said.
        silent: Commands that get no answer, by their beginning.
        lines: Our inbound connections to it, in the order in which they came.
    """

    def __init__(self, core: str = CORE) -> None:
        self.core = core
        self.api: dict[str, str] = {}
        self.channels: list[str] = []
        self.application = "socket"
        self.rows: list[dict[str, str]] = []
        self.replies: dict[str, str] = {}
        self.silent: set[str] = set()
        self.lines: list[Line] = []
        self.calls: list[Channel] = []
        self._numbers = count(1000)
        self._listening: socket.socket | None = None
        self._accepting: gevent.Greenlet | None = None
        self.port = 0
        self.listen()

    # --- the node's own connection ------------------------------------------------------------

    def listen(self) -> None:
        """Take inbound connections, on the same port as before."""
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", self.port))
        listening.listen(8)
        self.port = listening.getsockname()[1]
        self._listening = listening
        self._accepting = gevent.spawn(self._accept, listening)

    def go_away(self) -> None:
        """End every inbound connection and take no new ones."""
        if self._accepting and self._listening:
            self._accepting.kill()
            self._listening.close()
        for line in self.lines:
            line.close()

    def stop(self) -> None:
        self.go_away()
        for call in self.calls:
            call.line.close()

    @property
    def line(self) -> Line:
        """The newest inbound connection."""
        wait_for(lambda: self.lines, "an inbound connection")
        return self.lines[-1]

    def report(self, name: str, leg_id: str = LEG, **headers: str) -> None:
        """Report an event over the newest inbound connection."""
        self.line.say(self.event(name, leg_id, **headers))

    def event(self, name: str, leg_id: str = LEG, **headers: str) -> bytes:
        """Make one event, with the next number unless *headers* give another."""
        return encode_event_json(
            {
                "Event-Name": name,
                "Core-UUID": self.core,
                "Event-Sequence": str(next(self._numbers)),
                "Event-Date-Timestamp": NOW,
                "Unique-ID": leg_id,
                **{key.replace("__", "-"): value for key, value in headers.items()},
            }
        )

    def _accept(self, listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                accepted, _ = listening.accept()
                accepted.sendall(AUTH_REQUEST)
                self.lines.append(Line(accepted, self._answer))

    def _answer(self, line: Line, request: Request) -> None:
        command = request.command
        if any(command.startswith(silent) for silent in self.silent):
            return
        if command.startswith(("auth ", "userauth ")):
            good = command.endswith(PASSWORD)
            line.say(encode_reply("+OK accepted" if good else "-ERR invalid"))
        elif command.startswith("api "):
            line.say(encode_api_response(self._api(command.removeprefix("api "))))
        else:
            line.say(encode_reply(self.replies.get(command.partition(" ")[0], "+OK")))

    def _api(self, asked: str) -> str:
        for start, answer in self.api.items():
            if asked.startswith(start):
                return answer
        if asked == "global_getvar core_uuid":
            return self.core
        if asked == "show channels as json":
            return self._show_channels()
        if asked.startswith("uuid_exists "):
            return "true" if asked.removeprefix("uuid_exists ") in self.channels else "false"
        return "+OK\n"

    def _show_channels(self) -> str:
        if not self.channels and not self.rows:
            return '{"row_count":0}\n'
        rows = self.rows or [
            {"uuid": leg_id, "direction": "inbound", "application": self.application,
             "dest": "4000", "created_epoch": "1795348321"}
            for leg_id in self.channels
        ]  # fmt: skip
        return orjson.dumps({"row_count": len(rows), "rows": rows}).decode() + "\n"

    # --- a channel's own socket ---------------------------------------------------------------

    def call(self, address: tuple[str, int], leg_id: str = LEG, **headers: str) -> "Channel":
        """Let a channel's dialplan reach our server."""
        sock = socket.create_connection(address, timeout=PATIENCE_S)
        sock.settimeout(None)
        if leg_id not in self.channels:
            self.channels.append(leg_id)
        call = Channel(self, sock, leg_id, headers)
        self.calls.append(call)
        return call


class Channel:
    """A channel whose socket is open to our server.

    Attributes:
        line: Its connection.
    """

    def __init__(
        self, node: ScriptedFreeSwitch, sock: socket.socket, leg_id: str, headers: dict[str, str]
    ) -> None:
        self.node = node
        self.leg_id = leg_id
        self.snapshot = {
            "Event-Name": "CHANNEL_DATA",
            "Core-UUID": node.core,
            "Event-Sequence": "1",
            "Unique-ID": leg_id,
            "Call-Direction": "inbound",
            "Answer-State": "ringing",
            "Caller-ANI": "13800138000",
            "Caller-Caller-ID-Name": "Zhang San",
            "Caller-Destination-Number": "4000",
            "Caller-Channel-Created-Time": MADE_AT,
            "variable_socket_resume": "true",
            "Content-Type": "command/reply",
            "Reply-Text": "+OK\n",
            **{key.replace("__", "-"): value for key, value in headers.items()},
        }
        self.refusals: dict[str, str] = {}
        self.silent: set[str] = set()
        self.held_back: list[bytes] | None = None
        self.line = Line(sock, self._answer)

    def answer_late(self) -> None:
        """Keep all answers until :meth:`answer_now`."""
        self.held_back = []

    def answer_now(self) -> None:
        """Give the answers that were kept, and all others at once."""
        late, self.held_back = self.held_back or [], None
        for answer in late:
            self.line.say(answer)

    def say(self, name: str, **headers: str) -> None:
        """Report an event over the channel's own socket."""
        self.line.say(self.node.event(name, self.leg_id, **headers))

    def completes(self, request: Request, **headers: str) -> None:
        """Report that an execute has completed."""
        application = request.header("execute-app-name")
        told = {
            "Application": application,
            "Application__Response": "FILE PLAYED" if application == "playback" else "_none_",
            "Application__UUID": request.header("Event-UUID"),
        }
        self.say("CHANNEL_EXECUTE_COMPLETE", **{**told, **headers})

    def hangs_up(self, cause: str = "NORMAL_CLEARING") -> None:
        """End the channel: the event on both connections, the notice, the close."""
        event = self.node.event("CHANNEL_HANGUP", self.leg_id, Hangup__Cause=cause)
        self.vanishes()
        self.line.say(event + encode_disconnect(self.leg_id))
        self.line.close()
        if self.node.lines:
            self.node.line.say(event)

    def vanishes(self) -> None:
        """The channel is in no list any more."""
        if self.leg_id in self.node.channels:
            self.node.channels.remove(self.leg_id)

    def _answer(self, line: Line, request: Request) -> None:
        what = request.header("execute-app-name") or request.command
        if what in self.silent:
            return
        if request.command == "connect":
            answer = serialize(self.snapshot)
        else:
            answer = encode_reply(self.refusals.get(what, "+OK"))
        if self.held_back is None:
            line.say(answer)
        else:
            self.held_back.append(answer)
