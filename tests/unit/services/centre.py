"""Agents of a small centre on fakes: set up, seated, signed in; no calls by themselves."""

from collections.abc import Mapping
from itertools import count
from typing import Any

from switchboard import acd
from switchboard.core.journal import EntryKind
from switchboard.ports.distribution import Caller
from switchboard.ports.roster import RosterKind
from switchboard.services.agents import Agents, AgentView
from switchboard.services.conversation import Exchange
from switchboard.services.hold_music import Music
from switchboard.services.roster import Rosters, changes_between
from switchboard.services.seats import Seats
from switchboard.services.story import Story
from tests.fakes.clock import VirtualClock
from tests.fakes.conversations import FakeExchange
from tests.fakes.distribution import FakeAgentBook, played_distributor
from tests.fakes.journal import FakeJournal
from tests.fakes.phones import FakePhones
from tests.fakes.roster import FakeRoster

QUEUES: Mapping[str, Mapping[str, Any]] = {
    "service": {"wrap_up": "30s", "joining": []},
    "sales": {"joining": []},
}
AGENTS: Mapping[str, Mapping[str, Any]] = {
    "7001": {
        "name": "Ann", "extension": "1001", "queues": {"service": 1}, "breaks": {"tea": "10m"},
    },
    "7002": {"name": "Bob", "extension": "1002", "queues": {"sales": 1}},
    "7003": {"name": "Cleo", "outside": "+8613900000003", "queues": {"sales": 2}},
    "9001": {"name": "Dora", "extension": "1009", "supervisor": True},
}  # fmt: skip


class Centre:
    """A centre whose distributor applies everything at once."""

    def __init__(self, agents: Mapping[str, Mapping[str, Any]] = AGENTS) -> None:
        self._ids = count(1)
        self.clock, self.journal = VirtualClock(), FakeJournal()
        self.exchange = FakeExchange(now=self.clock.now)
        self.switching = Exchange(
            self.exchange, self.exchange, Music(("music.wav",), 30.0), self.new_id
        )
        self.rosters = Rosters(FakeRoster(), tuple, self.clock)
        self.rosters.take_in({RosterKind.QUEUE: QUEUES, RosterKind.AGENT: agents}, "test")
        self.book, self.phones = FakeAgentBook(), FakePhones(now=self.clock.now)
        self.seats = Seats(self.rosters.staff, self.book)
        self.distributor = played_distributor(
            acd.Distribution(self.rosters.staff().config(), seed=1, run="o"),
            self.switching,
            self.seats.find_seat,
            self.book,
            self.clock,
        )
        self.agents = Agents(self.rosters.staff, self.distributor, self.phones, self.seats)
        self.phones.follow_phones(self.agents.hear_phone)
        self.distributor.hear_alert = self.agents.hear_alert
        for extension in ("1001", "1002", "1009"):
            self.phones.registers(extension)

    def new_id(self) -> str:
        return f"id-{next(self._ids)}"

    def story_of(self, call_id: str) -> Story:
        return Story(call_id, self.journal, self.clock, self.new_id)

    def agent(self, agent_id: str = "7001") -> AgentView:
        found = self.agents.find_agent(agent_id)
        assert found is not None
        return found

    def moment(self, agent_id: str = "7001") -> acd.AgentMoment:
        moment = self.agent(agent_id).moment
        assert moment is not None
        return moment

    def waits(self, call_id: str, queue: str = "service") -> list[object]:
        """A caller joins; what they are told is added to the list."""
        told: list[object] = []
        join = acd.Join(f"{call_id}.{queue}", queue, call_id)
        self.distributor.join(join, Caller("fs1", "138", told.append, lambda _: None))
        return told

    def talks(self, call_id: str = "c1") -> None:
        """Agent 7001 takes a caller, who talks with them."""
        self.agents.sign_in("7001")
        self.waits(call_id)
        agent = self.exchange.leg(self.exchange.orders[-1].leg_id)
        agent.answers()
        self.exchange.offered(f"caller of {call_id}", lambda _: None)
        self.exchange.join(f"caller of {call_id}", agent.leg_id)

    def passes(self, seconds: float) -> None:
        """Time goes by; what is due happens."""
        self.clock.pass_until(self.clock.seconds() + seconds)
        self.distributor.tell(acd.Tick())

    def follow_changes(self, before: Any) -> None:
        """What the server does within a second of a change of the roster."""
        for event in changes_between(before, self.rosters.staff()):
            self.distributor.tell(event)

    def told(self, kind: EntryKind) -> list[Mapping[str, Any]]:
        return [entry.details for entry in self.journal.entries if entry.kind is kind]
