"""One call in a script: the engine, a caller with ears and fingers, a clock that only steps move.

Speech takes no time, so a script is right for any voice. What is said is delivered piece by piece
as the script asks for it, so that it can interrupt; what it does not ask for is said and passes.
"""

import json
import re
from collections import deque
from collections.abc import Iterator
from datetime import timedelta

from switchboard.flow import effects as fx
from switchboard.flow.engine import Passed, advance
from switchboard.flow.keypad import judge
from switchboard.flow.program import Program
from switchboard.flow.runs import Run, run_from_json
from switchboard.flow.scripts.doubles import MEANWHILE_MS, Doubles
from switchboard.flow.scripts.utterances import Utterance, utterances
from switchboard.flow.world import DialResult, QueueResult

SILENCE_MS = 5000  # ends a recording
_NOT_WAITED_FOR = (fx.SpeakLanguage, fx.TellAgent, fx.HangUp)


class ScriptFailed(Exception):  # noqa: N818 - what it is
    """The call did not go as the script says; the message tells how it went."""


class Conversation:
    """One call, from its first effect to its end.

    Attributes:
        run: Where it stands.
        world: What answers everything but the caller.
        heard: Everything that was said.
        trace: Everything that the run passed.
        ended_by: ``caller`` or ``flow``; empty while it goes on.
    """

    def __init__(self, program: Program, run: Run, world: Doubles) -> None:
        self.program = program
        self.run = run
        self.world = world
        self.heard: list[Utterance] = []
        self.trace: list[Passed] = []
        self.ended_by = ""
        self.talking_to = ""
        self._saved: list[str] = []
        self._effect: fx.Effect | None = None
        self._to_say: deque[Utterance] = deque()
        self._typed: deque[str] = deque()
        self._keys = ""  # of the answer that is being keyed
        self._spoken_ms = 0
        self._swallow = ""
        self._waited_ms = 0  # in the queue
        self._idle_ms = 0  # since the caller or the world did something
        self._answer: tuple[fx.Resume, int] | None = None  # of the world, on its way
        self._resume(fx.Started())

    # --- what can be heard and seen ---------------------------------------------------------------

    @property
    def over(self) -> bool:
        """Whether the call is over and nothing is left to be said."""
        return self.run.ending is not None and not self._to_say

    @property
    def waits_for_caller(self) -> bool:
        """Whether everything has been said and only the caller can go on."""
        waits = isinstance(self._effect, (fx.Listen, fx.Record, fx.Dial, fx.Confer, fx.Enqueue))
        return waits and not self._to_say

    @property
    def effect(self) -> fx.Effect | None:
        """What the run waits for."""
        return self._effect

    @property
    def node(self) -> str:
        """The node where it stands, with its flow: ``flow.node``."""
        return f"{self.run.flow}.{self.run.node}"

    def next_utterance(self) -> Utterance | None:
        """Let the next thing be said; None when the caller must act first, or the call is over."""
        self._finish_answer()
        while not self._to_say and self._effect is not None and not self.waits_for_caller:
            self._go_on()
        return self._say_one() if self._to_say else None

    def settle(self) -> None:
        """Let everything be said until the caller must act, or the call is over."""
        while self.next_utterance() is not None:
            pass

    def traces(self) -> Iterator[str]:
        """Yield every text that this call has left anywhere: saved runs, journal, rows, speech."""
        yield from self._saved
        yield from map(repr, self.trace)
        yield from (f"{one.text} {one.values}" for one in self.heard)
        for written in (*self.world.created, *self.world.updated, *self.world.sent):
            yield repr(written.row)

    # --- what the caller does ----------------------------------------------------------------

    def press(self, keys: str, *, at_once: bool = False) -> None:
        """Press keys: when the system listens, or at once, into whatever is being said."""
        if not at_once and not self._spoken_ms and not self._idle_ms:
            self.settle()
        self._need_call()
        for key in keys:
            swallowed, self._swallow = self._swallow, ""
            if key != swallowed:
                self._press_one(key)

    def hang_up(self) -> None:
        """Hang up, now."""
        if not self._spoken_ms:
            self._finish_answer()
        self._need_call()
        self.ended_by = "caller"
        self._to_say.clear()
        if isinstance(self._effect, fx.Record):
            self._recorded("hung_up")
        elif self.talking_to:
            self._talked()
            if self.run.ending is None:
                self._resume(fx.HungUp())
        else:
            self._resume(fx.HungUp())
        while self._effect is not None:
            self._go_on()

    def speak(self, duration_ms: int) -> None:
        """Speak into a recording."""
        if not isinstance(self._effect, fx.Record):
            raise ScriptFailed(f"nothing is recorded at {self.node}")
        self._spoken_ms += duration_ms
        self._idle_ms = 0
        self._pass(duration_ms)
        if self._spoken_ms >= self._effect.at_most_ms:
            self._recorded("limit")

    def stay_silent(self) -> None:
        """Do nothing until the system does something by itself."""
        self._need_call()
        effect = self._effect
        if isinstance(effect, fx.Listen):
            self._time_out(effect)
        elif isinstance(effect, fx.Record):
            self._pass(self._due_ms() or 0)
            self._recorded("silence")
        elif isinstance(effect, fx.Dial) and not self.talking_to:
            self._pass(self._due_ms() or 0)
            self._resume(fx.Dialled(DialResult.NO_ANSWER))
        elif isinstance(effect, fx.Enqueue) and not self.talking_to:
            self._wait_in_queue(effect)
        elif isinstance(effect, fx.Confer) and effect.at_most_ms is not None:
            self._pass(self._due_ms() or 0)
            self._resume(fx.Done())
        else:
            raise ScriptFailed(f"at {self.node} nothing happens by itself")

    def wait(self, duration_ms: int) -> None:
        """Do nothing for so long; whatever falls due meanwhile happens.

        What is said at the very end of the time is left to be heard.
        """
        if not self._is_amid:
            self.settle()
        left = duration_ms
        while (due := self._due_ms()) is not None and due <= left:
            left -= due
            self.stay_silent()
            if left == 0:
                return
            self.settle()
        self._pass(left)
        self._idle_ms += left
        self._waited_ms += left

    def other_side(self, who: str, result: DialResult, after_ms: int) -> None:
        """Let whoever is dialled, or an agent of the queue, answer, miss or reject."""
        effect = self._effect
        if isinstance(effect, fx.Enqueue) and result is DialResult.TALKED:
            self._pass(after_ms)
            self.talking_to = who
        elif isinstance(effect, fx.Dial) and effect.to == who:
            self._other_side_of(effect, result, after_ms)
        else:
            ringing = f"{effect.to} rings" if isinstance(effect, fx.Dial) else "nobody rings"
            raise ScriptFailed(f"{who} does not ring at {self.node}: {ringing}")

    def _other_side_of(self, dial: fx.Dial, result: DialResult, after_ms: int) -> None:
        if result is DialResult.TALKED and after_ms <= dial.ring_for_ms:
            self._pass(after_ms)
            self.talking_to = dial.to
            return
        busy = result is DialResult.BUSY
        self._pass(after_ms if busy else self._due_ms() or 0)
        self._resume(fx.Dialled(DialResult.BUSY if busy else DialResult.NO_ANSWER))

    def other_side_hangs_up(self, who: str, after_ms: int) -> None:
        """Let whoever talks to the caller hang up."""
        if self.talking_to != who:
            raise ScriptFailed(f"{who} does not talk to the caller")
        self._pass(after_ms)
        self._talked()

    def _talked(self) -> None:
        who, self.talking_to = self.talking_to, ""
        if isinstance(self._effect, fx.Enqueue):
            self._resume(fx.QueueLeft(QueueResult.TALKED, agent=who))
        else:
            self._resume(fx.Dialled(DialResult.TALKED))

    # --- the engine goes on ----------------------------------------------------------------

    def _resume(self, resume: fx.Resume) -> None:
        self._effect, self._keys, self._spoken_ms, self._answer = None, "", 0, None
        self._idle_ms = 0
        step = advance(self.program, self.run, resume, now=self.world.now)
        saved = json.dumps(step.run.as_json(), ensure_ascii=False)
        self.run = run_from_json(json.loads(saved))
        self._saved.append(_without_version(saved, self.run.version))
        self.trace.extend(step.trace)
        for effect in step.effects:
            self._begin(effect)

    def _begin(self, effect: fx.Effect) -> None:
        if isinstance(effect, fx.TellAgent):
            self.world.told.update(effect.labels)
        if isinstance(effect, fx.HangUp) and not self.ended_by:
            self.ended_by = "flow"
        if isinstance(effect, _NOT_WAITED_FOR):
            return
        self._effect = effect
        if isinstance(effect, (fx.Say, fx.Listen, fx.Record)):
            if isinstance(effect, fx.Listen) and effect.fresh:
                self._typed.clear()
            self._to_say.extend(self._utterances(effect.speech))
            self._take_typed()
        refused = self.world.refusal(effect)
        if refused is not None:
            self._resume(refused)
        elif isinstance(effect, fx.Enqueue):
            self._waited_ms = 0
            self._to_say.extend(self._utterances(effect.say))

    def _go_on(self) -> None:
        """Let whatever is not the caller's turn happen."""
        effect = self._effect
        if isinstance(effect, fx.Say):
            self._resume(fx.Said())
        elif effect is not None:
            self._world_answers(effect)

    def _world_answers(self, effect: fx.Effect) -> None:
        if self._answer is None:
            self._answer = self.world.answer(effect)
            if self._answer[1] > MEANWHILE_MS and not self.run.gone:
                self._to_say.extend(self._utterances(getattr(effect, "meanwhile", ())))
        if not self._to_say:
            answer, takes_ms = self._answer
            self._pass(takes_ms)
            self._resume(answer)

    def _say_one(self) -> Utterance:
        said = self._to_say.popleft()
        self.heard.append(said)
        return said

    # --- keys ----------------------------------------------------------------

    def _press_one(self, key: str) -> None:
        """Let a key do at once what it does to the effect at hand; else it is typed ahead."""
        effect = self._effect
        if isinstance(effect, fx.Say) and effect.on_key is not fx.OnKey.PASS_ON:
            if effect.on_key is fx.OnKey.STOP:
                self._to_say.clear()
                self._resume(fx.Said(key=key))
        elif isinstance(effect, fx.Record):
            self._key_in_recording(effect, key)
        elif isinstance(effect, fx.Enqueue):
            if key in effect.keys and not self.talking_to:
                self._to_say.clear()
                self._resume(fx.QueueLeft(QueueResult.KEY, key))
        else:
            self._typed.append(key)
            self._take_typed()

    def _take_typed(self) -> None:
        """Let keys that were typed ahead count where keys count."""
        while self._typed:
            effect = self._effect
            if isinstance(effect, fx.Say) and effect.on_key is fx.OnKey.PASS_ON:
                self._to_say.clear()
                self._resume(fx.Said(key=self._typed[0]))
            elif isinstance(effect, fx.Listen):
                self._to_say.clear()
                self._key(effect, self._typed.popleft())
            else:
                return

    def _key(self, effect: fx.Listen, key: str) -> None:
        self._keys += key
        self._idle_ms = 0
        verdict = judge(effect.keypad, self._keys)
        if not verdict.whole:
            return
        self._swallow = verdict.swallow
        alone = verdict.keys in effect.keypad.alone and not verdict.ended_by
        if effect.secret and verdict.keys and not alone:
            self._resume(self.world.hold_secret(verdict.keys))
        else:
            self._resume(fx.Keyed(verdict.keys, verdict.ended_by))

    def _key_in_recording(self, effect: fx.Record, key: str) -> None:
        if self._to_say:  # any key skips to the tone
            self._to_say.clear()
        elif key in effect.end_keys:
            self._recorded("key")

    def _finish_answer(self) -> None:
        """Nothing more is pressed: what was keyed is the answer; what was spoken is recorded."""
        if self._keys and isinstance(self._effect, fx.Listen):
            self._time_out(self._effect)
        elif self._spoken_ms and isinstance(self._effect, fx.Record):
            self._pass(SILENCE_MS)
            self._recorded("silence")

    def _time_out(self, effect: fx.Listen) -> None:
        keys = self._keys
        self._pass(self._due_ms() or 0)
        if not keys:
            self._resume(fx.Silent())
        elif effect.secret:
            self._resume(self.world.hold_secret(keys))
        else:
            self._resume(fx.Keyed(keys))

    def _recorded(self, ended_by: str) -> None:
        effect = self._effect
        most = effect.at_most_ms if isinstance(effect, fx.Record) else 0
        duration_ms = min(self._spoken_ms, most)
        self._resume(fx.Recorded(f"recording-{len(self._saved)}", duration_ms, ended_by))

    # --- small things ----------------------------------------------------------------

    def _wait_in_queue(self, effect: fx.Enqueue) -> None:
        due = self._due_ms() or 0
        self._pass(due)
        self._waited_ms += due
        if effect.at_most_ms is not None and self._waited_ms >= effect.at_most_ms:
            self._resume(fx.QueueLeft(QueueResult.TOO_LONG))
        else:
            self._to_say.extend(self._utterances(effect.say))

    def _due_ms(self) -> int | None:
        effect = self._effect
        if isinstance(effect, fx.Enqueue) and not self.talking_to:
            again = effect.every_ms - self._waited_ms % effect.every_ms
            left = again if effect.at_most_ms is None else effect.at_most_ms - self._waited_ms
            return min(again, left)
        whole = self._patience_ms(effect)
        return None if whole is None else max(0, whole - self._idle_ms)

    def _patience_ms(self, effect: fx.Effect | None) -> int | None:
        """How long nothing may be done until something happens by itself."""
        if isinstance(effect, fx.Listen):
            return effect.next_key_within_ms if self._keys else effect.first_key_within_ms
        if isinstance(effect, fx.Record):
            return SILENCE_MS
        if isinstance(effect, fx.Dial) and not self.talking_to:
            return effect.ring_for_ms
        return effect.at_most_ms if isinstance(effect, fx.Confer) else None

    def _pass(self, duration_ms: int) -> None:
        self.world.now += timedelta(milliseconds=duration_ms)

    @property
    def _is_amid(self) -> bool:
        """Whether the caller has begun to key or to speak, and may go on."""
        return bool(self._keys or self._spoken_ms)

    def _need_call(self) -> None:
        if self.run.ending is not None or self.ended_by == "caller":
            raise ScriptFailed("the call is over")

    def _utterances(self, speech: fx.Speech) -> Iterator[Utterance]:
        return utterances(speech, notices=bool(self.world.given.notices))


def _without_version(saved: str, version: str) -> str:
    """A hash may hold any digits by chance: it is no trace of a secret."""
    return re.sub(re.escape(version), "", saved)
