"""Rings one agent for one offer: seat after seat, until they answer or none is left.

Who is reached on a number outside may be asked to press a key first: a voicemail there answers too,
and presses nothing. Never waits: what the legs do is handed in, what came of it is given back.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum

from switchboard.core.causes import HangupCause
from switchboard.core.facts import (
    ExecutionFailed,
    KeyPressed,
    LegAnswered,
    LegFact,
    LegHungUp,
    PlayEnded,
)
from switchboard.ports.dialling import Dialler, DialOrder, DialRefused, Outside, Phone
from switchboard.ports.inboxes import Start
from switchboard.ports.leg_offers import FactSink
from switchboard.ports.legs import Leg, LegGone

CONFIRM_KEY = "1"
# Told who calls and asked for a key, a person has decided within this time; nobody waits longer.
CONFIRM_S = 8
LEAST_RING_S = 4
# After these the agent has decided, or sees the call: nobody else's phone is tried for them.
DECIDED = frozenset({HangupCause.CALL_REJECTED})


@dataclass(frozen=True, slots=True)
class Seat:
    """Where an agent is reached now.

    Attributes:
        target: Their phone, or a number outside.
        auto_answer: Whether the phone is asked to answer by itself.
        then: Where they are tried behind it, one after another.
        confirm: Whether who answers on a number outside is asked to press a key.
    """

    target: Phone | Outside
    auto_answer: bool = False
    then: tuple[Phone | Outside, ...] = ()
    confirm: bool = False


class Rung(StrEnum):
    """What a fact made of the ringing."""

    GOES_ON = "goes_on"
    ANSWERED = "answered"
    OVER = "over"  # nobody answered, at any seat


@dataclass(frozen=True, slots=True)
class Confirming:
    """What asking for a key takes.

    Attributes:
        words_for: The files that tell who calls, by the number they are shown; may take a while.
        start: Begins greenlets.
    """

    words_for: Callable[[str], tuple[str, ...]]
    start: Start


class Ringing:
    """One agent's ringing.

    Args:
        dialler: Dials.
        new_leg_id: Makes the id of each leg.
        seat: Where the agent is.
        order: What is dialled; its leg, target and time are filled in for each seat.
        sink: Takes the facts of every leg; hand them to :meth:`hear`.
        confirming: Asks for the key; None: nobody is asked.

    Attributes:
        leg: The leg that rings, or was answered.
        cause: How the last leg ended, once all is over.
    """

    def __init__(
        self,
        dialler: Dialler,
        new_leg_id: Callable[[], str],
        seat: Seat,
        order: DialOrder,
        sink: FactSink,
        confirming: Confirming | None,
    ) -> None:
        self._dialler = dialler
        self._new_leg_id = new_leg_id
        self._seat = seat
        self._order = order
        self._sink = sink
        self._confirming = confirming
        self._left = [seat.target, *seat.then]
        self._each_s = order.ring_s / len(self._left)
        self._confirms = False  # the one who rings now
        self._asked = False
        self._question = ""
        self.leg: Leg | None = None
        self.cause: HangupCause | str = ""

    def begin(self) -> None:
        """Ring the first seat that can be dialled.

        Raises:
            DialRefused: none can; nothing rings.
        """
        while True:
            target = self._left.pop(0)
            try:
                self.leg = self._dialler.dial(self._order_for(target), self._sink)
            except DialRefused:
                if not self._left:
                    raise
            else:
                self._asked, self._question = False, ""
                return

    def hear(self, fact: LegFact) -> Rung:
        """Take what happened to a leg of this ringing."""
        if self.leg is None or fact.leg_id != self.leg.leg_id:
            return Rung.GOES_ON  # a seat that was given up
        match fact:
            case LegAnswered():
                return self._hear_answered()
            case KeyPressed() if self._asked and fact.key == CONFIRM_KEY:
                self._question = ""  # its end is no "no" any more
                with suppress(LegGone):
                    self.leg.stop()
                return Rung.ANSWERED
            case PlayEnded() | ExecutionFailed() if fact.execution_id == self._question:
                self.hang_up(HangupCause.NO_ANSWER)  # its end is what goes on from
            case LegHungUp():
                return self._go_on(HangupCause.NO_ANSWER if self._asked else fact.cause)
        return Rung.GOES_ON

    def hang_up(self, cause: HangupCause) -> None:
        """End what rings."""
        with suppress(LegGone):
            if self.leg is not None:
                self.leg.hang_up(cause)

    # --- inside -------------------------------------------------------------------------------

    def _order_for(self, target: Phone | Outside) -> DialOrder:
        asks = self._seat.confirm and self._confirming is not None
        self._confirms = asks and isinstance(target, Outside)
        ring_s = max(LEAST_RING_S, round(self._each_s) - (CONFIRM_S if self._confirms else 0))
        auto_answer = self._seat.auto_answer and isinstance(target, Phone)
        return replace(
            self._order,
            leg_id=self._new_leg_id(),
            target=target,
            ring_s=ring_s,
            auto_answer=auto_answer,
        )

    def _hear_answered(self) -> Rung:
        if self._confirms and self._confirming is not None:
            self._asked = True
            self._confirming.start("confirming", self._ask)
            return Rung.GOES_ON
        return Rung.ANSWERED

    def _ask(self) -> None:
        leg = self.leg
        if leg is None or self._confirming is None:
            return
        files = self._confirming.words_for(self._order.shown_number)
        with suppress(LegGone):  # the fact that says so is on its way
            self._question = leg.play(files)

    def _go_on(self, cause: HangupCause | str) -> Rung:
        self.leg, self.cause = None, cause
        if not self._left or cause in DECIDED:
            return Rung.OVER
        try:
            self.begin()
        except DialRefused:
            return Rung.OVER
        return Rung.GOES_ON
