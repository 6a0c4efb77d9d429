"""Self-healing: every two seconds, what we believe of calls and agents is held against what lives.

Each thing that was believed and is not so is mended and counted; the count should stay at zero.
Four things are compared: callers who wait with the calls that are owned, agents who ring or talk
with their legs, calls with their callers' legs, agents' seats with the phones that are registered.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

import structlog

from switchboard import acd
from switchboard.core.causes import HangupCause
from switchboard.core.facts import LegFact, LegHungUp
from switchboard.ports.clock import Clock
from switchboard.ports.conversations import Conversations, LiveLeg, NotDone
from switchboard.ports.distribution import Distribution
from switchboard.ports.legs import Leg, LegGone
from switchboard.ports.outages import StoreAway
from switchboard.services.offer_legs import legs_of
from switchboard.services.offered import call_of

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 2.0
LAG_MS = 2_000
"""The switch lists a leg up to a second late, and one that was just ordered a little later."""

STUCK_AFTER_MS = 5_000


class Corrections:
    """Counts what was believed and was not so.

    Args:
        told: Told each kind, too.
    """

    def __init__(self, told: Callable[[str], None]) -> None:
        self._told = told
        self._counts: Counter[str] = Counter()

    def count(self, kind: str) -> None:
        """Count one."""
        self._counts[kind] += 1
        self._told(kind)

    def counts(self) -> Mapping[str, int]:
        """How often each kind was, since the server began; hoped to stay empty."""
        return dict(self._counts)


class LiveCalls(Protocol):
    """The calls of this server."""

    def owns(self, call_id: str) -> bool:
        """Whether it owns that call."""
        ...

    def legs(self) -> dict[str, Leg]:
        """The caller's leg of each call."""
        ...

    def tell(self, call_id: str, fact: LegFact) -> None:
        """Tell a call of its caller's leg."""
        ...


@dataclass(frozen=True, slots=True)
class HealingMeans:
    """What healing takes.

    Attributes:
        distribution: What is believed of callers and agents.
        conversations: Ends legs that nobody looks after.
        live_legs: Every leg that lives; None while a node cannot be asked.
        calls: The calls of this server.
        take_up: Owns a call again whose caller talks; whether it could.
        is_reachable: Whether an agent's seat can be rung now; None for no seat.
        corrected: Told each kind of correction.
        stuck: Told how many agents are past the end of what they were in.
        now_ms: The distribution's clock.
        clock: The clock.
    """

    distribution: Distribution
    conversations: Conversations
    live_legs: Callable[[], Mapping[str, LiveLeg] | None]
    calls: LiveCalls
    take_up: Callable[[str, Mapping[str, LiveLeg]], bool]
    is_reachable: Callable[[str], bool | None]
    corrected: Callable[[str], None]
    stuck: Callable[[int], None]
    now_ms: Callable[[], int]
    clock: Clock


class Healing:
    """Compares and mends.

    Args:
        means: What it takes.
    """

    def __init__(self, means: HealingMeans) -> None:
        self._means = means
        self._is_leaving = False
        self._missing: dict[str, str] = {}  # calls and their legs, at the last look

    def leave(self) -> None:
        """Mend nothing more: calls are left to the next server, not lost."""
        self._is_leaving = True

    def keep_healing(self) -> None:
        """Look every two seconds, for ever."""
        while True:
            self._means.clock.sleep(LOOK_EVERY_S)
            try:
                self.look()
            except StoreAway as away:
                log.warning("healing waits for the store", reason=str(away))

    def look(self) -> None:
        """Compare once; nothing is concluded while a node cannot be asked."""
        means = self._means
        as_of_ms = means.now_ms() - LAG_MS
        legs = means.live_legs()
        if legs is None or self._is_leaving:
            return
        self._end_vanished(legs)
        snapshot = means.distribution.snapshot()
        self._own_again(snapshot, legs, as_of_ms)
        means.distribution.tell(
            acd.Reconcile(
                entries=frozenset(
                    place.entry_id
                    for place in snapshot.entries
                    if not place.on_line or means.calls.owns(place.call_id)
                ),
                offers=frozenset(
                    offer.offer_id
                    for offer in snapshot.offers
                    if not legs_of(offer.offer_id).isdisjoint(legs)
                ),
                other_calls=frozenset(
                    (moment.agent_id, ref)
                    for moment in snapshot.agents
                    for ref in moment.other_calls
                    if ref in legs or means.calls.owns(ref)
                ),
                as_of_ms=as_of_ms,
            )
        )
        self._mend_reachable(snapshot)
        means.stuck(sum(_is_stuck(moment, snapshot.at_ms) for moment in snapshot.agents))

    # --- inside -------------------------------------------------------------------------------

    def _end_vanished(self, legs: Mapping[str, LiveLeg]) -> None:
        """A call whose leg is missing at two looks has lost its caller: the hang-up was lost."""
        means = self._means
        missing = {
            call_id: leg.leg_id
            for call_id, leg in means.calls.legs().items()
            if leg.leg_id not in legs
        }
        for call_id in missing.keys() & self._missing.keys():
            log.warning("a call whose leg has vanished is ended", call_id=call_id)
            means.corrected("leg_vanished")
            cause, at = HangupCause.NORMAL_TEMPORARY_FAILURE, means.clock.now()
            means.calls.tell(call_id, LegHungUp(missing[call_id], cause, at))
        self._missing = missing

    def _own_again(
        self, snapshot: acd.Snapshot, legs: Mapping[str, LiveLeg], as_of_ms: int
    ) -> None:
        """A conversation whose call is owned by nobody is owned again, or its agent is let go."""
        talking = {
            moment.offer_id: moment.at_ms
            for moment in snapshot.agents
            if moment.state is acd.State.TALKING
        }
        for offer in snapshot.offers:
            began_ms = talking.get(offer.offer_id)
            call_id = call_of(offer)
            if began_ms is None or began_ms >= as_of_ms or self._means.calls.owns(call_id):
                continue
            for leg_id in legs_of(offer.offer_id) & legs.keys():
                if not self._means.take_up(call_id, legs):
                    self._end(leg_id, legs)

    def _end(self, leg_id: str, legs: Mapping[str, LiveLeg]) -> None:
        """An agent's leg that nobody looks after; by the next look the agent is free."""
        log.warning("an agent's leg without a call is ended", leg_id=leg_id)
        self._means.corrected("leg_left")
        with suppress(LegGone, NotDone):
            self._means.conversations.follow(leg_id, legs[leg_id].node, lambda fact: None)
            self._means.conversations.hang_up(leg_id)

    def _mend_reachable(self, snapshot: acd.Snapshot) -> None:
        for moment in snapshot.agents:
            is_reachable = self._means.is_reachable(moment.agent_id)
            if is_reachable is not None and is_reachable != moment.reachable:
                self._means.distribution.tell(acd.SetReachable(moment.agent_id, is_reachable))


def _is_stuck(moment: acd.AgentMoment, now_ms: int) -> bool:
    ends = moment.state in (acd.State.RINGING, acd.State.WRAP_UP) and moment.until_ms
    return bool(ends) and now_ms - moment.until_ms > STUCK_AFTER_MS
