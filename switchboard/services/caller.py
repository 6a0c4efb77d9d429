"""The person on the line: what may be said to them, asked of them, taken from them.

Turns the flow's effects that need an ear into asks of the leg, and the leg's facts into the resume
that the flow waits for. Keys typed ahead of a question count for it (FreeSWITCH forgets such keys;
trace ``type_ahead_is_lost``). Nothing here knows where the flow stands or what is written down
about it.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from switchboard.core.causes import HangupCause
from switchboard.core.facts import (
    KeyPressed,
    LegAnswered,
    LegHungUp,
    PlayEnded,
    PlayResult,
    RecordEnded,
    SecretGathered,
)
from switchboard.flow.effects import (
    Failed,
    HungUp,
    Keyed,
    KeyedSecret,
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
from switchboard.ports.announcements import Announcements
from switchboard.ports.clock import Clock
from switchboard.ports.legs import LegGone
from switchboard.ports.prompts import Prompts
from switchboard.ports.recordings import RecordingFiles
from switchboard.services.announcing import is_announced
from switchboard.services.line import (
    LONGEST_ANSWER_S,
    LONGEST_RETURN_S,
    AskLate,
    CallerFact,
    Line,
    SocketWentAway,
)
from switchboard.services.secrets import KeyedSecrets
from switchboard.services.speech import Playable, playable

EVERY_KEY = "0123456789*#"
TONE = Sound("tone")
BREATH_MS = 500  # what is shorter is no speech
NO_SOUND = "silence_stream://20"

# What an ask may take beyond its own length before its end counts as lost. FreeSWITCH reports an
# end within a tick of 20 ms; a loaded machine has seconds to spare.
MARGIN_S = 10.0
# After a hang-up the completion of `record` arrives within a millisecond, or never.
LAST_FACTS_S = 0.5


@dataclass(frozen=True, slots=True)
class Means:
    """What serving a caller takes.

    Attributes:
        clock: The clock.
        prompts: What is said.
        recordings: Where what is recorded lies.
        announcements: What operations put up to be said.
        note_secret: Told the leg and the digits of each secret that is keyed.
    """

    clock: Clock
    prompts: Prompts
    recordings: RecordingFiles
    announcements: Announcements
    note_secret: Callable[[str, str], None] = lambda _leg_id, _digits: None


class Caller:
    """One person on one leg, through however many sockets.

    Args:
        line: The leg and the call's inbox.
        secrets: What was keyed as a secret and has not been used.
        means: Clock, prompts and recordings.
        apology: What is said in place of a sound that cannot be had.
        tell_said: Told each speech as it begins to be heard.
        announced: Puts into a speech what operations put up to be said.

    Attributes:
        line: The leg and the call's inbox.
        faults: What went wrong since they were last taken, in words.
    """

    def __init__(
        self,
        line: Line,
        means: Means,
        apology: Callable[[], Speech] = tuple,
        tell_said: Callable[[Speech], None] = lambda _: None,
        announced: Callable[[Speech], Speech] = lambda speech: speech,
    ) -> None:
        self.line = line
        self._means = means
        self._apology = apology
        self._tell_said = tell_said
        self._announced = announced
        self.secrets = KeyedSecrets()
        self.faults: list[str] = []

    @property
    def answered(self) -> bool:
        """Whether the leg is answered."""
        return self.line.answered

    @property
    def hung_up(self) -> LegHungUp | None:
        """How the leg ended, once it has."""
        return self.line.hung_up

    # --- what a flow may ask ------------------------------------------------------------------

    def answer(self) -> HungUp | Failed | None:
        """Answer the leg unless it is answered; None when it is."""
        return None if self.answered else self.line.asking(self._answer)

    def say(self, effect: Say) -> Said | HungUp | Failed:
        """Say something to its end, or until a key ends it as *effect* allows."""
        return self.line.asking(lambda: self._say(effect))

    def listen(self, effect: Listen) -> Keyed | KeyedSecret | Silent | HungUp | Failed:
        """Say something and gather an answer by keys; a secret's digits go into *secrets*."""
        if effect.secret:
            return self.line.asking(lambda: self._listen_secretly(effect))
        return self.line.asking(lambda: self._listen(effect))

    def record(self, effect: Record, recording_id: str) -> Recorded | HungUp | Failed:
        """Say something, sound the tone, record what is said.

        A hang-up while recording gives :class:`Recorded` with ``ended_by="hung_up"``: what was
        said so far is kept, and the next ask is told that the caller has gone.
        """
        unsaid = self.line.asking(lambda: self._introduce(effect.speech))
        if unsaid is not None:
            return unsaid
        return self.line.asking(lambda: self._record(effect, recording_id))

    def sound_of(self, speech: Speech) -> tuple[str, ...]:
        """The files of something that is said to somebody else, in the caller's stead."""
        return self._found(speech).files

    def hang_up(self, cause: HangupCause) -> None:
        """End the leg, and wait until the switch says that it has ended.

        Raises:
            CallerLost: it never says so.
        """
        self.line.hang_up(cause)

    # --- each ask -----------------------------------------------------------------------------

    def _answer(self) -> None:
        self.line.leg.answer()
        self.line.wait_for(lambda fact: isinstance(fact, LegAnswered), LONGEST_ANSWER_S)

    def _say(self, effect: Say) -> Said:
        if effect.on_key is OnKey.PASS_ON:
            if self.line.typed_ahead:
                return Said(key=self.line.typed_ahead[0])
            return Said(key=self._play(effect.speech, EVERY_KEY, self.line.typed_ahead.append))
        stop_keys = EVERY_KEY if effect.on_key is OnKey.STOP else ""
        return Said(key=self._play(effect.speech, stop_keys, _drop))

    def _listen(self, effect: Listen) -> Keyed | Silent:
        if effect.fresh:
            self.line.typed_ahead.clear()
        if not self.line.typed_ahead:
            self._play(effect.speech, EVERY_KEY, self.line.typed_ahead.append)
        keys, wait_ms = "", effect.first_key_within_ms
        while self.line.typed_ahead or self.line.key_within(wait_ms / 1000):
            keys += self.line.typed_ahead.popleft()
            wait_ms = effect.next_key_within_ms
            verdict = judge(effect.keypad, keys)
            if verdict.whole:
                self.line.swallow(verdict.swallow)
                return Keyed(verdict.keys, verdict.ended_by)
        return Keyed(keys) if keys else Silent()

    def _listen_secretly(self, effect: Listen) -> Keyed | KeyedSecret | Silent:
        """Let the switch gather a secret: it tells the keys to nobody meanwhile.

        What was typed ahead has been told already, so that it can be no part of a secret. A key
        that is an answer by itself (back, help) is one behind some digits too: who presses it does
        not mean them.
        """
        self.line.typed_ahead.clear()
        keypad, speech = effect.keypad, self._announced(effect.speech)
        found = self._found(speech)
        execution_id = self.line.leg.gather_secret(
            found.files or (NO_SOUND,),
            longest=keypad.longest,
            end_keys="".join(sorted({keypad.end_key, *keypad.alone})),
            first_key_within_ms=effect.first_key_within_ms,
            next_key_within_ms=effect.next_key_within_ms,
        )
        self._tell_said(speech)
        keying_ms = effect.first_key_within_ms + keypad.longest * effect.next_key_within_ms
        longest_s = (found.duration_ms + keying_ms) / 1000 + MARGIN_S
        try:
            gathered = self.line.wait_for(_ends(execution_id), longest_s, _drop)
        except AskLate as late:
            self._break_off("a secret", late)
            return Silent()
        if not isinstance(gathered, SecretGathered):
            return Silent()
        ended_by, digits = gathered.ended_by, gathered.digits
        if ended_by in keypad.alone and (not digits or ended_by != keypad.end_key):
            return Keyed(ended_by)
        if not digits:
            return Silent()
        self._means.note_secret(self.line.leg.leg_id, digits)
        return KeyedSecret(self.secrets.hold(digits), len(digits))

    def _introduce(self, speech: Speech) -> None:
        """Say what comes before a recording; a key skips to the tone, which none can skip."""
        self._play(speech, EVERY_KEY, _drop)
        self._play((TONE,), "", _drop)

    def _record(self, effect: Record, recording_id: str) -> Recorded:
        at_most_s = math.ceil(effect.at_most_ms / 1000)
        execution_id = self.line.leg.record(
            self._means.recordings.place_for(recording_id, self._means.clock.now()),
            at_most_s=at_most_s,
            silence_s=math.ceil(effect.silence_ms / 1000),
            end_keys=effect.end_keys,
        )
        keyed: list[str] = []
        try:
            ended = self.line.wait_for(_ends(execution_id), at_most_s + MARGIN_S, keyed.append)
        except AskLate as late:
            self._break_off("a recording", late)
            return self._cut(recording_id)
        except LegGone:
            duration_ms = self._last_recorded_ms(execution_id, recording_id)
            return Recorded(recording_id, duration_ms, "hung_up")
        except SocketWentAway:
            # The recording goes on without us (socket_resume=false); the leg returns at its end.
            self.line.await_return(at_most_s + LONGEST_RETURN_S)
            return self._cut(recording_id)
        duration_ms = ended.recorded_ms if isinstance(ended, RecordEnded) else 0
        ended_by = self._why_ended(effect, keyed, duration_ms)
        if ended_by == "silence" and abs(duration_ms - effect.silence_ms) <= BREATH_MS:
            duration_ms = 0  # it is as long as the silence that ended it: nothing was said
        return Recorded(recording_id, duration_ms, ended_by)

    def _cut(self, recording_id: str) -> Recorded:
        return Recorded(recording_id, self._means.recordings.duration_ms(recording_id), "cut")

    def _why_ended(self, effect: Record, keyed: list[str], duration_ms: int) -> str:
        """``record`` does not say what ended it: the facts around its end do."""
        if any(key in effect.end_keys for key in keyed):
            return "key"
        try:
            while fact := self.line.next(self._means.clock.seconds()):
                if isinstance(fact, KeyPressed):
                    self.line.typed_ahead.append(fact.key)
        except LegGone:
            return "hung_up"
        except SocketWentAway:
            return "cut"  # the recording is whole: only what is asked next waits for the leg
        return "limit" if duration_ms >= effect.at_most_ms else "silence"

    def _last_recorded_ms(self, execution_id: str, recording_id: str) -> int:
        """Length of a recording whose speaker has hung up."""
        for fact in self.line.last_facts(LAST_FACTS_S):
            if isinstance(fact, RecordEnded) and fact.execution_id == execution_id:
                return fact.recorded_ms
        return self._means.recordings.duration_ms(recording_id)

    # --- sounds -------------------------------------------------------------------------------

    def _play(self, speech: Speech, stop_keys: str, take_key: Callable[[str], None]) -> str | None:
        """Play a speech; return the key that ended it.

        When a part of it has no sound the apology is said in its place: never silence.
        """
        speech = self._announced(speech)
        found = self._found(speech)
        if not found.files:
            return None
        execution_id = self.line.leg.play(found.files, stop_keys=stop_keys)
        self._tell_said(speech)
        longest_s = found.duration_ms / 1000 + MARGIN_S
        try:
            ended = self.line.wait_for(_ends(execution_id), longest_s, take_key)
        except AskLate as late:
            self._break_off(", ".join(found.files), late)
            return None
        if not isinstance(ended, PlayEnded):
            return None
        if ended.result in (PlayResult.MISSING, PlayResult.FAILED):
            self.faults.append(
                f"the switch could not play {', '.join(found.files)}: {ended.result}"
            )
        return ended.key

    def _break_off(self, what: str, late: AskLate) -> None:
        """Go on as if it had ended: what is late was lost, and a caller hears silence."""
        self.faults.append(f"the end of {what} was never told: {late}")
        self.line.leg.stop()

    def _found(self, speech: Speech) -> Playable:
        means = self._means
        found = playable(speech, means.prompts, means.recordings)
        self.faults += found.faults
        if found.faults:
            without = tuple(part for part in speech if not is_announced(part))
            if len(without) < len(
                speech
            ):  # what operations put up is no reason to say nothing else
                return self._found(without)
            return playable(self._apology(), means.prompts, means.recordings)
        return found


def _drop(_: str) -> None:
    """A key that counts for nothing."""


def _ends(execution_id: str) -> Callable[[CallerFact], bool]:
    return lambda fact: getattr(fact, "execution_id", None) == execution_id
