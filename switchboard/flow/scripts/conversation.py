"""One call in a script: the engine, a caller with ears and fingers, a clock that only steps move.

Speech takes no time, so a script is right for any voice. What is said is delivered piece by piece
as the script asks for it, so that it can interrupt; what it does not ask for is said and passes.
"""

import json
import re
from collections import deque
from collections.abc import Iterator

from switchboard.flow import effects as fx
from switchboard.flow.engine import Passed, advance
from switchboard.flow.keypad import judge
from switchboard.flow.program import Program
from switchboard.flow.runs import Run, run_from_json
from switchboard.flow.scripts.doubles import MEANWHILE_MS, Doubles, ScriptFailed
from switchboard.flow.scripts.others import Others
from switchboard.flow.scripts.utterances import Utterance, utterances

SILENCE_MS = 5000  # ends a recording
_OTHERS = (fx.Dial, fx.Confer, fx.Enqueue)
_NOT_WAITED_FOR = (fx.SpeakLanguage, fx.TellAgent, fx.HangUp)


class Conversation:
    """One call, from its first effect to its end.

    Args:
        call_id: How the queues know it.

    Attributes:
        run: Where it stands.
        world: What answers everything but the caller.
        heard: Everything that was said.
        trace: Everything that the run passed.
        told: What agents were told.
        others: Whoever the caller waits for and talks to.
        ended_by: ``caller`` or ``flow``; empty while it goes on.
        idle_ms: Time since the caller or the world did something.
    """

    def __init__(self, program: Program, run: Run, world: Doubles, call_id: str = "call-1") -> None:
        self.program = program
        self.run = run
        self.world = world
        self.heard: list[Utterance] = []
        self.trace: list[Passed] = []
        self.ended_by = ""
        self.told: dict[str, str] = {}
        self.others = Others(self, call_id)
        self.idle_ms = 0
        self._call_id = call_id
        self._saved: list[str] = []
        self._effect: fx.Effect | None = None
        self._to_say: deque[Utterance] = deque()
        self._typed: deque[str] = deque()
        self._keys = ""  # of the answer that is being keyed
        self._spoken_ms = 0
        self._swallow = ""
        self._answer: tuple[fx.Resume, int] | None = None  # of the world, on its way
        self.resume(fx.Started())

    @property
    def talking_to(self) -> str:
        """Who talks to the caller; empty for nobody."""
        return self.others.talking_to

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
        if not at_once and not self._spoken_ms and not self.idle_ms:
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
        if not self.others.talking_to:  # who was called back talks after the call is over
            self._need_call()
        self.ended_by = "caller"
        self._to_say.clear()
        if isinstance(self._effect, fx.Record):
            self._recorded("hung_up")
        else:
            self.others.leave()
            if self.run.ending is None:
                self.resume(fx.HungUp())
        while self._effect is not None:
            self._go_on()

    def speak(self, duration_ms: int) -> None:
        """Speak into a recording."""
        if not isinstance(self._effect, fx.Record):
            raise ScriptFailed(f"nothing is recorded at {self.node}")
        self._spoken_ms += duration_ms
        self.idle_ms = 0
        self.pass_time(duration_ms)
        if self._spoken_ms >= self._effect.at_most_ms:
            self._recorded("limit")

    def stay_silent(self) -> None:
        """Do nothing until the system does something by itself."""
        self._need_call()
        effect = self._effect
        if isinstance(effect, fx.Listen):
            self._time_out(effect)
        elif isinstance(effect, fx.Record):
            self.pass_time(self.due_ms() or 0)
            self._recorded("silence")
        elif isinstance(effect, _OTHERS):
            while not self.others.let_happen(effect, self.due_ms()):
                pass
        else:
            raise ScriptFailed(f"at {self.node} nothing happens by itself")

    def wait(self, duration_ms: int) -> None:
        """Do nothing for so long; whatever falls due meanwhile happens.

        What is said at the very end of the time is left to be heard.
        """
        if not self._is_amid:
            self.settle()
        left = duration_ms
        while (due := self.due_ms()) is not None and due <= left:
            left -= due
            self._let_happen(due)
            if left == 0:
                return
            self.settle()
        self.pass_time(left)
        self.idle_ms += left

    def _let_happen(self, due_ms: int) -> None:
        effect = self._effect
        if isinstance(effect, _OTHERS):
            self.others.let_happen(effect, due_ms)
        else:
            self.stay_silent()

    # --- the engine goes on ----------------------------------------------------------------

    def resume(self, resume: fx.Resume) -> None:
        """Tell the run what came of what it waits for."""
        self._effect, self._keys, self._spoken_ms, self._answer = None, "", 0, None
        self.idle_ms = 0
        step = advance(self.program, self.run, resume, now=self.world.now)
        saved = json.dumps(step.run.as_json(), ensure_ascii=False)
        self.run = run_from_json(json.loads(saved))
        self._saved.append(_without_version(saved, self.run.version))
        self.trace.extend(step.trace)
        if self.run.ending is not None and self.others.is_lent:
            self.others.take_back()
            return
        for effect in step.effects:
            self._begin(effect)

    def change_run(self, run: Run, effect: fx.Effect | None = None) -> None:
        """Go on with another run, which waits for *effect*."""
        self.run, self._effect = run, effect

    def say(self, speech: fx.Speech) -> None:
        """Let something be said."""
        self._to_say.extend(self._utterances(speech))

    def cut(self) -> None:
        """Let nothing more be said of what was begun."""
        self._to_say.clear()

    def _begin(self, effect: fx.Effect) -> None:
        if isinstance(effect, fx.TellAgent):
            self.told.update(effect.labels)
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
        if refused is None and isinstance(effect, fx.Enqueue):
            refused = self.others.begin(effect)
        if refused is not None:
            self.resume(refused)
        elif isinstance(effect, fx.Enqueue):
            self.say(effect.say)

    def _go_on(self) -> None:
        """Let whatever is not the caller's turn happen."""
        effect = self._effect
        if isinstance(effect, fx.Say):
            self.resume(fx.Said())
        elif effect is not None:
            self._world_answers(effect)

    def _world_answers(self, effect: fx.Effect) -> None:
        if self._answer is None:
            self._answer = self.world.answer(effect, self._call_id)
            if self._answer[1] > MEANWHILE_MS and not self.run.gone:
                self._to_say.extend(self._utterances(getattr(effect, "meanwhile", ())))
        if not self._to_say:
            answer, takes_ms = self._answer
            self.pass_time(takes_ms)
            self.resume(answer)

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
                self.resume(fx.Said(key=key))
        elif isinstance(effect, fx.Record):
            self._key_in_recording(effect, key)
        elif isinstance(effect, fx.Enqueue):
            if key in effect.keys and not self.others.talking_to:
                self.cut()
                self.others.leave_by(key)
        else:
            self._typed.append(key)
            self._take_typed()

    def _take_typed(self) -> None:
        """Let keys that were typed ahead count where keys count."""
        while self._typed:
            effect = self._effect
            if isinstance(effect, fx.Say) and effect.on_key is fx.OnKey.PASS_ON:
                self._to_say.clear()
                self.resume(fx.Said(key=self._typed[0]))
            elif isinstance(effect, fx.Listen):
                self._to_say.clear()
                self._key(effect, self._typed.popleft())
            else:
                return

    def _key(self, effect: fx.Listen, key: str) -> None:
        self._keys += key
        self.idle_ms = 0
        verdict = judge(effect.keypad, self._keys)
        if not verdict.whole:
            return
        self._swallow = verdict.swallow
        alone = verdict.keys in effect.keypad.alone and not verdict.ended_by
        if effect.secret and verdict.keys and not alone:
            self.resume(self.world.hold_secret(verdict.keys))
        else:
            self.resume(fx.Keyed(verdict.keys, verdict.ended_by))

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
            self.pass_time(SILENCE_MS)
            self._recorded("silence")

    def _time_out(self, effect: fx.Listen) -> None:
        keys = self._keys
        self.pass_time(self.due_ms() or 0)
        if not keys:
            self.resume(fx.Silent())
        elif effect.secret:
            self.resume(self.world.hold_secret(keys))
        else:
            self.resume(fx.Keyed(keys))

    def _recorded(self, ended_by: str) -> None:
        effect = self._effect
        most = effect.at_most_ms if isinstance(effect, fx.Record) else 0
        duration_ms = min(self._spoken_ms, most)
        self.resume(fx.Recorded(f"recording-{len(self._saved)}", duration_ms, ended_by))

    # --- small things ----------------------------------------------------------------

    def due_ms(self) -> int | None:
        """When something happens by itself, counted from now; None: the caller must act."""
        effect = self._effect
        if isinstance(effect, _OTHERS):
            return self.others.due_ms(effect, self.idle_ms)
        whole = self._patience_ms(effect)
        return None if whole is None else max(0, whole - self.idle_ms)

    def _patience_ms(self, effect: fx.Effect | None) -> int | None:
        """How long nothing may be done until something happens by itself."""
        if isinstance(effect, fx.Listen):
            return effect.next_key_within_ms if self._keys else effect.first_key_within_ms
        return SILENCE_MS if isinstance(effect, fx.Record) else None

    def pass_time(self, duration_ms: int) -> None:
        """Let so much time pass."""
        self.world.pass_time(duration_ms)

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
