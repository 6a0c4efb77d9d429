"""``switchboard simulator`` and ``switchboard call`` as processes, ten times as fast as life."""

import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from switchboard.cli.call import make_steps, steps_in
from switchboard.simulator import audio
from switchboard.simulator.steering import NoSimulator, Steering, SteeringRefused

SWITCHBOARD = [sys.executable, "-m", "switchboard"]


class PatientApp:
    """An app on a thread: takes each call and executes what it is told to, one by one."""

    def __init__(self, *executes: tuple[str, str]) -> None:
        self._executes = executes
        self._door = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._door.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()

    def _serve(self) -> None:
        while True:
            try:
                call, _ = self._door.accept()
            except OSError:
                return
            with call:
                call.sendall(b"connect\n\nmyevents json\n\n")
                for name, argument in self._executes:
                    body = argument.encode()
                    call.sendall(
                        f"sendmsg\ncall-command: execute\nexecute-app-name: {name}\n"
                        f"event-lock: true\ncontent-type: text/plain\n"
                        f"content-length: {len(body)}\n\n".encode()
                        + body
                    )
                while call.recv(65536):
                    pass


class StandIn:
    """A running ``switchboard simulator``."""

    def __init__(self, app: PatientApp, *options: str) -> None:
        self._process = subprocess.Popen(
            [*SWITCHBOARD, "simulator", "--event-socket", "127.0.0.1:0", "--control",
             "127.0.0.1:0", "--apps", app.address, "--speed", "10", *options],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        assert self._process.stdout
        self.addresses: dict[str, str] = {}
        for line in self._process.stdout:
            name, found, address = line.strip().rpartition(" on ")
            if found:
                self.addresses[name] = address
            if len(self.addresses) == 2:
                break

    @property
    def control(self) -> tuple[str, int]:
        host, _, port = self.addresses["control"].rpartition(":")
        return host, int(port)

    def stop(self) -> int:
        self._process.terminate()
        self._process.communicate(timeout=10)
        return self._process.returncode


Start = Callable[..., StandIn]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    running: list[StandIn] = []
    apps: list[PatientApp] = []

    def started(*executes: tuple[str, str]) -> StandIn:
        apps.append(PatientApp(*executes))
        running.append(StandIn(apps[-1], "--cdrs", str(tmp_path / "cdrs")))
        return running[-1]

    yield started
    assert [stand_in.stop() for stand_in in running] == [0] * len(running)
    for app in apps:
        app.close()


def call(stand_in: StandIn, *options: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*SWITCHBOARD, "call", "4000", "--control", stand_in.addresses["control"], *options],
        capture_output=True, text=True, cwd=folder, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.req("X-106")
def test_a_caller_tells_what_is_heard_presses_and_speaks(start: Start, tmp_path: Path) -> None:
    (tmp_path / "prompt.wav").write_bytes(audio.encode_wav([audio.tone([440], 8000)]))
    (tmp_path / "prompt.txt").write_text("Welcome to the bench.", encoding="utf-8")
    (tmp_path / "mine.wav").write_bytes(audio.encode_wav([audio.tone([440], 8000)]))
    stand_in = start(
        ("sched_cancel", ""),
        ("answer", ""),
        ("play_and_get_digits", f"1 1 1 5000 # {tmp_path}/prompt.wav silence x ^1$ 1000"),
        ("record", f"{tmp_path}/message.wav 60 200 2"),
        ("hangup", "NORMAL_CLEARING"),
    )
    ended = call(stand_in, "--press", "1", "--say", "mine.wav", folder=tmp_path)
    assert ended.returncode == 0, ended.stderr
    lines = [line.partition(" s  ")[2] for line in ended.stdout.splitlines()]
    assert lines == [
        "answered",
        "hears   “Welcome to the bench.”",
        "is being recorded",
        f"was recorded: {tmp_path}/message.wav",
        "hung up: NORMAL_CLEARING",
    ]
    assert audio.mean_level(audio.read_wav(tmp_path / "message.wav")) > 500
    assert len(list((tmp_path / "cdrs").glob("*.cdr.json"))) == 1


def test_a_call_that_is_refused_gives_a_bad_status(start: Start, tmp_path: Path) -> None:
    ended = call(start(("hangup", "CALL_REJECTED")), folder=tmp_path)
    assert ended.returncode == 1
    assert "hung up: CALL_REJECTED" in ended.stdout


def test_a_caller_hangs_up_after_the_time_given(start: Start, tmp_path: Path) -> None:
    stand_in = start(("sched_cancel", ""), ("answer", ""), ("playback", "local_stream://default"))
    ended = call(stand_in, "--hang-up-after", "0.5", folder=tmp_path)
    assert "of it" in ended.stdout
    assert ended.stdout.splitlines()[-1].endswith("hung up: NORMAL_CLEARING")


def test_ctrl_c_makes_the_caller_hang_up(start: Start, tmp_path: Path) -> None:
    stand_in = start(("sched_cancel", ""), ("answer", ""), ("playback", "local_stream://default"))
    caller = subprocess.Popen(
        [*SWITCHBOARD, "call", "4000", "--control", stand_in.addresses["control"]],
        stdout=subprocess.PIPE, text=True, cwd=tmp_path,
    )  # fmt: skip
    assert caller.stdout
    heard = [caller.stdout.readline(), caller.stdout.readline()]
    assert heard[1].endswith("hears   local_stream://default\n")
    caller.send_signal(signal.SIGINT)
    assert caller.communicate(timeout=20)[0].endswith("hung up: NORMAL_CLEARING\n")
    assert caller.returncode == 0


def test_a_caller_without_a_stand_in_is_told_how_to_start_one(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    ended = subprocess.run(
        [*SWITCHBOARD, "call", "4000", "--control", f"127.0.0.1:{port}"],
        capture_output=True, text=True, cwd=tmp_path, timeout=60, check=False,
    )  # fmt: skip
    assert ended.returncode == 1
    assert "start it with `switchboard up`" in ended.stderr


def test_a_sound_that_is_nowhere_is_told_with_those_that_ship(tmp_path: Path) -> None:
    ended = subprocess.run(
        [*SWITCHBOARD, "call", "4000", "--say", "nowhere.wav"],
        capture_output=True, text=True, cwd=tmp_path, timeout=60, check=False,
    )  # fmt: skip
    assert ended.returncode == 1
    assert "samples that ship: " in ended.stderr
    assert "hello.wav" in ended.stderr


def test_an_address_that_is_taken_is_told(start: Start, tmp_path: Path) -> None:
    taken = start(("answer", "")).addresses["event socket"]
    ended = subprocess.run(
        [*SWITCHBOARD, "simulator", "--event-socket", taken],
        capture_output=True, text=True, cwd=tmp_path, timeout=60, check=False,
    )  # fmt: skip
    assert ended.returncode == 1
    assert "the stand-in cannot listen" in ended.stderr


def test_the_order_of_keys_and_speech_is_that_of_the_command_line() -> None:
    options = tuple(steps_in(["4000", "--press", "1", "--say=a.wav", "--press=2#", "--name", "x"]))
    assert options == (("press", "1"), ("say", "a.wav"), ("press", "2#"))
    steps = make_steps([("press", "1"), ("press", "2#")])
    assert steps == [
        {"await": "answer"},
        {"await": "quiet"},
        {"press": "1"},
        {"await": "quiet"},
        {"press": "2#"},
        {"stay": 10.0},
        {"hang_up": True},
    ]


def test_another_program_steers_a_caller(start: Start) -> None:
    stand_in = start(
        ("sched_cancel", ""),
        ("answer", ""),
        ("playback", "tone_stream://%(500,500,440)"),
        ("play_and_get_digits", "1 1 1 5000 # silence_stream://100 silence x ^1$ 1000"),
        ("hangup", ""),
    )
    with Steering(*stand_in.control) as steering:
        call_id = steering.dial(steering.make_endpoint("13800138000", "Zhang San"), "4000")
        while (event := steering.next_event(10)) and event["event"] != "heard":
            pass
        assert audio.mean_level(audio.decode_wav(steering.listen(call_id))) > 100
        assert steering.say_sound(call_id, "tone_stream://%(100,0,440)") == 0.1
        wav = audio.encode_wav([audio.tone([440], 800)])
        assert steering.say_wav(call_id, wav) == pytest.approx(0.1)
        steering.press(call_id, "1")
        while (event := steering.next_event(10)) and event["event"] != "hung_up":
            pass
        assert event
        assert event["cause"] == "NORMAL_CLEARING"
        assert steering.next_event(0.05) is None
        with pytest.raises(SteeringRefused, match="no such call"):
            steering.hang_up("nobody")


def test_a_steering_program_notices_that_the_stand_in_has_gone(tmp_path: Path) -> None:
    app = PatientApp(("answer", ""))
    stand_in = StandIn(app)
    with Steering(*stand_in.control) as steering:
        stand_in.stop()
        with pytest.raises(NoSimulator):
            steering.next_event(10)
    app.close()
