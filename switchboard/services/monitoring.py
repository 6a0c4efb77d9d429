"""Supervisors in other people's conversations: listening, whispering, barging in, taking over.

The supervisor's phone is rung, and hears the conversation from its answer on. The conversation
itself never changes hands: a supervisor who leaves, in whatever way, leaves the two talking.
Each watch has a greenlet and a mailbox of its own: what is asked and what the leg does come in one
order. Who asked for what stands in the journal of the call.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

import structlog

from switchboard.core.causes import HangupCause
from switchboard.core.facts import LegAnswered, LegHungUp, ListeningEnded
from switchboard.core.journal import EntryKind
from switchboard.ports.conversations import Conversations, Hearers, NotDone
from switchboard.ports.dialling import Dialler, DialOrder, DialRefused
from switchboard.ports.inboxes import InboxClosed, Mailbox, Start
from switchboard.ports.legs import LegGone
from switchboard.services.agents import NotPossible
from switchboard.services.offered import TalkNow
from switchboard.services.seats import Target
from switchboard.services.story import Story

log = structlog.get_logger(__name__)

RING_S = 30
LATE_AFTER_S = 10.0


class Warn(StrEnum):
    """How an agent is told that a supervisor listens."""

    NOT = "not"
    TONE = "tone"
    SPOKEN = "spoken"


class Manner(StrEnum):
    """How a supervisor is in a conversation."""

    LISTEN = "listen"  # hears both, unheard
    WHISPER = "whisper"  # heard by the agent alone
    BARGE = "barge"  # heard by both
    TAKE_OVER = "take_over"  # speaks to the caller; the agent only listens
    LEAVE = "leave"


HEARERS = {
    Manner.LISTEN: Hearers.NOBODY,
    Manner.WHISPER: Hearers.LEG,
    Manner.BARGE: Hearers.BOTH,
    Manner.TAKE_OVER: Hearers.BOTH,
}


@dataclass(frozen=True, slots=True)
class WatchMeans:
    """What watching takes.

    Attributes:
        dialler: Rings supervisors.
        conversations: Lets them listen.
        new_leg_id: Makes the id of a leg.
        open_mailbox: Makes a watch's mailbox.
        start: Begins a watch's greenlet.
        seconds: Counts deadlines.
        story_of: Gives the journal of a call.
        warning: The file that tells an agent of a listener; None: they are not told.
    """

    dialler: Dialler
    conversations: Conversations
    new_leg_id: Callable[[], str]
    open_mailbox: Callable[[], Mailbox[object]]
    start: Start
    seconds: Callable[[], float]
    story_of: Callable[[str], Story]
    warning: Callable[[], str | None]


@dataclass(frozen=True, slots=True)
class Watching:
    """A supervisor who is in a conversation, or being rung for it.

    Attributes:
        by: Who.
        agent_id: Whose conversation.
        manner: How.
        answered: Whether their phone was answered.
    """

    by: str
    agent_id: str
    manner: Manner
    answered: bool


class Monitoring:
    """Every watch of this server.

    Args:
        find_talk: The conversation that an agent has now.
        node_of: The node of a leg; empty when it cannot be told.
        means: The rest.
    """

    def __init__(
        self,
        find_talk: Callable[[str], TalkNow | None],
        node_of: Callable[[str], str],
        means: WatchMeans,
    ) -> None:
        self._find_talk = find_talk
        self._node_of = node_of
        self._means = means
        self._watches: dict[str, _Watch] = {}

    def be_in(self, manner: Manner, agent_id: str, by: str, seat: Target) -> None:
        """Let a supervisor be in an agent's conversation in that manner, ringing them if need be.

        Args:
            manner: How; :attr:`Manner.LEAVE` ends it.
            agent_id: Whose conversation.
            by: Who asks.
            seat: Where they are rung.

        Raises:
            NotPossible: the agent has no conversation, or the supervisor cannot be rung.
        """
        if by == agent_id:
            raise NotPossible("nobody listens to themselves")
        present = self._watches.get(by)
        if present is not None and present.talk.agent_id == agent_id:
            present.ask(manner)
            return
        if manner is Manner.LEAVE:
            raise NotPossible(f"{by} is in no conversation of {agent_id}")
        talk = self._find_talk(agent_id)
        if talk is None:
            raise NotPossible(f"agent {agent_id} has no conversation now")
        if present is not None:
            present.ask(Manner.LEAVE)
        watch = _Watch(talk, by, manner, self._means)
        watch.ring(seat, self._node_of(talk.leg.leg_id))
        self._watches[by] = watch
        self._means.start(f"watch of {agent_id} by {by}", lambda: self._serve(watch))

    def is_talking(self, agent_id: str) -> bool:
        """Whether an agent has a conversation now."""
        return self._find_talk(agent_id) is not None

    def list_watching(self) -> tuple[Watching, ...]:
        """Who watches whom now."""
        return tuple(
            Watching(watch.by, watch.talk.agent_id, watch.manner, watch.is_in)
            for watch in self._watches.values()
        )

    def _serve(self, watch: "_Watch") -> None:
        try:
            watch.go_through()
        finally:
            if self._watches.get(watch.by) is watch:
                del self._watches[watch.by]


class _Watch:
    """One supervisor in one conversation."""

    def __init__(self, talk: TalkNow, by: str, manner: Manner, means: WatchMeans) -> None:
        self.talk = talk
        self.by = by
        self.manner = manner
        self.is_in = False
        self._means = means
        self._mailbox = means.open_mailbox()
        self._leg_id = means.new_leg_id()
        self._muted = False

    def ring(self, seat: Target, node: str) -> None:
        """Ring the supervisor; raises NotPossible."""
        order = DialOrder(
            leg_id=self._leg_id,
            call_id=self.talk.call_id,
            node=node,
            target=seat,
            ring_s=RING_S,
        )
        try:
            self._means.dialler.dial(order, self._mailbox.put)
        except DialRefused as refusal:
            raise NotPossible(f"{self.by} cannot be rung: {refusal}") from refusal

    def ask(self, manner: Manner) -> None:
        """Change how they are in it; done in order."""
        self._mailbox.put(manner)

    def go_through(self) -> None:
        """From the ringing to the end."""
        structlog.contextvars.bind_contextvars(call_id=self.talk.call_id)
        deadline_s: float | None = self._means.seconds() + RING_S + LATE_AFTER_S
        try:
            while (told := self._mailbox.next(None if self.is_in else deadline_s)) is not None:
                if not self._take(told):
                    break
        except InboxClosed:
            log.info("a watch ends with the server")
        finally:
            self._end()

    def _take(self, told: object) -> bool:
        """Take one thing; whether the watch goes on."""
        try:
            match told:
                case LegAnswered():
                    self._begin()
                case Manner.LEAVE | LegHungUp() | ListeningEnded():
                    return False
                case Manner():
                    self.manner = told
                    if self.is_in:
                        self._be_heard()
        except (LegGone, NotDone) as refusal:
            log.warning("a supervisor cannot be in a conversation", why=str(refusal))
            return False
        return True

    def _begin(self) -> None:
        conversations = self._means.conversations
        conversations.listen(self._leg_id, self.talk.leg.leg_id)
        self.is_in = True
        if warning := self._means.warning():
            with suppress(NotDone):
                conversations.play_clip(self.talk.leg.leg_id, warning, Hearers.LEG)
        self._be_heard()

    def _be_heard(self) -> None:
        conversations = self._means.conversations
        self._set_muted(self.manner is Manner.TAKE_OVER)
        conversations.speak_to(self._leg_id, HEARERS[self.manner])
        self._tell(self.manner)

    def _set_muted(self, muted: bool) -> None:
        """Let nobody hear the agent, or everybody again."""
        if self._muted is muted:
            return
        conversations, leg_id = self._means.conversations, self.talk.leg.leg_id
        (conversations.mute if muted else conversations.unmute)(leg_id)
        self._muted = muted

    def _end(self) -> None:
        with suppress(LegGone, NotDone):
            self._set_muted(False)
        with suppress(LegGone, NotDone):
            self._means.conversations.hang_up(self._leg_id, HangupCause.NORMAL_CLEARING)
        if self.is_in:
            self._tell(Manner.LEAVE)

    def _tell(self, manner: Manner) -> None:
        self._means.story_of(self.talk.call_id).tell(
            EntryKind.MONITORED, by=self.by, agent_id=self.talk.agent_id, manner=str(manner)
        )
