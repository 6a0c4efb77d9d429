"""A house for placed calls: the product's own server beside the stand-in, in a folder of its own.

Both are processes, started as an operator starts them, on free ports; the house's clock runs fast
and begins at the moment that the script gives. Rows that a script gives lie in tables of a
database, secrets are set by the command that sets them. Nothing outlives the trial.
"""

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
import wave
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import orjson

from switchboard.cli._opening import opened_store
from switchboard.core.journal import EntryKind
from switchboard.flow import Program
from switchboard.flow.engine import Left
from switchboard.flow.scripts.doubles import Doubles
from switchboard.flow.scripts.forms import Given
from switchboard.flow.types import written_form
from switchboard.outside.tables import quoted
from switchboard.ports.records import CallSearch
from switchboard.settings import load_settings
from switchboard.simulator.steering import Steering

SPEED = 10.0
READY_WITHIN_S = 60.0
STARTS_WITHIN_S = 4.0
JOURNAL_WITHIN_S = 10.0
RATE = 8000


class StandInLine:
    """A call on the stand-in; see :class:`switchboard.cli._placed_calls.Line`.

    Args:
        steering: The control connection; it has no other call.
        caller: The calling number.
        number: The number dialled.
    """

    speed = SPEED

    def __init__(self, steering: Steering, caller: str, number: str) -> None:
        self._steering = steering
        self._call = steering.dial(steering.make_endpoint(caller), number, [{"await": "answer"}])

    def next_event(self, wait_s: float) -> Mapping[str, Any] | None:
        return self._steering.next_event(wait_s)

    def press(self, keys: str) -> None:
        self._steering.press(self._call, keys)

    def speak(self, duration_ms: int) -> None:
        lasts_s = self._steering.say_wav(self._call, speech(duration_ms))
        time.sleep(lasts_s / self.speed)

    def hang_up(self) -> None:
        self._steering.hang_up(self._call)


def speech(duration_ms: int) -> bytes:
    """Return a WAV file of something that no recorder takes for silence."""
    file = BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 2, RATE, 0, "NONE", ""))
        period = b"\x00\x20" * 10 + b"\x00\xe0" * 10  # 400 Hz
        sound.writeframes(period * (duration_ms * RATE // 1000 // 20))
    return file.getvalue()


class TrialHouse:
    """A running house; made by :func:`trial_house`.

    Args:
        folder: Where it lives.
        given: What the scripts of its calls give.
        program: The flows.
        flow: The flow whose settings are given without its name.
    """

    def __init__(self, folder: Path, given: Given, program: Program, flow: str) -> None:
        self._folder = folder
        self._given = given
        self._program = program
        self._flow = flow
        self._settings = folder / "switchboard.yaml"
        self._ports = dict(zip(("calls", "http", "socket", "control"), _free_ports(), strict=True))
        self._processes: list[subprocess.Popen[bytes]] = []
        self._origin = _origin_for(given.at or datetime.now(UTC))
        self._heard_calls: set[str] = set()

    def start(self) -> None:
        """Start it, and wait until it takes calls."""
        ports, origin = self._ports, self._origin.isoformat()
        at = {name: f"127.0.0.1:{port}" for name, port in ports.items()}
        password = "trials-of-flows-only"  # noqa: S105 - of a stand-in on loopback that ends soon
        document = {
            "flows": "flows", "least_coverage": 0, "drain_s": 0, "logs": {"level": "warning"},
            "clock_speed": SPEED, "clock_origin": origin,
            "listen": {"calls": at["calls"], "http": at["http"]},
            "nodes": [{"event_socket": at["socket"], "password": password}],
            "sources": self._make_sources(),
        }  # fmt: skip
        self._settings.write_bytes(orjson.dumps(document))  # JSON is YAML
        self._set_up()
        self._run(
            "simulator", "--event-socket", at["socket"], "--apps", at["calls"],
            "--control", at["control"], "--speed", str(SPEED), "--clock-origin", origin,
            SWITCHBOARD_SIMULATOR_PASSWORD=password,
        )  # fmt: skip
        self._run("serve", "--settings", str(self._settings))
        self._await_ready(f"http://{at['http']}/readyz")

    def stop(self) -> None:
        """End its processes."""
        for process in reversed(self._processes):
            process.terminate()
        for process in self._processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(15)
            process.kill()

    @contextmanager
    def line(self, caller: str, number: str) -> Iterator[StandInLine]:
        """Place a call."""
        with Steering(port=self._ports["control"]) as steering:
            yield StandInLine(steering, caller, number)

    def journey(self) -> tuple[Left, ...]:
        """Wait until the newest call has ended, and return the ways that its run took."""
        by_s = time.monotonic() + JOURNAL_WITHIN_S
        with opened_store(load_settings(self._settings)) as store:
            while True:
                calls = store.records.list_calls(CallSearch(at_most=1))
                entries = store.journal.list_entries(calls[0].call_id) if calls else ()
                kinds = {entry.kind for entry in entries}
                new = calls and calls[0].call_id not in self._heard_calls
                if (new and EntryKind.HUNG_UP in kinds) or time.monotonic() > by_s:
                    break
                time.sleep(0.1)
        self._heard_calls.update(call.call_id for call in calls)
        return tuple(
            Left(str(d["flow"]), str(d["node"]), str(d["outcome"]), str(d["to"]))
            for d in (entry.details for entry in entries if entry.kind is EntryKind.NODE_LEFT)
        )

    # --- inside ---------------------------------------------------------------------------------

    def _make_sources(self) -> dict[str, dict[str, str]]:
        """Put the rows that are given into tables; return how the settings name them."""
        world = Doubles(self._program, self._given, self._given.at or datetime.now(UTC))
        file = self._folder / "given.db"
        with sqlite3.connect(file) as database:
            for source, rows in world.rows().items():
                fields = list(self._program.fields.get(source, {}))
                columns = ", ".join(map(quoted, fields))
                database.execute(f"CREATE TABLE {quoted(source)} ({columns})")
                for row in rows:
                    values = [written_form(row[f]) if f in row else None for f in fields]
                    holes = ", ".join("?" * len(fields))
                    database.execute(
                        f"INSERT INTO {quoted(source)} ({columns}) VALUES ({holes})",  # noqa: S608 - quoted
                        values,
                    )
        database.close()
        url = f"sqlite:///{file}"
        return {source: {"table": source, "database": url} for source in self._given.sources}

    def _set_up(self) -> None:
        for secret, owners in self._given.secrets.items():
            for owner, digits in owners.items():
                self._command("secrets", "set", secret, owner, "--digits", digits)
        if self._given.settings:
            self._command("flows", "publish")
        for name, value in self._given.settings.items():
            setting = name if "." in name else f"{self._flow}.{name}"
            self._command("parameters", "set", setting, written_form(value))

    def _command(self, group: str, *words: str) -> None:
        command = [*_switchboard(), group, "--settings", str(self._settings), *words]
        subprocess.run(command, check=True, capture_output=True, env=_environment())

    def _run(self, *words: str, **variables: str) -> None:
        with (self._folder / f"{words[0]}.log").open("ab") as log:
            process = subprocess.Popen(
                [*_switchboard(), *words],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=_environment() | variables,
            )
        self._processes.append(process)

    def _await_ready(self, url: str) -> None:
        by_s = time.monotonic() + READY_WITHIN_S
        while True:
            with suppress(OSError), urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own
                return
            if time.monotonic() > by_s or any(one.poll() is not None for one in self._processes):
                raise RuntimeError(f"the house for placed calls did not start:\n{self._logs()}")
            time.sleep(0.1)

    def _logs(self) -> str:
        return "\n".join(log.read_text()[-2000:] for log in self._folder.glob("*.log"))


@contextmanager
def trial_house(
    files: Mapping[str, str], given: Given, program: Program, flow: str, prompts: Path
) -> Iterator[TrialHouse]:
    """Run a house with these flows in the world that *given* gives.

    Args:
        files: The flows.
        given: The rows, secrets, settings and the moment.
        program: The same flows, loaded.
        flow: The flow whose settings are given without its name.
        prompts: Folder in which spoken prompts are kept for the houses to come.
    """
    folder = Path(tempfile.mkdtemp(prefix="switchboard-trial-"))
    try:
        for name, text in files.items():
            path = folder / "flows" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        (folder / "prompts").symlink_to(prompts)
        house = TrialHouse(folder, given, program, flow)
        try:
            house.start()
            yield house
        finally:
            house.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _origin_for(at: datetime) -> datetime:
    """The moment at which house and wall agree, so that the house is at *at* when it is ready.

    The house's clock is ``origin + (wall - origin) * speed``.
    """
    ready = datetime.now(UTC) + timedelta(seconds=STARTS_WITHIN_S)
    return ready + (ready - at) / (SPEED - 1)


def _free_ports() -> list[int]:
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(4)]
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def _switchboard() -> list[str]:
    return [sys.executable, "-m", "switchboard"]


def _environment() -> dict[str, str]:
    """Our own environment without settings that would hold for the trial too."""
    return {
        name: value for name, value in os.environ.items() if not name.startswith("SWITCHBOARD_")
    }
