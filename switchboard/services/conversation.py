"""A caller and somebody who was dialled for them: it rings, they talk, it ends.

Belongs to the call's greenlet, like everything of a call: what happens to either leg arrives in the
call's one inbox. A caller who hangs up ends the ringing at once; when the other side leaves, the
caller's leg comes back on a new socket, by the same way as after a crash (calls.md). Nothing here
knows why somebody was dialled.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from switchboard.core.causes import HangupCause
from switchboard.core.facts import (
    LegAnswered,
    LegFact,
    LegHeld,
    LegHungUp,
    LegRetrieved,
    SocketLost,
)
from switchboard.core.journal import EntryKind
from switchboard.ports.clock import Clock
from switchboard.ports.conversations import Conversations, NotDone
from switchboard.ports.dialling import Dialler, DialOrder
from switchboard.ports.leg_offers import FactSink
from switchboard.ports.legs import Leg, LegGone
from switchboard.services.hold_music import HoldMusic, Music
from switchboard.services.line import (
    LONGEST_RETURN_S,
    LegReturned,
    Line,
    OtherLegTold,
)
from switchboard.services.story import Story

# A node that is asked to ring somebody says how it ended at the latest so long after the ringing.
LATE_AFTER_S = 10.0
# Nobody lets a caller wait longer for what an agent is told first.
LONGEST_ANNOUNCEMENT_S = 60.0


class CallerGone(Exception):  # noqa: N818 - the caller's choice
    """The caller hung up before anybody talked to them."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """What joining people takes.

    Attributes:
        dialler: Dials legs.
        conversations: Joins them.
        music: What callers hear while they wait.
        new_leg_id: Makes the id of a leg: a uuid, lower case.
    """

    dialler: Dialler
    conversations: Conversations
    music: Music
    new_leg_id: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Rung:
    """How ringing somebody ended: their leg when they answered, else why not."""

    leg: Leg | None
    cause: HangupCause | str = ""


class Conversation:
    """The caller of one call, and whoever is dialled for them, one after another.

    Args:
        line: The caller.
        tell: Puts what happens to other legs into the call's inbox.
        exchange: Dials and joins.
        story: The call's journal.
        clock: Counts the deadlines.

    Attributes:
        music: What the caller hears until they talk.
    """

    def __init__(
        self,
        line: Line,
        tell: FactSink,
        exchange: Exchange,
        story: Story,
        clock: Clock,
    ) -> None:
        self._line = line
        self._tell = tell
        self._exchange = exchange
        self._story = story
        self._clock = clock
        self.music = HoldMusic(line, exchange.music, clock)
        self.before_talk: Callable[[str], None] = lambda _who: None

    def ring(self, order: DialOrder) -> Rung:
        """Ring somebody while the caller hears music, until they answer or it ends otherwise.

        Raises:
            CallerGone: the caller hung up; the ringing is ended.
            DialRefused: nothing rings.
        """
        leg = self._exchange.dialler.dial(order, self._tell)
        self.music.play()
        deadline_s = self._clock.seconds() + order.ring_s + LATE_AFTER_S
        try:
            rung = self._await_answer(leg, deadline_s)
        except BaseException:  # the server's end, too: the next one rings anew
            self.drop(leg, HangupCause.ORIGINATOR_CANCEL)
            raise
        if rung.leg is None:
            self.music.cut()
        return rung

    def announce(self, leg: Leg, files: tuple[str, ...]) -> bool:
        """Play something to who has answered, the caller hearing music; whether they are there.

        Raises:
            CallerGone: the caller hung up; the other leg is ended.
        """
        try:
            is_there = self._say_to(leg, files) if files else True
        except BaseException:
            self.drop(leg)
            raise
        if not is_there:
            self.music.cut()
        return is_there

    def talk(self, leg: Leg, who: str) -> bool:
        """Let the caller talk to *who* on *leg*, until one of them leaves.

        Returns:
            Whether they talked at all. The caller is back on the line, or has hung up.

        Raises:
            CallerLost: the caller's leg came neither back nor to its end.
        """
        self.before_talk(who)
        try:
            self._exchange.conversations.join(self._line.leg.leg_id, leg.leg_id)
        except (LegGone, NotDone):
            self.drop(leg)
            self.music.cut()
            return False
        self._story.tell(EntryKind.JOINED, who=who, leg_id=leg.leg_id)
        self.talk_on(leg, who)
        return True

    def talk_on(self, leg: Leg, who: str) -> None:
        """Let the caller, who talks to *who* on *leg*, talk on until one of them leaves.

        Raises:
            CallerLost: the caller's leg came neither back nor to its end.
        """
        ended_by = self._await_end(leg, who)
        self._story.tell(EntryKind.PARTED, who=who, ended_by=ended_by)

    def drop(self, leg: Leg, cause: HangupCause = HangupCause.NORMAL_CLEARING) -> None:
        """End the other leg, in whatever it is."""
        with suppress(LegGone):
            leg.hang_up(cause)

    # --- waiting ------------------------------------------------------------------------------

    def _say_to(self, leg: Leg, files: tuple[str, ...]) -> bool:
        """Play files to the other leg; whether it is still there at their end."""
        deadline_s = self._clock.seconds() + LONGEST_ANNOUNCEMENT_S
        try:
            execution_id = leg.play(files)
        except LegGone:
            return False
        while fact := self._next(leg, deadline_s):
            if isinstance(fact, LegHungUp):
                return False
            if getattr(fact, "execution_id", None) == execution_id:
                break
        return True

    def _await_answer(self, leg: Leg, deadline_s: float) -> Rung:
        while fact := self._next(leg, deadline_s):
            if isinstance(fact, LegAnswered):
                return Rung(leg)
            if isinstance(fact, LegHungUp):
                return Rung(None, fact.cause)
        self.drop(leg, HangupCause.NO_ANSWER)
        return Rung(None, HangupCause.NO_ANSWER)

    def _next(self, leg: Leg, deadline_s: float) -> LegFact | None:
        """Take the next fact of *leg*, the caller hearing music; None at the deadline."""
        while self._clock.seconds() < deadline_s:
            if self._line.hung_up:
                raise CallerGone
            fact = self._line.next_of_all(min(deadline_s, self.music.ends_by_s))
            if isinstance(fact, OtherLegTold):
                if fact.fact.leg_id == leg.leg_id:
                    return fact.fact
            elif isinstance(fact, SocketLost):
                self._line.await_return()
                self.music.play()
            elif isinstance(fact, LegReturned):
                self.music.play()
            else:
                self.music.goes_on(fact)
        return None

    def _await_end(self, leg: Leg, who: str) -> str:
        """Wait until the conversation is over; return who ended it."""
        while not self._line.hung_up:
            fact = self._line.next_of_all(None)
            if isinstance(fact, LegReturned):
                self.drop(leg)
                return "other"
            if isinstance(fact, OtherLegTold) and fact.fact.leg_id == leg.leg_id:
                self._tell_hold(fact.fact, who)
                if isinstance(fact.fact, LegHungUp):
                    self._line.await_return(LONGEST_RETURN_S)
                    return "other"
        self.drop(leg)
        return "caller"

    def _tell_hold(self, fact: LegFact, who: str) -> None:
        if isinstance(fact, LegHeld):
            self._story.tell(EntryKind.HELD, who=who, leg_id=fact.leg_id)
        elif isinstance(fact, LegRetrieved):
            self._story.tell(EntryKind.RETRIEVED, who=who, leg_id=fact.leg_id)
