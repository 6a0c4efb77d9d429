"""Plays a trace against the stand-in: the app's rows are sent, the world's are done by people."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from gevent import socket

from switchboard.simulator.network import Invite
from switchboard.simulator.people import HOLD_MS, Person
from switchboard.simulator.running import Simulator, SimulatorSettings
from switchboard.simulator.sounds import parse_tone
from tests.conformance.driven_clock import DrivenClock
from tests.conformance.peers import Conversation, Listener
from tests.conformance.trace import Row, Trace
from tests.conformance.world import HOSTILE_CALLER, LAB_PHONES, UNWRITTEN, ZHANG_SAN

LEAD_S = 1.0  # the stand-in is started so long before the call, a whole number of ticks
EVENT_POLL_S = 0.012  # an event is on the wire so much later than it happened, on average
AFTER_S = 0.1  # and is listened to so long after the last row
LAB = "/var/lib/lab"


class Replay:
    """One trace against a fresh stand-in.

    Args:
        trace: The trace.
        folder: Where the lab's sound files are and its recordings go.
    """

    def __init__(self, trace: Trace, folder: Path) -> None:
        self._trace = trace
        self._folder = folder
        self._dials_at = self._find_dial()
        start = trace.created_at - timedelta(seconds=LEAD_S + self._dials_at)
        self._clock = DrivenClock(start)
        self._listeners = [Listener(self._arrived), Listener(self._arrived)]
        self._conversations: list[Conversation] = []
        self._person: Person | None = None

    def run(self) -> list[Row]:
        """Play the trace through; returns what arrived at the app."""
        self._clock.sleep(self._dials_at)  # so that the call begins on a tick, as recorded
        self._simulator = Simulator(
            self._clock,
            SimulatorSettings(
                event_socket=("127.0.0.1", 0),
                control=("127.0.0.1", 0),
                apps=tuple(f"127.0.0.1:{listener.port}" for listener in self._listeners),
                sounds=self._folder,
                hostname="vm",
                numbers=r"4\d{3}",
            ),
        )
        self._event_socket, _ = self._simulator.start()
        rows = self._trace.events("CUSTOM")
        numbers = [row.event["Member-ID"] for row in rows if "Member-ID" in row.event]
        self._simulator.node.rooms.entered = int(min(numbers, default="1")) - 1
        for phone in LAB_PHONES:
            self._simulator.node.phones.plug_in(phone)
        if self._trace.scenario != "no_app_at_all":
            for listener in self._listeners:
                listener.open()
        try:
            for at, act in sorted(self._acts(), key=lambda one: one[0]):
                self._clock.sleep_until(LEAD_S + at)
                act()
            self._clock.sleep_until(LEAD_S + self._trace.ends_at + AFTER_S)
        finally:
            self._stop()
        return [self._translated(row) for one in self._conversations for row in one.rows]

    def _stop(self) -> None:
        for conversation in self._conversations:
            conversation.stop()
        for listener in self._listeners:
            listener.close()
        self._simulator.stop()
        self._clock.stop()

    def _now(self) -> float:
        return self._clock.seconds() - LEAD_S

    # --- what is done, and when -----------------------------------------------------------------

    def _acts(self) -> list[tuple[float, Callable[[], None]]]:
        acts: list[tuple[float, Callable[[], None]]] = []
        keys = iter(self._trace.events("DTMF"))
        for row in self._trace.rows:
            if row.dir in {"world", "note"}:
                acts += [(at, act) for at, act in self._world(row, keys)]
            elif row.dir == "app":
                acts.append((row.t, lambda row=row: self._send(row)))
            elif row.dir == "closed" and row.text == "by app":
                acts.append((row.t, lambda row=row: self._close(row)))
            elif row.told.get("frame") == "Content-Type: auth/request":
                acts.append((row.t - 0.0005, lambda row=row: self._log_in(row.conn)))
        return acts

    def _world(self, row: Row, keys) -> list[tuple[float, Callable[[], None]]]:
        words = row.text
        if "dials" in words:
            caller = HOSTILE_CALLER if "hostile" in words else ZHANG_SAN
            talks = "talks" in words
            unwritten = [
                (at, lambda act=act: act(self._person))
                for at, act in UNWRITTEN.get(self._trace.scenario, ())
            ]
            return [(self._dials_at, lambda: self._dial(caller, talks)), *unwritten]
        if "presses" in words:
            key = words[-1]
            event = next(keys, None)
            if event is None:  # secret: no event tells when the phone let go of it
                return [(row.t, lambda: self._person.press(key, pause_ms=320))]
            assert event.event["DTMF-Digit"] == key
            return [(event.t - HOLD_MS / 1000 - EVENT_POLL_S, lambda: self._person.press(key))]
        if words == "caller hangs up":
            return [(row.t, lambda: self._person.hang_up())]
        if "registers" in words:
            return [
                (event.t - 0.005, lambda event=event: self._register(event))
                for event in self._trace.events("CUSTOM")
            ]
        if words.endswith("hangs up"):
            number = words.split()[1]
            return [(row.t, lambda: self._phone_person(number).hang_up())]
        if "sends REFER" in words:
            _, number, *_, target = words.split()
            address = target if target.startswith("4") else f"{target}@127.0.0.1:6060"
            return [(row.t, lambda: self._phone_person(number).refer(address))]
        if words == "the app dies":
            return [(row.t, self._listeners[0].close)]
        return []

    def _phone_person(self, number: str) -> Person:
        return next(
            call.person
            for call in self._simulator.node.executors.values()
            if call.channel.profile.channel_name.startswith(f"sofia/internal/{number}@")
        )

    def _find_dial(self) -> float:
        """When the call began: as the trace says, but for sipp, which takes its time."""
        dials = [row.t for row in self._trace.rows if row.dir == "world"]
        connects = [row.t for row in self._trace.rows if row.text == "connect\n\n"]
        dials += [row.t for row in self._trace.rows if row.text.startswith("bgapi originate")]
        began = min(dials, default=0.0)
        return max(began, connects[0] - 0.0065) if connects else began

    def _dial(self, invite: Invite, talks: bool) -> None:
        self._person = Person(self._simulator.node.ticks, lambda _: None)
        if talks:
            self._person.say(parse_tone("tone", "%(1000,0,440);loops=-1"))
        self._simulator.node.place_call(self._person, invite, "caller-leg")

    def _register(self, event: Row) -> None:
        told = event.event
        registrations = self._simulator.node.registrations
        act = {"sofia::register": registrations.register}.get(
            told["Event-Subclass"], registrations.unregister
        )
        act(told["from-user"], told["from-host"])

    # --- the app --------------------------------------------------------------------------------

    def _arrived(self, sock: socket.socket) -> None:
        calls = [one for one in self._conversations if one.conn.startswith("outbound")]
        conn = "outbound" if not calls else f"outbound-{len(calls) + 1}"
        self._conversations.append(Conversation(conn, sock, self._now))

    def _log_in(self, conn: str) -> None:
        sock = socket.create_connection(self._event_socket)
        self._conversations.append(Conversation(conn, sock, self._now))

    def _conversation(self, conn: str) -> Conversation:
        for _ in range(20):
            for one in self._conversations:
                if one.conn == conn:
                    return one
            self._clock.sleep(0.005)
        raise AssertionError(f"nobody has called the app on {conn}")

    def _send(self, row: Row) -> None:
        text = row.text
        for leg_id in self._trace_legs():
            text = text.replace(leg_id, "caller-leg")
        body = text.partition("\n\n")[2]
        if body:
            translated = body.replace(LAB, str(self._folder))
            text = text.replace(body, translated).replace(
                f"content-length: {len(body.encode())}",
                f"content-length: {len(translated.encode())}",
            )
        text = text.replace(LAB, str(self._folder))
        text = text.replace("127.0.0.1:8084", f"127.0.0.1:{self._listeners[0].port}")
        self._conversation(row.conn).send(text)

    def _close(self, row: Row) -> None:
        self._conversation(row.conn).close()

    def _trace_legs(self) -> set[str]:
        found = [row.told.get("connect_reply") for row in self._trace.rows]
        return {told["Unique-ID"] for told in found if told and "Unique-ID" in told}

    def _translated(self, row: Row) -> Row:
        """Write a row in the trace's names for ports and files."""
        told = _each_text(row.told, self._translate)
        return Row(row.t, row.conn, row.dir, told)

    def _translate(self, text: str) -> str:
        for listener, port in zip(self._listeners, (8084, 8085), strict=True):
            text = text.replace(f"127.0.0.1:{listener.port}", f"127.0.0.1:{port}")
        return text.replace(str(self._folder), LAB)


def _each_text(told, change: Callable[[str], str]):
    if isinstance(told, str):
        return change(told)
    if isinstance(told, dict):
        return {name: _each_text(value, change) for name, value in told.items()}
    if isinstance(told, list):
        return [_each_text(value, change) for value in told]
    return told
