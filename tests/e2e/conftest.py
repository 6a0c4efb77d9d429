"""A whole house on free ports, as its operator runs it: the stand-in, the server, a database.

Both are processes of their own, started by the commands that people use; the clock runs ten times
as fast. Tests are callers (through the stand-in's control connection) and readers of the records.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from switchboard.cli.call import spoken_words
from switchboard.simulator.steering import Steering

SPEED = 10
PASSWORD = "end-to-end-tests-only"


class House:
    """A running house in *folder*.

    Attributes:
        folder: Its settings, database, recordings.
        http: Base address of its HTTP server.
    """

    def __init__(
        self,
        folder: Path,
        more_settings: str = "",
        least_coverage: int = 0,
        more_nodes: str = "",
        speed: int = SPEED,
    ) -> None:
        self.folder = folder
        self._speed = speed
        self._ports = dict(zip(("calls", "http", "socket", "control"), free_ports(4), strict=True))
        self.http = f"http://127.0.0.1:{self._ports['http']}"
        self._origin = datetime.now(UTC).isoformat()
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._settings = folder / "switchboard.yaml"
        self._settings.write_text(
            f"least_coverage: {least_coverage}\n"
            f"clock_speed: {speed}\n"
            f"clock_origin: '{self._origin}'\n"
            "drain_s: 5\n"
            f"listen: {{calls: 127.0.0.1:{self._ports['calls']},"
            f" http: 127.0.0.1:{self._ports['http']}}}\n"
            f"nodes: [{{event_socket: 127.0.0.1:{self._ports['socket']},"
            f" password: {PASSWORD}, cdrs: cdrs}}{more_nodes}]\n" + more_settings
        )

    # --- its processes ------------------------------------------------------------------------

    def start(self) -> None:
        """Start both and wait until calls can be taken."""
        self.start_stand_in()
        self.start_server()
        self.wait_until(self.is_ready, "the house is ready")

    def start_stand_in(self) -> None:
        ports = self._ports
        self.run_stand_in("stand-in", ports["socket"], ports["control"], self.folder / "cdrs")

    def run_stand_in(self, name: str, socket: int, control: int, cdrs: Path) -> None:
        """Start a switch; its calls come to :meth:`apps`."""
        self._run(
            name, "simulator",
            "--event-socket", f"127.0.0.1:{socket}", "--password", PASSWORD,
            "--apps", self.apps(), "--control", f"127.0.0.1:{control}",
            "--speed", str(self._speed), "--clock-origin", self._origin,
            "--cdrs", str(cdrs),
        )  # fmt: skip

    def apps(self) -> str:
        """Where the switch brings calls, the first first."""
        return f"127.0.0.1:{self._ports['calls']}"

    def start_server(self) -> None:
        self._run("server", "serve", "--settings", str(self._settings))

    def kill_server(self) -> None:
        """kill -9."""
        server = self._processes.pop("server")
        server.send_signal(signal.SIGKILL)
        server.wait()

    def stop_server_for_a_while(self) -> None:
        """SIGSTOP: it accepts, and says nothing, until :meth:`wake_server`."""
        self._processes["server"].send_signal(signal.SIGSTOP)

    def wake_server(self) -> None:
        """SIGCONT."""
        self._processes["server"].send_signal(signal.SIGCONT)

    def end_server(self) -> int:
        """SIGTERM; return the exit status."""
        server = self._processes.pop("server")
        server.terminate()
        return server.wait(timeout=30)

    def stop(self) -> None:
        for process in reversed(list(self._processes.values())):
            process.terminate()
            process.send_signal(signal.SIGCONT)  # one that was stopped ends, too
        for process in self._processes.values():
            process.wait(timeout=30)

    # --- what it says of itself ---------------------------------------------------------------

    def is_ready(self) -> bool:
        status, _ = self.get("/readyz")
        return status == 200

    def get(self, page: str, base: str = "") -> tuple[int, str]:
        """Status and text of a page; status 0 when nobody answers."""
        try:
            with urllib.request.urlopen((base or self.http) + page, timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read().decode()
        except OSError:
            return 0, ""

    def get_api(self, page: str) -> str:
        """The document at a page under ``/api``, with the installation's token."""
        return self._ask_api(urllib.request.Request(f"{self.http}/api{page}"))

    def post_api(self, page: str, **fields: object) -> str:
        """What a page under ``/api`` answers to an ask that it must grant."""
        return self._ask_api(
            urllib.request.Request(f"{self.http}/api{page}", json.dumps(fields).encode())
        )

    def _ask_api(self, asked: urllib.request.Request) -> str:
        token = (self.folder / "api-token").read_text().strip()
        asked.add_header("Authorization", f"Bearer {token}")
        asked.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(asked, timeout=10) as answer:
            return str(answer.read().decode())

    def metric(self, name: str, base: str = "") -> float:
        """The value of a metric, all its labels together."""
        _, page = self.get("/metrics", base)
        lines = [line for line in page.splitlines() if line.split("{")[0].split(" ")[0] == name]
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines)

    def command(self, *words: str) -> str:
        """What a command of `switchboard` prints; it must succeed."""
        done = subprocess.run(
            [sys.executable, "-m", "switchboard", *words],
            env={**os.environ, "SWITCHBOARD_SETTINGS": str(self._settings)},
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def calls(self, at_most: int = 50) -> list[dict[str, Any]]:
        """The calls on record, newest first."""
        listed = self.command("calls", "--json", "--limit", str(at_most))
        found: list[dict[str, Any]] = json.loads(listed)
        return found

    def story(self, call: str = "last") -> str:
        return self.command("calls", "show", call)

    # --- its callers --------------------------------------------------------------------------

    @contextmanager
    def steering(self) -> Iterator[Steering]:
        with Steering(port=self._ports["control"]) as steering:
            yield steering

    def call(self, number: str, *steps: dict[str, Any], ani: str = "13800138000") -> "Heard":
        """Call *number*, let the caller do *steps*, and return what was heard to the end."""
        with self.steering() as steering:
            endpoint = steering.make_endpoint(ani, "Zhang San")
            steering.dial(endpoint, number, [{"await": "answer"}, *steps])
            return Heard.until_hung_up(steering)

    def wait_until(self, holds: Callable[[], bool], what: str, within_s: float = 30) -> None:
        """Wait until *holds*; a house that never gets there fails the test with its logs."""
        by_s = time.monotonic() + within_s
        while not holds():
            if time.monotonic() > by_s:
                raise AssertionError(f"not within {within_s} s: {what}\n{self.logs()}")
            time.sleep(0.05)

    def logs(self) -> str:
        return "\n".join(
            f"--- {log.name}\n{log.read_text()[-3000:]}" for log in self.folder.glob("*.log")
        )

    def _run(self, name: str, *words: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                [sys.executable, "-m", "switchboard", *words], stdout=log, stderr=log
            )


class Heard:
    """What a caller heard, event by event, to the end of the call."""

    def __init__(self, events: list[dict[str, Any]]) -> None:
        self.events = events

    @classmethod
    def until_hung_up(
        cls, steering: Steering, call: str | None = None, within_s: float = 60
    ) -> "Heard":
        """Read what happens to a call, or to the only one, to its end."""
        events = []
        by_s = time.monotonic() + within_s
        while time.monotonic() < by_s:
            event = steering.next_event(1.0)
            if event and call in (None, event["call"]):
                events.append(event)
                if event["event"] == "hung_up":
                    return cls(events)
        raise AssertionError(f"the call did not end: {events}")

    @classmethod
    def until_all_hung_up(cls, steering: Steering, *calls: str) -> list["Heard"]:
        """Read what happens to each of these calls, whichever ends first."""
        events: dict[str, list[dict[str, Any]]] = {call: [] for call in calls}
        by_s = time.monotonic() + 60
        while not all(told and told[-1]["event"] == "hung_up" for told in events.values()):
            assert time.monotonic() < by_s, f"not every call ended: {events}"
            if (event := steering.next_event(1.0)) and event["call"] in events:
                events[event["call"]].append(event)
        return [cls(events[call]) for call in calls]

    @property
    def cause(self) -> str:
        return str(self.events[-1]["cause"])

    @property
    def answered(self) -> bool:
        return any(event["event"] == "answered" for event in self.events)

    @property
    def words(self) -> str:
        """Everything that was said, as text."""
        sounds = [event["sound"] for event in self.events if event["event"] == "hears"]
        return " ".join(spoken_words(sound) for sound in sounds)


def free_ports(count: int) -> list[int]:
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One house for the tests of a module, so that its prompts are spoken once."""
    with running(tmp_path_factory.mktemp("house")) as running_house:
        yield running_house


@contextmanager
def running(
    folder: Path, more_settings: str = "", least_coverage: int = 0, speed: int = SPEED
) -> Iterator[House]:
    """Run a house; the flows of most tests are too small to have call scripts."""
    house = House(folder, more_settings, least_coverage, speed=speed)
    try:
        house.start()
        yield house
    finally:
        house.stop()
