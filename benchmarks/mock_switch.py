"""A switch without sound: brings calls to an app as fast as the app takes them, and times them.

It speaks FreeSWITCH's side of the outbound socket from templates made of a recorded 7 KB event, in
one thread on one core, and completes every execute at once. Thirty events happen in a call at the
switch; as FreeSWITCH does, it sends of them what the app subscribed to: all of the channel's after
``myevents``, only those that it names after ``filter Event-Name ...``, in JSON or in plain form.
Also answers an app's inbound connection. Run as a process of its own:

    python -m benchmarks.mock_switch --app 127.0.0.1:8084 --form json --calls 500 --at-once 50
"""

import argparse
import json
import selectors
import socket
import sys
import time
import uuid
from pathlib import Path
from urllib.parse import quote

RECORDED = Path(__file__).parent.parent / "tests/conformance/traces/full"
TRACE = RECORDED / "menu_key_interrupts_prompt.jsonl"

LEG, EXECUTION, SEQUENCE = "@leg" + "l" * 32, "@execution" + "x" * 26, "7" * 12
APPS = ("sched_cancel", "answer", "playback", "play_and_get_digits", "hangup", "socket")


def recorded_event() -> dict[str, str]:
    """The fields of one recorded completion, in FreeSWITCH's order."""
    for line in TRACE.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        wire = row.get("data", "")
        if row.get("dir") == "fs" and "text/event-json" in wire:
            event: dict[str, str] = json.loads(wire[wire.index("\n\n") + 2 :])
            if event["Event-Name"] == "CHANNEL_EXECUTE_COMPLETE":
                return event
    raise SystemExit(f"{TRACE} holds no completion")


class Templates:
    """Every event of a call, encoded once; what differs from call to call is put in by bytes."""

    def __init__(self, form: str) -> None:
        self._form = form
        self._base = recorded_event()
        leg = self._base["Unique-ID"]
        self._base = {name: value.replace(leg, LEG) for name, value in self._base.items()}
        self._base["Event-Sequence"] = SEQUENCE
        self.reply = self._connect_reply()
        self.made = {
            (name, app): self._encode(name, app)
            for name in ("CHANNEL_EXECUTE", "CHANNEL_EXECUTE_COMPLETE")
            for app in APPS
        }
        for name in ("CHANNEL_PARK", "CHANNEL_HANGUP", "CHANNEL_HANGUP_COMPLETE"):
            self.made[(name, "")] = self._encode(name, "")
        self.keys = {key: self._encode("DTMF", "", {"DTMF-Digit": key}) for key in "0123456789#"}
        terminated = {"variable_playback_terminator_used": "1"}
        self.menu_ended = self._encode("CHANNEL_EXECUTE_COMPLETE", "playback", terminated)
        self.gathered = {
            name: self._encode(
                "CHANNEL_EXECUTE_COMPLETE", "play_and_get_digits", {f"variable_{name}": value}
            )
            for name, value in (("menu", "1"), ("ask", "1042"))
        }

    def _connect_reply(self) -> bytes:
        fields = {**self._base, "Event-Name": "CHANNEL_DATA", "Answer-State": "ringing"}
        fields.pop("variable_switchboard_call_id", None)
        lines = [f"{name}: {quote(value, safe=' /@')}" for name, value in fields.items()]
        tail = "Content-Type: command/reply\nReply-Text: +OK\nSocket-Mode: async\n"
        return ("\n".join(lines) + "\n" + tail + "Control: single-channel\n\n").encode()

    def _encode(self, name: str, app: str, more: dict[str, str] | None = None) -> bytes:
        fields = {**self._base, "Event-Name": name, "Answer-State": "answered", **(more or {})}
        for field in ("Application", "Application-UUID", "Application-Response"):
            fields.pop(field, None)
        if app:
            fields |= {"Application": app, "Application-UUID": EXECUTION}
            fields["variable_current_application"] = app
            fields["Application-Response"] = "FILE PLAYED" if app == "playback" else "_none_"
        if name.startswith("CHANNEL_HANGUP"):
            fields["Hangup-Cause"] = "NORMAL_CLEARING"
        if self._form == "json":
            body = json.dumps(fields).encode()
        else:
            lines = [f"{key}: {quote(value, safe=' /@')}" for key, value in fields.items()]
            body = ("\n".join(lines) + "\n\n").encode()
        head = f"Content-Length: {len(body)}\nContent-Type: text/event-{self._form}\n\n"
        return head.encode() + body


GOODBYE = (
    b"Content-Type: text/disconnect-notice\nContent-Disposition: disconnect\n"
    b"Content-Length: 67\n\nDisconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n"
)
OK = b"Content-Type: command/reply\nReply-Text: +OK\n\n"


class Call:
    """One call on one socket."""

    def __init__(self, switch: "MockSwitch", app: tuple[str, int]) -> None:
        self.switch = switch
        self.leg = str(uuid.uuid4()).encode()
        self.socket = socket.create_connection(app)
        self.socket.setblocking(False)
        self.inbox = b""
        self.outbox = b""
        self.began_s = time.perf_counter()
        self.over = False
        self.subscribed = False
        self.filters: set[bytes] = set()

    def readable(self) -> None:
        """Take what the app sent, and answer it."""
        try:
            received = self.socket.recv(65536)
        except BlockingIOError:
            return
        if not received:
            self.switch.ended(self, failed=not self.over)
            return
        self.inbox += received
        while (request := self._next_request()) is not None:
            self._answer(*request)
        self.flush()

    def flush(self) -> None:
        """Send what waits, as far as the socket takes it."""
        if self.outbox:
            try:
                self.outbox = self.outbox[self.socket.send(self.outbox) :]
            except BlockingIOError:
                return
        if self.over and not self.outbox:
            self.switch.ended(self, failed=False)

    def _next_request(self) -> tuple[bytes, bytes] | None:
        end = self.inbox.find(b"\n\n")
        if end < 0:
            return None
        head = self.inbox[:end]
        length = 0
        at = head.lower().find(b"content-length:")
        if at >= 0:
            length = int(head[at + 15 :].split(b"\n", 1)[0])
        if len(self.inbox) < end + 2 + length:
            return None
        body = self.inbox[end + 2 : end + 2 + length]
        self.inbox = self.inbox[end + 2 + length :].lstrip(b"\n")
        return head, body

    def _answer(self, head: bytes, body: bytes) -> None:
        if head.startswith(b"connect"):
            self.outbox += self.switch.templates.reply.replace(LEG.encode(), self.leg)
            self._event("CHANNEL_PARK", "")
        elif head.startswith(b"sendmsg"):
            self.outbox += OK
            self._execute(head, body)
        elif head.startswith(b"myevents"):
            self.subscribed = True
            self.outbox += OK
        elif head.startswith(b"filter Event-Name "):
            self.filters.add(head.rpartition(b" ")[2])
            self.outbox += OK
        else:
            self.outbox += OK

    def _execute(self, head: bytes, body: bytes) -> None:
        fields = dict(line.split(b": ", 1) for line in head.split(b"\n")[1:] if b": " in line)
        lowered = {name.lower(): value for name, value in fields.items()}
        app = lowered.get(b"execute-app-name", b"").decode()
        argument = body or lowered.get(b"execute-app-arg", b"")
        execution = lowered.get(b"event-uuid", b"0" * 36)
        if app not in APPS:
            return
        self._event("CHANNEL_EXECUTE", app, execution)
        if app == "hangup":
            self._hang_up(execution)
        elif app == "playback":
            self._play(argument, execution)
        elif app == "play_and_get_digits":
            self._gather(argument, execution)
        else:
            self._event("CHANNEL_EXECUTE_COMPLETE", app, execution)

    def _play(self, argument: bytes, execution: bytes) -> None:
        if self.switch.holds and b"menu" in argument:
            self.switch.held.add(self)
        elif b"menu" in argument:
            self._keys("1")
            ended = self.switch.templates.menu_ended
            self._send("CHANNEL_EXECUTE_COMPLETE", ended, execution)
        else:
            self._event("CHANNEL_EXECUTE_COMPLETE", "playback", execution)
            if b"ask" in argument:
                self._keys("1042#")

    def _gather(self, argument: bytes, execution: bytes) -> None:
        name = "menu" if b"menu" in argument else "ask"
        if self.switch.holds and name == "menu":
            self.switch.held.add(self)
            return
        self._keys("1" if name == "menu" else "1042#")
        gathered = self.switch.templates.gathered[name]
        self._send("CHANNEL_EXECUTE_COMPLETE", gathered, execution)

    def _keys(self, keys: str) -> None:
        for key in keys:
            self._send("DTMF", self.switch.templates.keys[key])

    def _hang_up(self, execution: bytes) -> None:
        self._event("CHANNEL_HANGUP", "")
        self._event("CHANNEL_EXECUTE_COMPLETE", "hangup", execution)
        self._event("CHANNEL_EXECUTE_COMPLETE", "socket", str(uuid.uuid4()).encode())
        self._event("CHANNEL_HANGUP_COMPLETE", "")
        self.outbox += GOODBYE
        self.over = True

    def _event(self, name: str, app: str, execution: bytes = b"") -> None:
        self._send(name, self.switch.templates.made[(name, app)], execution)

    def _send(self, name: str, template: bytes, execution: bytes = b"") -> None:
        """Something happened; the app is told if it asked for it."""
        self.switch.events += 1
        if not self.subscribed or (self.filters and name.encode() not in self.filters):
            return
        wire = template.replace(LEG.encode(), self.leg)
        wire = wire.replace(SEQUENCE.encode(), b"%012d" % self.switch.events)
        self.outbox += wire.replace(EXECUTION.encode(), execution) if execution else wire


class Inbound:
    """An app's connection to the event socket: everything is accepted, nothing happens."""

    def __init__(self, accepted: socket.socket) -> None:
        self.socket = accepted
        self.inbox = b""
        accepted.setblocking(False)
        accepted.send(b"Content-Type: auth/request\n\n")

    def readable(self, switch: "MockSwitch") -> None:
        """Take what the app sent, and answer it."""
        received = self.socket.recv(65536)
        if not received:
            switch.selector.unregister(self.socket)
            self.socket.close()
            return
        self.inbox += received
        while b"\n\n" in self.inbox:
            head, _, self.inbox = self.inbox.partition(b"\n\n")
            self._answer(head)

    def _answer(self, head: bytes) -> None:
        if head.startswith(b"api show channels"):
            self._api(b'{"row_count":0}\n')
        elif head.startswith(b"api"):
            self._api(b"+OK\n")
        else:
            self.socket.send(b"Content-Type: command/reply\nReply-Text: +OK accepted\n\n")

    def _api(self, body: bytes) -> None:
        head = b"Content-Type: api/response\nContent-Length: %d\n\n" % len(body)
        self.socket.send(head + body)


class MockSwitch:
    """Brings calls, so many at once, and counts what became of them.

    Args:
        app: Where the app waits for calls.
        form: ``json`` or ``plain`` events.
        holds: Whether callers stay in the menu for ever (to measure memory).
    """

    def __init__(self, app: tuple[str, int], form: str, *, holds: bool = False) -> None:
        self.app = app
        self.holds = holds
        self.templates = Templates(form)
        self.selector = selectors.DefaultSelector()
        self.live: set[Call] = set()
        self.held: set[Call] = set()
        self.done = self.failed = self.events = 0

    def listen(self, address: tuple[str, int]) -> None:
        """Take the app's inbound connections."""
        listening = socket.create_server(address)
        listening.setblocking(False)
        self.selector.register(listening, selectors.EVENT_READ, listening)

    def begin(self) -> None:
        """Bring one call."""
        call = Call(self, self.app)
        self.live.add(call)
        self.selector.register(call.socket, selectors.EVENT_READ, call)

    def ended(self, call: Call, *, failed: bool) -> None:
        """A call's socket has ended."""
        self.selector.unregister(call.socket)
        call.socket.close()
        self.live.discard(call)
        self.done += 1
        self.failed += failed

    def turn(self, wait_s: float = 0.05) -> None:
        """Handle what is ready."""
        for key, _ in self.selector.select(wait_s):
            if isinstance(key.data, Call):
                key.data.readable()
            elif isinstance(key.data, Inbound):
                key.data.readable(self)
            else:
                accepted, _ = key.data.accept()
                inbound = Inbound(accepted)
                self.selector.register(accepted, selectors.EVENT_READ, inbound)
        for call in [call for call in self.live if call.outbox]:
            call.flush()

    def run(self, calls: int, at_once: int, within_s: float) -> dict[str, float]:
        """Bring *calls* calls, *at_once* at a time; return what became of them."""
        before = (self.done, self.failed, self.events)
        began_s, begun = time.perf_counter(), 0
        while self.done - before[0] < calls and time.perf_counter() - began_s < within_s:
            while begun < calls and len(self.live) < at_once:
                self.begin()
                begun += 1
            self.turn()
        took_s = time.perf_counter() - began_s
        done = self.done - before[0]
        return {
            "calls": done,
            "failed": self.failed - before[1],
            "events_a_call": round((self.events - before[2]) / max(1, done), 1),
            "seconds": took_s,
            "calls_a_second": done / took_s,
        }


def address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return host, int(port)


def main() -> None:
    """Serve orders from standard input, one a line: ``run CALLS AT_ONCE`` or ``hold CALLS``."""
    words = argparse.ArgumentParser()
    words.add_argument("--app", type=address, required=True)
    words.add_argument("--event-socket", type=address)
    words.add_argument("--form", choices=("json", "plain"), default="json")
    words.add_argument("--holds", action="store_true")
    asked = words.parse_args()
    switch = MockSwitch(asked.app, asked.form, holds=asked.holds)
    if asked.event_socket:
        switch.listen(asked.event_socket)
    switch.selector.register(sys.stdin, selectors.EVENT_READ, None)
    print("ready", flush=True)
    serve_orders(switch)


def serve_orders(switch: MockSwitch) -> None:
    while True:
        ready = [key.data for key, _ in switch.selector.select(0.05)]
        if None not in ready:
            switch.selector.unregister(sys.stdin)
            switch.turn(0)
            switch.selector.register(sys.stdin, selectors.EVENT_READ, None)
            continue
        order = sys.stdin.readline().split()
        if not order or order[0] == "end":
            return
        switch.selector.unregister(sys.stdin)
        if order[0] == "run":
            print(json.dumps(switch.run(int(order[1]), int(order[2]), 120)), flush=True)
        else:
            print(json.dumps(hold(switch, int(order[1]))), flush=True)
        switch.selector.register(sys.stdin, selectors.EVENT_READ, None)


def hold(switch: MockSwitch, calls: int) -> dict[str, int]:
    """Bring calls until so many wait in the menu."""
    by_s = time.perf_counter() + 120
    while len(switch.held) < calls and time.perf_counter() < by_s:
        while len(switch.live) < calls and len(switch.live) - len(switch.held) < 50:
            switch.begin()
        switch.turn()
    return {"held": len(switch.held), "failed": switch.failed}


if __name__ == "__main__":
    main()
