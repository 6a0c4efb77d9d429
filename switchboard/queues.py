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
from switchboard.services.conversation import Exchange
from switchboard.services.distributor import Distributor
from switchboard.services.roster import Rosters, Staff, changes_between
from switchboard.services.seats import Seats
from switchboard.services.wrap_ups import WrapUps
from switchboard.store.store import Store
from switchboard.switch.switch import Switch

log = structlog.get_logger(__name__)

# Every call and every agent's phone puts into the one mailbox; 5,000 may join within seconds.
MOST_TOLD = 100_000
LOOK_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class Queues:
    """What looks after queues and agents in one server.

    Attributes:
        distributor: The owner of callers and agents.
        agents: The agents.
        rosters: Who works where.
        seats: Where agents sit.
        clock: The clock.
    """

    distributor: Distributor
    agents: Agents
    rosters: Rosters
    seats: Seats
    clock: ScaledClock

    def services(self) -> Iterator[tuple[str, Callable[[], object]]]:
        """Yield the greenlets it needs, by name."""
        yield "distributor", self.distributor.keep_distributing
        yield "roster", self._keep_looking

    def _keep_looking(self) -> None:
        """Tell the distribution what people change, in this process or another."""
        known = self.rosters.staff()
        while True:
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
    return Queues(distributor, agents, rosters, seats, clock)


def _staff(rosters: Rosters) -> Staff:
    try:
        return rosters.staff()
    except StoreAway as away:
        log.warning("queues begin with the usual settings", reason=str(away))
        return Staff()
