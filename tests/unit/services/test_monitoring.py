"""A supervisor in an agent's conversation: in each manner, and out of it, whoever leaves first."""

from itertools import count

import pytest

from switchboard.core.journal import EntryKind
from switchboard.ports.dialling import DialOrder, Phone
from switchboard.services.agents import NotPossible
from switchboard.services.monitoring import Manner, Monitoring, WatchMeans
from switchboard.services.offered import TalkNow
from switchboard.services.story import Story
from tests.fakes.clock import VirtualClock
from tests.fakes.conversations import FakeExchange
from tests.fakes.journal import FakeJournal
from tests.fakes.mailboxes import PlayedMailbox

BOSS = Phone("1009")


class Floor:
    """An agent who talks to a caller, and whoever listens to them."""

    def __init__(self) -> None:
        self.clock, self.journal, self.exchange = VirtualClock(), FakeJournal(), FakeExchange()
        ids = count(1)
        self.warning: str | None = None
        self.caller = self.exchange.offered("caller", lambda _: None)
        order = DialOrder(leg_id="agent", call_id="c1", target=Phone("1001"), ring_s=20)
        self.agent = self.exchange.dial(order, lambda _: None)
        self.agent.answers()
        self.exchange.join("caller", "agent")
        self.talks = {"ann": TalkNow("ann", "c1", self.agent)}
        self.started: list = []
        self.mailboxes: list[PlayedMailbox] = []
        self.monitoring = Monitoring(
            self.talks.get,
            lambda leg_id: "fs1",
            WatchMeans(
                self.exchange,
                self.exchange,
                lambda: f"watch-{next(ids)}",
                self.open_mailbox,
                lambda _, work: self.started.append(work),
                self.clock.seconds,
                lambda call_id: Story(call_id, self.journal, self.clock, lambda: f"e{next(ids)}"),
                lambda: self.warning,
            ),
        )

    def open_mailbox(self) -> PlayedMailbox:
        self.mailboxes.append(PlayedMailbox(self.clock))
        return self.mailboxes[-1]

    def watch(self, manner: Manner, *acts) -> None:
        """Begin a watch, play *acts* in it, and run it to its end."""
        self.monitoring.be_in(manner, "ann", "boss", BOSS)
        self.mailboxes[-1].then(*acts)
        self.started.pop()()

    def ask(self, manner: Manner):
        return lambda: self.monitoring.be_in(manner, "ann", "boss", BOSS)

    @property
    def boss(self):
        return self.exchange.leg("watch-1")

    def asked(self, *methods: str) -> list[tuple]:
        return [ask for ask in self.exchange.asked if ask[0] in methods]

    def manners(self) -> list[str]:
        kind = EntryKind.MONITORED
        return [entry.details["manner"] for entry in self.journal.entries if entry.kind is kind]


@pytest.fixture
def floor() -> Floor:
    return Floor()


@pytest.mark.req("SUP-02")
def test_a_supervisor_hears_both_and_is_heard_by_nobody(floor):
    floor.watch(
        Manner.LISTEN,
        lambda: floor.boss.answers(),
        lambda: floor.boss.hangs_up(),
    )
    (order,) = floor.exchange.orders[1:]
    assert (order.target, order.node, order.call_id) == (BOSS, "fs1", "c1")
    assert floor.asked("listen", "speak_to") == [
        ("listen", ("watch-1", "agent")),
        ("speak_to", ("watch-1", "nobody")),
    ]
    assert floor.manners() == ["listen", "leave"]
    assert floor.journal.entries[-1].details["by"] == "boss"
    assert [leg.joined_to for leg in floor.exchange.list_legs()] == ["agent", "caller"]


@pytest.mark.req("X-063")
def test_a_whisper_is_heard_by_the_agent_alone(floor):
    floor.watch(Manner.WHISPER, lambda: floor.boss.answers(), lambda: floor.boss.hangs_up())
    assert floor.asked("speak_to") == [("speak_to", ("watch-1", "leg"))]


@pytest.mark.req("SUP-03")
def test_a_supervisor_who_listens_barges_in_and_is_heard_by_both(floor):
    floor.watch(
        Manner.LISTEN,
        lambda: floor.boss.answers(),
        floor.ask(Manner.BARGE),
        lambda: floor.boss.hangs_up(),
    )
    assert floor.asked("speak_to")[-1] == ("speak_to", ("watch-1", "both"))
    assert len(floor.asked("listen")) == 1
    assert floor.manners() == ["listen", "barge", "leave"]


@pytest.mark.req("SUP-04")
def test_who_takes_over_speaks_to_the_caller_while_the_agent_only_listens_then_goes_on(floor):
    muted: list[bool] = []
    floor.watch(
        Manner.TAKE_OVER,
        lambda: floor.boss.answers(),
        lambda: muted.append("agent" in floor.exchange.muted),
        floor.ask(Manner.LISTEN),
        lambda: muted.append("agent" in floor.exchange.muted),
        floor.ask(Manner.TAKE_OVER),
        lambda: floor.boss.hangs_up(),
    )
    assert muted == [True, False]
    assert floor.exchange.muted == set()
    assert ("speak_to", ("watch-1", "both")) in floor.exchange.asked
    assert floor.exchange.list_legs()[0].joined_to == "agent"


def test_a_conversation_that_ends_ends_the_watch(floor):
    floor.watch(Manner.LISTEN, lambda: floor.boss.answers(), lambda: floor.agent.hangs_up())
    assert "watch-1" not in [leg.leg_id for leg in floor.exchange.list_legs()]
    assert floor.monitoring.list_watching() == ()


def test_a_supervisor_leaves_by_asking(floor):
    floor.watch(Manner.LISTEN, lambda: floor.boss.answers(), floor.ask(Manner.LEAVE))
    assert "watch-1" not in [leg.leg_id for leg in floor.exchange.list_legs()]


def test_a_supervisor_who_does_not_answer_is_not_waited_for(floor):
    floor.monitoring.be_in(Manner.LISTEN, "ann", "boss", BOSS)
    floor.mailboxes[-1].let_time_pass()
    floor.started.pop()()
    assert floor.monitoring.list_watching() == ()
    assert floor.manners() == []


@pytest.mark.req("X-064")
def test_the_agent_is_warned_where_the_policy_says_so_and_the_caller_hears_nothing(floor):
    floor.watch(Manner.LISTEN, lambda: floor.boss.answers(), lambda: floor.boss.hangs_up())
    assert floor.asked("play_clip") == []
    warned = Floor()
    warned.warning = "monitored.wav"
    warned.watch(Manner.LISTEN, lambda: warned.boss.answers(), lambda: warned.boss.hangs_up())
    assert warned.asked("play_clip") == [("play_clip", ("agent", "monitored.wav", "leg"))]


def test_who_is_watched_is_told_and_what_cannot_be_is_refused(floor):
    with pytest.raises(NotPossible, match="no conversation"):
        floor.monitoring.be_in(Manner.LISTEN, "bob", "boss", BOSS)
    with pytest.raises(NotPossible, match="in no conversation"):
        floor.monitoring.be_in(Manner.LEAVE, "ann", "boss", BOSS)
    with pytest.raises(NotPossible, match="themselves"):
        floor.monitoring.be_in(Manner.LISTEN, "ann", "ann", BOSS)
    floor.exchange.refuses_to_dial = "nobody registers so"
    with pytest.raises(NotPossible, match="nobody registers so"):
        floor.monitoring.be_in(Manner.LISTEN, "ann", "boss", BOSS)
    floor.exchange.refuses_to_dial = ""
    floor.monitoring.be_in(Manner.BARGE, "ann", "boss", BOSS)
    (watching,) = floor.monitoring.list_watching()
    assert (watching.by, watching.agent_id, watching.answered) == ("boss", "ann", False)


def test_a_supervisor_is_in_one_conversation_at_a_time(floor):
    order = DialOrder(leg_id="bobs", call_id="c2", target=Phone("1002"), ring_s=20)
    leg = floor.exchange.dial(order, lambda _: None)
    leg.answers()
    floor.talks["bob"] = TalkNow("bob", "c2", leg)
    floor.monitoring.be_in(Manner.LISTEN, "ann", "boss", BOSS)
    floor.monitoring.be_in(Manner.LISTEN, "bob", "boss", BOSS)
    first, second = floor.started
    first()
    (watching,) = floor.monitoring.list_watching()
    assert watching.agent_id == "bob"
    assert "watch-1" not in [leg.leg_id for leg in floor.exchange.list_legs()]
    floor.mailboxes[-1].then(lambda: floor.exchange.leg("watch-2").hangs_up())
    second()
    assert floor.monitoring.list_watching() == ()
