"""A caller's wait in a queue, from joining to the agent or to the way out.

The call's greenlet waits here: for the distributor's word, for a key that leaves, for the moment
something is to be said. Music goes on in between, and whatever is said is cut when an agent
answers. The place outlives the wait: a caller whose server died joins again at the old one.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from switchboard import acd
from switchboard.core.facts import KeyPressed, SocketLost
from switchboard.core.journal import EntryKind
from switchboard.flow.effects import Enqueue, HungUp, QueueLeft, Speech
from switchboard.flow.values import Value
from switchboard.flow.world import QueueResult
from switchboard.ports.clock import Clock
from switchboard.ports.distribution import (
    AgentAnswered,
    AgentRings,
    Distribution,
    OfferOver,
    QueueFact,
)
from switchboard.ports.distribution import Caller as WaitingCaller
from switchboard.ports.inboxes import InboxClosed
from switchboard.services.asked_places import RESULTS
from switchboard.services.beside import Beside
from switchboard.services.caller import Caller
from switchboard.services.conversation import CallerGone, Conversation
from switchboard.services.line import CallerFact, LegReturned, QueueTold
from switchboard.services.roster_forms import QueueForm
from switchboard.services.story import Story
from switchboard.services.wording import Wording

# Whoever hears "more than" needs no number; a queue so long is not counted out.
MOST_AHEAD = 10
LONGEST_COMFORT_S = 120.0
A_MINUTE_MS = 60_000

Save = Callable[..., None]
"""Saves the run as it stands, with what is under way as keyword arguments of text."""
Ended = QueueLeft | HungUp
"""How a wait ends."""


@contextmanager
def talk_told(distribution: Distribution, agent_id: str, offer_id: str) -> Iterator[None]:
    """Tell that the agent is out of the conversation, however it ends.

    One that goes on without this server has not ended.
    """
    try:
        yield
    except InboxClosed:
        raise
    except Exception:
        distribution.tell(acd.TalkEnded(agent_id, offer_id))
        raise
    distribution.tell(acd.TalkEnded(agent_id, offer_id))


@dataclass(frozen=True, slots=True)
class QueueMeans:
    """What waiting takes.

    Attributes:
        distribution: The owner of callers and agents.
        name_of: What a queue is called, for agents.
        clock: The clock.
        settings_of: A queue's settings.
    """

    distribution: Distribution
    name_of: Callable[[str], str]
    clock: Clock
    settings_of: Callable[[str], QueueForm] = lambda _queue: QueueForm()


@dataclass(frozen=True, slots=True)
class Whose:
    """Who waits.

    Attributes:
        node: The node of their leg.
        shown_number: What an agent's phone shows.
        language: The language they are spoken to in.
    """

    node: str
    shown_number: str
    language: str


@dataclass(frozen=True, slots=True)
class Queueing:
    """The waits of one call, one after another.

    Attributes:
        caller: The caller.
        beside: Lets the call learn of its place and of agents' legs.
        conversation: Lets caller and agent talk.
        story: The call's journal.
        means: What waiting takes.
        wording: The prompts of the library ``queue``.
    """

    caller: Caller
    beside: Beside
    conversation: Conversation
    story: Story
    means: QueueMeans
    wording: Wording

    def wait(self, join: acd.Join, effect: Enqueue, whose: Whose, save: Save) -> Ended:
        """Join a queue and wait until an agent has talked to the caller, or something ends it.

        Args:
            join: The place that is asked for.
            effect: What the flow asked.
            whose: Who waits.
            save: Saves the run, with what is under way.
        """
        return _Wait(self, join, effect, whose, save).wait()

    def words(self, prompt: str, language: str, **values: Value) -> Speech:
        """A prompt of the library ``queue``."""
        return self.wording.speech(prompt, language, self.means.clock.now(), **values)


class _Wait:
    """One wait."""

    def __init__(
        self, queueing: Queueing, join: acd.Join, effect: Enqueue, whose: Whose, save: Save
    ) -> None:
        self._queueing = queueing
        self._join = join
        self._effect = effect
        self._whose = whose
        self._save = save
        self._line = queueing.caller.line
        self._clock = queueing.means.clock
        self._distribution = queueing.means.distribution
        self._tell = queueing.story.tell
        self._music = queueing.conversation.music
        self._comfort_due_s = self._clock.seconds() + effect.every_ms / 1000
        self._position_said = 1 << 30
        self._enqueued_at_ms: int | None = None
        self._queue = join.queue_id  # where they wait now

    def wait(self) -> Ended:
        self._save()
        self._join_queue()
        while not self._line.hung_up:
            fact = self._line.next_of_all(min(self._music.ends_by_s, self._comfort_due_s))
            if ended := self._take(fact):
                return ended
            if self._clock.seconds() >= self._comfort_due_s:
                self._say_comfort()
        self._distribution.tell(acd.Leave(self._join.entry_id, keep_place=True))
        self._tell_left("caller_gone")
        return HungUp()

    def _join_queue(self) -> None:
        if self._enqueued_at_ms is not None:  # they wait on, at the old place
            self._join = replace(self._join, enqueued_at_ms=self._enqueued_at_ms, protected=True)
        beside, whose = self._queueing.beside, self._whose
        waiting = WaitingCaller(whose.node, whose.shown_number, self._put, beside.tell)
        self._distribution.join(self._join, waiting)
        self._music.play()

    def _put(self, fact: QueueFact) -> None:
        self._queueing.beside.put(QueueTold(fact))

    # --- what happens -------------------------------------------------------------------------

    def _take(self, fact: CallerFact | None) -> Ended | None:
        match fact:
            case QueueTold() if fact.fact.entry_id == self._join.entry_id:
                return self._hear(fact.fact)
            case KeyPressed() if fact.key in self._effect.keys:
                self._distribution.tell(acd.Leave(self._join.entry_id, keep_place=True))
                self._over("key", fact.key)
                return QueueLeft(QueueResult.KEY, key=fact.key)
            case SocketLost():
                self._line.await_return()
                self._music.play()
            case LegReturned():
                self._music.play()
            case _:
                self._music.goes_on(fact)
        return None

    def _hear(self, fact: QueueFact) -> QueueLeft | None:
        match fact:
            case acd.Joined():
                self._enqueued_at_ms = fact.enqueued_at_ms
                self._tell_queued(fact.queue_id, position=fact.position)
            case acd.EntryMoved():
                self._tell_queued(fact.queue_id, why=fact.reason)
            case acd.JoinRefused() | acd.EntryLeft():
                self._over(str(fact.reason))
                return QueueLeft(RESULTS.get(fact.reason, QueueResult.NOBODY))
            case AgentRings():
                who = {"agent_id": fact.agent_id, "offer_id": fact.offer_id}
                self._tell(EntryKind.AGENT_OFFERED, **who)
            case OfferOver():
                who = {"agent_id": fact.agent_id, "offer_id": fact.offer_id}
                self._tell(EntryKind.OFFER_ENDED, **who, result=str(fact.result))
            case AgentAnswered():
                return self._talk(fact)
        return None

    def _talk(self, fact: AgentAnswered) -> QueueLeft | None:
        """Let them talk; who could not be joined after all waits on, at the old place."""
        self._tell_left("answered", agent_id=fact.agent_id)
        try:
            with talk_told(self._distribution, fact.agent_id, fact.offer_id):
                talked = self._announce_and_talk(fact)
        except CallerGone:
            return None
        if talked:
            return QueueLeft(QueueResult.TALKED, agent=fact.agent_id)
        self._join_queue()
        return None

    def _announce_and_talk(self, fact: AgentAnswered) -> bool:
        """Whether they talked. Saved as a talk only now: who is not joined yet has to wait on."""
        conversation = self._queueing.conversation
        said = self._queueing.caller.sound_of(self._for_agent(fact))
        if not conversation.announce(fact.leg, said):
            return False
        other = {"leg_id": fact.leg.leg_id, "offer_id": fact.offer_id}
        self._save(talking="queue", who=fact.agent_id, **other)
        talked = conversation.talk(fact.leg, fact.agent_id)
        if not talked:
            self._save()
        return talked

    # --- what is said -------------------------------------------------------------------------

    def _say_comfort(self) -> None:
        self._comfort_due_s = self._clock.seconds() + self._effect.every_ms / 1000
        speech = (*self._effect.say, *self._standing())
        if files := self._queueing.caller.sound_of(speech):
            self._queueing.story.tell_said(speech)
            self._music.say(files, LONGEST_COMFORT_S)

    def _standing(self) -> Speech:
        standing = self._distribution.standing(self._join.entry_id)
        if standing is None:
            return ()
        speech: Speech = ()
        if self._effect.position and standing.position < self._position_said:
            self._position_said = standing.position
            speech += self._ahead(standing.position - 1)
        if self._effect.expected_wait and standing.expected is not None:
            speech += self._expected(standing.expected)
        return speech

    def _ahead(self, ahead: int) -> Speech:
        words, language = self._queueing.words, self._whose.language
        if not ahead:
            return words("next", language)
        if ahead > MOST_AHEAD:
            return words("many", language, ahead=MOST_AHEAD)
        return words("position", language, ahead=ahead)

    def _expected(self, expected: acd.WaitRange) -> Speech:
        words, language = self._queueing.words, self._whose.language
        least, most = expected.low_ms // A_MINUTE_MS, -(-expected.high_ms // A_MINUTE_MS)
        if most <= 1:
            return words("wait_short", language)
        return words("wait_range", language, least=max(least, 1), most=most)

    def _for_agent(self, fact: AgentAnswered) -> Speech:
        words, language = self._queueing.words, self._whose.language
        queue, minutes = self._join.queue_id, fact.waited_ms // A_MINUTE_MS
        name = self._queueing.means.name_of(queue)
        if not minutes:
            return words("for_agent_short", language, queue=name)
        return words("for_agent", language, queue=name, minutes=minutes)

    # --- the end of it ------------------------------------------------------------------------

    def _tell_queued(self, queue: str, **how: object) -> None:
        """Tell where the caller waits, with the limits by which the wait is judged."""
        self._queue = queue
        settings = self._queueing.means.settings_of(queue)
        limits = {"target_ms": settings.target, "short_abandon_ms": settings.short_abandon}
        self._tell(EntryKind.QUEUED, queue=queue, **how, **limits)

    def _over(self, result: str, key: str = "") -> None:
        self._music.cut()
        self._tell_left(result, key)

    def _tell_left(self, result: str, key: str = "", agent_id: str = "") -> None:
        how = {"result": result, "key": key, "agent_id": agent_id}
        self._tell(EntryKind.QUEUE_LEFT, queue=self._queue, **how)
