"""Whoever a caller of a script waits for and talks to: phones that are dialled, agents of queues.

Which agent's phone rings is the queues' to say; here is what becomes of the call.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from switchboard.flow import effects as fx
from switchboard.flow.engine import begin
from switchboard.flow.runs import Run
from switchboard.flow.scripts.beginning import settings_by_flow
from switchboard.flow.scripts.doubles import ScriptFailed
from switchboard.flow.scripts.forms import CalledBack, Does, Step
from switchboard.flow.scripts.queues import after
from switchboard.flow.world import DialResult, QueueResult

if TYPE_CHECKING:
    from switchboard.flow.scripts.conversation import Conversation

NOBODY = "nobody"


class Others:
    """The people of one call beside its caller.

    Args:
        talk: The call.
        call_id: How the queues know it.

    Attributes:
        talking_to: Who talks to the caller; empty for nobody.
    """

    def __init__(self, talk: "Conversation", call_id: str) -> None:
        self._talk = talk
        self._queues = talk.world.queues
        self._call_id = call_id
        self.talking_to = ""
        self._comfort_at: datetime | None = None
        self._lent: tuple[Run, fx.Effect, str] | None = None  # and the agent who gets the call back

    # --- what happens by itself -------------------------------------------------------------------

    def begin(self, effect: fx.Enqueue) -> fx.Resume | None:
        """Let the caller wait in a queue; how it ends at once, or None."""
        call = self._talk.run.call
        refused = self._queues.join(self._call_id, call.number or "", effect)
        if refused is not None:
            return fx.QueueLeft(refused)
        self._comfort_at = after(self._talk.world.now, effect.every_ms)
        return None

    def due_ms(self, effect: fx.Dial | fx.Enqueue | fx.Confer, idle_ms: int) -> int | None:
        """When something happens by itself, counted from now; None: nothing does."""
        if self.talking_to:
            return None
        if isinstance(effect, fx.Enqueue):
            due = [at for at in (self._comfort_at, self._queues.due_at()) if at is not None]
            left = (min(due) - self._talk.world.now) / timedelta(milliseconds=1)
            return max(0, round(left))
        whole = effect.ring_for_ms if isinstance(effect, fx.Dial) else effect.at_most_ms
        return None if whole is None else max(0, whole - idle_ms)

    def let_happen(self, effect: fx.Dial | fx.Enqueue | fx.Confer, due_ms: int | None) -> bool:
        """Let the next thing happen; False when the caller notices nothing of it."""
        if due_ms is None:
            raise ScriptFailed(f"at {self._talk.node} nothing happens by itself")
        self._talk.pass_time(due_ms)
        if isinstance(effect, fx.Dial):
            self._talk.resume(fx.Dialled(DialResult.NO_ANSWER))
        elif isinstance(effect, fx.Confer):
            self._talk.resume(fx.Done())
        else:
            return self._wait_on(effect)
        return True

    def _wait_on(self, effect: fx.Enqueue) -> bool:
        now = self._talk.world.now
        if (left := self._queues.left(self._call_id)) is not None:
            self._talk.resume(fx.QueueLeft(left))
            return True
        if self._comfort_at is None or now < self._comfort_at:
            return False
        self._comfort_at = after(now, effect.every_ms)
        self._talk.say(effect.say)
        return True

    # --- what somebody does -----------------------------------------------------------------------

    def take(self, step: Step) -> None:
        """Let an agent or a phone do what a step says.

        Raises:
            ScriptFailed: it cannot be done: the phone does not ring, nobody talks.
        """
        who, does, after_ms = step.agent or step.phone or "", step.does, step.after
        if does is Does.HANGS_UP:
            self.hang_up(who, after_ms)
        elif does is Does.SENDS_CALLER_TO:
            self._talk.wait(after_ms)
            self._send_to(who, step.flow or "")
        elif does is Does.BECOMES_FREE:
            self._talk.wait(after_ms)
            if not self._queues.free(who):
                raise ScriptFailed(f"{who} is not busy")
        elif isinstance(effect := self._talk.effect, fx.Dial):
            self._on_dialled(effect, who, does, after_ms)
        else:
            self._on_offered(who, does, after_ms)

    def _on_dialled(self, dial: fx.Dial, who: str, does: Does | None, after_ms: int) -> None:
        if dial.to != who or self.talking_to:
            raise ScriptFailed(
                f"{who} does not ring at {self._talk.node}: "
                + (f"{self.talking_to} talks" if self.talking_to else f"{dial.to} rings")
            )
        due_ms = self.due_ms(dial, self._talk.idle_ms) or 0
        if does is Does.ANSWERS and after_ms <= due_ms:
            self._talk.pass_time(after_ms)
            self.talking_to = who
        elif does is Does.REJECTS:
            self._talk.pass_time(after_ms)
            self._talk.resume(fx.Dialled(DialResult.BUSY))
        else:
            self.let_happen(dial, due_ms)

    def _on_offered(self, who: str, does: Does | None, after_ms: int) -> None:
        self._talk.wait(after_ms)
        queues = self._queues
        if does is Does.MISSES:
            self._let_ring_out(who)
        elif not (queues.answer(who) if does is Does.ANSWERS else queues.reject(who)):
            raise ScriptFailed(f"{who} does not ring at {self._talk.node}: {self._who_rings()}")
        if (agent := queues.agent_of(self._call_id)) and not self.talking_to:
            self.talking_to = agent
            self._talk.cut()

    def _let_ring_out(self, who: str) -> None:
        if who not in self._queues.ringing(self._call_id):
            raise ScriptFailed(f"{who} does not ring at {self._talk.node}: {self._who_rings()}")
        effect = self._talk.effect
        while who in self._queues.ringing(self._call_id) and self._talk.effect is effect:
            self._talk.wait(self._talk.due_ms() or 0)

    def _who_rings(self) -> str:
        ringing = ", ".join(self._queues.ringing(self._call_id))
        return f"{ringing} rings" if ringing else "nobody rings"

    def hang_up(self, who: str, after_ms: int) -> None:
        """Let whoever talks to the caller hang up."""
        if self.talking_to != who:
            raise ScriptFailed(f"{who} does not talk to the caller")
        self._talk.pass_time(after_ms)
        self._end_talk()

    def _end_talk(self) -> None:
        who, self.talking_to = self.talking_to, ""
        self._queues.end_talk(who)
        if isinstance(self._talk.effect, fx.Enqueue):
            self._talk.resume(fx.QueueLeft(QueueResult.TALKED, agent=who))
        elif isinstance(self._talk.effect, fx.Dial):
            self._talk.resume(fx.Dialled(DialResult.TALKED))

    # --- where the caller waits -------------------------------------------------------------------

    def position(self) -> int | None:
        """The caller's place in the queue."""
        return self._queues.position(self._call_id)

    def ringing(self) -> tuple[str, ...]:
        """The agents whose phones ring for the caller."""
        return self._queues.ringing(self._call_id)

    def overtook(self) -> tuple[str, ...]:
        """Who came later and was served earlier."""
        return self._queues.overtook(self._call_id)

    def leave_by(self, key: str) -> None:
        """The caller leaves the queue by a key; the place is kept for a while."""
        self._queues.leave(self._call_id)
        self._talk.resume(fx.QueueLeft(QueueResult.KEY, key))

    def leave(self) -> None:
        """The caller hangs up: who talks is free, a place is given up."""
        if self._lent is not None:
            self.take_back()
        if self.talking_to:
            self._end_talk()
        elif isinstance(self._talk.effect, fx.Enqueue):
            self._queues.leave(self._call_id)

    # --- calls back -------------------------------------------------------------------------------

    def call_back(self, wanted: CalledBack) -> None:
        """The agent whose turn it is takes the callback, and the caller's phone rings.

        Raises:
            ScriptFailed: nobody calls back, or somebody else, or with another number.
        """
        for agent in self._queues.ringing(self._call_id):
            if wanted.by in (None, agent):
                self._queues.answer(agent)
        agent = self._queues.caller_back(self._call_id)
        if not agent or wanted.by not in (None, agent):
            expected = f" by {wanted.by}" if wanted.by else ""
            told = f"{agent} calls" if agent else self._who_rings()
            raise ScriptFailed(f"the caller is not called back{expected}: {told}")
        shown = self._talk.run.call.dialled
        if wanted.from_ not in (None, shown):
            raise ScriptFailed(f"expected {wanted.from_} to be shown, {shown} is")

    def answer_call_back(self) -> None:
        """The caller takes the call back."""
        agent = self._queues.caller_back(self._call_id)
        if not agent:
            raise ScriptFailed("the caller's phone does not ring: nobody calls back")
        self._queues.caller_answers(self._call_id)
        self.talking_to = self._queues.agent_of(self._call_id)

    # --- lent to a flow ---------------------------------------------------------------------------

    def _send_to(self, who: str, name: str) -> None:
        """An agent has the caller hear a flow, and gets them back at its end."""
        talk, effect = self._talk, self._talk.effect
        flow = talk.program.flows.get(name)
        if self.talking_to != who or effect is None:
            raise ScriptFailed(f"{who} does not talk to the caller")
        if flow is None or not flow.file.agents_may_use:
            raise ScriptFailed(
                f"agents cannot send callers to {name!r}: "
                + ("it does not say agents_may_use: true" if flow else "there is no such flow")
            )
        self._lent, self.talking_to = (talk.run, effect, who), ""
        settings = settings_by_flow(name, talk.world.given.settings)
        run = begin(
            talk.program, name, call=talk.run.call, language=talk.run.language, settings=settings
        )
        talk.change_run(run)
        talk.resume(fx.Started())

    @property
    def is_lent(self) -> bool:
        """Whether a flow has the caller for an agent who waits."""
        return self._lent is not None

    def take_back(self) -> None:
        """The flow is over, and the agent has the caller again."""
        assert self._lent is not None
        (run, effect, who), self._lent = self._lent, None
        self._talk.change_run(run, effect)
        self.talking_to = who
