"""The peers as processes: our whole server, greenswitch's server with the same flow, a bare echo.

Each listens on a free port, runs on the core it is given, and is measured from outside.
"""

import json
import os
import socket
import subprocess
import sys
import textwrap
import time
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

FLOWS = Path(__file__).parent / "flows"
PROMPTS = ("welcome", "menu", "ask", "one", "two", "three", "goodbye")

GREENSWITCH = """
    import gevent.monkey; gevent.monkey.patch_all()
    import logging, sys
    import greenswitch
    logging.disable(logging.CRITICAL)

    class Bench:
        def __init__(self, session):
            self.session = session

        def run(self):
            session = self.session
            session.connect()
            session.myevents()
            session.answer()
            session.playback("welcome.wav", block=True)
            session.play_and_get_digits("1", "1", "1", "20000", "#", "menu.wav",
                "silence_stream://1", "menu", "[0-9]", "3000", block=True)
            session.play_and_get_digits("4", "12", "1", "20000", "#", "ask.wav",
                "silence_stream://1", "ask", "[0-9]+", "3000", block=True)
            for name in ("one", "two", "three", "goodbye"):
                session.playback(name + ".wav", block=True)
            session.hangup()

    server = greenswitch.OutboundESLServer(
        bind_address="127.0.0.1", bind_port={port}, application=Bench, max_connections=20000)
    server.listen()
"""

ECHO = """
    from gevent.server import StreamServer

    def echo(connection, _):
        while received := connection.recv(65536):
            connection.sendall(received)

    StreamServer(("127.0.0.1", {port}), echo, backlog=1024).serve_forever()
"""


@dataclass(frozen=True, slots=True)
class Peer:
    """A server under measurement.

    Attributes:
        name: What it is.
        form: The form of events it wants.
        port: Where it waits for calls.
        event_socket: Where it calls the mock's event socket; None: it does not.
        process: The process.
    """

    name: str
    form: str
    port: int
    event_socket: int | None
    process: subprocess.Popen[bytes]

    @property
    def resident_kib(self) -> int:
        """Memory of the process that is its own (private pages), in KiB."""
        rollup = Path(f"/proc/{self.process.pid}/smaps_rollup").read_text()
        fields = dict(line.split(":", 1) for line in rollup.splitlines()[1:])
        return sum(int(fields[name].split()[0]) for name in ("Private_Clean", "Private_Dirty"))


class Mock:
    """The mock switch as a process that takes orders."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def order(self, words: str) -> dict[str, float]:
        """Give one order (``run CALLS AT_ONCE``, ``hold CALLS``); return what became of it."""
        self._stream(self._process.stdin).write(words + "\n")
        self._stream(self._process.stdin).flush()
        answer: dict[str, float] = json.loads(self._stream(self._process.stdout).readline())
        return answer

    @staticmethod
    def _stream(stream: IO[str] | None) -> IO[str]:
        assert stream is not None
        return stream


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def on_core(core: int) -> list[str]:
    """The words that put a command on one core, where there are two."""
    cores = sorted(os.sched_getaffinity(0))
    return ["taskset", "-c", str(cores[core % len(cores)])]


@contextmanager
def switchboard(folder: Path, core: int = 0) -> Iterator[Peer]:
    """Our server, whole: flow, journal, SQLite, saved runs, metrics."""
    port, http, event_socket = free_port(), free_port(), free_port()
    recordings = folder / "prompts/recordings/bench/en"
    recordings.mkdir(parents=True)
    for name in PROMPTS:
        with wave.open(str(recordings / f"{name}.wav"), "wb") as sound:
            sound.setparams((1, 2, 8000, 0, "NONE", ""))
            sound.writeframes(bytes(1600))
    settings = folder / "switchboard.yaml"
    settings.write_text(
        f"flows: {FLOWS}\n"
        "least_coverage: 0\n"
        f"listen: {{calls: 127.0.0.1:{port}, http: 127.0.0.1:{http}}}\n"
        f"nodes: [{{event_socket: 127.0.0.1:{event_socket}, password: benchmarks-only}}]\n"
        "limits: {calls: 20000, calls_per_second: 100000}\n"
        "logs: {level: error}\n"
    )
    words = [sys.executable, "-m", "switchboard", "serve", "--settings", str(settings)]
    with started([*on_core(core), *words]) as process:
        yield Peer("switchboard", "json", port, event_socket, process)


@contextmanager
def greenswitch(core: int = 0) -> Iterator[Peer]:
    """Greenswitch's outbound server with the same flow in Python."""
    port = free_port()
    with started([*on_core(core), sys.executable, "-c", _code(GREENSWITCH, port)]) as process:
        yield Peer("greenswitch", "plain", port, None, process)


@contextmanager
def echo(core: int = 0) -> Iterator[Peer]:
    """The least that gevent needs for a connection."""
    port = free_port()
    with started([*on_core(core), sys.executable, "-c", _code(ECHO, port)]) as process:
        yield Peer("gevent echo", "plain", port, None, process)


@contextmanager
def mock_for(peer: Peer, core: int = 1, *, holds: bool = False) -> Iterator[Mock]:
    """A mock switch that brings calls to *peer*."""
    words = [sys.executable, "-m", "benchmarks.mock_switch", "--app", f"127.0.0.1:{peer.port}"]
    words += ["--form", peer.form]
    if peer.event_socket:
        words += ["--event-socket", f"127.0.0.1:{peer.event_socket}"]
    if holds:
        words.append("--holds")
    process = subprocess.Popen(
        [*on_core(core), *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent.parent,
    )
    try:
        assert process.stdout is not None
        process.stdout.readline()
        await_port(peer.port)
        time.sleep(2 if peer.event_socket else 0)  # its inbound connection logs in meanwhile
        yield Mock(process)
    finally:
        process.terminate()
        process.wait()


@contextmanager
def started(words: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def await_port(port: int, within_s: float = 20) -> None:
    by_s = time.monotonic() + within_s
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > by_s:
                raise
            time.sleep(0.05)
        else:
            return


def _code(template: str, port: int) -> str:
    return textwrap.dedent(template).replace("{port}", str(port))
