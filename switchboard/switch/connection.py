"""One socket to FreeSWITCH: reads always, writes whole commands, and ends for all when it ends.

It never stops reading: a client that does freezes the events of every other client of that
FreeSWITCH. It never waits in order to write: what the peer does not take at once waits here in a
bounded backlog, and over the bound the connection is closed. Everything that waits for something
of this connection is told when it ends, whatever ended it.
"""

import socket as plain_socket
import time
from collections.abc import Callable
from itertools import count

import gevent
import structlog
from gevent import socket
from gevent.event import AsyncResult

from switchboard.esl.commands import Command
from switchboard.esl.errors import ProtocolError
from switchboard.esl.events import Reply
from switchboard.esl.exchange import Exchange, Happened, Happening, Phase, Replied
from switchboard.ports.inboxes import Start
from switchboard.switch.counters import Counters

log = structlog.get_logger(__name__)

RECEIVE_BYTES = 65_536
# A second of commands at full speed is some kilobytes; a peer that lets a megabyte lie is stuck.
MOST_BACKLOG_BYTES = 1024 * 1024
# FreeSWITCH answers within a millisecond, under load within some ticks of 20 ms.
REPLY_WITHIN_S = 5.0
# A peer that always has more must not keep the others waiting: after so much it is their turn,
# however small the pieces come. To yield after each read would cost every call.
BYTES_IN_A_ROW = 28_000
# How long a peer that takes nothing may go on taking nothing.
TAKE_WITHIN_S = 5.0


_numbers = count(1)


class NoReply(Exception):  # noqa: N818 - a state of the world
    """The answer did not come in time, or the connection ended before it."""


class Connection:
    """One conversation over one socket.

    Args:
        sock: Connected; closed by this object.
        opening: Which conversation it is, by its first phase.
        hear: Told everything that happens, in order, in the reading greenlet. Replies that
            somebody waits for go to whoever waits.
        start: Begins a greenlet, when the peer does not take what is written.
        counters: Added to.

    Attributes:
        number: Connections are numbered in the order in which they were accepted or made.
    """

    def __init__(
        self,
        sock: "socket.socket",
        opening: Phase,
        hear: Callable[[Happening], None],
        start: Start,
        counters: Counters,
    ) -> None:
        self.number = next(_numbers)
        self._socket = sock
        self._exchange = Exchange(opening)
        self._hear = hear
        self._start = start
        self._counters = counters
        self._backlog = bytearray()
        self._ended_by: str | None = None
        self._end_by_s: float | None = None
        sock.setsockopt(plain_socket.IPPROTO_TCP, plain_socket.TCP_NODELAY, 1)

    @property
    def phase(self) -> Phase:
        """Where the conversation stands."""
        return self._exchange.phase

    @property
    def ended_by(self) -> str | None:
        """Why the connection ended; None while it lives."""
        return self._ended_by

    # --- writing ------------------------------------------------------------------------------

    def send(
        self,
        *commands: Command,
        within_s: float = REPLY_WITHIN_S,
        on_reply: Callable[[Reply | None], None] | None = None,
    ) -> None:
        """Send commands, in one piece; never waits.

        Args:
            commands: What to send, in order.
            within_s: Wall seconds until their answers are given up.
            on_reply: Told the answer to the last of them, or None when there will be none; must
                not wait. Never called when this raises.

        Raises:
            LocalProtocolError: one of them may not come now, or cannot be encoded; those before it
                are sent.
        """
        due_s = time.monotonic() + within_s
        wires: list[bytes] = []
        try:
            for at, command in enumerate(commands, start=1):
                told = on_reply if at == len(commands) else None
                wires.append(self._exchange.send(command, due_s, told))
        finally:
            self._write(b"".join(wires))

    def ask(self, command: Command, within_s: float = REPLY_WITHIN_S) -> Reply:
        """Send a command and wait for its answer.

        Raises:
            NoReply: no answer within *within_s* wall seconds, or the connection ended.
            LocalProtocolError: it may not come now, or cannot be encoded.
        """
        answer: AsyncResult[Reply | None] = AsyncResult()
        self.send(command, within_s=within_s, on_reply=answer.set)
        try:
            reply = answer.get(timeout=within_s)
        except gevent.Timeout:
            self.give_up_late()
            raise NoReply(f"{command.kind}: no answer within {within_s:g} s") from None
        if reply is None:
            raise NoReply(f"{command.kind}: {self._ended_by or 'no answer in time'}")
        return reply

    def _write(self, wire: bytes) -> None:
        if not wire or self._ended_by is not None:
            return
        self._counters.bytes_sent += len(wire)
        if self._backlog:
            self._backlog += wire
            if len(self._backlog) > MOST_BACKLOG_BYTES:
                self.close("the peer takes nothing: its backlog is full")
            return
        taken = self._write_at_once(wire)
        if taken < len(wire) and self._ended_by is None:
            self._backlog += wire[taken:]
            self._start("event socket backlog", self._write_backlog)

    def _write_at_once(self, wire: bytes) -> int:
        try:
            return self._socket.send(wire, 0, timeout=0.0)  # type: ignore[call-arg]
        except BlockingIOError:
            return 0
        except OSError as fault:
            # The reader meets the same fault and ends the connection, in its own greenlet.
            log.debug("event socket not written", fault=str(fault))
            return len(wire)

    def _write_backlog(self) -> None:
        while self._backlog and self._ended_by is None:
            try:
                with gevent.Timeout(TAKE_WITHIN_S, TimeoutError("the peer takes nothing")):
                    taken = self._socket.send(bytes(self._backlog[:RECEIVE_BYTES]))
            except OSError as fault:
                self.close(str(fault))
                return
            del self._backlog[:taken]

    # --- reading ------------------------------------------------------------------------------

    def end_within(self, wait_s: float | None) -> None:
        """End the connection unless this is called again within *wait_s* wall seconds.

        For the connection's own greenlet, before it reads. None: it may last.
        """
        self._end_by_s = None if wait_s is None else time.monotonic() + wait_s

    def read(self) -> str:
        """Read until the connection ends; returns why it did. Makes the caller its greenlet."""
        why = "the reader was ended"
        try:
            why = self._read()
        except ProtocolError as violation:
            self._counters.violations += 1
            log.warning("event socket violated", violation=str(violation))
            why = f"violation: {violation}"
        except OSError as fault:
            why = str(fault)
        finally:
            self.close(why)
        return self._ended_by or why

    def _read(self) -> str:
        in_a_row = 0
        while True:
            if self._end_by_s is not None or self._socket.timeout is not None:
                self._socket.settimeout(self._left_s())
            received = self._socket.recv(RECEIVE_BYTES)
            if not received:
                whole = self._exchange.is_between_frames
                return "closed by the peer" if whole else "closed by the peer inside a frame"
            self._counters.bytes_received += len(received)
            for happening in self._exchange.receive(received):
                self._deliver(happening)
            in_a_row += len(received)
            if in_a_row >= BYTES_IN_A_ROW:
                in_a_row = 0
                gevent.sleep(0)

    def _left_s(self) -> float | None:
        if self._end_by_s is None:
            return None
        left_s = self._end_by_s - time.monotonic()
        if left_s <= 0:
            raise TimeoutError("the peer did not do its part in time")
        return left_s

    def _deliver(self, happening: Happening) -> None:
        if isinstance(happening, Happened):
            self._counters.events += 1
        if isinstance(happening, Replied) and happening.ticket.on_reply is not None:
            happening.ticket.on_reply(happening.reply)
        else:
            self._hear(happening)

    # --- ending -------------------------------------------------------------------------------

    def give_up_late(self) -> None:
        """Give up answers that are late; whoever waits for one is told None."""
        for ticket in self._exchange.give_up(time.monotonic()):
            self._counters.replies_late += 1
            log.warning("event socket does not answer", command=ticket.command.kind.value)
            if ticket.on_reply is not None:
                ticket.on_reply(None)

    def close(self, why: str) -> None:
        """End the connection, and everything that waits for something of it. Harmless twice."""
        if self._ended_by is not None:
            return
        self._ended_by = why
        self._backlog.clear()
        for ticket in self._exchange.end():
            if ticket.on_reply is not None:
                ticket.on_reply(None)
        self._socket.close()
