"""Has text spoken by studios: processes beside the server, a few at once, each within its time.

A studio is started when it is first needed and kept, since loading a Chinese dictionary takes
longer than speaking a sentence. One that overruns its time or dies is ended, with whatever it
started, and another takes its place for the next text.
"""

import contextlib
import json
import os
import signal
from pathlib import Path

import gevent
from gevent import subprocess
from gevent.queue import Queue

from switchboard.media.engines import EngineChoice
from switchboard.media.studio import command_line
from switchboard.ports.prompts import SpeechFailed

# espeak-ng needs 0.1 s for a sentence; a service on the internet seldom more than 5 s. A caller
# waits no longer than this for a value to be spoken, then hears the fallback.
USUAL_LIMIT_S = 10.0
USUAL_STUDIOS = 2


class Speaker:
    """Speaks text to files.

    Args:
        choice: The engine and its voices.
        limit_s: Longest time for one text, waiting for a free studio included, in seconds.
        studios: How many texts are spoken at once.
    """

    def __init__(
        self,
        choice: EngineChoice | None = None,
        *,
        limit_s: float = USUAL_LIMIT_S,
        studios: int = USUAL_STUDIOS,
    ) -> None:
        self.choice = choice or EngineChoice()
        self._limit_s = limit_s
        self._studios = tuple(_Studio(self.choice) for _ in range(studios))
        self._idle: Queue[_Studio] = Queue()
        for studio in self._studios:
            self._idle.put(studio)

    def speak(self, text: str, language: str, file: Path) -> None:
        """Write *text*, spoken in *language*, to *file* as 8 kHz mono WAV.

        Raises:
            SpeechFailed: the engine refuses, or does not finish in time.
        """
        failed = gevent.with_timeout(
            self._limit_s,
            self._order,
            text,
            language,
            file,
            timeout_value=f"not done within {self._limit_s:g} s",
        )
        if failed:
            raise SpeechFailed(f"{self.choice.name} cannot say {text!r} in {language}: {failed}")

    def close(self) -> None:
        """End every studio; one that is needed again starts again."""
        for studio in self._studios:
            studio.end()

    def _order(self, text: str, language: str, file: Path) -> str | None:
        studio = self._idle.get()
        try:
            return studio.order(text, language, file)
        except BaseException:
            studio.end()  # its answer would be taken for the next order's
            raise
        finally:
            self._idle.put(studio)


class _Studio:
    """One studio process: asked one thing at a time, started when asked."""

    def __init__(self, choice: EngineChoice) -> None:
        self._choice = choice
        self._process: subprocess.Popen[str] | None = None

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

    def end(self) -> None:
        """End the process and whatever it started, now."""
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
