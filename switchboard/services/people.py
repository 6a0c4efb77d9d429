"""Whom a call brings its caller together with: somebody who is dialled, a conference room.

Carries out the effects of a flow that need another person, for one call, in the call's own
greenlet. Before a conversation begins the run is saved with it: should this server die meanwhile,
they talk on, and whoever takes the call up when the caller comes back goes on behind it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from switchboard.core.causes import HangupCause
from switchboard.core.facts import LegHungUp, RoomLeft
from switchboard.core.journal import EntryKind
from switchboard.core.legs import LegOffer
from switchboard.core.numbers import presentable
from switchboard.flow.effects import (
    Confer,
    Dial,
    Dialled,
    Done,
    Effect,
    Failed,
    HungUp,
    Refused,
    Resume,
)
from switchboard.flow.world import DialResult, DialTarget
from switchboard.ports.clock import Clock
from switchboard.ports.conversations import NotDone
from switchboard.ports.dialling import DialOrder, DialRefused, Outside, Phone
from switchboard.ports.legs import LegGone
from switchboard.services.beside import Beside
from switchboard.services.caller import Caller
from switchboard.services.conversation import CallerGone, Conversation, Exchange
from switchboard.services.line import LegReturned
from switchboard.services.story import Story

Save = Callable[..., None]
"""Saves the run as it stands, with what is under way as keyword arguments of text."""

ROOM = re.compile(r"[A-Za-z0-9-]{1,48}")
# What the switch says of a phone that did not answer; anything else: it could not be reached.
RESULTS: dict[HangupCause | str, DialResult] = {
    HangupCause.USER_BUSY: DialResult.BUSY,
    HangupCause.CALL_REJECTED: DialResult.BUSY,
    HangupCause.NO_ANSWER: DialResult.NO_ANSWER,
    HangupCause.NO_USER_RESPONSE: DialResult.NO_ANSWER,
}


@dataclass(frozen=True, slots=True)
class Talking:
    """What the saved run of a caller in conversation says of it.

    Attributes:
        by: The effect that led there: ``dial`` or ``room``.
        who: Whom the caller talks to.
    """

    by: str
    who: str

    def over(self) -> Resume:
        """What the flow is answered when the caller is back and nobody saw the end."""
        return Dialled(DialResult.TALKED) if self.by == "dial" else Done()


class People:
    """The people of one call.

    Args:
        offer: How the caller's leg arrived.
        caller: The caller.
        beside: Lets the call learn of other legs.
        exchange: Dials and joins.
        story: The call's journal.
        clock: Counts the deadlines.
    """

    def __init__(
        self,
        offer: LegOffer,
        caller: Caller,
        beside: Beside,
        exchange: Exchange,
        story: Story,
        clock: Clock,
    ) -> None:
        self._offer = offer
        self._caller = caller
        self._exchange = exchange
        self._story = story
        self._clock = clock
        self._conversation = Conversation(caller.line, beside.tell, exchange, story, clock)

    def carry_out(self, effect: Effect, save: Save) -> Resume | None:
        """Carry one effect out, if it is about people; None when it is not."""
        match effect:
            case Dial():
                return self._dial(effect, save)
            case Confer():
                return self._confer(effect, save)
            case _:
                return None

    # --- somebody who is dialled --------------------------------------------------------------

    def _dial(self, effect: Dial, save: Save) -> Resume:
        save()
        order = DialOrder(
            leg_id=self._exchange.new_leg_id(),
            call_id=self._story.call_id,
            node=self._offer.node,
            target=_target_of(effect),
            ring_s=max(1, round(effect.ring_for_ms / 1000)),
            shown_number=presentable(self._offer.ani),
        )
        self._story.tell(EntryKind.RANG, who=effect.to, leg_id=order.leg_id)
        try:
            return self._talk(effect, order, save)
        except DialRefused as refusal:
            self._tell_unanswered(effect, order, str(refusal))
            return Refused(str(refusal))
        except CallerGone:
            self._tell_unanswered(effect, order, HangupCause.ORIGINATOR_CANCEL)
            return HungUp()

    def _talk(self, effect: Dial, order: DialOrder, save: Save) -> Resume:
        rung = self._conversation.ring(order)
        if rung.leg is None:
            self._tell_unanswered(effect, order, rung.cause)
            return Dialled(RESULTS.get(rung.cause, DialResult.UNREACHABLE))
        if not self._conversation.announce(rung.leg, self._caller.sound_of(effect.announce)):
            self._tell_unanswered(effect, order, HangupCause.NORMAL_CLEARING)
            return Dialled(DialResult.NO_ANSWER)
        save(talking="dial", who=effect.to)
        talked = self._conversation.talk(rung.leg, effect.to)
        return Dialled(DialResult.TALKED if talked else DialResult.UNREACHABLE)

    def _tell_unanswered(self, effect: Dial, order: DialOrder, cause: HangupCause | str) -> None:
        self._story.tell(EntryKind.RING_ENDED, who=effect.to, leg_id=order.leg_id, cause=str(cause))

    # --- a conference room --------------------------------------------------------------------

    def _confer(self, effect: Confer, save: Save) -> Resume:
        if not ROOM.fullmatch(effect.room):
            return Failed(
                f"{effect.room!r} is no conference room: use letters, digits and -, at most 48"
            )
        save(talking="room", who=effect.room)
        leg_id = self._caller.line.leg.leg_id
        try:
            self._exchange.conversations.enter_room(leg_id, effect.room)
        except NotDone as refusal:
            return Refused(str(refusal))
        except LegGone:
            return self._caller.line.asking(lambda: Refused("the caller left"))
        self._story.tell(EntryKind.ROOM_ENTERED, room=effect.room)
        self._await_room_left(effect.at_most_ms)
        self._story.tell(EntryKind.ROOM_LEFT, room=effect.room)
        return Done()

    def _await_room_left(self, at_most_ms: int | None) -> None:
        line = self._caller.line
        deadline_s = None if at_most_ms is None else self._clock.seconds() + at_most_ms / 1000
        while not line.hung_up:
            fact = line.next_of_all(deadline_s)
            if isinstance(fact, LegReturned | LegHungUp):
                return
            if isinstance(fact, RoomLeft):
                line.await_return()
                return
            if fact is None:
                deadline_s = None
                self._exchange.conversations.bring_back(line.leg.leg_id)


def _target_of(effect: Dial) -> Phone | Outside:
    if effect.target is DialTarget.NUMBER:
        return Outside(effect.to)
    return Phone(effect.to)
