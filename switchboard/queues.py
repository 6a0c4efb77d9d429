"""Builds who brings callers and agents together: the distributor, the agents, the roster."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from secrets import token_hex

import structlog

from switchboard import acd
from switchboard.flow import Program
from switchboard.ports.outages import StoreAway
from switchboard.runtime.clock import ScaledClock
from switchboard.runtime.mailboxes import Mailbox
from switchboard.services.agents import Agents
from switchboard.services.call import World
from switchboard.services.calls import Calls
from switchboard.services.conversation import Exchange
from switchboard.services.distributor import Distributor
from switchboard.services.healing import Corrections, Healing, HealingMeans
from switchboard.services.left_talks import LeftTalks
from switchboard.services.live_legs import LiveLegs
from switchboard.services.queue_hours import QueueHours
from switchboard.services.restart import RestartMeans
from switchboard.services.roster import Rosters, Staff, changes_between
from switchboard.services.seats import Seats
from switchboard.services.wrap_ups import WrapUps
from switchboard.store.store import Store
from switchboard.switch.switch import Switch

log = structlog.get_logger(__name__)

# Every call and every agent's phone puts into the one mailbox; 5,000 may join within seconds.
MOST_TOLD = 100_000
LOOK_EVERY_S = 1.0


class Lag:
    """The server's own lag, for the surge policy: the worst of each second."""

    def __init__(self) -> None:
        self._worst_s = 0.0
        self._told_ms = 0

    def hear(self, late_s: float) -> None:
        """Take how late the event loop ran."""
        self._worst_s = max(self._worst_s, late_s)

    def measured(self) -> acd.LagMeasured | None:
        """What to tell the distribution; None when nothing is new."""
        worst_ms, self._worst_s = round(self._worst_s * 1000), 0.0
        if worst_ms == self._told_ms:
            return None
        self._told_ms = worst_ms
        return acd.LagMeasured(worst_ms)


@dataclass(frozen=True, slots=True)
class Queues:
    """What looks after queues and agents in one server.

    Attributes:
        distributor: The owner of callers and agents.
        agents: The agents.
        rosters: Who works where.
        seats: Where agents sit.
        clock: The clock.
        hours: When queues take callers.
        lag: The server's own lag.
    """

    distributor: Distributor
    agents: Agents
    rosters: Rosters
    seats: Seats
    clock: ScaledClock

    hours: QueueHours
    lag: Lag

    def services(self) -> Iterator[tuple[str, Callable[[], object]]]:
        """Yield the greenlets it needs, by name."""
        yield "distributor", self._distribute
        yield "roster", self._keep_looking

    def _distribute(self) -> None:
        while not self._find_seats():
            self.clock.sleep(LOOK_EVERY_S)
        self.distributor.keep_distributing()
        while True:  # it has left: what is told now is for the next server to find
            self.clock.sleep(LOOK_EVERY_S)

    def _find_seats(self) -> bool:
        try:
            self.seats.go_on()
        except StoreAway as away:
            log.warning("seats wait for the store", reason=str(away))
            return False
        return True

    def _keep_looking(self) -> None:
        """Tell the distribution what people change, in this process or another."""
        known = self.rosters.staff()
        while True:
            self.hours.look()
            if measured := self.lag.measured():
                self.distributor.tell(measured)
            self.clock.sleep(LOOK_EVERY_S)
            now = self.rosters.staff()
            for event in changes_between(known, now):
                self.distributor.tell(event)
            known = now


def make_queues(
    store: Store,
    switch: Switch,
    exchange: Exchange,
    clock: ScaledClock,
    program: Callable[[], Program],
) -> Queues:
    """Make them; nothing is distributed yet."""

    def named() -> Iterable[str]:
        return tuple(program().centre.queues)

    rosters = Rosters(store.roster, named, clock)
    seats = Seats(rosters.staff, store.agent_book)
    distributor = Distributor(
        distribution=acd.Distribution(_staff(rosters).config(), run=token_hex(4)),
        mailbox=Mailbox(clock, MOST_TOLD),
        exchange=exchange,
        find_seat=seats.find_seat,
        book=store.agent_book,
        clock=clock,
    )
    distributor.hear_moment = WrapUps(store.journal, distributor.call_of).see
    agents = Agents(rosters.staff, distributor, switch.phones, seats)
    switch.phones.follow_phones(agents.hear_phone)
    hours = QueueHours(rosters, program, distributor.tell, clock)
    return Queues(distributor, agents, rosters, seats, clock, hours, Lag())


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What looks after calls and agents beside those who own them.

    Attributes:
        distributor: The owner of callers and agents.
        left_talks: Owns conversations again that a former server left.
        healing: Compares what is believed with what lives.
        corrections: What it had to mend.
    """

    distributor: Distributor
    left_talks: LeftTalks
    healing: Healing
    corrections: Corrections

    def services(self) -> Iterator[tuple[str, Callable[[], object]]]:
        """Yield the greenlets it needs, by name."""
        yield "healing", self._look_after

    def leave(self) -> None:
        """Silence who rings, and leave places and conversations to the next server as they are."""
        self.healing.leave()
        self.distributor.leave()

    def _look_after(self) -> None:
        self.left_talks.begin()
        self.healing.keep_healing()


def make_upkeep(queues: Queues, store: Store, switch: Switch, world: World, calls: Calls) -> Upkeep:
    """Make it, and let the distributor go on where a former one left."""
    clock, conversations, distributor = queues.clock, switch.conversations, queues.distributor
    live = LiveLegs(conversations, switch.nodes_connected, clock)

    def distribution(snapshot: acd.Snapshot | None) -> acd.Distribution:
        config, run = _staff(queues.rosters).config(), token_hex(4)
        if snapshot is None:
            return acd.Distribution(config, run=run)
        return acd.Distribution.restore(config, snapshot, run=run)

    distributor.restart = RestartMeans(
        distribution, store.agent_book, store.runs, conversations, live.find_at_start, clock
    )
    corrections = Corrections(world.metrics.corrected)
    distributor.hear_correction = corrections.count
    left_talks = LeftTalks(world, calls, live.find_at_start)
    healing = Healing(
        HealingMeans(
            distribution=distributor,
            conversations=conversations,
            live_legs=live.find_all,
            calls=calls,
            take_up=left_talks.take_up,
            is_reachable=queues.agents.is_reachable,
            corrected=corrections.count,
            stuck=world.metrics.agents_stuck,
            now_ms=distributor.now_ms,
            clock=clock,
        )
    )
    return Upkeep(distributor, left_talks, healing, corrections)


def _staff(rosters: Rosters) -> Staff:
    try:
        return rosters.staff()
    except StoreAway as away:
        log.warning("queues begin with the usual settings", reason=str(away))
        return Staff()
