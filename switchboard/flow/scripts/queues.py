"""The queues of a call script's world: what a script asks of them, and the plainest ones.

Who is offered which caller is decided by the code that decides in the running centre; it is handed
in from above, since flows know nothing of distribution.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from switchboard.flow import effects as fx
from switchboard.flow.program import Program
from switchboard.flow.scripts.forms import Given
from switchboard.flow.world import QueueResult


class Queues(Protocol):
    """Callers who wait and the agents of a script, on the script's clock.

    Calls are named by an id that the script's runner gives; an agent's phone rings until somebody
    says what its agent does, and rings out by itself.
    """

    def join(self, call_id: str, number: str, effect: fx.Enqueue) -> QueueResult | None:
        """Give a call its place; else say why it gets none."""
        ...

    def book(self, call_id: str, effect: fx.BookCallback) -> str:
        """Keep the place of a call that will be called back.

        Returns:
            Empty when it is kept; else why not: ``already``, or another word.
        """
        ...

    def leave(self, call_id: str) -> None:
        """The caller has left the queue, by a key or by hanging up."""
        ...

    def left(self, call_id: str) -> QueueResult | None:
        """How the wait has ended without the caller's doing; None while it goes on."""
        ...

    def position(self, call_id: str) -> int | None:
        """The caller's place, 1 for the first; None for who does not wait."""
        ...

    def ringing(self, call_id: str) -> tuple[str, ...]:
        """The agents whose phones ring for this call."""
        ...

    def agent_of(self, call_id: str) -> str:
        """The agent who talks to this caller; empty for nobody."""
        ...

    def caller_back(self, call_id: str) -> str:
        """The agent who is on the line while this caller is being called back; empty for nobody."""
        ...

    def answer(self, agent: str) -> bool:
        """An agent takes the call that rings; False when none does."""
        ...

    def reject(self, agent: str) -> bool:
        """An agent rejects the call that rings; False when none does."""
        ...

    def end_talk(self, agent: str) -> bool:
        """An agent is out of the conversation; False when there is none."""
        ...

    def free(self, agent: str) -> bool:
        """A busy agent is free again; False for who is not busy."""
        ...

    def caller_answers(self, call_id: str) -> None:
        """Who is called back has answered."""
        ...

    def pass_to(self, now: datetime) -> None:
        """Let the time pass up to *now*."""
        ...

    def due_at(self) -> datetime | None:
        """When something happens by itself at the latest; None when nothing is waited for."""
        ...

    def overtook(self, call_id: str) -> tuple[str, ...]:
        """The numbers of callers who joined later than this one and came to an agent earlier."""
        ...


MakeQueues = Callable[[Program, Given], Queues]
"""Makes the queues of one script's world; ``given.at`` is there."""


class AnybodyAnswers:
    """Queues for trying a flow by hand: whoever is said to answer does, and nobody overtakes.

    Args:
        given: Queues that it gives no agent take nobody.
    """

    def __init__(self, given: Given) -> None:
        self._given = given
        self._waits: dict[str, datetime | None] = {}
        self._now = given.at
        self._talks: dict[str, str] = {}

    def join(self, call_id: str, number: str, effect: fx.Enqueue) -> QueueResult | None:
        """Take whoever comes, when somebody works there."""
        del number
        served = (effect.queue, *(further.queue for further in effect.widen))
        if not any(self._given.agents.get(queue) for queue in served):
            return QueueResult.NOBODY
        self._waits[call_id] = after(self._now, effect.at_most_ms)
        return None

    def book(self, call_id: str, effect: fx.BookCallback) -> str:
        """Keep every place; a number that the script gives has one already."""
        del call_id
        booked = ((row.get("queue"), row.get("to")) for row in self._given.callbacks)
        return "already" if (effect.queue, effect.to) in booked else ""

    def leave(self, call_id: str) -> None:
        """Forget the caller."""
        self._waits.pop(call_id, None)

    def left(self, call_id: str) -> QueueResult | None:
        """Only too long a wait ends it."""
        ends_at = self._waits.get(call_id)
        waits_on = ends_at is None or self._now is None or self._now < ends_at
        return None if waits_on else QueueResult.TOO_LONG

    def position(self, call_id: str) -> int | None:
        """Everybody is first."""
        return 1 if call_id in self._waits else None

    def ringing(self, call_id: str) -> tuple[str, ...]:
        """No phone has to ring."""
        del call_id
        return ()

    def agent_of(self, call_id: str) -> str:
        """Who was said to answer."""
        return self._talks.get(call_id, "")

    def caller_back(self, call_id: str) -> str:
        """Nobody is called back."""
        del call_id
        return ""

    def answer(self, agent: str) -> bool:
        """Whoever it is talks to who came last."""
        if not self._waits:
            return False
        call_id, _ = self._waits.popitem()
        self._talks[call_id] = agent
        return True

    def reject(self, agent: str) -> bool:
        """No phone rings."""
        del agent
        return False

    def end_talk(self, agent: str) -> bool:
        """The talk is over."""
        ended = [call_id for call_id, who in self._talks.items() if who == agent]
        for call_id in ended:
            del self._talks[call_id]
        return bool(ended)

    def free(self, agent: str) -> bool:
        """Nobody is busy."""
        del agent
        return False

    def caller_answers(self, call_id: str) -> None:
        """Nobody is called back."""

    def pass_to(self, now: datetime) -> None:
        """Remember the moment."""
        self._now = now

    def due_at(self) -> datetime | None:
        """When the first wait is too long."""
        return min((at for at in self._waits.values() if at is not None), default=None)

    def overtook(self, call_id: str) -> tuple[str, ...]:
        """Nobody did."""
        del call_id
        return ()


def after(now: datetime | None, duration_ms: int | None) -> datetime | None:
    """Return the moment so long after *now*; None when one of them is."""
    if now is None or duration_ms is None:
        return None
    return now + timedelta(milliseconds=duration_ms)
