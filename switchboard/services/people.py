"""Whom a call brings its caller together with: somebody who is dialled, a conference room.

Carries out the effects of a flow that need another person, for one call, in the call's own
greenlet. Before a conversation begins the run is saved with it: should this server die meanwhile,
they talk on, and whoever takes the call up when the caller comes back goes on behind it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from switchboard.acd import Join
from switchboard.core.causes import HangupCause
from switchboard.core.facts import LegHungUp, RoomLeft
from switchboard.core.journal import EntryKind
from switchboard.core.legs import LegOffer
from switchboard.core.numbers import presentable
from switchboard.flow import Program
from switchboard.flow.effects import (
    Confer,
    Dial,
    Dialled,
    Done,
    Effect,
    Enqueue,
    Failed,
    HungUp,
    QueueLeft,
    Refused,
    Resume,
)
from switchboard.flow.world import DialResult, DialTarget, QueueResult
from switchboard.ports.clock import Clock
from switchboard.ports.conversations import NotDone
from switchboard.ports.dialling import DialOrder, DialRefused, Outside, Phone
from switchboard.ports.distribution import Distribution, TalkTakenUp
from switchboard.ports.legs import LegGone
from switchboard.services.asked_places import place_for
from switchboard.services.beside import Beside
from switchboard.services.call_recording import CallRecorder
from switchboard.services.caller import Caller
from switchboard.services.conversation import CallerGone, Conversation, Exchange
from switchboard.services.gone_leg import GoneLeg
from switchboard.services.line import LegReturned
from switchboard.services.queueing import Queueing, QueueMeans, Save, Whose, talk_told
from switchboard.services.roster import Staff
from switchboard.services.story import Story
from switchboard.services.wording import Wording

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
        by: What led there: ``dial``, ``queue`` or ``room``.
        who: Whom the caller talks to.
        leg_id: The other leg; empty for a room.
        offer_id: The offer that led there; empty unless *by* is ``queue``.
    """

    by: str
    who: str
    leg_id: str = ""
    offer_id: str = ""

    def over(self) -> Resume:
        """What the flow is answered when the caller is back and nobody saw the end."""
        match self.by:
            case "dial":
                return Dialled(DialResult.TALKED)
            case "queue":
                return QueueLeft(QueueResult.TALKED, agent=self.who)
            case _:
                return Done()


@dataclass(frozen=True, slots=True)
class PeopleMeans:
    """What bringing people together takes.

    Attributes:
        exchange: Dials and joins.
        distribution: The owner of waiting callers and of agents.
        clock: Counts the deadlines.
        staff: Queues and agents as they are set up now.
    """

    exchange: Exchange
    distribution: Distribution
    clock: Clock
    staff: Callable[[], Staff] = Staff


class People:
    """The people of one call.

    Args:
        offer: How the caller's leg arrived.
        caller: The caller.
        beside: Lets the call learn of other legs and of its place in a queue.
        story: The call's journal.
        program: The flows of the call.
        means: What it takes.

    Attributes:
        recorder: Records the call; told whenever somebody comes on the line.
    """

    def __init__(
        self,
        offer: LegOffer,
        caller: Caller,
        beside: Beside,
        story: Story,
        program: Program,
        means: PeopleMeans,
    ) -> None:
        self._offer = offer
        self._caller = caller
        self._program = program
        self._beside = beside
        self._exchange = means.exchange
        self._distribution = means.distribution
        self._story = story
        self._clock = means.clock
        self._conversation = Conversation(
            caller.line, beside.tell, means.exchange, story, means.clock
        )
        self._conversation.before_talk = self._record
        self.recorder: CallRecorder | None = None
        self._queue = ""  # which led the caller to whom they talk
        self._staff = means.staff
        self._queueing = Queueing(
            caller=caller,
            beside=beside,
            conversation=self._conversation,
            story=story,
            means=QueueMeans(
                means.distribution,
                self._name_of,
                means.clock,
                lambda name: means.staff().queue(name),
            ),
            wording=Wording(lambda: program, "queue"),
        )

    def carry_out(self, effect: Effect, language: str, save: Save) -> Resume | None:
        """Carry one effect out, if it is about people; None when it is not.

        Args:
            effect: What the flow asks.
            language: What the caller is spoken to in.
            save: Saves the run.
        """
        match effect:
            case Enqueue():
                self._queue = effect.queue
                return self._queueing.wait(
                    self._place_for(effect),
                    effect,
                    Whose(self._offer.node, presentable(self._offer.ani), language),
                    save,
                )
            case Dial():
                self._queue = ""
                return self._dial(effect, save)
            case Confer():
                return self._confer(effect, save)
            case _:
                return None

    def talk_on(self, talking: Talking) -> Resume:
        """Look after a conversation that another server began, to its end."""
        if talking.by == "room":
            self._await_room_left(None)
            self._story.tell(EntryKind.ROOM_LEFT, room=talking.who)
            return Done()
        try:
            leg = self._exchange.conversations.follow(
                talking.leg_id, self._offer.node, self._beside.tell
            )
        except (LegGone, NotDone):
            leg = GoneLeg(talking.leg_id)
        self._distribution.tell(TalkTakenUp(talking.offer_id, leg))
        with talk_told(self._distribution, talking.who, talking.offer_id):
            self._conversation.talk_on(leg, talking.who)
        return talking.over()

    def _record(self, who: str) -> None:
        """Somebody is about to come on the line: record where a rule says so, with consent."""
        if self.recorder is not None:
            self._conversation.music.cut()  # what is said now is heard
            rules = self._staff().recording_rules(self._queue, who)
            self.recorder.somebody_comes(*rules)

    # --- a queue ------------------------------------------------------------------------------

    def _place_for(self, effect: Enqueue) -> Join:
        """What is asked of the queue; a call has one place in each, whatever becomes of it."""
        priorities = self._program.centre.priorities
        return place_for(effect, self._story.call_id, self._offer.ani, priorities)

    def _name_of(self, queue: str) -> str:
        """What agents know the queue as."""
        known = self._program.centre.queues.get(queue)
        return (known.about if known else "") or queue

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
        save(talking="dial", who=effect.to, leg_id=rung.leg.leg_id)
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
