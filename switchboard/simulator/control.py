"""The control connection: another program makes endpoints and steers them, or lets scripts run.

JSON lines over TCP, on loopback only. A request is ``{"id": N, "do": WORD, …}``; its answer is
``{"id": N, "ok": true, …}`` or ``{"id": N, "ok": false, "error": "what is wrong"}``. What the
endpoints of a connection notice arrives in between as ``{"event": KIND, "call": ID, …}``. Words
and events are listed in ``docs/simulator.md``; :mod:`switchboard.simulator.steering` is a client.
"""

import ipaddress
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import orjson
import structlog
from gevent import socket
from gevent.server import StreamServer

from switchboard.simulator import audio
from switchboard.simulator.asking import Asked, Refused
from switchboard.simulator.connections import Outbox
from switchboard.simulator.control_node import NodeWords
from switchboard.simulator.control_people import PeopleWords
from switchboard.simulator.scripts import MalformedScript
from switchboard.simulator.tiff import NotTiff

if TYPE_CHECKING:
    from switchboard.simulator.running import Simulator

log = structlog.get_logger(__name__)

RECEIVE_BYTES = 64 * 1024
# The longest line: half an hour of speech, as base64.
MOST_LINE_BYTES = 40 * 1024 * 1024


class NotLoopback(OSError):  # noqa: N818 - names what it is
    """The address is no loopback address: whoever reaches the control may do everything."""


class Controller:
    """One control connection.

    Args:
        simulator: What it steers.
        sock: The connection; this object owns it.
    """

    def __init__(self, simulator: "Simulator", sock: socket.socket) -> None:
        self._node = simulator.node
        self._sock = sock
        self._outbox = Outbox(sock)
        people = PeopleWords(simulator.node, self._send)
        self._words = people.words | NodeWords(simulator).words

    def serve(self) -> None:
        """Obey until the other side closes; its calls go on without it."""
        for line in self._lines():
            try:
                request = orjson.loads(line)
            except orjson.JSONDecodeError:
                self._send({"ok": False, "error": "this line is not JSON"})
                continue
            self._send(self._answer(request if isinstance(request, dict) else {}))
        self._outbox.close()
        self._outbox.join()  # the server closes the socket when this returns

    def _answer(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        word = self._words.get(str(request.get("do")))
        number = {"id": request.get("id")}
        if word is None:
            known = ", ".join(sorted(self._words))
            return {**number, "ok": False, "error": f"do must be one of: {known}"}
        try:
            return {**number, "ok": True, **word(Asked(request))}
        except (Refused, MalformedScript, audio.NotAudio, NotTiff) as refusal:
            return {**number, "ok": False, "error": str(refusal)}
        except Exception as fault:
            log.exception("request failed", do=request.get("do"))
            self._node.failures.append(fault)
            return {**number, "ok": False, "error": f"a fault of the stand-in's own: {fault!r}"}

    def _lines(self) -> Iterator[bytes]:
        """Yield lines; one that is too long ends the connection."""
        waiting: list[bytes] = []
        size = 0
        while received := self._receive():
            first, *rest = received.split(b"\n")
            waiting.append(first)
            size += len(first)
            if size > MOST_LINE_BYTES:
                self._send({"ok": False, "error": f"a line of more than {MOST_LINE_BYTES} bytes"})
                return
            if rest:
                *lines, last = [b"".join(waiting), *rest]
                waiting, size = [last], len(last)
                yield from (line for line in lines if line.strip())

    def _receive(self) -> bytes:
        try:
            return self._sock.recv(RECEIVE_BYTES)
        except OSError:
            return b""

    def _send(self, document: Mapping[str, Any]) -> None:
        self._outbox.send(orjson.dumps(document) + b"\n")


class ControlServer:
    """Listens for control connections.

    Args:
        simulator: What they steer.
        address: Host and port; loopback only, port 0 picks a free one.

    Raises:
        NotLoopback: see the class.
    """

    def __init__(self, simulator: "Simulator", address: tuple[str, int]) -> None:
        if not is_loopback(address[0]):
            raise NotLoopback(
                f"the control connection listens on loopback only, not on {address[0]}: "
                "name 127.0.0.1 or ::1"
            )
        self._simulator = simulator
        self._server = StreamServer(address, self._serve)

    def start(self) -> tuple[str, int]:
        """Begin to listen; returns the address.

        Raises:
            OSError: the address is taken or not ours.
        """
        self._server.start()
        return str(self._server.address[0]), int(self._server.address[1])

    def stop(self) -> None:
        """Listen no more."""
        self._server.stop(timeout=0)

    def _serve(self, sock: socket.socket, peer: object) -> None:
        del peer
        Controller(self._simulator, sock).serve()


def is_loopback(host: str) -> bool:
    """Whether a host is this machine and nobody else's way to it."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
