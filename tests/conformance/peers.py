"""The app's side of a replay: listeners for outbound sockets, and what arrives on connections.

Bytes are read here with code of the test's own, so that the product does not judge itself.
"""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import gevent
from gevent import socket

from tests.conformance.trace import Row


class Conversation:
    """One connection: writes down whatever arrives on it, as rows like a trace's."""

    def __init__(self, conn: str, sock: socket.socket, now: Callable[[], float]) -> None:
        self.conn = conn
        self.rows: list[Row] = []
        self.leg_id = ""
        self.is_closed = False
        self._sock = sock
        self._now = now
        self._reading = gevent.spawn(self._read)

    def send(self, text: str) -> None:
        try:
            self._sock.sendall(text.encode())
        except OSError:
            self.is_closed = True

    def close(self) -> None:
        if not self.is_closed:
            self._note("closed", {"data": "by app"})
        self.stop()

    def stop(self) -> None:
        self.is_closed = True
        self._reading.kill()
        self._sock.close()

    def _read(self) -> None:
        buffer = b""
        while received := self._receive():
            buffer += received
            while (cut := cut_frame(buffer)) is not None:
                head, body, buffer = cut
                self._take(head, body)
        self.is_closed = True
        self._note("closed", {"data": "by freeswitch"})

    def _receive(self) -> bytes:
        try:
            return self._sock.recv(65536)
        except OSError:
            return b""

    def _take(self, head: str, body: str) -> None:
        if "text/event-json" in head:
            self._note("fs", {"event": json.loads(body)})
        elif head.startswith("Event-Name: CHANNEL_DATA"):
            reply = decode_plain(head)
            self.leg_id = str(reply["Unique-ID"])
            self._note("fs", {"connect_reply": reply})
        else:
            self._note("fs", {"frame": head, **({"body": body} if body else {})})

    def _note(self, direction: str, told: dict[str, Any]) -> None:
        self.rows.append(Row(self._now(), self.conn, direction, told))


def cut_frame(buffer: bytes) -> tuple[str, str, bytes] | None:
    head, gap, rest = buffer.partition(b"\n\n")
    if not gap:
        return None
    length = 0
    for line in head.split(b"\n"):
        name, _, value = line.partition(b": ")
        if name == b"Content-Length":
            length = int(value)
    if len(rest) < length:
        return None
    return head.decode(), rest[:length].decode(), rest[length:]


def decode_plain(head: str) -> dict[str, str]:
    lines = [line.partition(": ") for line in head.split("\n")]
    return {name: unquote(value) for name, _, value in lines}


class Listener:
    """An app's door; hands each connection on."""

    def __init__(self, arrived: Callable[[socket.socket], None]) -> None:
        self._arrived = arrived
        self._sock = socket.socket()
        self._sock.bind(("127.0.0.1", 0))
        self.port: int = self._sock.getsockname()[1]
        self._accepting: gevent.Greenlet[[], None] | None = None

    def open(self) -> None:
        self._sock.listen()
        self._accepting = gevent.spawn(self._accept)

    def close(self) -> None:
        if self._accepting is not None:
            self._accepting.kill()
        self._sock.close()

    def _accept(self) -> None:
        while True:
            sock, _ = self._sock.accept()
            self._arrived(sock)
