"""The one owner of waiting callers and agents: a mailbox in, decisions carried out, one by one.

Everything that decides is :class:`switchboard.acd.Distribution`; here its decisions meet the world:
agents' phones are rung, callers are told, what changed is kept. Never waits for a phone: what
becomes of one arrives in the same mailbox.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from itertools import count

import structlog

from switchboard import acd
from switchboard.core.causes import HangupCause
from switchboard.core.facts import LegFact
from switchboard.ports.agent_book import AgentBook
from switchboard.ports.clock import Clock
from switchboard.ports.dialling import DialOrder, DialRefused
from switchboard.ports.distribution import (
    AgentAnswered,
    AgentRings,
    Caller,
    OfferOver,
    Standing,
    TalkTakenUp,
)
from switchboard.ports.inboxes import InboxClosed, Mailbox
from switchboard.services.conversation import Exchange
from switchboard.services.offer_legs import leg_id_of
from switchboard.services.offered import Offered, TalkNow, call_of, taken_up
from switchboard.services.places import Places
from switchboard.services.restart import JoinAsked, Restart, RestartMeans
from switchboard.services.ringing import Confirming, Ringing, Rung, Seat

log = structlog.get_logger(__name__)

RESULTS: dict[HangupCause | str, acd.OfferResult] = {
    HangupCause.USER_BUSY: acd.OfferResult.BUSY,
    HangupCause.CALL_REJECTED: acd.OfferResult.REJECTED,
    HangupCause.NO_ANSWER: acd.OfferResult.NO_ANSWER,
    HangupCause.NO_USER_RESPONSE: acd.OfferResult.NO_ANSWER,
    HangupCause.USER_NOT_REGISTERED: acd.OfferResult.NOT_REGISTERED,
}
"""What an agent's phone said; anything else is ``unreachable``."""


@dataclass(frozen=True, slots=True)
class _LegTold:
    offer_id: str
    fact: LegFact


class Distributor:
    """Keeps :class:`switchboard.ports.distribution.Distribution`.

    Args:
        distribution: What decides.
        mailbox: Its own; large, since every call and phone puts into it.
        exchange: Rings agents.
        find_seat: Where an agent is reached now; None: nowhere.
        book: Keeps moments and offers.
        clock: The clock.

    Attributes:
        confirming: Asks who answers outside for a key; None: nobody is asked.
        restart: How it goes on behind another; None: it begins with nothing.
        hear_alert: Told what somebody should look at.
        hear_correction: Told, by kind, what was believed and was not so.
        hear_moment: Told each new moment of an agent.
    """

    def __init__(
        self,
        *,
        distribution: acd.Distribution,
        mailbox: Mailbox[object],
        exchange: Exchange,
        find_seat: Callable[[str], Seat | None],
        book: AgentBook,
        clock: Clock,
    ) -> None:
        self.confirming: Confirming | None = None
        self.restart: RestartMeans | None = None
        self.hear_alert: Callable[[acd.Alert], None] = lambda _: None
        self.hear_correction: Callable[[str], None] = lambda _: None
        self.hear_moment: Callable[[acd.AgentMoment], None] = lambda _: None
        self._distribution = distribution
        self._mailbox = mailbox
        self._exchange = exchange
        self._find_seat = find_seat
        self._book = book
        self._clock = clock
        self._callers: dict[str, Caller] = {}
        self._offered: dict[str, Offered] = {}
        self._places = Places(book, clock)
        self._origin_s = clock.now().timestamp() - clock.seconds()

    # --- the port -----------------------------------------------------------------------------

    def join(self, join: acd.Join, caller: Caller) -> None:
        """Ask for a place; see the port."""
        self._mailbox.put(JoinAsked(join, caller))

    def tell(self, event: object) -> None:
        """Tell an event; see the port."""
        self._mailbox.put(event)

    def standing(self, entry_id: str) -> Standing | None:
        """How an entry stands; see the port."""
        position = self._distribution.position(entry_id)
        if position is None:
            return None
        return Standing(position, self._distribution.spoken_wait(entry_id))

    def snapshot(self) -> acd.Snapshot:
        """Everything as of now; see the port."""
        return self._distribution.snapshot(self.now_ms())

    def find_talk(self, agent_id: str) -> TalkNow | None:
        """The conversation that an agent has now by an offer; None for none."""
        for offered in self._offered.values():
            leg = offered.ringing.leg
            if offered.offer.agent_id == agent_id and not offered.rings and leg:
                return TalkNow(agent_id, call_of(offered.offer), leg)
        return None

    def call_of(self, offer_id: str) -> str:
        """Return the call that a live offer is about; empty for none."""
        offered = self._offered.get(offer_id)
        return call_of(offered.offer) if offered else ""

    def now_ms(self) -> int:
        """The moment as the distribution counts: milliseconds since 1970, never going back."""
        return round((self._origin_s + self._clock.seconds()) * 1000)

    # --- its greenlet -------------------------------------------------------------------------

    def keep_distributing(self) -> None:
        """Go on where another left, take what is told, carry out what is decided; to shutdown."""
        try:
            self.begin()
            while True:
                self.take(self._mailbox.next(self._next_timer_s()))
        except InboxClosed:
            log.info("the distributor ends; callers and agents are left to the next")
            self._end_ringing()

    def leave(self) -> None:
        """Ring nobody any more and decide nothing more; places and talks are left as they are."""
        self._mailbox.close()

    def begin(self) -> None:
        """Go on where another distributor left, once.

        Raises:
            InboxClosed: the server ends.
        """
        if self.restart is None:
            return
        restored = Restart(self.restart, self.now_ms).go_on(self._mailbox)
        self.restart = None
        self._distribution = restored.distribution
        self._places.go_on(restored.places.values())
        for asked in restored.back:
            self._callers[asked.join.entry_id] = asked.caller
            self._greet_again(asked.join.entry_id, asked)
        self._apply(restored.seen)
        for told in restored.later:
            self.take(told)

    def _end_ringing(self) -> None:
        for offered in self._offered.values():
            if offered.rings:
                offered.ringing.hang_up(HangupCause.ORIGINATOR_CANCEL)

    def _next_timer_s(self) -> float | None:
        due_ms = self._distribution.next_timer_ms()
        return None if due_ms is None else due_ms / 1000 - self._origin_s

    def take(self, told: object | None) -> None:
        """Apply one thing that was told, or that nothing was told until a timer is due (None)."""
        match told:
            case None:
                self._apply(acd.Tick())
            case JoinAsked():
                self._join(told)
            case _LegTold():
                self._hear_leg(told)
            case TalkTakenUp():
                self._take_up(told)
            case acd.TalkEnded():
                if offered := self._offered.pop(told.offer_id, None):
                    self._places.forget(offered.offer.entry_id)
                self._apply(told)
            case acd.Reconcile():
                self._apply(told)
                self._give_places_up()
            case _:
                self._apply(told)

    def _apply(self, event: object) -> None:
        for decision in self._distribution.apply(event, self.now_ms()):
            self._carry_out(decision)

    def _join(self, asked: JoinAsked) -> None:
        entry_id = asked.join.entry_id
        self._callers[entry_id] = asked.caller
        if self._distribution.position(entry_id) is not None:
            self._greet_again(entry_id, asked)
            return
        join, place = asked.join, self._places.find_since_ms(entry_id)
        if place is not None:  # they waited before the server died, and come back late
            join = replace(join, enqueued_at_ms=place, protected=True)
        self._apply(join)

    def _take_up(self, told: TalkTakenUp) -> None:
        """A conversation of the former server: its leg belongs to its call."""
        offers = {offer.offer_id: offer for offer in self.snapshot().offers}
        if offer := offers.get(told.offer_id):
            self._offered[told.offer_id] = taken_up(offer, told.leg)

    def _give_places_up(self) -> None:
        now = self.snapshot()
        waiting = [place.entry_id for place in now.entries]
        self._places.give_up([*waiting, *(offer.entry_id for offer in now.offers)])

    def _greet_again(self, entry_id: str, asked: JoinAsked) -> None:
        """A call that was taken up is told where it stands, and of who rings for it."""
        for place in self.snapshot().entries:
            if place.entry_id == entry_id:
                asked.caller.tell(
                    acd.Joined(
                        entry_id, place.queue_id, place.enqueued_at_ms, place.number, place.position
                    )
                )
        for offered in self._offered.values():
            if offered.offer.entry_id == entry_id:
                offered.tell = asked.caller.tell

    # --- decisions ----------------------------------------------------------------------------

    def _carry_out(self, decision: acd.Decision) -> None:
        match decision:
            case acd.MakeOffer():
                self._ring(decision.offer)
            case acd.CancelOffer():
                self._cancel(decision)
            case acd.Connect():
                self._connect(decision)
            case acd.AgentChanged():
                self._book.keep_moment(decision.moment)
                self.hear_moment(decision.moment)
            case acd.JoinRefused() | acd.EntryLeft():
                # The place of who is answered is theirs until they have talked.
                if decision.reason is not acd.Leaving.ANSWERED:
                    self._places.forget(decision.entry_id)
                if caller := self._callers.pop(decision.entry_id, None):
                    caller.tell(decision)
            case acd.Joined() | acd.EntryMoved() | acd.ThresholdPassed():
                if not isinstance(decision, acd.ThresholdPassed):
                    self._places.keep(decision)
                if caller := self._callers.get(decision.entry_id):
                    caller.tell(decision)
            case acd.Corrected():
                self._correct(decision)
            case acd.Alert():
                log.warning("somebody should look at an agent", **_shown(decision))
                self.hear_alert(decision)
            case _:
                log.warning("told by the distribution", **_shown(decision))

    def _correct(self, found: acd.Corrected) -> None:
        """What was believed was not so; nothing may ring for an offer that is no more."""
        log.warning("corrected", kind=found.kind, subject=found.subject_id)
        self.hear_correction(found.kind)
        offered = self._offered.pop(found.subject_id, None)
        if offered is None or not offered.rings:
            return
        offered.ringing.hang_up(HangupCause.ORIGINATOR_CANCEL)
        offer, result = offered.offer, acd.OfferResult.UNREACHABLE
        self._book.end_offer(offer.offer_id, result, self.now_ms())
        offered.tell(OfferOver(offer.entry_id, offer.offer_id, offer.agent_id, result))

    def _ring(self, offer: acd.Offer) -> None:
        caller, seat = self._callers.get(offer.entry_id), self._find_seat(offer.agent_id)
        self._book.keep_offer(offer, call_of(offer))
        if caller is None or seat is None:
            self._fail(offer, acd.OfferResult.UNREACHABLE)
            return
        order = DialOrder(
            leg_id="",
            call_id=call_of(offer),
            node=caller.node,
            target=seat.target,
            ring_s=max(1, round((offer.ring_until_ms - offer.at_ms) / 1000)),
            shown_number=caller.shown_number,
        )
        offer_id, exchange = offer.offer_id, self._exchange
        ringing = Ringing(
            exchange.dialler,
            partial(next, (leg_id_of(offer_id, number) for number in count())),
            seat,
            order,
            lambda fact: self._mailbox.put(_LegTold(offer_id, fact)),
            self.confirming,
        )
        try:
            ringing.begin()
        except DialRefused as refusal:
            log.warning("an agent cannot be rung", agent_id=offer.agent_id, reason=str(refusal))
            self._fail(offer, acd.OfferResult.UNREACHABLE)
            return
        self._offered[offer_id] = Offered(offer, ringing, caller.tell)
        caller.tell(AgentRings(offer.entry_id, offer_id, offer.agent_id))

    def _fail(self, offer: acd.Offer, result: acd.OfferResult) -> None:
        """Tell that an offer came to nothing; behind what is being carried out now."""
        self._book.end_offer(offer.offer_id, result, self.now_ms())
        self._mailbox.put(acd.OfferFailed(offer.offer_id, result))

    def _cancel(self, decision: acd.CancelOffer) -> None:
        offered = self._offered.pop(decision.offer_id, None)
        if offered is None:
            return
        lost = decision.reason is acd.Cancelled.LOST
        offered.ringing.hang_up(HangupCause.LOSE_RACE if lost else HangupCause.ORIGINATOR_CANCEL)
        self._book.end_offer(decision.offer_id, decision.reason, self.now_ms())
        offered.tell(
            OfferOver(decision.entry_id, decision.offer_id, decision.agent_id, decision.reason)
        )

    def _connect(self, decision: acd.Connect) -> None:
        """The agent has won: their leg belongs to the call from here on."""
        offered = self._offered.get(decision.offer_id)
        caller = self._callers.pop(decision.entry_id, None)
        if offered is None or offered.ringing.leg is None or caller is None:
            log.error("nobody to connect", offer_id=decision.offer_id)
            self._mailbox.put(acd.TalkEnded(decision.agent_id, decision.offer_id))
            return
        offered.tell_leg = caller.tell_leg
        self._book.end_offer(decision.offer_id, acd.OfferResult.ANSWERED, self.now_ms())
        caller.tell(
            AgentAnswered(
                decision.entry_id,
                decision.offer_id,
                decision.agent_id,
                offered.ringing.leg,
                offered.offer.waited_ms + self.now_ms() - offered.offer.at_ms,
            )
        )

    # --- agents' legs -------------------------------------------------------------------------

    def _hear_leg(self, told: _LegTold) -> None:
        offered = self._offered.get(told.offer_id)
        if offered is None:
            return
        if offered.tell_leg is not None:
            offered.tell_leg(told.fact)
            return
        rung = offered.ringing.hear(told.fact)
        if rung is Rung.ANSWERED:
            self._apply(acd.OfferAnswered(told.offer_id))
        elif rung is Rung.OVER:
            self._hear_unanswered(offered, offered.ringing.cause)

    def _hear_unanswered(self, offered: Offered, cause: HangupCause | str) -> None:
        offer = offered.offer
        result = RESULTS.get(cause, acd.OfferResult.UNREACHABLE)
        del self._offered[offer.offer_id]
        self._book.end_offer(offer.offer_id, result, self.now_ms())
        offered.tell(OfferOver(offer.entry_id, offer.offer_id, offer.agent_id, result))
        self._apply(acd.OfferFailed(offer.offer_id, result))


def _shown(decision: acd.Decision) -> dict[str, object]:
    fields = getattr(decision, "__dataclass_fields__", {})
    return {"what": type(decision).__name__, **{name: getattr(decision, name) for name in fields}}
