"""The node's own connection: we call one FreeSWITCH, keep that call up, and ask it for things.

What a call's own socket cannot do (break a prompt, set a variable at once) goes over it, and the
end of every leg is reported by it. It is up or it is being called again; whoever asks meanwhile is
told :class:`NodeAway` at once and never waits for its return.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from enum import StrEnum
from typing import Protocol

import gevent
import structlog
from gevent import socket
from gevent.event import Event

from switchboard.esl import commands
from switchboard.esl.arguments import Login, Password
from switchboard.esl.commands import Command
from switchboard.esl.errors import LocalProtocolError, ProtocolError
from switchboard.esl.events import Event as SwitchEvent
from switchboard.esl.events import Reply
from switchboard.esl.exchange import Happened, Happening, PasswordWanted, Phase
from switchboard.esl.names import EventName, Subclass
from switchboard.ports.inboxes import Start
from switchboard.switch.channels import LiveChannel, read_channels
from switchboard.switch.connection import Connection, NoReply
from switchboard.switch.counters import Counters
from switchboard.switch.nodes import FreeSwitchNode

log = structlog.get_logger(__name__)

# What the node reports of all its channels: only what a call's own socket may fail to report, and
# what happens while a call has none.
EVENTS = (
    EventName.BACKGROUND_JOB,
    EventName.CHANNEL_ANSWER,
    EventName.CHANNEL_BRIDGE,
    EventName.CHANNEL_HANGUP,
    EventName.CHANNEL_HANGUP_COMPLETE,
    EventName.CHANNEL_HOLD,
    EventName.CHANNEL_UNBRIDGE,
    EventName.CHANNEL_UNHOLD,
    EventName.RECORD_START,
    EventName.RECORD_STOP,
)
# What it reports only of legs that we dialled: of any other leg, its own socket does.
EVENTS_OF_DIALLED = (
    EventName.CHANNEL_EXECUTE_COMPLETE,
    EventName.CHANNEL_PROGRESS,
    EventName.CHANNEL_PROGRESS_MEDIA,
    EventName.DTMF,
)

CONNECT_WITHIN_S = 2.0
LOG_IN_WITHIN_S = 5.0
# A node that is busy answers late, one that is gone never does.
HEARTBEAT_EVERY_S = 5.0
HEARTBEAT_WITHIN_S = 3.0
# Called again at once after a loss, then less and less often, so that neither side spins.
FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 5.0
# So long a node that has not been there yet is taken to be starting, as we are.
STARTING_S = 20.0


class NodeAway(Exception):  # noqa: N818 - a state of the world
    """The node's connection is down, or did not answer in time."""


class NodeState(StrEnum):
    """Whether a node can be asked for things."""

    AWAY = "away"
    READY = "ready"


class NodeListener(Protocol):
    """Who is told what the node reports."""

    def node_ready(self, node: "Node", channels: tuple[LiveChannel, ...]) -> None:
        """The node is connected, for the first time or again; these channels live on it."""
        ...

    def node_away(self, node: "Node") -> None:
        """The node's connection was lost."""
        ...

    def node_event(self, node: "Node", event: SwitchEvent) -> None:
        """Something happened on the node. Must not wait."""
        ...


class Node:
    """One FreeSWITCH and our connection to it.

    Args:
        settings: Where it is and how to log in. A password or user that cannot be one raises
            :class:`LocalProtocolError` here, not at the first call.
        listener: Told what it reports.
        start: Begins greenlets.
        counters: Added to.
        events: Which events it is to report; none: it is only asked for things.
    """

    def __init__(
        self,
        settings: FreeSwitchNode,
        listener: NodeListener,
        start: Start,
        counters: Counters,
        events: tuple[EventName, ...] = EVENTS,
    ) -> None:
        self.name = settings.name
        self.reach = settings.reach
        self.core = ""  # uuid of the running core; a restarted FreeSWITCH has another
        self.state = NodeState.AWAY
        self._settings = settings
        self._log_in_command = commands.log_in(
            Password(settings.password), Login(settings.user) if settings.user else None
        )
        self._listener = listener
        self._start = start
        self._counters = counters
        self._events = events
        self._connection: Connection | None = None
        self._stopping = False
        self._pause_s = FIRST_PAUSE_S
        self._made_s = time.monotonic()
        self._was_met = False

    # --- asking -------------------------------------------------------------------------------

    @property
    def is_ready(self) -> bool:
        """Whether it can be asked for things now."""
        return self.state is NodeState.READY

    def ask(self, command: Command, within_s: float = 2.0) -> Reply:
        """Send an API command and wait for its answer, at most *within_s* wall seconds.

        Raises:
            NodeAway: not connected, or no answer in time.
        """
        connection = self._ready_connection()
        try:
            return connection.ask(command, within_s)
        except (NoReply, LocalProtocolError) as fault:
            raise NodeAway(f"{self.name}: {fault}") from fault

    def post(
        self, command: Command, on_reply: Callable[[Reply | None], None] | None = None
    ) -> None:
        """Send an API command and do not wait; *on_reply* is told the answer, None for none.

        Raises:
            NodeAway: not connected.
        """
        connection = self._ready_connection()
        try:
            connection.send(command, on_reply=on_reply or self._note_failure)
        except LocalProtocolError as fault:
            raise NodeAway(f"{self.name}: {fault}") from fault

    def list_channels(self, within_s: float = 5.0) -> tuple[LiveChannel, ...]:
        """Every live channel of the node.

        Raises:
            NodeAway: not connected, no answer in time, or an answer that is no list.
        """
        reply = self.ask(commands.show_channels(), within_s)
        try:
            return read_channels(reply.text, self.name)
        except ProtocolError as fault:
            raise NodeAway(f"{self.name}: {fault}") from fault

    def _ready_connection(self) -> Connection:
        if self._connection is None or not self.is_ready:
            raise NodeAway(f"{self.name}: the event socket is not connected")
        return self._connection

    def _note_failure(self, reply: Reply | None) -> None:
        if reply is None or reply.is_error:
            log.warning(
                "node did not do it",
                node=self.name,
                answer=reply.text if reply else "none",
            )

    # --- staying connected --------------------------------------------------------------------

    def run(self) -> None:
        """Call the node, and again whenever it is lost, until :meth:`stop`."""
        self._pause_s = FIRST_PAUSE_S
        while not self._stopping:
            began_s = time.monotonic()
            try:
                why = self._live_once()
            except Exception as fault:
                # Whoever was told of an event has failed; the node must not be lost for that.
                log.exception("node's connection failed", node=self.name)
                why = f"a fault of ours: {fault}"
            self._pause(why, time.monotonic() - began_s)

    def _pause(self, why: str, lived_s: float) -> None:
        if self._stopping:
            return
        if lived_s > LONGEST_PAUSE_S:
            self._pause_s = FIRST_PAUSE_S
        # A switch that is started together with us is not there yet: nothing to be warned of.
        starting = not self._was_met and time.monotonic() - self._made_s < STARTING_S
        tell = log.debug if starting else log.warning
        tell("node is away", node=self.name, why=why, again_in_s=self._pause_s)
        gevent.sleep(self._pause_s)
        self._pause_s = min(self._pause_s * 2, LONGEST_PAUSE_S)

    def stop(self) -> None:
        """Take leave of the node and do not call again."""
        self._stopping = True
        if self._connection:
            with suppress(LocalProtocolError):
                self._connection.send(commands.exit_())
            self._connection.close("stopped")

    def sweep(self) -> None:
        """Give up answers that are late."""
        if self._connection:
            self._connection.give_up_late()

    def _live_once(self) -> str:
        try:
            address = (self._settings.host, self._settings.port)
            sock = socket.create_connection(address, timeout=CONNECT_WITHIN_S)
        except OSError as fault:
            return f"cannot connect to {self._settings.host}:{self._settings.port}: {fault}"
        self._was_met = True
        asked = Event()
        connection = Connection(
            sock, Phase.CALLING, lambda heard: self._hear(heard, asked), self._start, self._counters
        )
        self._connection = connection
        self._start(f"node {self.name}", lambda: self._keep_alive(connection, asked))
        try:
            return connection.read()
        finally:
            self._connection = None
            if self.is_ready:
                self.state = NodeState.AWAY
                self._listener.node_away(self)

    def _hear(self, happening: Happening, asked: Event) -> None:
        if isinstance(happening, Happened):
            self._listener.node_event(self, happening.event)
        elif isinstance(happening, PasswordWanted):
            asked.set()

    def _keep_alive(self, connection: Connection, asked: Event) -> None:
        """Log in, then ask now and then whether the node is still there."""
        try:
            self._log_in(connection, asked)
            while connection.ended_by is None:
                gevent.sleep(HEARTBEAT_EVERY_S)
                if connection.ended_by is None:
                    connection.ask(commands.core_uuid(), HEARTBEAT_WITHIN_S)
        except (NoReply, NodeAway, LocalProtocolError) as fault:
            connection.close(str(fault))

    def _log_in(self, connection: Connection, asked: Event) -> None:
        if not asked.wait(LOG_IN_WITHIN_S):
            raise NodeAway("it asks for no password: is this an event socket?")
        for command in self._greeting():
            reply = connection.ask(command, LOG_IN_WITHIN_S)
            if reply.is_error:
                raise NodeAway(f"{command.kind} was refused: {reply.text}")
        core = connection.ask(commands.core_uuid(), LOG_IN_WITHIN_S)
        self.core = "" if core.is_error else core.text
        self.state = NodeState.READY
        self._counters.node_logins += 1
        log.info("node is ready", node=self.name, core=self.core)
        self._listener.node_ready(self, self.list_channels())

    def _greeting(self) -> Iterator[Command]:
        """Log in, and say what is to be told: an event passes when any one filter admits it."""
        yield self._log_in_command
        if self._events:
            yield commands.subscribe((*self._events, *EVENTS_OF_DIALLED), tuple(Subclass))
            for event in (*self._events, EventName.CUSTOM):
                yield commands.only(event)
            yield commands.only_dialled()
