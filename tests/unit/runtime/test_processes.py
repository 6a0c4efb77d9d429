"""The parent restarts what dies, ends what it started, and in the right order."""

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from switchboard.runtime.processes import Parent, Program

SLEEPER = "import time; time.sleep(60)"


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def run(parent: Parent, look) -> None:
    """Run the parent until *look* says True; a test that hangs is ended by a timer."""
    timer = threading.Timer(20, parent.end)
    timer.start()

    def meanwhile():
        if look():
            parent.end()

    try:
        parent.run(meanwhile)
    finally:
        timer.cancel()


def test_a_killed_program_is_started_again():
    said = []
    parent = Parent([Program("server", python(SLEEPER))], said.append)
    pids = []

    def look():
        pid = parent.pid_of("server")
        if pid and pid not in pids:
            pids.append(pid)
            os.kill(pid, signal.SIGKILL)
        return len(pids) == 2

    run(parent, look)
    assert len(pids) == 2
    assert said[0].startswith("server ended by signal 9")


def test_a_program_that_fails_at_once_is_not_restarted_at_once_for_ever():
    said = []
    began_s = time.monotonic()
    parent = Parent([Program("broken", python("raise SystemExit(3)"))], said.append)
    run(parent, lambda: len(said) == 3)
    assert "with status 3" in said[0]
    assert time.monotonic() - began_s > 0.2 + 0.4


def test_a_program_that_has_never_worked_is_given_up_and_the_others_end():
    said = []
    parent = Parent(
        [Program("server", python(SLEEPER)), Program("broken", python("raise SystemExit(3)"))],
        said.append,
    )
    timer = threading.Timer(20, parent.end)
    timer.start()
    assert parent.run() is False
    timer.cancel()
    assert said[-1].startswith("broken has failed at each of its 4 starts")
    assert parent.pid_of("server") is None


def test_a_closed_terminal_ends_all():
    parent = Parent([Program("server", python(SLEEPER))], lambda _: None)
    pids = []

    def meanwhile():
        if not pids:
            pids.append(parent.pid_of("server"))
            os.kill(os.getpid(), signal.SIGHUP)

    timer = threading.Timer(20, parent.end)
    timer.start()
    assert parent.run(meanwhile) is True
    timer.cancel()
    with pytest.raises(ProcessLookupError):
        os.kill(pids[0], 0)


def test_what_shall_outlive_the_terminal_does():
    former = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
    try:
        parent = Parent([Program("server", python(SLEEPER))], lambda _: None)
        looks = []

        def meanwhile():
            os.kill(os.getpid(), signal.SIGHUP)
            looks.append(parent.pid_of("server"))
            if len(looks) == 3:
                parent.end()

        assert parent.run(meanwhile) is True
    finally:
        signal.signal(signal.SIGHUP, former)
    assert len(looks) == 3


def test_programs_end_in_the_reverse_order_of_their_start(tmp_path: Path):
    order = tmp_path / "order"

    def notes(name: str) -> list[str]:
        return python(
            "import signal,sys,time\n"
            "def end(*_):\n"
            f"    open({str(order)!r},'a').write({name!r}); sys.exit(0)\n"
            "signal.signal(signal.SIGTERM, end)\n"
            f"open({str(tmp_path / name)!r},'w').close()\n"
            "time.sleep(60)\n"
        )

    parent = Parent([Program("a", notes("a")), Program("b", notes("b"))], lambda _: None)
    run(parent, lambda: (tmp_path / "a").exists() and (tmp_path / "b").exists())
    assert order.read_text() == "ba"


def test_a_program_that_does_not_end_is_killed():
    said = []
    deaf = python(
        "import signal,time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print('deaf', flush=True)\ntime.sleep(60)"
    )
    parent = Parent([Program("deaf", deaf, stop_within_s=0.3)], said.append)
    began_s = time.monotonic()
    run(parent, lambda: time.monotonic() - began_s > 0.5)
    assert said == ["deaf does not end; it is killed"]
