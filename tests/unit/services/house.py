"""A house: the services of calls on fakes, for whole calls without a switch."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import count

from switchboard import acd
from switchboard.core.facts import LegFact
from switchboard.core.journal import EntryKind
from switchboard.core.legs import Direction, LegOffer
from switchboard.services.admission import Admission, Limit
from switchboard.services.call import World
from switchboard.services.call_recording import RecordingMeans, RecordingRules
from switchboard.services.caller import Means
from switchboard.services.calls import Calls
from switchboard.services.conversation import Exchange
from switchboard.services.hold_music import Music
from switchboard.services.mailboxes import Mailboxes, MailboxRules
from switchboard.services.numbers import Numbers
from switchboard.services.people import PeopleMeans
from switchboard.services.programs import Programs
from switchboard.services.releases import Releases
from switchboard.services.ringing import Seat
from switchboard.services.roster import Staff
from switchboard.services.wrap_ups import WrapUps
from tests.fakes.announcements import FakeAnnouncements
from tests.fakes.clock import NOON, VirtualClock
from tests.fakes.conversations import FakeExchange
from tests.fakes.distribution import FakeAgentBook, played_distributor
from tests.fakes.flow_versions import FakeFlowVersions
from tests.fakes.journal import FakeJournal
from tests.fakes.legs import AskedToPlay, FakeLeg
from tests.fakes.mailboxes import PlayedMailbox
from tests.fakes.messages import FakeMessages
from tests.fakes.metrics import FakeMetrics
from tests.fakes.outside import FakeOutside
from tests.fakes.parameters import FakeParameters
from tests.fakes.prompts import FakePrompts
from tests.fakes.recordings import FakeRecordingBook, FakeRecordings
from tests.fakes.records import FakeRecords
from tests.fakes.runs import FakeRuns
from tests.fakes.screening import FakeBlacklist

HOTLINE = "4008001000"
MUSIC = Music(("music.wav",), 30.0)


@dataclass
class House:
    """The services of calls on fakes; a call's greenlet runs when the test says so."""

    folder: object
    flows: Mapping[str, str]
    admission: Admission = field(default_factory=lambda: Admission(Limit(), {}))
    rules: MailboxRules = field(default_factory=MailboxRules)
    recording_rules: RecordingRules = field(default_factory=RecordingRules)
    queues: acd.Config = field(default_factory=acd.Config)

    def __post_init__(self) -> None:
        self.clock = VirtualClock()
        self.journal = FakeJournal()
        self.records = FakeRecords(self.journal)
        self.runs = FakeRuns(self.records)
        self.messages, self.blacklist = FakeMessages(), FakeBlacklist()
        self.recordings, self.book = FakeRecordings(self.folder), FakeRecordingBook()
        self.metrics = FakeMetrics()
        self.parameters = FakeParameters()
        self.announcements = FakeAnnouncements()
        self.outside = FakeOutside(self.clock)
        self.versions = FakeFlowVersions()
        self.exchange = FakeExchange(now=self.clock.now)
        self.switching = Exchange(self.exchange, self.exchange, MUSIC, self.new_id)
        self.agents: dict[str, Seat] = {}
        self.agent_book = FakeAgentBook()
        self.distributor = played_distributor(
            acd.Distribution(self.queues, seed=1, run="o"),
            self.switching,
            self.agents.get,
            self.agent_book,
            self.clock,
        )
        self.distributor.hear_moment = WrapUps(self.journal, self.distributor.call_of).see
        self.staff = Staff()
        self.releases = Releases(self.versions, self.clock)
        self.publish(self.flows)
        self.started: list[Callable[[], object]] = []
        self.mailboxes: list[PlayedMailbox] = []
        self._ids = count(1)
        self.calls = self.restart()

    def restart(self) -> Calls:
        """A server that knows only what was saved."""
        programs = self.load()
        self.world = World(
            means=Means(self.clock, FakePrompts(), self.recordings, self.announcements),
            journal=self.journal,
            runs=self.runs,
            mailboxes=Mailboxes(self.messages, self.rules, self.clock),
            recording=RecordingMeans(
                self.recording_rules, self.recordings, self.book, self.clock, self.new_id
            ),
            metrics=self.metrics,
            errands=self.outside.errands(),
            programs=programs,
            parameters=self.parameters,
            new_id=self.new_id,
            people=PeopleMeans(self.switching, self.distributor, self.clock, lambda: self.staff),
        )
        self.calls = Calls(
            numbers=Numbers(programs),
            admission=self.admission,
            blacklist=self.blacklist,
            world=self.world,
            open_mailbox=self.open_mailbox,
            start=lambda _, work: self.started.append(work),
        )
        return self.calls

    def new_id(self) -> str:
        return f"id-{next(self._ids)}"

    def publish(self, flows: Mapping[str, str], share: int = 100) -> str:
        version_id = self.releases.keep_draft(flows, by="test")
        self.releases.publish(version_id, by="test", share=share)
        return version_id

    def load(self) -> Programs:
        self.programs = Programs(self.versions, self.releases)
        self.programs.look()
        return self.programs

    def open_mailbox(self) -> PlayedMailbox:
        self.mailboxes.append(PlayedMailbox(self.clock))
        return self.mailboxes[-1]

    def offer(
        self,
        *,
        leg_id="leg-1",
        call_id=None,
        answered=False,
        answered_at=None,
        ani="13800138000",
        dnis=HOTLINE,
    ) -> FakeLeg:
        """Bring a leg; return it, its facts going where the services want them."""
        sinks: list[Callable[[LegFact], None]] = []
        leg = FakeLeg(leg_id, lambda fact: sinks[0](fact), now=self.clock.now)
        leg.answered = answered
        offer = LegOffer(leg_id, "local", Direction.INBOUND, ani, "", dnis, call_id, answered, NOON)
        sinks.append(self.calls.take(replace(offer, answered_at=answered_at), leg))
        return leg

    def run(self) -> None:
        """Run the newest call to its end."""
        self.started.pop()()

    def kinds(self) -> list[EntryKind]:
        return [entry.kind for entry in self.journal.entries]

    def details(self, kind: EntryKind) -> dict:
        return next(dict(entry.details) for entry in self.journal.entries if entry.kind is kind)


def heard(leg: FakeLeg) -> list[str]:
    plays = [ask for ask in leg.asked if isinstance(ask, AskedToPlay)]
    return [file.rsplit("/", 1)[-1].removesuffix(".wav") for ask in plays for file in ask.files]
