"""The line to the caller: a leg, through however many sockets, and the one inbox of its call.

This is the only place where a call waits. Facts are taken in order; each says something of the leg
(answered, hung up, back on a new socket), or is a key, or ends what is waited for. Keys are kept
from the first one on: what is typed ahead of a question counts for it. Nothing here knows what is
said or asked.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from switchboard.core.causes import HangupCause
from switchboard.core.facts import (
    ExecutionFailed,
    KeyPressed,
    LegAnswered,
    LegFact,
    LegHungUp,
    RecordingFact,
    RecordingStarted,
    RecordingStopped,
    SocketLost,
)
from switchboard.core.legs import LegOffer
from switchboard.flow.effects import Failed, HungUp, Resume
from switchboard.ports.clock import Clock
from switchboard.ports.distribution import QueueFact
from switchboard.ports.inboxes import Inbox
from switchboard.ports.legs import Leg, LegGone

T = TypeVar("T")

# FreeSWITCH answers within two of its 20 ms ticks; a phone network may take its time.
LONGEST_ANSWER_S = 10.0
# So long after a deadline that has passed one more look is taken.
LAST_LOOK_S = 0.2
# A leg whose socket closed comes back within 20 ms by its dialplan, or by the watchdog within 5 s.
LONGEST_RETURN_S = 8.0


@dataclass(frozen=True, slots=True)
class LegReturned:
    """The caller's leg has come back on a new socket; speak to it through this leg."""

    offer: LegOffer
    leg: Leg


@dataclass(frozen=True, slots=True)
class ErrandEnded:
    """Something that was to be done beside the call has been done, or could not be."""

    errand_id: str
    outcome: Resume


@dataclass(frozen=True, slots=True)
class OtherLegTold:
    """Something happened to a leg that was dialled for the call."""

    fact: LegFact


@dataclass(frozen=True, slots=True)
class QueueTold:
    """Something happened to the caller's place in a queue."""

    fact: QueueFact


CallerFact = LegFact | LegReturned | ErrandEnded | OtherLegTold | QueueTold


class CallerLost(Exception):  # noqa: N818 - the end of a call, not a fault of ours
    """The leg's socket closed and never came back: nobody can say what became of the caller."""


class SocketWentAway(Exception):  # noqa: N818 - between Line and Caller only
    """The socket closed during an ask: wait for the leg's return, then ask again."""


class AskFailed(Exception):  # noqa: N818 - between Line and Caller only
    """The switch will not carry the ask out, or did not say so in time."""


class AskLate(AskFailed):
    """The switch has not said in time that the ask has ended."""


class Line:
    """One leg and the inbox of its call.

    Args:
        leg: The leg.
        inbox: Where its facts arrive, in order.
        clock: Counts the deadlines.
        answered: Whether it is answered already.

    Attributes:
        leg: The leg, on its newest socket.
        answered: Whether it is answered.
        hung_up: How it ended, once it has.
        typed_ahead: Keys that nothing has used yet.
        others: What happened to the call's place in a queue, and to legs that were dialled for it,
            and was not looked at yet.
        tell_recording: Told when a recording beside the rest began or ended.
    """

    def __init__(
        self, leg: Leg, inbox: Inbox[CallerFact], clock: Clock, *, answered: bool = False
    ) -> None:
        self.leg = leg
        self.answered = answered
        self.hung_up: LegHungUp | None = None
        self.typed_ahead: deque[str] = deque()
        self.others: deque[OtherLegTold | QueueTold] = deque()
        self._inbox = inbox
        self._clock = clock
        self.tell_recording: Callable[[RecordingFact], None] = lambda _: None
        self._unwanted = ""  # a key that is dropped if it is the next one pressed
        self._returned: LegReturned | None = None
        self._errand_id = ""  # the one that is awaited; its outcome may come while something plays
        self._outcome: Resume | None = None

    def asking(self, ask: Callable[[], T]) -> T | HungUp | Failed:
        """Ask; when the socket goes away meanwhile, ask again once the leg is back."""
        while not self.hung_up:
            try:
                return ask()
            except SocketWentAway:
                self.await_return()
            except AskFailed as failure:
                return Failed(str(failure))
            except LegGone:
                self._await_end()
        return HungUp()

    def hang_up(self, cause: HangupCause) -> None:
        """End the leg, and wait until the switch says that it has ended.

        Raises:
            CallerLost: it never says so.
        """
        while not self.hung_up:
            try:
                self.leg.hang_up(cause)
                self.wait_for(lambda _: False, LONGEST_ANSWER_S)
            except SocketWentAway:
                self.await_return()
            except AskFailed as failure:
                raise CallerLost("the switch does not confirm the hang-up") from failure
            except LegGone:
                self._await_end()

    # --- what is waited for -------------------------------------------------------------------

    def wait_for(
        self,
        ends: Callable[[CallerFact], bool],
        within_s: float,
        take_key: Callable[[str], None] | None = None,
    ) -> CallerFact:
        """Take facts until *ends* is true of one, and return it.

        Raises:
            AskFailed: the switch says that it failed.
            AskLate: it says nothing for *within_s* seconds.
            LegGone: the caller has hung up.
            SocketWentAway: the socket closed, or the leg is back on a new one.
        """
        deadline_s = self._clock.seconds() + within_s
        while (fact := self._next_or_last(deadline_s)) is not None:
            if isinstance(fact, KeyPressed):
                (take_key or self.typed_ahead.append)(fact.key)
            elif ends(fact):
                if isinstance(fact, ExecutionFailed):
                    raise AskFailed(fact.reason)
                return fact
        raise AskLate(f"the switch said nothing for {within_s:.0f} s")

    def _next_or_last(self, deadline_s: float) -> CallerFact | None:
        """As :meth:`next`; a server that slept past the deadline has yet to read what came."""
        fact = self.next(deadline_s)
        if fact is None:
            self._clock.sleep(LAST_LOOK_S)
            fact = self.next(self._clock.seconds())
        return fact

    def key_within(self, wait_s: float) -> bool:
        """Wait for one key, into the keys typed ahead; False when none comes in time."""
        deadline_s = self._clock.seconds() + wait_s
        while (fact := self.next(deadline_s)) is not None:
            if isinstance(fact, KeyPressed):
                self.typed_ahead.append(fact.key)
                return True
        return False

    def swallow(self, key: str) -> None:
        """Drop *key* if it was pressed already: people press hash though the answer was whole."""
        if key and self.typed_ahead and self.typed_ahead[0] == key:
            self.typed_ahead.popleft()
        else:
            self._unwanted = key

    def next(self, deadline_s: float) -> CallerFact | None:
        """Take one fact, and keep what it says of the leg itself; None at the deadline.

        Raises:
            LegGone: the caller has hung up.
            SocketWentAway: the socket closed, or the leg is back on a new one.
        """
        while (fact := self._inbox.next(deadline_s)) is not None:
            if isinstance(fact, LegHungUp):
                self.hung_up = fact
                raise LegGone
            if isinstance(fact, LegReturned):
                self._returned = fact
                raise SocketWentAway
            if isinstance(fact, SocketLost):
                raise SocketWentAway
            if not self._is_of_no_use(fact):
                return fact
        return None

    def next_of_all(self, deadline_s: float | None) -> CallerFact | None:
        """Take one fact of the caller's leg or of another leg of the call; None at the deadline.

        Neither a hang-up nor the loss or the return of the socket is raised: whoever looks after a
        conversation learns of each as of any fact, and what it says of the caller's leg is kept.
        """
        if self.others:
            return self.others.popleft()
        while (fact := self._inbox.next(deadline_s)) is not None:
            if isinstance(fact, OtherLegTold | QueueTold):
                return fact
            if isinstance(fact, LegHungUp):
                self.hung_up = fact
            elif isinstance(fact, LegReturned):
                self.leg = fact.leg
            elif self._is_of_no_use(fact):
                continue
            return fact
        return None

    def last_facts(self, within_s: float) -> Iterator[CallerFact]:
        """Yield what still arrives of a leg that has hung up."""
        deadline_s = self._clock.seconds() + within_s
        while (fact := self._inbox.next(deadline_s)) is not None:
            yield fact

    # --- errands ------------------------------------------------------------------------------

    def expect(self, errand_id: str) -> None:
        """From here on the outcome of this errand is awaited; that of any other is dropped."""
        self._errand_id, self._outcome = errand_id, None

    def await_outcome(self, deadline_s: float) -> Resume | None:
        """Wait for the outcome of the errand that is expected; None at the deadline.

        Neither a hang-up nor the loss of the socket ends the wait: a flow goes on without its
        caller until a node needs an ear. Keys count for what listens next.
        """
        while self._outcome is None and (fact := self._inbox.next(deadline_s)) is not None:
            if isinstance(fact, LegHungUp):
                self.hung_up = fact
            elif isinstance(fact, LegReturned):
                self.leg = fact.leg
            elif not self._is_of_no_use(fact) and isinstance(fact, KeyPressed):
                self.typed_ahead.append(fact.key)
        return self._outcome

    def _is_of_no_use(self, fact: CallerFact) -> bool:
        """Keep what a fact says beside ending a wait; whether nobody waits for it."""
        if isinstance(fact, ErrandEnded):
            if fact.errand_id == self._errand_id:
                self._outcome = fact.outcome
            return True
        if isinstance(fact, OtherLegTold | QueueTold):
            self.others.append(fact)
            return True
        if isinstance(fact, RecordingStarted | RecordingStopped):
            self.tell_recording(fact)
            return True
        if isinstance(fact, LegAnswered):
            self.answered = True
        if isinstance(fact, KeyPressed):
            unwanted, self._unwanted = self._unwanted, ""
            return fact.key == unwanted
        return False

    # --- a leg that is away -------------------------------------------------------------------

    def await_return(self, within_s: float = LONGEST_RETURN_S) -> None:
        """Wait until the leg is back on a new socket, or has hung up.

        Raises:
            CallerLost: neither happens.
        """
        deadline_s = self._clock.seconds() + within_s
        while self._returned is None:
            fact = self._inbox.next(deadline_s)
            if fact is None:
                raise CallerLost(
                    f"the leg's socket closed and did not come back in {within_s:.0f} s"
                )
            if isinstance(fact, LegHungUp):
                self.hung_up = fact
                return
            if isinstance(fact, LegReturned):
                self._returned = fact
            else:
                self._is_of_no_use(fact)
        self.leg, self._returned = self._returned.leg, None

    def _await_end(self) -> None:
        """An ask was refused because the leg has gone; the fact that says how is on its way."""
        if not self.hung_up:
            self.await_return()
