"""A small parent: starts the processes of one machine, restarts those that die, ends them in order.

It does nothing else, so that it has no reason to fail: calls outlive a crash of the server because
the switch is a process of its own, and because the server is back at once.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

# A process that dies within this time of its start has not worked: its restarts are spaced out.
WORKED_S = 5.0
# One that has never worked is given up after so many starts: whoever started us is still looking.
MOST_FIRST_STARTS = 4
LONGEST_PAUSE_S = 5.0
LOOK_EVERY_S = 0.05


@dataclass(frozen=True, slots=True)
class Program:
    """One process to keep running.

    Attributes:
        name: What we call it.
        arguments: Program and arguments, no shell.
        environment: Variables beside those of the parent.
        stop_within_s: How long it may take to end by itself when asked, in seconds.
    """

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    stop_within_s: float = 10.0


class Parent:
    """Keeps programs running until it is asked to end.

    Args:
        programs: Started in this order, ended in the reverse order.
        say: Told in words what happens.
    """

    def __init__(self, programs: Sequence[Program], say: Callable[[str], None]) -> None:
        self._children = [_Child(program, say) for program in programs]
        self._say = say
        self._asked_to_end = False

    def run(self, meanwhile: Callable[[], None] = lambda: None) -> bool:
        """Start all, keep them running, end them when asked by a signal.

        SIGTERM, SIGINT and SIGHUP ask; the last only where nobody told us to outlive the terminal.

        Args:
            meanwhile: Called at each look, some twenty times a second.

        Returns:
            Whether it ended because it was asked; False: a program has never worked.
        """
        former = {number: signal.signal(number, self._ask) for number in _asking_signals()}
        try:
            while not self._asked_to_end:
                for child in self._children:
                    child.keep_running(time.monotonic())
                if hopeless := [child for child in self._children if child.is_hopeless]:
                    self._give_up(hopeless[0].program)
                    return False
                meanwhile()
                time.sleep(LOOK_EVERY_S)
            return True
        finally:
            for child in reversed(self._children):
                child.end()
            for number, handler in former.items():
                signal.signal(number, handler)

    def end(self) -> None:
        """Ask :meth:`run` to end everything and return."""
        self._asked_to_end = True

    def pid_of(self, name: str) -> int | None:
        """Process id of the program called *name*, None when it does not run now."""
        return next((child.pid for child in self._children if child.program.name == name), None)

    def _give_up(self, program: Program) -> None:
        self._say(
            f"{program.name} has failed at each of its {MOST_FIRST_STARTS} starts and is given up; "
            "what it said stands above"
        )

    def _ask(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self.end()


def _asking_signals() -> list[signal.Signals]:
    """Return the signals that ask us to end; `nohup` has SIGHUP ignored, and is left its way."""
    asking = [signal.SIGTERM, signal.SIGINT]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        asking.append(signal.SIGHUP)
    return asking


class _Child:
    """One program and its present process."""

    def __init__(self, program: Program, say: Callable[[str], None]) -> None:
        self.program = program
        self._say = say
        self._process: subprocess.Popen[bytes] | None = None
        self._started_s = 0.0
        self._not_before_s = 0.0
        self._pause_s = 0.0
        self._first_starts_failed = 0
        self._has_worked = False

    @property
    def is_hopeless(self) -> bool:
        return not self._has_worked and self._first_starts_failed >= MOST_FIRST_STARTS

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process and self._process.poll() is None else None

    def keep_running(self, now_s: float) -> None:
        if self._process is not None:
            status = self._process.poll()
            if status is None:
                return
            self._note_end(status, now_s)
        if now_s >= self._not_before_s:
            self._start(now_s)

    def end(self) -> None:
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.terminate()
        try:
            process.wait(timeout=self.program.stop_within_s)
        except subprocess.TimeoutExpired:
            self._say(f"{self.program.name} does not end; it is killed")
            process.kill()
            process.wait()

    def _start(self, now_s: float) -> None:
        self._started_s = now_s
        self._process = subprocess.Popen(
            list(self.program.arguments),
            env={**os.environ, **self.program.environment},
            stdin=subprocess.DEVNULL,
            # Ctrl-C goes to the parent alone, which ends its children in order.
            start_new_session=True,
        )

    def _note_end(self, status: int, now_s: float) -> None:
        self._process = None
        worked = now_s - self._started_s >= WORKED_S
        self._has_worked = self._has_worked or worked
        self._first_starts_failed += 1
        if self.is_hopeless:
            return
        self._pause_s = 0.0 if worked else min(max(self._pause_s * 2, 0.2), LONGEST_PAUSE_S)
        self._not_before_s = now_s + self._pause_s
        how = f"by signal {-status}" if status < 0 else f"with status {status}"
        when = "at once" if not self._pause_s else f"in {self._pause_s:.1f} s"
        self._say(f"{self.program.name} ended {how}; started again {when}")
