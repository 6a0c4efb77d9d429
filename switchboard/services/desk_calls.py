"""Calls that agents make by themselves: to a colleague's phone, an agent, a number outside.

Only who is signed in at the phone that calls, and proved its password, is served; everything else
from a phone reaches the centre's own numbers alone. While they call, queues offer them nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

import structlog

from switchboard import acd
from switchboard.core.causes import HangupCause
from switchboard.core.journal import EntryKind
from switchboard.core.legs import LegOffer
from switchboard.core.numbers import presentable
from switchboard.ports.clock import Clock
from switchboard.ports.dialling import DialOrder, DialRefused, Outside, Phone
from switchboard.ports.distribution import Distribution
from switchboard.services.agents import Agents
from switchboard.services.caller import Caller
from switchboard.services.conversation import CallerGone, Conversation, Exchange
from switchboard.services.feature_call import Visit
from switchboard.services.offered import TalkNow
from switchboard.services.seats import Seats, Target
from switchboard.services.story import Story
from switchboard.services.talk import Talk, TalkOver
from switchboard.services.wording import Wording

log = structlog.get_logger(__name__)

RING_S = 45


class Course(StrEnum):
    """Which way a call goes that an agent makes."""

    INTERNAL = "internal"
    OUTBOUND = "outbound"


@dataclass(frozen=True, slots=True)
class Goal:
    """Whom an agent calls.

    Attributes:
        by: The agent who calls.
        target: What is dialled.
        agent_id: The agent who is called; empty when it is none.
    """

    by: str
    target: Target
    agent_id: str = ""

    @property
    def course(self) -> Course:
        """Which way it goes."""
        return Course.OUTBOUND if isinstance(self.target, Outside) else Course.INTERNAL


@dataclass(frozen=True, slots=True)
class DeskMeans:
    """What agents' own calls take.

    Attributes:
        agents: Who is signed in where.
        seats: Where agents are reached.
        distribution: Learns who is busy.
        exchange: Dials and joins.
        wording: The prompts of the library ``agent``.
        language: In which they are said.
        clock: The clock.
        extensions: Phones that may be called; a guest's is none of them.
        may_dial: Whether a number outside may be dialled.
        wrap_up_ms: Work after a call outside.
    """

    agents: Agents
    seats: Seats
    distribution: Distribution
    exchange: Exchange
    wording: Wording
    language: str
    clock: Clock
    extensions: frozenset[str]
    may_dial: Callable[[str], bool]
    wrap_up_ms: int = 0


@dataclass(frozen=True, slots=True)
class DeskCalls:
    """The calls that agents make."""

    means: DeskMeans
    talking: dict[str, TalkNow] = field(default_factory=dict)

    def find_service(self, offer: LegOffer) -> "DeskCall | None":
        """What serves a leg from a phone of ours; None: it may reach nothing."""
        by = self.means.agents.find_agent_at(offer.extension) if offer.extension else None
        if by is None:
            return None
        goal = self._goal(by, offer.dnis)
        return DeskCall(self, goal) if goal else None

    def find_talk(self, agent_id: str) -> TalkNow | None:
        """The conversation that an agent has by a call of this kind."""
        return self.talking.get(agent_id)

    def _goal(self, by: str, dialled: str) -> Goal | None:
        means = self.means
        if means.agents.find_agent(dialled) is not None:
            seat = means.seats.find_target(dialled)
            return Goal(by, seat, dialled) if seat and dialled != by else None
        if dialled in means.extensions:
            return Goal(by, Phone(dialled), means.agents.find_agent_at(dialled) or "")
        return Goal(by, Outside(dialled)) if means.may_dial(dialled) else None


@dataclass(frozen=True, slots=True)
class DeskCall:
    """One such call."""

    calls: DeskCalls
    goal: Goal

    def serve(self, caller: Caller, story: Story, visit: Visit) -> None:
        """Ring whom the agent calls, let them talk; returns when it is over."""
        if not visit.offer.talked:  # else its server has died meanwhile, and they have talked on
            self._ring(caller, story, visit)
        self._tell_ended(story.call_id)

    def _ring(self, caller: Caller, story: Story, visit: Visit) -> None:
        goal, means = self.goal, self.calls.means
        dialled = visit.offer.dnis
        story.tell(
            EntryKind.DIALLED,
            agent_id=goal.by, extension=visit.offer.extension, to=dialled,
            direction=str(goal.course),
        )  # fmt: skip
        means.distribution.tell(acd.OtherCallBegan(goal.by, story.call_id))
        conversation = Conversation(
            caller.line, visit.beside.tell, means.exchange, story, means.clock
        )
        order = DialOrder(
            leg_id=means.exchange.new_leg_id(),
            call_id=story.call_id,
            node=visit.offer.node,
            target=goal.target,
            ring_s=RING_S,
            shown_number=presentable(visit.offer.extension),
        )
        story.tell(EntryKind.RANG, who=dialled, leg_id=order.leg_id)
        try:
            cause = self._talk(conversation, order, caller, story)
        except DialRefused as refusal:
            cause = str(refusal)
        except CallerGone:
            cause = HangupCause.ORIGINATOR_CANCEL
        if cause:
            story.tell(EntryKind.RING_ENDED, who=dialled, leg_id=order.leg_id, cause=str(cause))
            self._say_why(caller, cause)

    def _talk(
        self, conversation: Conversation, order: DialOrder, caller: Caller, story: Story
    ) -> HangupCause | str:
        """Ring and let them talk; why nobody answered, or nothing."""
        rung = conversation.ring(order)
        if rung.leg is None:
            return rung.cause
        goal, means, talking = self.goal, self.calls.means, self.calls.talking
        if goal.agent_id:
            means.distribution.tell(acd.OtherCallBegan(goal.agent_id, story.call_id))
            talking[goal.agent_id] = TalkNow(goal.agent_id, story.call_id, rung.leg)
        talking[goal.by] = TalkNow(goal.by, story.call_id, caller.line.leg)
        try:
            talked = conversation.talk(rung.leg, goal.agent_id or _written(goal.target))
        finally:
            for agent_id in (goal.by, goal.agent_id):
                talking.pop(agent_id, None)
        return "" if talked else HangupCause.NORMAL_TEMPORARY_FAILURE

    def _say_why(self, caller: Caller, cause: HangupCause | str) -> None:
        means = self.calls.means
        talk = Talk(caller, means.wording, means.language, means.clock.now)
        unanswered = cause in (HangupCause.NO_ANSWER, HangupCause.USER_BUSY)
        try:
            talk.say("nobody_answered" if unanswered else "cannot_dial")
        except TalkOver as over:
            log.info("the agent did not hear why", why=str(over))

    def _tell_ended(self, call_id: str) -> None:
        goal, means = self.goal, self.calls.means
        wrap_up_ms = means.wrap_up_ms if goal.course is Course.OUTBOUND else 0
        means.distribution.tell(acd.OtherCallEnded(goal.by, call_id, wrap_up_ms))
        if goal.agent_id:
            means.distribution.tell(acd.OtherCallEnded(goal.agent_id, call_id))


def _written(target: Target) -> str:
    return target.extension if isinstance(target, Phone) else target.number
