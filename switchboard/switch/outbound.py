"""The server that FreeSWITCH calls: one socket for each leg that reaches the dialplan's ``socket``.

It says ``connect`` as soon as it accepts and gives the peer two seconds to tell its channel. Over
capacity it does not close (callers would stay parked for ever) but hangs the call up in words and
waits for FreeSWITCH to say goodbye. A shortage of descriptors does not end the accepting; a probe
that connects and closes costs nothing.
"""

import errno
from collections.abc import Callable
from typing import Protocol
from uuid import uuid4

import gevent
import structlog
from gevent import socket

from switchboard.core.causes import HangupCause
from switchboard.esl import commands
from switchboard.esl.arguments import Uuid
from switchboard.esl.events import Event
from switchboard.esl.exchange import ChannelCame, Happened, Happening, Phase
from switchboard.esl.names import EventName
from switchboard.ports.inboxes import Start
from switchboard.switch.connection import Connection
from switchboard.switch.counters import Counters
from switchboard.switch.nodes import Listener

log = structlog.get_logger(__name__)

# What a leg's own socket reports; all else of it comes over the node's connection.
EVENTS = (EventName.CHANNEL_EXECUTE_COMPLETE, EventName.DTMF, EventName.CHANNEL_HANGUP)

OPENING = (
    commands.connect(),
    commands.my_events(),
    *(commands.only(event) for event in EVENTS),
)
# The guard is disarmed in the same breath: when hundreds of calls arrive at once, the last of them
# is taken long after its socket was accepted, and a guard that strikes meanwhile only brings it
# back to the end of the same line.

BACKLOG = 1024
SPEAK_WITHIN_S = 2.0
# FreeSWITCH says goodbye within two ticks of a hang-up; a peer that does not is none.
GOODBYE_WITHIN_S = 5.0
# Turned away in words one by one, each for some 20 ms; beyond that they wait in the backlog.
MOST_TURNED_AWAY = 500
PAUSE_WHEN_FLOODED_S = 0.02
PAUSE_WITHOUT_DESCRIPTORS_S = 0.1


class Visit(Protocol):
    """One channel whose socket is open to us, seen from the socket."""

    def hear(self, event: Event) -> None:
        """Something happened to the channel. Must not wait."""
        ...

    def socket_ended(self) -> None:
        """The socket has ended, whoever ended it."""
        ...


Welcome = Callable[[Event, Connection, str], Visit | None]
"""Takes a channel's snapshot, its connection and the peer's address; None: it was turned away."""


class OutboundServer:
    """Accepts FreeSWITCH's sockets and brings each channel to *welcome*.

    Args:
        settings: Where to listen, and to whom.
        welcome: Takes each channel, in the socket's own greenlet.
        start: Begins greenlets.
        counters: Added to.
    """

    def __init__(
        self, settings: Listener, welcome: Welcome, start: Start, counters: Counters
    ) -> None:
        self._settings = settings
        self._welcome = welcome
        self._start = start
        self._counters = counters
        self._listening: socket.socket | None = None
        self._open: set[Connection] = set()
        self._turned_away = 0

    @property
    def address(self) -> tuple[str, int]:
        """Address and port that are listened on; the settings' own before :meth:`listen`."""
        if self._listening is None:
            return (self._settings.host, self._settings.port)
        host, port = self._listening.getsockname()[:2]
        return (str(host), int(port))

    @property
    def is_listening(self) -> bool:
        """Whether new sockets are accepted."""
        return self._listening is not None

    @property
    def open_count(self) -> int:
        """How many sockets are open."""
        return len(self._open)

    def listen(self) -> None:
        """Listen and accept from here on.

        Raises:
            OSError: the address cannot be listened on.
        """
        family = socket.AF_INET6 if ":" in self._settings.host else socket.AF_INET
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((self._settings.host, self._settings.port))
        listening.listen(BACKLOG)
        self._listening = listening
        self._start("outbound sockets", lambda: self._accept_from(listening))
        log.info("listening for FreeSWITCH", address="{}:{}".format(*self.address))

    def stop_listening(self) -> None:
        """Accept no more; FreeSWITCH is refused and tries the next address of its dialplan."""
        if self._listening is not None:
            self._listening.close()
            self._listening = None

    def close_all(self, why: str) -> None:
        """Close every socket; the legs go on in the dialplan, to another server if there is one."""
        for connection in list(self._open):
            connection.close(why)

    def sweep(self) -> None:
        """Give up answers that are late."""
        for connection in list(self._open):
            connection.give_up_late()

    # --- accepting ----------------------------------------------------------------------------

    def _accept_from(self, listening: "socket.socket") -> None:
        while self._listening is listening:
            try:
                accepted, address = listening.accept()
            except OSError as fault:
                self._pause_after(fault)
                continue
            try:
                self._admit(accepted, str(address[0]))
            except Exception:
                log.exception("a socket could not be taken")  # and the next one shall be
                accepted.close()

    def _pause_after(self, fault: OSError) -> None:
        """Accepting failed: because we stop, for want of descriptors, or by the peer's haste."""
        if self._listening is not None and fault.errno not in {errno.ECONNABORTED, errno.EINTR}:
            log.warning("no socket to be had", fault=str(fault))
            gevent.sleep(PAUSE_WITHOUT_DESCRIPTORS_S)

    def _admit(self, accepted: "socket.socket", peer: str) -> None:
        self._counters.sockets_accepted += 1
        if not self._settings.admits(peer):
            self._counters.sockets_refused += 1
            log.warning("socket from a stranger", peer=peer)
            accepted.close()
        elif len(self._open) < self._settings.most_sockets:
            self._start("leg", lambda: self._serve(accepted, peer))
        else:
            self._counters.sockets_refused += 1
            while self._turned_away >= MOST_TURNED_AWAY:
                gevent.sleep(PAUSE_WHEN_FLOODED_S)
            self._turned_away += 1
            self._start("leg turned away", lambda: self._turn_away(accepted))

    # --- one socket ---------------------------------------------------------------------------

    def _serve(self, accepted: "socket.socket", peer: str) -> None:
        visit: Visit | None = None
        came = False

        def hear(happening: Happening) -> None:
            nonlocal visit, came
            if isinstance(happening, Happened) and visit is not None:
                visit.hear(happening.event)
            elif isinstance(happening, ChannelCame):
                came = True
                connection.end_within(None)
                visit = self._welcome(happening.snapshot, connection, peer)

        connection = Connection(accepted, Phase.CALLED, hear, self._start, self._counters)
        self._open.add(connection)
        try:
            connection.send(*OPENING, commands.execute(commands.disarm_guard(), _new_uuid()))
            connection.end_within(SPEAK_WITHIN_S)
            connection.read()
        finally:
            self._open.discard(connection)
            self._counters.probes += not came
            if visit is not None:
                visit.socket_ended()

    def _turn_away(self, accepted: "socket.socket") -> None:
        def hear(happening: Happening) -> None:
            if isinstance(happening, ChannelCame):
                turn_away(connection, HangupCause.SWITCH_CONGESTION)

        connection = Connection(accepted, Phase.CALLED, hear, self._start, self._counters)
        try:
            connection.send(commands.connect())
            connection.end_within(SPEAK_WITHIN_S)
            connection.read()
        finally:
            self._turned_away -= 1


def turn_away(connection: Connection, cause: HangupCause) -> None:
    """Hang up a channel that nobody takes, and let FreeSWITCH end the connection."""
    connection.send(commands.execute(commands.hang_up(cause), _new_uuid()))
    connection.end_within(GOODBYE_WITHIN_S)


def _new_uuid() -> Uuid:
    return Uuid(str(uuid4()))
