"""The person on the line: what may be said to them, asked of them, taken from them.

Turns the flow's effects that need an ear into asks of the leg, and the leg's facts into the resume
that the flow waits for. Keys are collected here, from the first one on: what is typed ahead of a
question counts for it (FreeSWITCH forgets such keys; trace ``type_ahead_is_lost``). Nothing here
knows where the flow stands or what is written down about it.
"""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
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
    SocketLost,
)
from switchboard.core.legs import LegOffer
from switchboard.flow.effects import (
    Failed,
    HungUp,
    Keyed,
    Listen,
    OnKey,
    Record,
    Recorded,
    Said,
    Say,
    Silent,
    Sound,
    Speech,
)
from switchboard.flow.keypad import judge
from switchboard.ports.clock import Clock
from switchboard.ports.inboxes import Inbox
from switchboard.ports.legs import Leg, LegGone
from switchboard.ports.prompts import Prompts
from switchboard.ports.recordings import RecordingFiles
from switchboard.services.speech import playable

T = TypeVar("T")

EVERY_KEY = "0123456789*#"
TONE = Sound("tone")

# No speech is longer; a switch that reports nothing for so long has lost the execution.
LONGEST_SPEECH_S = 600.0
# FreeSWITCH answers within two of its 20 ms ticks; a phone network may take its time.
LONGEST_ANSWER_S = 10.0
# A leg whose socket closed comes back within 20 ms by its dialplan, or by the watchdog within 5 s.
LONGEST_RETURN_S = 8.0
# After a hang-up the completion of `record` arrives within a millisecond, or never.
LAST_FACTS_S = 0.5


@dataclass(frozen=True, slots=True)
class LegReturned:
    """The caller's leg has come back on a new socket; speak to it through this leg."""

    offer: LegOffer
    leg: Leg


CallerFact = LegFact | LegReturned


class CallerLost(Exception):  # noqa: N818 - the end of a call, not a fault of ours
    """The leg's socket closed and never came back: nobody can say what became of the caller."""


class _SocketWentAway(Exception):  # noqa: N818 - inside this module only
    """The socket closed during an ask: wait for the leg's return, then ask again."""


class _AskFailed(Exception):  # noqa: N818 - inside this module only
    """The switch will not carry the ask out, or did not say so in time."""


@dataclass(frozen=True, slots=True)
class Means:
    """What serving a caller takes."""

    clock: Clock
    prompts: Prompts
    recordings: RecordingFiles


class Caller:
    """One person on one leg, through however many sockets.

    Args:
        leg: The leg.
        inbox: Where the facts of the leg arrive, in order.
        means: Clock, prompts and recordings.
        apology: What is said in place of a sound that cannot be had.
        tell_said: Told each speech as it begins to be heard.

    Attributes:
        answered: Whether the leg is answered.
        hung_up: How the leg ended, once it has.
        faults: What went wrong since they were last taken, in words.
    """

    def __init__(
        self,
        leg: Leg,
        inbox: Inbox[CallerFact],
        means: Means,
        apology: Callable[[], Speech] = tuple,
        tell_said: Callable[[Speech], None] = lambda _: None,
    ) -> None:
        self._leg = leg
        self._inbox = inbox
        self._means = means
        self._apology = apology
        self._tell_said = tell_said
        self._typed_ahead: deque[str] = deque()
        self._unwanted = ""  # a key that is dropped if it is the next one pressed
        self._returned: LegReturned | None = None
        self.answered = False
        self.hung_up: LegHungUp | None = None
        self.faults: list[str] = []

    # --- what a flow may ask ------------------------------------------------------------------

    def answer(self) -> HungUp | Failed | None:
        """Answer the leg unless it is answered; None when it is."""
        return None if self.answered else self._asking(self._answer)

    def say(self, effect: Say) -> Said | HungUp | Failed:
        """Say something to its end, or until a key ends it as *effect* allows."""
        return self._asking(lambda: self._say(effect))

    def listen(self, effect: Listen) -> Keyed | Silent | HungUp | Failed:
        """Say something and gather an answer by keys."""
        return self._asking(lambda: self._listen(effect))

    def record(self, effect: Record, recording_id: str) -> Recorded | HungUp | Failed:
        """Say something, sound the tone, record what is said.

        A hang-up while recording gives :class:`Recorded` with ``ended_by="hung_up"``: what was
        said so far is kept, and the next ask is told that the caller has gone.
        """
        unsaid = self._asking(lambda: self._introduce(effect.speech))
        if unsaid is not None:
            return unsaid
        return self._asking(lambda: self._record(effect, recording_id))

    def hang_up(self, cause: HangupCause) -> None:
        """End the leg, and wait until the switch says that it has ended.

        Raises:
            CallerLost: it never says so.
        """
        while not self.hung_up:
            try:
                self._leg.hang_up(cause)
                self._wait_for(lambda _: False, LONGEST_ANSWER_S)
            except _SocketWentAway:
                self._await_return()
            except _AskFailed as failure:
                raise CallerLost("the switch does not confirm the hang-up") from failure
            except LegGone:
                self._await_end()

    # --- each ask -----------------------------------------------------------------------------

    def _answer(self) -> None:
        self._leg.answer()
        self._wait_for(lambda fact: isinstance(fact, LegAnswered), LONGEST_ANSWER_S)

    def _say(self, effect: Say) -> Said:
        if effect.on_key is OnKey.PASS_ON:
            if self._typed_ahead:
                return Said(key=self._typed_ahead[0])
            return Said(key=self._play(effect.speech, EVERY_KEY, self._typed_ahead.append))
        stop_keys = EVERY_KEY if effect.on_key is OnKey.STOP else ""
        return Said(key=self._play(effect.speech, stop_keys, _drop))

    def _listen(self, effect: Listen) -> Keyed | Silent:
        if effect.fresh:
            self._typed_ahead.clear()
        if not self._typed_ahead:
            self._play(effect.speech, EVERY_KEY, self._typed_ahead.append)
        keys, wait_ms = "", effect.first_key_within_ms
        while self._typed_ahead or self._key_within(wait_ms / 1000):
            keys += self._typed_ahead.popleft()
            wait_ms = effect.next_key_within_ms
            verdict = judge(effect.keypad, keys)
            if verdict.whole:
                self._swallow(verdict.swallow)
                return Keyed(verdict.keys, verdict.ended_by)
        return Keyed(keys) if keys else Silent()

    def _swallow(self, key: str) -> None:
        """Drop *key* if it was pressed already: people press hash though the answer was whole."""
        if key and self._typed_ahead and self._typed_ahead[0] == key:
            self._typed_ahead.popleft()
        else:
            self._unwanted = key

    def _introduce(self, speech: Speech) -> None:
        """Say what comes before a recording; a key skips to the tone, which none can skip."""
        self._play(speech, EVERY_KEY, _drop)
        self._play((TONE,), "", _drop)

    def _record(self, effect: Record, recording_id: str) -> Recorded:
        at_most_s = math.ceil(effect.at_most_ms / 1000)
        execution_id = self._leg.record(
            self._means.recordings.place_for(recording_id, self._means.clock.now()),
            at_most_s=at_most_s,
            silence_s=math.ceil(effect.silence_ms / 1000),
            end_keys=effect.end_keys,
        )
        keyed: list[str] = []
        try:
            ended = self._wait_for(_ends(execution_id), at_most_s + LONGEST_ANSWER_S, keyed.append)
        except LegGone:
            duration_ms = self._last_recorded_ms(execution_id, recording_id)
            return Recorded(recording_id, duration_ms, "hung_up")
        except _SocketWentAway:
            # The recording goes on without us (socket_resume=false); the leg returns at its end.
            self._await_return(at_most_s + LONGEST_RETURN_S)
            return Recorded(recording_id, self._means.recordings.duration_ms(recording_id), "cut")
        duration_ms = ended.recorded_ms if isinstance(ended, RecordEnded) else 0
        return Recorded(recording_id, duration_ms, self._why_ended(effect, keyed, duration_ms))

    def _why_ended(self, effect: Record, keyed: list[str], duration_ms: int) -> str:
        """``record`` does not say what ended it: the facts around its end do."""
        if any(key in effect.end_keys for key in keyed):
            return "key"
        try:
            while fact := self._next(self._means.clock.seconds()):
                if isinstance(fact, KeyPressed):
                    self._typed_ahead.append(fact.key)
        except LegGone:
            return "hung_up"
        return "limit" if duration_ms >= effect.at_most_ms else "silence"

    def _last_recorded_ms(self, execution_id: str, recording_id: str) -> int:
        """Length of a recording whose speaker has hung up."""
        deadline_s = self._means.clock.seconds() + LAST_FACTS_S
        while fact := self._inbox.next(deadline_s):
            if isinstance(fact, RecordEnded) and fact.execution_id == execution_id:
                return fact.recorded_ms
        return self._means.recordings.duration_ms(recording_id)

    # --- sounds -------------------------------------------------------------------------------

    def _play(self, speech: Speech, stop_keys: str, take_key: Callable[[str], None]) -> str | None:
        """Play a speech; return the key that ended it.

        When a part of it has no sound the apology is said in its place: never silence.
        """
        files = self._files_of(speech)
        if not files:
            return None
        execution_id = self._leg.play(files, stop_keys=stop_keys)
        self._tell_said(speech)
        ended = self._wait_for(_ends(execution_id), LONGEST_SPEECH_S, take_key)
        if not isinstance(ended, PlayEnded):
            return None
        if ended.result in (PlayResult.MISSING, PlayResult.FAILED):
            self.faults.append(f"the switch could not play {', '.join(files)}: {ended.result}")
        return ended.key

    def _files_of(self, speech: Speech) -> tuple[str, ...]:
        means = self._means
        found = playable(speech, means.prompts, means.recordings)
        self.faults += found.faults
        if found.faults:
            return playable(self._apology(), means.prompts, means.recordings).files
        return found.files

    # --- the one place where a call waits -----------------------------------------------------

    def _asking(self, ask: Callable[[], T]) -> T | HungUp | Failed:
        """Ask; when the socket goes away meanwhile, ask again once the leg is back."""
        while not self.hung_up:
            try:
                return ask()
            except _SocketWentAway:
                self._await_return()
            except _AskFailed as failure:
                return Failed(str(failure))
            except LegGone:
                self._await_end()
        return HungUp()

    def _wait_for(
        self,
        ends: Callable[[CallerFact], bool],
        within_s: float,
        take_key: Callable[[str], None] | None = None,
    ) -> CallerFact:
        """Take facts until *ends* is true of one, and return it."""
        deadline_s = self._means.clock.seconds() + within_s
        while (fact := self._next(deadline_s)) is not None:
            if isinstance(fact, KeyPressed):
                (take_key or self._typed_ahead.append)(fact.key)
            elif ends(fact):
                if isinstance(fact, ExecutionFailed):
                    raise _AskFailed(fact.reason)
                return fact
        raise _AskFailed(f"the switch said nothing for {within_s:.0f} s")

    def _key_within(self, wait_s: float) -> bool:
        """Wait for one key, into the keys typed ahead; False when none comes in time."""
        deadline_s = self._means.clock.seconds() + wait_s
        while (fact := self._next(deadline_s)) is not None:
            if isinstance(fact, KeyPressed):
                self._typed_ahead.append(fact.key)
                return True
        return False

    def _next(self, deadline_s: float) -> CallerFact | None:
        """Take one fact, and keep what it says of the leg itself."""
        fact = self._inbox.next(deadline_s)
        if isinstance(fact, LegHungUp):
            self.hung_up = fact
            raise LegGone
        if isinstance(fact, LegAnswered):
            self.answered = True
        if isinstance(fact, KeyPressed):
            unwanted, self._unwanted = self._unwanted, ""
            if fact.key == unwanted:
                return self._next(deadline_s)
        if isinstance(fact, LegReturned):
            self._returned = fact
            raise _SocketWentAway
        if isinstance(fact, SocketLost):
            raise _SocketWentAway
        return fact

    def _await_return(self, within_s: float = LONGEST_RETURN_S) -> None:
        """Wait until the leg is back on a new socket, or has hung up."""
        deadline_s = self._means.clock.seconds() + within_s
        while self._returned is None:
            fact = self._inbox.next(deadline_s)
            if fact is None:
                raise CallerLost(
                    f"the leg's socket closed and did not come back in {within_s:.0f} s"
                )
            if isinstance(fact, LegHungUp):
                self.hung_up = fact
                return
            if isinstance(fact, LegReturned):
                self._returned = fact
        self._leg, self._returned = self._returned.leg, None

    def _await_end(self) -> None:
        """An ask was refused because the leg has gone; the fact that says how is on its way."""
        if not self.hung_up:
            self._await_return()


def _drop(_: str) -> None:
    """A key that counts for nothing."""


def _ends(execution_id: str) -> Callable[[CallerFact], bool]:
    return lambda fact: getattr(fact, "execution_id", None) == execution_id
