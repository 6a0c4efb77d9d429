"""The server's side of a real call, played by a test: our own event-socket room on plain sockets.

Nothing here waits without a deadline.
"""

import array
import math
import socket
import time
import uuid
import wave
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from switchboard.esl.arguments import Uuid
from switchboard.esl.commands import (
    Command,
    Execution,
    connect,
    disarm_guard,
    execute,
    my_events,
    only,
)
from switchboard.esl.events import Event, Reply
from switchboard.esl.exchange import ChannelCame, Exchange, Goodbye, Happened, Phase, Replied
from switchboard.esl.frames import FrameReader
from switchboard.esl.names import EventName

PATIENCE_S = 10.0
HEARD = (
    EventName.CHANNEL_EXECUTE_COMPLETE,
    EventName.DTMF,
    EventName.CHANNEL_ANSWER,
    EventName.CHANNEL_HANGUP,
    EventName.CHANNEL_HANGUP_COMPLETE,
)


class Line:
    """One connection, its books, and what came over it.

    Attributes:
        events: Every event so far.
        ended: Whether FreeSWITCH has closed the connection.
    """

    def __init__(self, connection: socket.socket, opening: Phase) -> None:
        self.connection = connection
        self.exchange = Exchange(opening)
        self.events: list[Event] = []
        self.replies: list[Reply] = []
        self.snapshot: Event | None = None
        self.ended = False
        self.said_goodbye = False
        self._arrivals: dict[int, float] = {}

    def send(self, command: Command) -> None:
        """Send a command."""
        self.connection.sendall(self.exchange.send(command, time.monotonic() + PATIENCE_S))

    def ask(self, command: Command) -> Reply:
        """Send a command and wait for its reply."""
        before = len(self.replies)
        self.send(command)
        self.listen_until(lambda: len(self.replies) > before, f"a reply to {command.kind}")
        return self.replies[before]

    def listen_until(self, holds: object, what: str, within_s: float = PATIENCE_S) -> None:
        """Take what comes until something holds."""
        deadline = time.monotonic() + within_s
        while not holds():  # type: ignore[operator]
            assert not self.ended, f"FreeSWITCH closed the connection before {what}"
            left = deadline - time.monotonic()
            assert left > 0, f"not within {within_s} s: {what}; came: {self.events}"
            self.listen(left)

    def listen(self, for_s: float) -> None:
        """Take what comes next, waiting at most so long."""
        self.connection.settimeout(max(for_s, 0.001))
        try:
            received = self.connection.recv(65536)
        except TimeoutError:
            return
        if not received:
            self.ended = True
            return
        for happening in self.exchange.receive(received):
            match happening:
                case Happened(event):
                    self._arrivals[len(self.events)] = time.monotonic()
                    self.events.append(event)
                case Replied(_, reply):
                    self.replies.append(reply)
                case ChannelCame(snapshot):
                    self.snapshot = snapshot
                case Goodbye():
                    self.said_goodbye = True

    def hush(self, for_s: float) -> None:
        """Take what comes for so long."""
        deadline = time.monotonic() + for_s
        while not self.ended and (left := deadline - time.monotonic()) > 0:
            self.listen(left)

    def find(self, name: EventName) -> Iterator[tuple[float, Event]]:
        """Give the events of one name, with the moment when each came."""
        for place, event in enumerate(self.events):
            if event.name == name:
                yield self._arrivals[place], event

    def close(self) -> None:
        """Close the connection, as the death of an app would."""
        self.connection.close()
        self.ended = True


class Call(Line):
    """A call that FreeSWITCH brought, taken as the server takes it."""

    def __init__(self, connection: socket.socket) -> None:
        super().__init__(connection, Phase.CALLED)
        self.send(connect())
        self.send(my_events())
        for name in HEARD:
            self.send(only(name))
        self.listen_until(lambda: self.snapshot, "the channel tells about itself")
        self.listen_until(lambda: len(self.replies) > len(HEARD), "its events are on")

    @property
    def came(self) -> Event:
        """What the channel told about itself."""
        assert self.snapshot is not None
        return self.snapshot

    @property
    def leg_id(self) -> str:
        """The channel's uuid."""
        return self.came.text("Unique-ID")

    def begin(self, execution: Execution) -> str:
        """Have something executed; return its execution id."""
        execution_id = str(uuid.uuid4())
        self.send(execute(execution, Uuid(execution_id)))
        return execution_id

    def completion(self, execution_id: str, within_s: float = PATIENCE_S) -> Event:
        """Wait until something is done; return the event that says so."""
        self.listen_until(
            lambda: self._completion(execution_id), f"{execution_id} is done", within_s
        )
        _, event = self._completion(execution_id)
        return event

    def completed_at(self, execution_id: str) -> float:
        """Return the moment when the completion came."""
        self.completion(execution_id)
        return self._completion(execution_id)[0]

    def run(self, execution: Execution, within_s: float = PATIENCE_S) -> Event:
        """Have something executed and wait until it is done."""
        return self.completion(self.begin(execution), within_s)

    @property
    def keys(self) -> str:
        """Every key pressed so far."""
        return "".join(event.text("DTMF-Digit") for _, event in self.find(EventName.DTMF))

    def _completion(self, execution_id: str) -> tuple[float, Event] | tuple[()]:
        for moment, event in self.find(EventName.CHANNEL_EXECUTE_COMPLETE):
            if event.text("Application-UUID") == execution_id:
                return moment, event
        return ()


class App:
    """A server that waits for calls on one port."""

    def __init__(self, port: int) -> None:
        self._listening = socket.socket()
        self._listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listening.bind(("127.0.0.1", port))
        self._listening.listen(200)
        self._taken: list[socket.socket] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.close()

    def accept(self, within_s: float = PATIENCE_S) -> socket.socket:
        """Wait for a connection, and say nothing on it."""
        self._listening.settimeout(within_s)
        connection, _ = self._listening.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._taken.append(connection)
        return connection

    def take(self, within_s: float = PATIENCE_S) -> Call:
        """Wait for a call, and take the guard off it."""
        call = Call(self.accept(within_s))
        call.run(disarm_guard())
        return call

    def close(self) -> None:
        """Die: close every call's connection; the port refuses."""
        self._listening.close()
        for connection in self._taken:
            connection.close()


class Operator:
    """A person with ``fs_cli``: text commands, as FreeSWITCH takes them. Only tests speak so."""

    def __init__(self, port: int, password: str, login: str = "") -> None:
        self._connection = socket.create_connection(("127.0.0.1", port), PATIENCE_S)
        self._frames = FrameReader()
        self._next()
        said = f"userauth {login}:{password}" if login else f"auth {password}"
        self.welcome = self.say(said)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._connection.close()

    def say(self, command: str) -> str:
        """Give a command; return its reply's text or body."""
        self._connection.sendall(f"{command}\n\n".encode())
        headers, body = self._next()
        return body or headers.get("reply-text", "")

    def api(self, command: str) -> str:
        """Give an API command; return what it answers."""
        return self.say(f"api {command}")

    def hear(self, for_s: float) -> list[str]:
        """Return the bodies of the events that came, waiting at most so long for the first."""
        self._connection.settimeout(for_s)
        bodies = []
        try:
            bodies.append(self._next()[1])
            while (frame := self._frames.next_frame()) is not None:
                bodies.append(frame.body.decode(errors="replace"))
        except TimeoutError:
            return bodies
        finally:
            self._connection.settimeout(PATIENCE_S)
        return bodies

    def variable(self, leg_id: str, name: str) -> str:
        """Read a channel's variable."""
        return self.api(f"uuid_getvar {leg_id} {name}")

    def _next(self) -> tuple[dict[str, str], str]:
        while (frame := self._frames.next_frame()) is None:
            received = self._connection.recv(65536)
            if not received:
                raise ConnectionError("FreeSWITCH closed the connection")
            self._frames.feed(received)
        return dict(frame.headers), frame.body.decode(errors="replace")


def write_tone(file: Path, seconds: float, hertz: float) -> None:
    """Write a tone of 8 kHz, mono."""
    samples = (
        round(9000 * math.sin(2 * math.pi * hertz * n / 8000)) for n in range(int(seconds * 8000))
    )
    with wave.open(str(file), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(array.array("h", samples).tobytes())


def level(file: Path) -> float:
    """Measure a recording: root mean square, 1 being full scale."""
    with wave.open(str(file)) as sound:
        samples = array.array("h", sound.readframes(sound.getnframes()))
    return math.sqrt(sum(n * n for n in samples) / max(len(samples), 1)) / 32768


def length_s(file: Path) -> float:
    """Measure how long a recording is."""
    with wave.open(str(file)) as sound:
        return sound.getnframes() / sound.getframerate()
