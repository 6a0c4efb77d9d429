"""A real FreeSWITCH for the length of a test, with our configuration, on loopback.

It has folders and ports of its own, so that any other FreeSWITCH on the machine is left alone.
"""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from switchboard.switch.configuration import AppHost, EventSocket, FreeSwitchConfig, Passwords
from switchboard.switch.layout import FreeSwitchLayout
from switchboard.switch.phones import (
    BrowserPhones,
    Extension,
    Gateway,
    Limits,
    PhoneSide,
    SipProfile,
    Sounds,
)
from switchboard.switch.rendering import render
from tests.freeswitch.callers import Callers, be_answered
from tests.freeswitch.spoken import Operator

PASSWORDS = Passwords(server="of-the-server-in-tests", operator="of-the-operator-in-tests")
EXTENSION_PASSWORD = "of-the-phone-in-tests"
HOLD_S = 6
READY_WITHIN_S = 30


def free_port() -> int:
    """Return a port that nothing listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(holds: Callable[[], object], what: str, within_s: float = 10.0) -> None:
    """Wait until something holds, looking again every 50 ms.

    Raises:
        AssertionError: it did not within the time; the message says *what*.
    """
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline, f"not within {within_s} s: {what}"
        time.sleep(0.05)


@dataclass(frozen=True, slots=True)
class RunningFreeSwitch:
    """A FreeSWITCH that runs.

    Attributes:
        config: What was rendered.
        layout: Where.
        process: Its process.
    """

    config: FreeSwitchConfig
    layout: FreeSwitchLayout
    process: subprocess.Popen[bytes]

    @property
    def app_ports(self) -> tuple[int, ...]:
        """Where it brings its calls, in the order in which it tries."""
        return tuple(app.port for app in self.config.apps)

    def operator(self) -> Operator:
        """Log in as the person who may everything."""
        return Operator(self.config.event_socket.port, PASSWORDS.operator)

    def callers(self, *steps: str, number: str = "4008001000", **who: Any) -> Callers:
        """Callers on the trunk side who are answered, and then do this."""
        return self.ringing_callers(be_answered(), *steps, number=number, **who)

    def ringing_callers(self, *steps: str, number: str = "4008001000", **who: Any) -> Callers:
        """Callers on the trunk side; the first step says how the ringing ends."""
        return Callers(f"127.0.0.1:{self.config.phones.external.port}", number, steps, **who)

    @property
    def log(self) -> str:
        """Everything that was logged so far."""
        return (self.layout.log / "freeswitch.log").read_text(errors="replace")

    def cdr(self, leg_id: str) -> dict[str, object]:
        """Wait for a leg's record and return it."""
        file = self.layout.cdrs / f"{leg_id}.cdr.json"
        wait_until(lambda: file.exists() and file.read_bytes().endswith(b"\n"), f"{file} written")
        record: dict[str, object] = orjson.loads(file.read_bytes())
        return record

    def wait_until_idle(self) -> None:
        """End what a test has left behind, and wait until no channel lives."""
        with self.operator() as operator:
            operator.api("hupall")
            wait_until(lambda: "0 total" in operator.api("show channels"), "no channel lives", 15)


@contextmanager
def running_freeswitch(
    binary: Path,
    root: Path,
    *,
    app_ports: tuple[int, ...],
    sounds: Path,
    hold_s: int = HOLD_S,
    adapt: Callable[[FreeSwitchLayout], None] = lambda layout: None,
) -> Iterator[RunningFreeSwitch]:
    """Render, start, wait until it can be logged in to; end it afterwards, and see that it ends.

    *adapt* may change the rendered files first, for what only a measurement needs.
    """
    config = FreeSwitchConfig(
        event_socket=EventSocket(PASSWORDS, port=free_port()),
        apps=tuple(AppHost("127.0.0.1", port) for port in app_ports),
        phones=PhoneSide(
            internal=SipProfile("127.0.0.1", free_port()),
            external=SipProfile("127.0.0.1", free_port()),
            browsers=BrowserPhones(
                ws_port=free_port(), wss_port=free_port(), networks=("0.0.0.0/0",)
            ),
            trunks=("127.0.0.1/32",),
            gateways=(
                Gateway("provider", "127.0.0.1:9"),
                Gateway("outside", f"127.0.0.1:{free_port()}", numbers=("10086", "138*")),
            ),
            extensions=tuple(
                Extension(number, EXTENSION_PASSWORD, networks)
                for number, networks in (
                    ("1001", ()),
                    ("1002", ("127.0.0.1/32",)),
                    ("1003", ("192.0.2.0/24",)),
                    ("1009", ()),
                )
            ),
            sounds=Sounds(sounds / "music", (sounds / "short.wav",)),
            limits=Limits(hold_s=hold_s, rtp_ports=_sound_ports()),
        ),
    )
    layout = FreeSwitchLayout(root)
    render(config, layout)
    adapt(layout)
    with (root / "output.log").open("wb") as output:
        process = subprocess.Popen(
            layout.command(binary), stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    try:
        running = RunningFreeSwitch(config, layout, process)
        wait_until(lambda: _answers(running), "FreeSWITCH answers", READY_WITHIN_S)
        yield running
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        finally:
            process.kill()


def _answers(running: RunningFreeSwitch) -> bool:
    status = running.process.poll()
    assert status is None, f"FreeSWITCH ended with {status}: {running.log[-2000:]}"
    try:
        with running.operator() as operator:
            return "is ready" in operator.api("status")
    except OSError:
        return False


def _sound_ports() -> tuple[int, int]:
    # Another run on the machine is another process: each has its own thousand of ports.
    first = 20000 + os.getpid() % 10 * 1000
    return first, first + 998
