"""How the distributor goes on behind another that has died: the same places, states and talks.

Callers who waited come back within milliseconds, each by itself. Nobody is offered before they have
had the chance, so that their order is kept: for some seconds joins are gathered, everything else is
put aside; then all of them stand at their old places at once. Agents are as they were last kept;
who rang does not ring any more, and who talks still talks.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, field, replace

import structlog

from switchboard import acd
from switchboard.ports.agent_book import AgentBook, Place
from switchboard.ports.clock import Clock
from switchboard.ports.conversations import Conversations, LiveLeg, NotDone
from switchboard.ports.distribution import Caller
from switchboard.ports.inboxes import Mailbox
from switchboard.ports.legs import LegGone
from switchboard.ports.outages import StoreAway
from switchboard.ports.runs import Runs
from switchboard.services.left_talks import left_talks
from switchboard.services.offer_legs import legs_of

log = structlog.get_logger(__name__)

GATHER_S = 3.0
BETWEEN_LOOKS_S = 0.2
LOST = "server_gone"
"""How an offer ended that rang when its server died."""


@dataclass(frozen=True, slots=True)
class JoinAsked:
    """A call asks for a place."""

    join: acd.Join
    caller: Caller


@dataclass(frozen=True, slots=True)
class RestartMeans:
    """What going on takes.

    Attributes:
        make: A distribution of the queues and agents as set up now, from a snapshot.
        book: Places, moments and offers.
        runs: Who talks.
        conversations: Ends what rings for nobody.
        live_legs: Every leg that lives, by id; None while the switch cannot be asked.
        clock: The clock.
    """

    make: Callable[[acd.Snapshot | None], acd.Distribution]
    book: AgentBook
    runs: Runs
    conversations: Conversations
    live_legs: Callable[[], Mapping[str, LiveLeg] | None]
    clock: Clock


@dataclass(frozen=True, slots=True)
class Restored:
    """What goes on.

    Attributes:
        distribution: Entries, agents and talks as they were.
        seen: What is live: the first event to apply.
        back: Callers who are back, in their order.
        places: Every kept place, also of those who are not back yet.
        later: What was told meanwhile and is to be taken now.
    """

    distribution: acd.Distribution
    seen: acd.Reconcile
    back: tuple[JoinAsked, ...]
    places: Mapping[str, Place]
    later: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """What was kept and what lives."""

    places: Mapping[str, Place] = field(default_factory=dict)
    moments: tuple[acd.AgentMoment, ...] = ()
    talks: tuple[acd.Offer, ...] = ()
    over: tuple[acd.TalkEnded, ...] = ()  # of them, those that ended meanwhile
    calls: frozenset[str] = frozenset()  # whose callers talk on


class Restart:
    """One distributor's beginning.

    Args:
        means: What it takes.
        now_ms: The distributor's clock.
    """

    def __init__(self, means: RestartMeans, now_ms: Callable[[], int]) -> None:
        self._means = means
        self._now_ms = now_ms

    def go_on(self, mailbox: Mailbox[object]) -> Restored:
        """Wait for the store, the switch and the callers, and put everything back.

        Raises:
            InboxClosed: the server ends.
        """
        later: list[object] = []
        found = self._await_found(mailbox, later)
        back = self._gather(found.places, mailbox, later)
        now_ms = self._now_ms()
        snapshot = self._snapshot(found, back, now_ms)
        log.info("queues go on", places=len(found.places), back=len(back), talks=len(found.talks))
        return Restored(
            self._means.make(snapshot),
            acd.Reconcile(
                entries=frozenset(entry.entry_id for entry in snapshot.entries),
                offers=frozenset(offer.offer_id for offer in found.talks),
                other_calls=frozenset(
                    (moment.agent_id, ref)
                    for moment in snapshot.agents
                    for ref in moment.other_calls
                ),
                as_of_ms=now_ms,
            ),
            back,
            found.places,
            # What was compared with the empty distribution says nothing of this one.
            (*found.over, *(told for told in later if not isinstance(told, acd.Reconcile))),
        )

    def _snapshot(self, found: _Found, back: Sequence[JoinAsked], now_ms: int) -> acd.Snapshot:
        entries = _entries(back, found.places, now_ms)
        counter = max([len(entries), *(moment.number for moment in found.moments)])
        talking = {offer.offer_id for offer in found.talks}
        agents = []
        for moment in found.moments:
            settled = _settled(moment, talking | found.calls, counter + 1, now_ms)
            if settled is not moment:
                counter += 1
                self._means.book.keep_moment(settled)
            agents.append(settled)
        return replace(
            self._means.make(None).snapshot(now_ms),
            counter=counter,
            entries=entries,
            agents=tuple(agents),
            offers=found.talks,
        )

    # --- what was kept, what lives ------------------------------------------------------------

    def _await_found(self, mailbox: Mailbox[object], later: list[object]) -> _Found:
        """Look until it can be seen; who asks for a place meanwhile is put aside."""
        while True:
            try:
                legs = self._means.live_legs()
                if legs is not None:
                    return self._look(legs)
            except StoreAway as away:
                log.warning("queues wait for the store", reason=str(away))
            told = mailbox.next(self._means.clock.seconds() + BETWEEN_LOOKS_S)
            if told is not None:
                later.append(told)

    def _look(self, legs: Mapping[str, LiveLeg]) -> _Found:
        means = self._means
        talks = left_talks(means.runs.list_talks(), legs)
        offers = {
            kept.offer.offer_id: kept.offer
            for talk in talks
            if talk.talking.offer_id
            for kept in means.book.list_offers(talk.saved.call_id)
            if kept.offer.offer_id == talk.talking.offer_id
        }
        for kept in means.book.list_live_offers():
            self._end_ringing(kept.offer.offer_id, legs)
        talking = {offer.entry_id for offer in offers.values()}
        places = {one.entry_id: one for one in means.book.list_places()}
        waits = {entry_id: one for entry_id, one in places.items() if entry_id not in talking}
        over = tuple(
            acd.TalkEnded(talk.talking.who, talk.talking.offer_id)
            for talk in talks
            if talk.talking.offer_id and not talk.goes_on
        )
        calls = frozenset(talk.saved.call_id for talk in talks if talk.goes_on)
        return _Found(waits, means.book.list_latest(), tuple(offers.values()), over, calls)

    def _end_ringing(self, offer_id: str, legs: Mapping[str, LiveLeg]) -> None:
        """Nobody knows any more who rings: the phone falls silent, the caller waits on."""
        for leg_id in legs_of(offer_id) & legs.keys():
            with suppress(LegGone, NotDone):
                self._means.conversations.follow(leg_id, legs[leg_id].node, lambda fact: None)
                self._means.conversations.hang_up(leg_id)
        self._means.book.end_offer(offer_id, LOST, self._now_ms())

    # --- who comes back -----------------------------------------------------------------------

    def _gather(
        self, places: Mapping[str, Place], mailbox: Mailbox[object], later: list[object]
    ) -> tuple[JoinAsked, ...]:
        """Wait until everybody who waited is back, at most some seconds; in their order."""
        deadline_s = self._means.clock.seconds() + GATHER_S
        back: dict[str, JoinAsked] = {}
        before, later[:] = tuple(later), []
        for told in before:
            _sort(told, places, back, later)
        while len(back) < len(places):
            told = mailbox.next(deadline_s)
            if told is None:
                break
            _sort(told, places, back, later)
        order = {entry_id: at for at, entry_id in enumerate(places)}
        return tuple(sorted(back.values(), key=lambda one: order[one.join.entry_id]))


def _sort(
    told: object, places: Mapping[str, Place], back: dict[str, JoinAsked], later: list[object]
) -> None:
    """Put what was told where it belongs: a caller who is back, or whatever is taken later."""
    if isinstance(told, JoinAsked) and told.join.entry_id in places:
        back[told.join.entry_id] = told
    else:
        later.append(told)


def _entries(
    back: Iterable[JoinAsked], places: Mapping[str, Place], now_ms: int
) -> tuple[acd.EntryPlace, ...]:
    """Callers at their places; they joined when they joined, so that no wait begins anew."""
    return tuple(
        acd.EntryPlace(
            join=asked.join,
            queue_id=places[asked.join.entry_id].queue_id,
            call_id=asked.join.call_id,
            number=number,
            enqueued_at_ms=places[asked.join.entry_id].enqueued_at_ms,
            joined_at_ms=places[asked.join.entry_id].enqueued_at_ms,
            priority=asked.join.priority,
            demands=asked.join.demands,
            position=number,
            waited_ms=now_ms - places[asked.join.entry_id].enqueued_at_ms,
            phase=acd.Phase.WAITING,
            on_line=True,
            callback=asked.join.callback,
            attempts=0,
            asleep_until_ms=0,
            tried=(),
            ringing=(),
        )
        for number, asked in enumerate(back, start=1)
    )


def _settled(
    moment: acd.AgentMoment, talking: Set[str], number: int, now_ms: int
) -> acd.AgentMoment:
    """An agent as they were, but for an offer or another call that is no more.

    Args:
        moment: As they were.
        talking: Offers and calls that go on.
        number: The number of a new moment.
        now_ms: Its time.
    """
    if moment.state not in (acd.State.TALKING, acd.State.RINGING):
        return moment
    if moment.offer_id in talking or (moment.other_calls and set(moment.other_calls) <= talking):
        return moment
    return moment._replace(
        number=number,
        at_ms=now_ms,
        state=acd.State.IDLE if moment.reachable else acd.State.UNREACHABLE,
        until_ms=0,
        idle_since_ms=now_ms,
        offer_id="",
        other_calls=(),
    )
