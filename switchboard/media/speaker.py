"""Has text spoken by studios: processes beside the server, a few at once, each within its time.

A studio is started when it is first needed and kept while it is, since loading a Chinese
dictionary takes longer than speaking a sentence. One that overruns its time or dies is ended, with
whatever it started, and another takes its place for the next text.
"""

import contextlib
import json
import os
import signal
from pathlib import Path

import gevent
from gevent import subprocess
from gevent.queue import LifoQueue

from switchboard.media.engines import EngineChoice
from switchboard.media.studio import command_line
from switchboard.ports.prompts import SpeechFailed

USUAL_STUDIOS = 2
# A studio that has read the Chinese dictionary holds 70 MB: too much for one that is silent.
KEPT_IDLE_S = 60.0


class Speaker:
    """Speaks text to files.

    Args:
        choice: The engine, its voices and its time limit, which includes the wait for a studio.
        studios: How many texts are spoken at once.
        kept_idle_s: How long a studio with nothing to do is kept, in wall seconds.
    """

    def __init__(
        self,
        choice: EngineChoice | None = None,
        *,
        studios: int = USUAL_STUDIOS,
        kept_idle_s: float = KEPT_IDLE_S,
    ) -> None:
        self.choice = choice or EngineChoice()
        self._studios = tuple(_Studio(self.choice, kept_idle_s) for _ in range(studios))
        self._idle: LifoQueue[_Studio] = LifoQueue()  # the one used last is warm
        for studio in self._studios:
            self._idle.put(studio)

    def speak(self, text: str, language: str, file: Path) -> None:
        """Write *text*, spoken in *language*, to *file* as 8 kHz mono WAV.

        Raises:
            SpeechFailed: the engine refuses, or does not finish in time.
        """
        limit_s = self.choice.limit_s
        late = f"not done within {limit_s:g} s"
        failed = gevent.with_timeout(limit_s, self._order, text, language, file, timeout_value=late)
        if failed:
            raise SpeechFailed(f"{self.choice.name} cannot say {text!r} in {language}: {failed}")

    def close(self) -> None:
        """End every studio; one that is needed again starts again."""
        for studio in self._studios:
            studio.end()

    def _order(self, text: str, language: str, file: Path) -> str | None:
        studio = self._idle.get()
        try:
            failed = studio.order(text, language, file)
            studio.rest()
        except BaseException:
            studio.end()  # its answer would be taken for the next order's
            raise
        finally:
            self._idle.put(studio)
        return failed


class _Studio:
    """One studio process: asked one thing at a time, started when asked, ended when idle."""

    def __init__(self, choice: EngineChoice, kept_idle_s: float) -> None:
        self._choice = choice
        self._kept_idle_s = kept_idle_s
        self._process: subprocess.Popen[str] | None = None
        self._bedtime: gevent.Greenlet[[], None] | None = None

    def order(self, text: str, language: str, file: Path) -> str | None:
        """Have it speak; return why it could not, or None when it did."""
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        asked = json.dumps({"text": text, "language": language, "file": str(file)})
        try:
            process.stdin.write(asked + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError:  # it died before it read the order
            line = ""
        if not line:
            self.end()
            return "the speech process died; its last words are on the server's standard error"
        failed: str | None = json.loads(line).get("failed")
        return failed

    def rest(self) -> None:
        """There is nothing to do: end the process unless an order comes in time."""
        self._bedtime = gevent.spawn_later(self._kept_idle_s, self._go_to_bed)

    def end(self) -> None:
        """End the process and whatever it started, now."""
        self._stay_up()
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _running(self) -> "subprocess.Popen[str]":
        self._stay_up()
        if self._process is None or self._process.poll() is not None:
            self.end()
            self._process = subprocess.Popen(
                command_line(self._choice),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                start_new_session=True,  # so that ending it ends what it started, too
                text=True,
            )
        return self._process

    def _go_to_bed(self) -> None:
        self._bedtime = None
        self.end()

    def _stay_up(self) -> None:
        if self._bedtime is not None:
            self._bedtime.kill(block=False)
            self._bedtime = None
