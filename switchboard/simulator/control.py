"""The control connection: another program makes endpoints and steers them, or lets scripts run.

JSON lines over TCP, on loopback. A request is ``{"id": N, "do": WORD, …}``; its answer is
``{"id": N, "ok": true, …}`` or ``{"id": N, "ok": false, "error": "what is wrong"}``. What the
endpoints of a connection notice arrives in between as ``{"event": KIND, "call": ID, …}``. Words
and events are listed in ``docs/simulator.md``; :mod:`switchboard.simulator.steering` is a client.
"""

import base64
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any

import gevent
import orjson
from gevent import socket
from gevent.server import StreamServer

from switchboard.simulator import audio
from switchboard.simulator.connections import Outbox
from switchboard.simulator.disk import off_hub
from switchboard.simulator.executors import Executor
from switchboard.simulator.faults import Fault
from switchboard.simulator.network import CAUSES, Invite
from switchboard.simulator.people import HOLD_MS, PAUSE_MS, Happening, Person
from switchboard.simulator.phones import BUSY, Manner, Phone
from switchboard.simulator.registrations import PHONE_PORT
from switchboard.simulator.scripts import MalformedScript, Step, parse_steps, run_script, say
from switchboard.simulator.sounds import SpokenSound
from switchboard.simulator.ticks import ticks_of

if TYPE_CHECKING:
    from switchboard.simulator.running import Simulator

# Calls that a connection knows; those that are over are forgotten beyond it, oldest first.
MOST_CALLS = 1000

Fields = Mapping[str, Any]


class Refused(Exception):  # noqa: N818 - an answer, not a fault
    """The request cannot be done; the message says why."""


@dataclass(frozen=True)
class Endpoint:
    """A telephone of somebody: where its calls come from."""

    number: str
    name: str


class Controller:
    """One control connection.

    Args:
        simulator: What it steers.
        sock: The connection; this object owns it.
    """

    def __init__(self, simulator: "Simulator", sock: socket.socket) -> None:
        self._simulator = simulator
        self._node = simulator.node
        self._sock = sock
        self._outbox = Outbox(sock)
        self._endpoints: dict[str, Endpoint] = {}
        self._numbers = count(1)
        self._calls: dict[str, Executor] = {}
        self._words: dict[str, Callable[[Fields], Fields]] = {
            "endpoint": self._make_endpoint,
            "dial": self._dial,
            "press": self._press,
            "say": self._say,
            "hush": self._hush,
            "hang_up": self._hang_up,
            "listen": self._listen,
            "call": self._tell_call,
            "answer": self._answer_call,
            "refuse": self._refuse,
            "phone": self._plug_in,
            "unplug": self._unplug,
            "register": self._register,
            "unregister": self._unregister,
            "expire": self._expire,
            "fault": self._fault,
            "cut": self._cut,
            "restart": self._restart,
            "node": self._tell_node,
        }

    def serve(self) -> None:
        """Obey until the other side closes; its calls go on without it."""
        for line in self._lines():
            try:
                request = orjson.loads(line)
            except orjson.JSONDecodeError:
                self._send({"ok": False, "error": "this line is not JSON"})
                continue
            self._send(self._answer(request if isinstance(request, dict) else {}))
        self._outbox.close()
        self._outbox.join()  # the server closes the socket when this returns

    def _answer(self, request: Fields) -> Fields:
        word = self._words.get(str(request.get("do")))
        number = {"id": request.get("id")}
        if word is None:
            known = ", ".join(sorted(self._words))
            return {**number, "ok": False, "error": f"do must be one of: {known}"}
        try:
            return {**number, "ok": True, **word(request)}
        except (Refused, MalformedScript, audio.NotAudio) as refusal:
            return {**number, "ok": False, "error": str(refusal)}

    def _lines(self) -> Iterator[bytes]:
        waiting = b""
        try:
            while received := self._sock.recv(65536):
                *lines, waiting = (waiting + received).split(b"\n")
                yield from (line for line in lines if line.strip())
        except OSError:
            return

    def _send(self, document: Fields) -> None:
        self._outbox.send(orjson.dumps(document) + b"\n")

    # --- endpoints and their calls --------------------------------------------------------------

    def _make_endpoint(self, request: Fields) -> Fields:
        name = str(request.get("endpoint") or f"endpoint-{next(self._numbers)}")
        self._endpoints[name] = Endpoint(
            str(request.get("number", "")), str(request.get("name", ""))
        )
        return {"endpoint": name}

    def _dial(self, request: Fields) -> Fields:
        endpoint = self._endpoints.get(str(request.get("endpoint")))
        if endpoint is None:
            raise Refused("there is no such endpoint: make it first, with do=endpoint")
        steps = parse_steps(request.get("steps") or [])
        dialled, patience_s = str(request.get("to", "")), request.get("hang_up_after_s")
        calls = [self._place(endpoint, dialled, steps) for _ in range(int(request.get("count", 1)))]
        if patience_s is not None:
            for call in calls:
                self._node.ticks.call_in(float(patience_s) * 1000, self._calls[call].person.hang_up)
        return {"call": calls[0], "calls": calls}

    def _place(self, endpoint: Endpoint, dialled: str, steps: tuple[Step, ...]) -> str:
        leg_id = str(uuid.uuid4())
        person = Person(self._node.ticks, partial(self._happened, leg_id))
        invite = Invite(endpoint.number, endpoint.name, dialled)
        self._keep(leg_id, self._node.place_call(person, invite, leg_id))
        if steps:
            gevent.spawn(run_script, self._node, person, steps)
        return leg_id

    def _keep(self, leg_id: str, executor: Executor) -> None:
        """Know a call, and forget the oldest that are over when there are many."""
        self._calls[leg_id] = executor
        if len(self._calls) > MOST_CALLS:
            over = [known for known, call in self._calls.items() if not call.is_up]
            for known in over[: MOST_CALLS // 2]:
                del self._calls[known]

    def _happened(self, leg_id: str, happening: Happening) -> None:
        told = {"event": happening.kind, "call": leg_id, "at_s": happening.at_s}
        self._send({**told, **happening.about})

    def _call_of(self, request: Fields) -> Executor:
        executor = self._calls.get(str(request.get("call")))
        if executor is None:
            raise Refused("there is no such call on this connection")
        return executor

    def _press(self, request: Fields) -> Fields:
        keys = str(request.get("keys", ""))
        hold_ms, pause_ms = (
            int(request.get("hold_ms", HOLD_MS)),
            int(request.get("pause_ms", PAUSE_MS)),
        )
        self._call_of(request).person.press(keys, hold_ms=hold_ms, pause_ms=pause_ms)
        return {}

    def _say(self, request: Fields) -> Fields:
        person = self._call_of(request).person
        if "wav" in request:
            content = audio.decode_wav(base64.b64decode(str(request["wav"])))
            person.say(SpokenSound("speech", content))
            return {"lasts_s": len(content) / audio.RATE}
        return {"lasts_s": say(self._node, person, str(request.get("sound", "")))}

    def _hush(self, request: Fields) -> Fields:
        self._call_of(request).person.hush()
        return {}

    def _answer_call(self, request: Fields) -> Fields:
        self._call_of(request).person.answer()
        return {}

    def _refuse(self, request: Fields) -> Fields:
        status = int(request.get("status", BUSY))
        if status not in CAUSES:
            raise Refused(f"status must be one of: {', '.join(map(str, CAUSES))}")
        self._call_of(request).person.refuse(status)
        return {}

    def _hang_up(self, request: Fields) -> Fields:
        self._call_of(request).person.hang_up()
        return {}

    def _listen(self, request: Fields) -> Fields:
        person = self._call_of(request).person
        begin = person.began + ticks_of(float(request.get("from_s", 0)) * 1000)
        now = self._node.ticks.now
        samples = off_hub(person.ear.samples, begin, now)
        wav = base64.b64encode(audio.encode_wav([samples])).decode()
        return {"wav": wav, "to_s": (now - person.began) * 0.02}

    def _tell_call(self, request: Fields) -> Fields:
        executor = self._call_of(request)
        stretch = executor.person.ear.at(self._node.ticks.now)
        return {
            "up": executor.is_up,
            "answered": executor.channel.answered,
            "hears": stretch.sound.name if stretch else None,
            "records": executor.person.recording,
            "cause": executor.channel.cause or None,
        }

    # --- phones, faults, the node ---------------------------------------------------------------

    def _plug_in(self, request: Fields) -> Fields:
        manner = str(request.get("manner", Manner.RINGS))
        if manner not in set(Manner):
            raise Refused(f"manner must be one of: {', '.join(Manner)}")
        self._node.phones.plug_in(
            Phone(
                number=str(request.get("number", "")),
                port=int(request.get("port", PHONE_PORT)),
                manner=Manner(manner),
                rings_ms=float(request.get("rings_ms", 0)),
                steps=parse_steps(request.get("steps") or []),
                steered=self._take_call,
            )
        )
        return {}

    def _unplug(self, request: Fields) -> Fields:
        port = int(request.get("port", PHONE_PORT))
        self._node.phones.pull_out(str(request.get("number", "")), port)
        return {}

    def _take_call(self, executor: Executor) -> Callable[[Happening], None]:
        """Let a call to one of this connection's phones be told of and steered from here."""
        leg_id = executor.channel.leg_id
        self._keep(leg_id, executor)
        return partial(self._happened, leg_id)

    def _register(self, request: Fields) -> Fields:
        self._node.registrations.register(*_phone(request))
        return {}

    def _unregister(self, request: Fields) -> Fields:
        self._node.registrations.unregister(*_phone(request))
        return {}

    def _expire(self, request: Fields) -> Fields:
        self._node.registrations.expire(*_phone(request))
        return {}

    def _fault(self, request: Fields) -> Fields:
        wanted = str(request.get("fault", ""))
        if wanted == "none":
            self._node.faults.clear()
        elif wanted in set(Fault):
            self._node.faults.inject(Fault(wanted), int(request.get("amount", 1)))
        else:
            raise Refused(f"fault must be none or one of: {', '.join(Fault)}")
        return {}

    def _cut(self, request: Fields) -> Fields:
        which = str(request.get("which", ""))
        if which not in {"inbound", "outbound"}:
            raise Refused("which must be inbound or outbound")
        if which == "inbound":
            self._simulator.inbound.cut_clients()
        else:
            self._node.cut_sockets()
        return {}

    def _restart(self, request: Fields) -> Fields:
        del request
        self._simulator.restart()
        return {}

    def _tell_node(self, request: Fields) -> Fields:
        del request
        return {
            "core_id": self._node.core_id,
            "calls": len(self._node.executors),
            "calls_so_far": self._node.channel_count,
        }


def _phone(request: Fields) -> tuple[str, str]:
    return str(request.get("user", "")), str(request.get("domain", ""))


class ControlServer:
    """Listens for control connections.

    Args:
        simulator: What they steer.
        address: Host and port; loopback only, port 0 picks a free one.
    """

    def __init__(self, simulator: "Simulator", address: tuple[str, int]) -> None:
        self._simulator = simulator
        self._server = StreamServer(address, self._serve)

    def start(self) -> tuple[str, int]:
        """Begin to listen; returns the address.

        Raises:
            OSError: the address is taken or not ours.
        """
        self._server.start()
        return str(self._server.address[0]), int(self._server.address[1])

    def stop(self) -> None:
        """Listen no more."""
        self._server.stop(timeout=0)

    def _serve(self, sock: socket.socket, peer: object) -> None:
        del peer
        Controller(self._simulator, sock).serve()
