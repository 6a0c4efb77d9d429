"""A leg without a switch: the test is the person on the line and the switch in one.

What is asked of it is kept in ``asked``; the test decides what comes of it. Facts are reported at
once, in the greenlet of the test. Held to the same contract suite as the real one
(``tests/contract/test_leg.py``).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import TypeVar

from switchboard.core.causes import HangupCause
from switchboard.core.facts import (
    ExecutionFailed,
    KeyPressed,
    LegAnswered,
    LegFact,
    LegHungUp,
    PlayEnded,
    PlayResult,
    RecordEnded,
    RecordingStarted,
    RecordingStopped,
    SecretGathered,
    SocketLost,
)
from switchboard.ports.legs import LegGone, RecordingRefused


@dataclass(frozen=True, slots=True)
class Marked:
    """The call id was written on the leg."""

    call_id: str


@dataclass(frozen=True, slots=True)
class AskedToAnswer:
    """An answer was asked for."""

    execution_id: str


@dataclass(frozen=True, slots=True)
class AskedToPlay:
    """A playback was asked for."""

    execution_id: str
    files: tuple[str, ...]
    stop_keys: str


@dataclass(frozen=True, slots=True)
class AskedToRecord:
    """A recording was asked for."""

    execution_id: str
    file: str
    at_most_s: int
    silence_s: int
    end_keys: str


@dataclass(frozen=True, slots=True)
class AskedForSecret:
    """A secret was asked for."""

    execution_id: str
    files: tuple[str, ...]
    longest: int
    end_keys: str
    first_key_within_ms: int
    next_key_within_ms: int


@dataclass(frozen=True, slots=True)
class AskedBeside:
    """A recording beside the rest was to ``start``, ``stop``, ``mask`` or ``unmask``."""

    act: str
    file: str


@dataclass(frozen=True, slots=True)
class AskedToStop:
    """What plays or records was to end."""


@dataclass(frozen=True, slots=True)
class AskedToHangUp:
    """The end of the leg was asked for."""

    cause: HangupCause


T = TypeVar("T", AskedToPlay, AskedToRecord, AskedForSecret)
Running = AskedToPlay | AskedToRecord | AskedForSecret
Ask = Marked | AskedToAnswer | Running | AskedBeside | AskedToStop | AskedToHangUp


class FakeLeg:
    """A leg whose world is the test.

    Args:
        leg_id: Its id.
        report: Takes its facts.
        answers_at_once: Whether an answer asked for is given before the ask returns.
        hangs_up_at_once: The same of a hang-up.
        now: The time of day that facts bear; the machine's when not given.
    """

    def __init__(
        self,
        leg_id: str,
        report: Callable[[LegFact], None],
        *,
        answers_at_once: bool = True,
        hangs_up_at_once: bool = True,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._leg_id = leg_id
        self._report = report
        self._answers_at_once = answers_at_once
        self._hangs_up_at_once = hangs_up_at_once
        self._now = now
        self._numbers = count(1)
        self._running: list[Running] = []
        self._secret = ""
        self._gone = False
        self._hung_up = False
        self._talks = False
        self.answered = False
        self.asked: list[Ask] = []
        self.refuses_recording = ""
        self._beside: list[str] = []

    # --- the port -----------------------------------------------------------------------------

    @property
    def leg_id(self) -> str:
        return self._leg_id

    def mark(self, call_id: str) -> None:
        self._ask(Marked(call_id))

    def answer(self) -> str:
        asked = AskedToAnswer(self._new_id())
        self._ask(asked)
        if self._answers_at_once:
            self.answers()
        return asked.execution_id

    def play(self, files: Sequence[str], *, stop_keys: str = "") -> str:
        if not files:
            raise ValueError("nothing to play: name at least one file")
        asked = AskedToPlay(self._new_id(), tuple(files), stop_keys)
        self._ask(asked)
        self._running.append(asked)
        return asked.execution_id

    def record(self, file: str, *, at_most_s: int, silence_s: int, end_keys: str) -> str:
        asked = AskedToRecord(self._new_id(), file, at_most_s, silence_s, end_keys)
        self._ask(asked)
        self._running.append(asked)
        return asked.execution_id

    def gather_secret(
        self,
        files: Sequence[str],
        *,
        longest: int,
        end_keys: str,
        first_key_within_ms: int,
        next_key_within_ms: int,
    ) -> str:
        asked = AskedForSecret(
            self._new_id(),
            tuple(files),
            longest,
            end_keys,
            first_key_within_ms,
            next_key_within_ms,
        )
        self._ask(asked)
        self._running.append(asked)
        self._secret = ""
        return asked.execution_id

    def start_recording(self, file: str) -> None:
        self._ask_beside("start", file)
        self._beside.append(file)
        self._report(RecordingStarted(self._leg_id, file, self._now()))

    def stop_recording(self, file: str) -> None:
        self._ask_beside("stop", file)
        self._beside = [one for one in self._beside if one != file]
        self._report(RecordingStopped(self._leg_id, file, 1000, self._now()))

    def mask(self, file: str) -> None:
        self._ask_beside("mask", file)

    def unmask(self, file: str) -> None:
        self._ask_beside("unmask", file)

    def stop(self) -> None:
        self._ask(AskedToStop())
        if not self._running:
            return
        if isinstance(self._running[0], AskedToPlay):
            self.finish_play(PlayResult.STOPPED)
        elif isinstance(self._running[0], AskedToRecord):
            self.finish_record(0)

    def hang_up(self, cause: HangupCause) -> None:
        self._ask(AskedToHangUp(cause))
        if self._hangs_up_at_once:
            self.hangs_up(cause)

    # --- what the test lets happen ------------------------------------------------------------

    @property
    def has_hung_up(self) -> bool:
        """Whether the leg has ended."""
        return self._hung_up

    @property
    def running(self) -> Running | None:
        """What plays, records or gathers now: the oldest that has not ended."""
        return self._running[0] if self._running else None

    def answers(self) -> None:
        """The leg is answered."""
        if not self.answered:
            self.answered = True
            self._report(LegAnswered(self._leg_id, self._now()))

    def finish_play(
        self, result: PlayResult = PlayResult.PLAYED, *, key: str | None = None
    ) -> None:
        """The playback that runs ends; *key* names the key that ended it."""
        ended = self._end_running(AskedToPlay)
        if key is not None:
            result = PlayResult.STOPPED
        self._report(PlayEnded(self._leg_id, ended.execution_id, result, key, self._now()))

    def press(self, key: str) -> None:
        """The person presses a key; it ends what runs where the ask says that it does."""
        if isinstance(self.running, AskedForSecret):
            self._press_secretly(self.running, key)
            return
        self._report(KeyPressed(self._leg_id, key, self._now()))
        running = self.running
        if isinstance(running, AskedToPlay) and key in running.stop_keys:
            self.finish_play(key=key)
        elif isinstance(running, AskedToRecord) and key in running.end_keys:
            self.finish_record(1000)

    def finish_secret(self, ended_by: str = "") -> None:
        """The gathering that runs ends: by a key, by being whole, or because no key came."""
        ended = self._end_running(AskedForSecret)
        digits, self._secret = self._secret, ""
        self._report(
            SecretGathered(self._leg_id, ended.execution_id, digits, ended_by, self._now())
        )

    def _press_secretly(self, asked: AskedForSecret, key: str) -> None:
        if key in asked.end_keys:
            self.finish_secret(key)
            return
        self._secret += key
        if len(self._secret) == asked.longest:
            self.finish_secret()

    def finish_record(self, ms: int) -> None:
        """The recording that runs ends; *ms* milliseconds were recorded."""
        ended = self._end_running(AskedToRecord)
        self._report(RecordEnded(self._leg_id, ended.execution_id, ms, self._now()))

    def fails(self, reason: str = "refused by the test") -> None:
        """What runs will never complete."""
        ended = self._running.pop(0)
        self._report(ExecutionFailed(self._leg_id, ended.execution_id, reason))

    def hangs_up(
        self,
        cause: HangupCause | str = HangupCause.NORMAL_CLEARING,
        *,
        recorded_ms: int = 0,
    ) -> None:
        """The leg ends. A recording that runs ends first, with *recorded_ms* in its file."""
        if self._hung_up:
            return
        self._hung_up = True
        if isinstance(self.running, AskedToRecord):
            self.finish_record(recorded_ms)
        while self._beside:
            file = self._beside.pop(0)
            self._report(RecordingStopped(self._leg_id, file, recorded_ms, self._now()))
        self._end(LegHungUp(self._leg_id, cause, self._now()))

    def loses_socket(self) -> None:
        """The socket closes though the leg goes on."""
        if not self._gone:
            self._end(SocketLost(self._leg_id))

    def talks(self, *, heard_only: bool) -> None:
        """The leg is in a conversation: what ran is cut; *heard_only*: it has no socket now."""
        self._running.clear()
        self._talks = heard_only

    # --- inside -------------------------------------------------------------------------------

    def _new_id(self) -> str:
        return f"{self._leg_id}-{next(self._numbers)}"

    def _ask_beside(self, act: str, file: str) -> None:
        self._ask(AskedBeside(act, file))
        if self.refuses_recording:
            raise RecordingRefused(self.refuses_recording)

    def _ask(self, ask: Ask) -> None:
        if self._gone:
            raise LegGone(f"leg {self._leg_id} has ended")
        if self._talks and not isinstance(ask, Marked | AskedBeside | AskedToHangUp):
            raise LegGone(f"leg {self._leg_id} is in a conversation")
        self.asked.append(ask)

    def _end(self, fact: LegHungUp | SocketLost) -> None:
        self._gone = True
        self._running.clear()
        self._report(fact)

    def _end_running(self, kind: type[T]) -> T:
        running = self.running
        if not isinstance(running, kind):
            raise AssertionError(f"no {kind.__name__} runs, but {running!r}")  # noqa: TRY004
        self._running.pop(0)
        return running
