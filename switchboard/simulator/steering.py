"""A client of the control connection: makes endpoints, places calls, and hears what they hear.

For one thread or greenlet at a time; plain sockets, so that it works patched by gevent and not.
"""

import base64
import json
import socket
import time
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

ANSWER_S = 10.0  # the stand-in answers at once, or is not there


class NoSimulator(Exception):  # noqa: N818 - a state of the world
    """Nobody listens on the control port, or it has gone."""


class SteeringRefused(Exception):  # noqa: N818 - an answer, not a fault
    """The stand-in refused; the message says why."""


class Steering:
    """A control connection.

    Args:
        host: Where the stand-in runs.
        port: Its control port.

    Raises:
        NoSimulator: nobody listens there.
    """

    def __init__(self, host: str = "127.0.0.1", port: int = 8022) -> None:
        try:
            self._sock = socket.create_connection((host, port), timeout=ANSWER_S)
        except OSError as fault:
            raise NoSimulator(f"no stand-in listens on {host}:{port}") from fault
        self._waiting = b""
        self._events: deque[dict[str, Any]] = deque()
        self._number = 0

    def __enter__(self) -> "Steering":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; calls go on without it."""
        self._sock.close()

    def make_endpoint(self, number: str, name: str = "", extension: str = "") -> str:
        """Make an endpoint, of the phone of an *extension* if it names one; returns its id."""
        asked = self.ask("endpoint", number=number, name=name, extension=extension)
        return str(asked["endpoint"])

    def dial(
        self,
        endpoint: str,
        to: str,
        steps: Sequence[Mapping[str, Any]] = (),
        *,
        count: int = 1,
        hang_up_after_s: float | None = None,
    ) -> str:
        """Place a call, or *count* at once; returns the id of the (first) call.

        Args:
            endpoint: Whose call it is.
            to: The number dialled.
            steps: What the person does by itself; see ``docs/simulator.md``.
            count: How many calls.
            hang_up_after_s: When the person hangs up, in seconds of the house; None: not by itself.
        """
        asked: dict[str, object] = {"endpoint": endpoint, "to": to, "steps": list(steps)}
        if hang_up_after_s is not None:
            asked["hang_up_after_s"] = hang_up_after_s
        return str(self.ask("dial", count=count, **asked)["call"])

    def press(self, call: str, keys: str) -> None:
        """Press keys."""
        self.ask("press", call=call, keys=keys)

    def say_sound(self, call: str, sound: str) -> float | None:
        """Say a WAV file or a tone by its name; returns its seconds, None for endless."""
        lasts_s: float | None = self.ask("say", call=call, sound=sound)["lasts_s"]
        return lasts_s

    def say_wav(self, call: str, wav: bytes) -> float:
        """Say the bytes of a WAV file; returns its seconds."""
        return float(self.ask("say", call=call, wav=base64.b64encode(wav).decode())["lasts_s"])

    def hang_up(self, call: str) -> None:
        """Hang up."""
        self.ask("hang_up", call=call)

    def listen(self, call: str, from_s: float = 0.0) -> bytes:
        """Return as a WAV file what was heard since *from_s* seconds of the call."""
        return base64.b64decode(self.ask("listen", call=call, from_s=from_s)["wav"])

    def ask(self, word: str, **fields: object) -> dict[str, Any]:
        """Send any request and return its answer.

        Raises:
            SteeringRefused: it was refused.
            NoSimulator: the stand-in has gone.
        """
        self._number += 1
        request = {"id": self._number, "do": word, **fields}
        self._sock.sendall(json.dumps(request).encode() + b"\n")
        while True:
            document = self._read(ANSWER_S)
            if document is None:
                raise NoSimulator("the stand-in does not answer")
            if "event" in document:
                self._events.append(document)
            elif document.get("ok"):
                return document
            else:
                raise SteeringRefused(str(document.get("error")))

    def next_event(self, wait_s: float | None = None) -> dict[str, Any] | None:
        """Return the next event, or None when none came within *wait_s* wall seconds.

        Raises:
            NoSimulator: the stand-in has gone.
        """
        return self._events.popleft() if self._events else self._read(wait_s)

    def await_event(self, kind: str, call: str = "", wait_s: float = ANSWER_S) -> dict[str, Any]:
        """Return the next event of that kind, of that call or of any; others before it are lost.

        Raises:
            NoSimulator: none came within *wait_s* wall seconds, or the stand-in has gone.
        """
        ends_s = time.monotonic() + wait_s
        while (left_s := ends_s - time.monotonic()) > 0:
            event = self.next_event(left_s)
            if event and event["event"] == kind and call in {"", event["call"]}:
                return event
        raise NoSimulator(f"no {kind!r} came within {wait_s:g} s")

    def _read(self, wait_s: float | None) -> dict[str, Any] | None:
        self._sock.settimeout(wait_s)
        while b"\n" not in self._waiting:
            try:
                received = self._sock.recv(65536)
            except TimeoutError:
                return None
            except OSError as fault:
                raise NoSimulator("the connection to the stand-in is lost") from fault
            if not received:
                raise NoSimulator("the stand-in has gone")
            self._waiting += received
        line, _, self._waiting = self._waiting.partition(b"\n")
        document: dict[str, Any] = json.loads(line)
        return document
