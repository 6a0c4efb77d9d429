"""The whole server beside a real FreeSWITCH, as an operator runs it, and what it has on record.

The server is a process of its own, and is asked by its commands and its HTTP door.
"""

import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import yaml

from switchboard.cli._opening import opened_store
from switchboard.media.recordings import RecordingFolder
from switchboard.services.agreement import find_differences
from switchboard.settings import load_settings
from switchboard.switch.configuration import SERVER_LOGIN
from tests.freeswitch.running import (
    PASSWORDS,
    RunningFreeSwitch,
    free_port,
    wait_until,
)

READY_WITHIN_S = 60
DRAIN_S = 5


@dataclass
class Product:
    """A server of ours for one FreeSWITCH.

    Attributes:
        freeswitch: Where its calls come from.
        settings: Its settings file.
        http: ``HOST:PORT`` of its door for health and metrics.
    """

    freeswitch: RunningFreeSwitch
    settings: Path
    http: str
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start the server and wait until it says that it is ready."""
        with (self.settings.parent / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*_switchboard(), "serve", "--settings", str(self.settings)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=_environment(),
            )  # fmt: skip
        wait_until(self._is_ready, f"the server is ready: {self.log[-2000:]}", READY_WITHIN_S)

    def kill(self) -> None:
        """End the server as a crash would."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(10)

    def stop(self) -> int:
        """Ask the server to end; return its exit status."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(DRAIN_S + 20)
        finally:
            self.process.kill()
            self.process.wait()

    def tell(self, *words: str) -> str:
        """Give one of the server's commands, and return what it prints."""
        command = [*_switchboard(), words[0], "--settings", str(self.settings), *words[1:]]
        done = subprocess.run(
            command, capture_output=True, check=False, env=_environment(), timeout=60
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    def say(self, *words: str) -> Any:
        """Give a command and read what it prints as JSON."""
        return orjson.loads(self.tell(*words, "--json"))

    def calls_from(self, ani: str, count: int = 1) -> list[dict[str, Any]]:
        """Wait until so many calls of *ani* are on record as ended, and return them."""
        found: list[dict[str, Any]] = []

        def enough() -> bool:
            calls = self.say("calls", "--number", ani, "--limit", str(count + 10))
            found[:] = [call for call in calls if call["ended_at"] is not None]
            return len(found) >= count

        wait_until(enough, f"{count} calls from {ani} are on record", 30)
        assert len(found) == count, found
        return found

    def story(self, call_id: str) -> dict[str, Any]:
        """Wait until a call's CDR has been taken in, and return all that is known of the call."""
        story: dict[str, Any] = {}

        def complete() -> bool:
            story.update(self.say("calls", "show", call_id))
            return bool(story["cdrs"])

        wait_until(complete, f"the CDR of {call_id} is taken in", 30)
        return story

    def messages_of(self, *call_ids: str) -> list[dict[str, Any]]:
        """Return the messages of these calls."""
        return [m for m in self.say("messages") if m["call_id"] in call_ids]

    def file_of(self, message: dict[str, Any]) -> Path:
        """Return the WAV file of a message."""
        found = RecordingFolder(self.settings.parent / "recordings").find_file(
            message["recording_id"]
        )
        assert found is not None, message
        return found

    def differences(self, call_ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Compare journal and CDR of many calls; return only those that differ."""
        settings = load_settings(self.settings)
        with opened_store(settings) as store:
            compared = {
                call_id: find_differences(
                    store.journal.list_entries(call_id), store.records.list_cdrs(call_id)
                )
                for call_id in call_ids
            }
        return {call_id: differences for call_id, differences in compared.items() if differences}

    def metric(self, name: str) -> float:
        """Read one metric without labels."""
        with urllib.request.urlopen(f"http://{self.http}/metrics", timeout=5) as page:
            lines = page.read().decode().splitlines()
        values = [line.split()[1] for line in lines if line.split()[0] == name]
        assert len(values) == 1, (name, values)
        return float(values[0])

    @property
    def log(self) -> str:
        """Everything that the server logged."""
        file = self.settings.parent / "server.log"
        return file.read_text(errors="replace") if file.exists() else ""

    def _is_ready(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, f"the server ended: {self.log[-2000:]}"
        try:
            with urllib.request.urlopen(f"http://{self.http}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


@contextmanager
def running_product(
    freeswitch: RunningFreeSwitch, folder: Path, /, **more: Any
) -> Iterator[Product]:
    """Write settings for *freeswitch* (and *more*), start a server, and end it afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    socket = freeswitch.config.event_socket
    http = f"127.0.0.1:{free_port()}"
    settings = {
        "folder": ".",
        "drain_s": DRAIN_S,
        "least_coverage": 0,  # the flows of tests are too small to have call scripts
        "listen": {"calls": f"127.0.0.1:{freeswitch.app_ports[0]}", "http": http},
        "nodes": [
            {
                "name": freeswitch.config.node,
                "event_socket": f"{socket.address}:{socket.port}",
                "user": SERVER_LOGIN,
                "password": PASSWORDS.server,
                "cdrs": str(freeswitch.layout.cdrs),
            }
        ],
        **more,
    }
    file = folder / "switchboard.yaml"
    file.write_text(yaml.safe_dump(settings))
    product = Product(freeswitch, file, http)
    product.start()
    try:
        yield product
    finally:
        product.stop()


def _switchboard() -> list[str]:
    return [sys.executable, "-m", "switchboard"]


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if "SWITCHBOARD" not in name}
