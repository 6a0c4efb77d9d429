"""A test bench: a stand-in on a driven clock, and an app that speaks to it over real sockets."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gevent import socket

from switchboard.simulator.network import Invite
from switchboard.simulator.people import Happening, Person
from switchboard.simulator.running import Simulator, SimulatorSettings
from switchboard.simulator.sounds import parse_tone
from tests.conformance.driven_clock import DrivenClock
from tests.conformance.peers import Conversation, Listener

PASSWORD = "bench"
NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


class App:
    """One connection with the stand-in, in the words of an app."""

    def __init__(self, conversation: Conversation, bench: "Bench") -> None:
        self.conversation = conversation
        self._bench = bench
        self._count = 0

    def ask(self, command: str) -> dict[str, Any]:
        """Send a command and return the frame that answers it."""
        before = len(self._replies())
        self.conversation.send(f"{command}\n\n")
        return self._bench.wait_for(lambda: self._replies()[before:])[0]

    def api(self, command: str) -> str:
        return str(self.ask(f"api {command}").get("body", ""))

    def take_call(self, *filters: str) -> dict[str, Any]:
        """Connect and subscribe as an app does; returns what connect told."""
        reply = self.ask("connect")["connect_reply"]
        self.ask("myevents json")
        for name in filters:
            self.ask(f"filter Event-Name {name}")
        self.begin("sched_cancel")
        return reply

    def begin(self, application: str, argument: str = "", *, lock: bool = True) -> str:
        """Send an execute; returns its id."""
        self._count += 1
        execution_id = f"{self.conversation.conn}-{self._count}"
        length = len(argument.encode())
        self.conversation.send(
            f"sendmsg\ncall-command: execute\nexecute-app-name: {application}\n"
            f"Event-UUID: {execution_id}\nevent-lock: {str(lock).lower()}\n"
            f"content-type: text/plain\ncontent-length: {length}\n\n{argument}"
        )
        return execution_id

    def execute(self, application: str, argument: str = "", **keywords: bool) -> dict[str, Any]:
        """Send an execute and return the event of its completion."""
        return self.ended(self.begin(application, argument, **keywords))

    def ended(self, execution_id: str) -> dict[str, Any]:
        """Return the event of an execution's completion, when it comes."""
        return self._bench.wait_for(
            lambda: [
                event
                for event in self.events("CHANNEL_EXECUTE_COMPLETE")
                if event.get("Application-UUID") == execution_id
            ]
        )[0]

    def events(self, name: str = "") -> list[dict[str, Any]]:
        heard = [row.event for row in self.conversation.rows if row.event]
        return [event for event in heard if not name or event["Event-Name"] == name]

    def event(self, name: str) -> dict[str, Any]:
        """Return the first event of that name, when it comes."""
        return self._bench.wait_for(lambda: self.events(name))[0]

    @property
    def is_closed(self) -> bool:
        return self.conversation.is_closed

    def _replies(self) -> list[dict[str, Any]]:
        return [row.told for row in self.conversation.rows if row.dir == "fs" and not row.event]


class Bench:
    """A stand-in with two app doors, a folder, and people."""

    def __init__(self, folder: Path, apps: Sequence[str] | None = None) -> None:
        self.folder = folder
        self.clock = DrivenClock(NOON)
        self.doors = [Listener(self._came), Listener(self._came)]
        for door in self.doors:
            door.open()
        self.connections: list[Conversation] = []
        self._clients: list[Conversation] = []
        self._taken = 0
        self.happened: list[Happening] = []
        ports = [f"127.0.0.1:{door.port}" for door in self.doors]
        self.simulator = Simulator(
            self.clock,
            SimulatorSettings(
                event_socket=("127.0.0.1", 0),
                control=("127.0.0.1", 0),
                password=PASSWORD,
                apps=tuple(apps if apps is not None else ports),
                sounds=folder,
                cdrs=folder / "cdrs",
            ),
        )
        self.node = self.simulator.node
        self.event_socket, self.control = self.simulator.start()

    def close(self) -> None:
        for connection in [*self.connections, *self._clients]:
            connection.stop()
        for door in self.doors:
            door.close()
        self.simulator.stop()
        self.clock.stop()
        assert self.node.failures == []

    def dial(self, number: str = "4000", name: str = "Zhang San") -> Person:
        person = Person(self.node.ticks, self.happened.append)
        self.node.place_call(person, Invite("13800138000", name, number), f"leg-{number}")
        return person

    def next_app(self) -> App:
        """Return the next connection that the stand-in makes to an app."""
        self._taken += 1
        self.wait_for(lambda: self.connections[self._taken - 1 :])
        return App(self.connections[self._taken - 1], self)

    def call(self, *filters: str) -> tuple[Person, App]:
        """Return a caller who was answered, and the app that has the call."""
        person = self.dial()
        app = self.next_app()
        app.take_call(*filters)
        app.execute("answer")
        return person, app

    def log_in_without_password(self) -> App:
        """Return a client of the node that has been asked for its password."""
        connection = socket.create_connection(self.event_socket)
        self._clients.append(Conversation("inbound", connection, self.clock.seconds))
        client = App(self._clients[-1], self)
        self.wait_for(lambda: [True] if client.conversation.rows else [])
        return client

    def log_in(self, *events: str) -> App:
        """Return a client of the node that hears those events."""
        client = self.log_in_without_password()
        client.ask(f"auth {PASSWORD}")
        if events:
            client.ask(f"event json {' '.join(events)}")
        return client

    def say_tone(self, person: Person, duration_ms: int) -> None:
        tone = parse_tone("tone", f"%({duration_ms},0,440)")
        assert tone is not None
        person.say(tone)

    def wait_for(self, found: Callable[[], list[Any]], at_most_s: float = 60.0) -> list[Any]:
        """Let time pass until something is found."""
        end_s = self.clock.seconds() + at_most_s
        while not (things := found()):
            assert self.clock.seconds() < end_s, "waited in vain"
            self.clock.sleep(0.005)
        return things

    def cdr(self, leg_id: str = "leg-4000") -> dict[str, Any]:
        file = self.folder / "cdrs" / f"{leg_id}.cdr.json"
        self.wait_for(lambda: [file] if file.exists() else [])
        document: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return document

    def _came(self, sock: socket.socket) -> None:
        number = len(self.connections) + 1
        self.connections.append(Conversation(f"call-{number}", sock, self.clock.seconds))


def kinds(happened: Sequence[Happening]) -> Iterator[str]:
    return (happening.kind for happening in happened)
