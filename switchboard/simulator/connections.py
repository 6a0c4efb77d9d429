"""One connection with a client of the event socket: requests in, bytes out, one writer.

What is sent is queued and written by a greenlet of its own, so that a client that stops reading
holds up nobody; one that stops for too long is cut off, as the real switch does.
"""

from collections import deque
from collections.abc import Iterator

import gevent
from gevent import socket
from gevent.event import Event

from switchboard.esl.serving import MalformedRequest, Request, RequestReader
from switchboard.simulator.faults import Fault, Faults
from switchboard.simulator.ticks import Metronome

RECEIVE_BYTES = 64 * 1024
MOST_WAITING_BYTES = 64 * 1024 * 1024  # what a client that stopped reading may leave with us
DEAF_PAUSE_MS = 100


class Outbox:
    """Writes to a socket in a greenlet of its own; whoever sends never waits.

    Args:
        sock: The connected socket; this object owns it.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._waiting: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._something = Event()
        self._ending = False
        self._writer = gevent.spawn(self._write)

    def send(self, frame: bytes) -> None:
        """Queue bytes; once it is closed they are dropped."""
        if self._ending:
            return
        self._waiting.append(frame)
        self._waiting_bytes += len(frame)
        self._something.set()
        if self._waiting_bytes > MOST_WAITING_BYTES:
            self.cut()

    def close(self) -> None:
        """Close when everything queued is written."""
        self._ending = True
        self._something.set()

    def join(self) -> None:
        """Wait until it is closed."""
        self._writer.join()

    def cut(self) -> None:
        """Close at once, whatever is queued."""
        self._ending = True
        self._waiting.clear()
        self._something.set()
        self._shut()

    def _write(self) -> None:
        try:
            while self._waiting or not self._ending:
                if not self._waiting:
                    self._something.wait()
                    self._something.clear()
                    continue
                frames = b"".join(self._waiting)
                self._waiting.clear()
                self._waiting_bytes = 0
                self._sock.sendall(frames)
        except OSError:
            self._ending = True
        self._shut()

    def _shut(self) -> None:
        try:
            self._sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            self._ending = True  # the other side was faster
        self._sock.close()


class Connection:
    """A client's connection.

    Args:
        sock: The connected socket; this object owns it.
        faults: What may go wrong on the wire.
        ticks: The node's metronome.
    """

    def __init__(self, sock: socket.socket, faults: Faults, ticks: Metronome) -> None:
        self._sock = sock
        self._faults = faults
        self._ticks = ticks
        self._outbox = Outbox(sock)

    def requests(self) -> Iterator[Request]:
        """Yield what the client asks, until it or we close, or it sends what is no request."""
        reader = RequestReader()
        while received := self._receive():
            reader.feed(received)
            try:
                while (request := reader.next_request()) is not None:
                    yield request
            except MalformedRequest:
                return

    def reply(self, reply: bytes) -> None:
        """Send a reply, late if that is the fault of the day."""
        late_ms = self._faults.amount(Fault.DELAY_REPLIES)
        if late_ms:
            self._ticks.sleep(late_ms)
        self._outbox.send(reply)

    def event(self, frame: bytes) -> None:
        """Send an event, unless a fault has it otherwise."""
        self._faults.pass_event(lambda: self._outbox.send(frame))

    def send(self, frame: bytes) -> None:
        """Send what no fault touches."""
        self._outbox.send(frame)

    def close(self) -> None:
        """Close when everything queued is written; the reading ends."""
        self._outbox.close()

    def join(self) -> None:
        """Wait until it is closed."""
        self._outbox.join()

    def cut(self) -> None:
        """Close at once, whatever is queued."""
        self._outbox.cut()

    def _receive(self) -> bytes:
        while self._faults.amount(Fault.STOP_READING):
            self._ticks.sleep(DEAF_PAUSE_MS)
        try:
            return self._sock.recv(RECEIVE_BYTES)
        except OSError:
            return b""
