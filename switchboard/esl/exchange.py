"""Which exchange may come next on one connection, and which answer belongs to what was asked.

Theory of the two conversations, one table for both:

* Outbound, FreeSWITCH calls us. We say ``connect`` and may at once say which events we want; the
  snapshot of the channel comes as the reply. From then on we execute. When the channel hangs up
  nothing may be executed any more: FreeSWITCH would answer ``+OK`` and do nothing.
* Inbound, we call FreeSWITCH. It asks for a password, we log in, and from then on subscribe to
  events, send API commands and execute on channels that have no socket to us.

Answers bear no name: the n-th answer belongs to the n-th command. One that did not come in time is
given up, but its place is kept: when its answer comes late it is swallowed there, and every later
answer still meets its own command.

Completions bear our own execution id and may come in any order, or never: a hang-up, the notice or
the end of the connection ends all that run. This module keeps the books; it reads no clock (the
caller says what time it is) and calls nobody back.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from switchboard.esl.commands import Command, Kind
from switchboard.esl.errors import LocalProtocolError, ProtocolError
from switchboard.esl.events import Event, Reply, event_of, reply_of, snapshot_of
from switchboard.esl.frames import Frame, FrameReader
from switchboard.esl.names import Application, EventName, Header

# FreeSWITCH queues 256 executes for a channel and closes the socket at the next. A call of ours
# waits for what it asked; fifty at once are a fault of ours.
MOST_EXECUTIONS = 50
# A peer that leaves so many commands unanswered is dead, or we are mad.
MOST_UNANSWERED = 1000


class Phase(StrEnum):
    """Where a conversation stands."""

    CALLED = "called"  # FreeSWITCH called; we owe `connect`
    CONNECTING = "connecting"
    CONNECTED = "connected"
    HUNG_UP = "hung_up"  # the channel has ended, the connection soon will
    CALLING = "calling"  # we called; FreeSWITCH owes `auth/request`
    ASKED = "asked"  # it asked for the password
    LOGGING_IN = "logging_in"
    READY = "ready"
    LEAVING = "leaving"  # one side has said goodbye
    CLOSED = "closed"


AFTER_SENDING: dict[tuple[Phase, Kind], Phase] = {
    (Phase.CALLED, Kind.CONNECT): Phase.CONNECTING,
    (Phase.CONNECTING, Kind.MYEVENTS): Phase.CONNECTING,
    (Phase.CONNECTING, Kind.FILTER): Phase.CONNECTING,
    (Phase.CONNECTING, Kind.SENDMSG): Phase.CONNECTING,  # it is read behind `connect`
    (Phase.CONNECTED, Kind.SENDMSG): Phase.CONNECTED,
    (Phase.CONNECTED, Kind.EXIT): Phase.LEAVING,
    (Phase.HUNG_UP, Kind.EXIT): Phase.LEAVING,
    (Phase.ASKED, Kind.AUTH): Phase.LOGGING_IN,
    (Phase.ASKED, Kind.USERAUTH): Phase.LOGGING_IN,
    (Phase.READY, Kind.EVENT): Phase.READY,
    (Phase.READY, Kind.FILTER): Phase.READY,
    (Phase.READY, Kind.SENDMSG): Phase.READY,
    (Phase.READY, Kind.API): Phase.READY,
    (Phase.READY, Kind.BGAPI): Phase.READY,
    (Phase.READY, Kind.EXIT): Phase.LEAVING,
}
"""What may be sent in which phase, and the phase then. What is not here may not be sent."""


class Heard(StrEnum):
    """What a frame from FreeSWITCH amounts to."""

    AUTH_REQUEST = "auth_request"
    SNAPSHOT = "snapshot"  # the good reply to `connect`
    WELCOME = "welcome"  # the good reply to a log-in
    REFUSAL = "refusal"  # the bad reply to either
    REPLY = "reply"
    EVENT = "event"
    HANGUP = "hangup"  # the event that says so of the channel that called us
    NOTICE = "notice"


AFTER_HEARING: dict[tuple[Phase, Heard], Phase] = {
    (Phase.CONNECTING, Heard.SNAPSHOT): Phase.CONNECTED,
    (Phase.CONNECTING, Heard.REFUSAL): Phase.LEAVING,
    (Phase.CONNECTED, Heard.REPLY): Phase.CONNECTED,
    (Phase.CONNECTED, Heard.EVENT): Phase.CONNECTED,
    (Phase.CONNECTED, Heard.HANGUP): Phase.HUNG_UP,
    (Phase.HUNG_UP, Heard.REPLY): Phase.HUNG_UP,
    (Phase.HUNG_UP, Heard.EVENT): Phase.HUNG_UP,
    (Phase.HUNG_UP, Heard.HANGUP): Phase.HUNG_UP,
    (Phase.CALLING, Heard.AUTH_REQUEST): Phase.ASKED,
    (Phase.LOGGING_IN, Heard.WELCOME): Phase.READY,
    (Phase.LOGGING_IN, Heard.REFUSAL): Phase.LEAVING,
    (Phase.READY, Heard.REPLY): Phase.READY,
    (Phase.READY, Heard.EVENT): Phase.READY,
    (Phase.LEAVING, Heard.REPLY): Phase.LEAVING,
    (Phase.LEAVING, Heard.EVENT): Phase.LEAVING,
    **{(phase, Heard.NOTICE): Phase.LEAVING for phase in Phase if phase is not Phase.CLOSED},
}
"""What may be heard in which phase, and the phase then. What is not here is no event socket."""


@dataclass(slots=True, eq=False)
class Ticket:
    """One command that was sent and not yet answered.

    Attributes:
        command: The command.
        due_s: When its answer is given up, by the caller's clock.
        on_reply: What the sender wants done with the answer; kept for the sender, never called
            here. None: nobody waits for it.
        given_up: The answer did not come in time; when it comes it is swallowed.
    """

    command: Command
    due_s: float
    on_reply: Callable[[Reply | None], None] | None = None
    given_up: bool = False


@dataclass(frozen=True, slots=True)
class PasswordWanted:
    """FreeSWITCH asks for the password."""


@dataclass(frozen=True, slots=True)
class ChannelCame:
    """The channel that called us has told about itself."""

    snapshot: Event


class Replied(NamedTuple):
    """A command was answered in time."""

    ticket: Ticket
    reply: Reply


class Happened(NamedTuple):
    """An event came. *completes* is what it completes, when we executed that."""

    event: Event
    completes: Application | None = None


@dataclass(frozen=True, slots=True)
class Goodbye:
    """FreeSWITCH has said that it will close the connection."""


Happening = PasswordWanted | ChannelCame | Replied | Happened | Goodbye


class Exchange:
    """The books of one connection.

    Args:
        opening: :attr:`Phase.CALLED` when FreeSWITCH called, :attr:`Phase.CALLING` when we did.
    """

    def __init__(self, opening: Phase) -> None:
        self.phase = opening
        self._reader = FrameReader()
        self._unanswered: deque[Ticket] = deque()
        self._running: dict[str, Application] = {}

    # --- out ----------------------------------------------------------------------------------

    def send(
        self,
        command: Command,
        due_s: float,
        on_reply: Callable[[Reply | None], None] | None = None,
    ) -> bytes:
        """Enter a command into the books and return its bytes, which must be sent whole.

        Raises:
            LocalProtocolError: it may not come now, too much runs, or it cannot be encoded. Nothing
                was entered.
        """
        then = AFTER_SENDING.get((self.phase, command.kind))
        if then is None:
            raise LocalProtocolError(f"{command.kind} may not be sent when {self.phase}")
        if len(self._unanswered) >= MOST_UNANSWERED:
            raise LocalProtocolError(f"{MOST_UNANSWERED} commands are unanswered")
        # The books of what runs are of the one channel that called us: of others others keep them.
        tracked = command.execution_id if self.phase is not Phase.READY else None
        if tracked and len(self._running) >= MOST_EXECUTIONS:
            raise LocalProtocolError(f"{MOST_EXECUTIONS} executes wait on this channel already")
        wire = command.encode()
        self._unanswered.append(Ticket(command, due_s, on_reply))
        if tracked and command.execution:
            self._running[tracked.text] = command.execution.application
        self.phase = then
        return wire

    def give_up(self, now_s: float) -> tuple[Ticket, ...]:
        """Return what should have been answered by *now_s* and was not; each is returned once."""
        late = tuple(t for t in self._unanswered if t.due_s <= now_s and not t.given_up)
        for ticket in late:
            ticket.given_up = True
            self._forget_execution(ticket)
        return late

    def end(self) -> tuple[Ticket, ...]:
        """The connection has ended: return what will never be answered, and close the books."""
        left = tuple(ticket for ticket in self._unanswered if not ticket.given_up)
        self._unanswered.clear()
        self._running.clear()
        self.phase = Phase.CLOSED
        return left

    @property
    def unanswered(self) -> int:
        """How many commands still stand in the books, given-up ones too."""
        return len(self._unanswered)

    @property
    def running(self) -> int:
        """How many executes have not completed."""
        return len(self._running)

    # --- in -----------------------------------------------------------------------------------

    @property
    def is_between_frames(self) -> bool:
        """Whether a connection that ends now ends between two frames."""
        return self._reader.is_between_frames

    def receive(self, received: bytes) -> Iterator[Happening]:
        """Take bytes; give what happened, in order. Late answers are swallowed.

        Raises:
            ProtocolError: the peer sent what is no event socket, or what may not come now.
        """
        self._reader.feed(received)
        while (frame := self._reader.next_frame()) is not None:
            happening = self._take(frame)
            if happening is not None:
                yield happening

    def _take(self, frame: Frame) -> Happening | None:
        kind = frame.content_type
        if kind == "text/event-json":
            return self._take_event(event_of(frame))
        if kind in {"command/reply", "api/response"}:
            return self._take_reply(frame)
        if kind == "auth/request":
            self._hear(Heard.AUTH_REQUEST)
            return PasswordWanted()
        if kind in {"text/disconnect-notice", "text/rude-rejection"}:
            self._hear(Heard.NOTICE)
            self._running.clear()
            return Goodbye()
        raise ProtocolError(f"a frame of type {kind[:40]!r}")

    def _take_event(self, event: Event) -> Happened:
        outbound = self.phase in {Phase.CONNECTED, Phase.HUNG_UP}
        hangup = outbound and event.name == EventName.CHANNEL_HANGUP
        self._hear(Heard.HANGUP if hangup else Heard.EVENT)
        if event.name != EventName.CHANNEL_EXECUTE_COMPLETE:
            return Happened(event)
        return Happened(event, self._running.pop(event.text(Header.APPLICATION_UUID), None))

    def _take_reply(self, frame: Frame) -> Happening | None:
        if not self._unanswered:
            raise ProtocolError("an answer to nothing")
        ticket = self._unanswered[0]
        kind = ticket.command.kind
        # An API command that the user may not use is answered as a command would be.
        if frame.content_type == "api/response" and kind is not Kind.API:
            raise ProtocolError(f"an API command's answer to {kind}")
        reply = reply_of(frame)
        if kind is Kind.CONNECT:
            self._hear(Heard.REFUSAL if reply.is_error else Heard.SNAPSHOT)
        elif kind in {Kind.AUTH, Kind.USERAUTH}:
            self._hear(Heard.REFUSAL if reply.is_error else Heard.WELCOME)
        else:
            self._hear(Heard.REPLY)
        self._unanswered.popleft()
        if reply.is_error:
            self._forget_execution(ticket)
        if kind is Kind.CONNECT and not reply.is_error:
            return ChannelCame(snapshot_of(frame))
        return None if ticket.given_up else Replied(ticket, reply)

    def _forget_execution(self, ticket: Ticket) -> None:
        if ticket.command.execution_id:
            self._running.pop(ticket.command.execution_id.text, None)

    def _hear(self, heard: Heard) -> None:
        then = AFTER_HEARING.get((self.phase, heard))
        if then is None:
            raise ProtocolError(f"{heard} may not come when {self.phase}")
        self.phase = then
