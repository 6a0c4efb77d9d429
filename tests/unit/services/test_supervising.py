"""What supervisors change while people work; nobody else may, and each act is on record."""

import pytest

from switchboard import acd
from switchboard.core.journal import EntryKind
from switchboard.ports.dialling import Phone
from switchboard.ports.recordings import RecordingState
from switchboard.services.agents import NotPossible
from switchboard.services.call_recording import RecordingMeans, RecordingRules
from switchboard.services.on_demand import OnDemand
from switchboard.services.supervising import Supervising
from tests.fakes.legs import AskedBeside
from tests.fakes.recordings import FakeRecordingBook, FakeRecordings
from tests.unit.services.centre import Centre

BOSS = "9001"


class Office(Centre):
    """A centre with a supervisor."""

    def __init__(self) -> None:
        super().__init__()
        self.boss = Supervising(
            self.rosters,
            self.seats,
            self.distributor,
            self.exchange,
            self.distributor.find_talk,
            self.story_of,
        )

    def queue_of(self, call_id: str) -> str:
        places = self.distributor.snapshot().entries
        return next((place.queue_id for place in places if place.call_id == call_id), "")

    def order(self) -> list[str]:
        return [place.call_id for place in self.distributor.snapshot().entries]


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.mark.req("SUP-01")
def test_only_a_supervisor_may(office):
    office.agents.sign_in("7001")
    office.waits("c1", "sales")
    refused = [
        lambda by: office.boss.force("7001", acd.Status.LOGGED_OUT, by),
        lambda by: office.boss.release("7001", by),
        lambda by: office.boss.end_wrap_up("7001", by),
        lambda by: office.boss.serve("7001", {"sales": 1}, by),
        lambda by: office.boss.withdraw("c1", by),
        lambda by: office.boss.move("c1", "service", by),
        lambda by: office.boss.prioritise("c1", 3, by),
        lambda by: office.boss.seat_of(by),
    ]
    for by in ("7002", "nobody", ""):
        for act in refused:
            with pytest.raises(NotPossible, match="is no supervisor"):
                act(by)
    assert office.moment().status is acd.Status.AVAILABLE
    assert office.queue_of("c1") == "sales"


@pytest.mark.req("X-067")
def test_a_supervisor_changes_status_and_membership_at_work(office):
    office.agents.sign_in("7001")
    office.boss.force("7001", acd.Status.ON_BREAK, BOSS)
    moment = office.moment()
    assert (moment.status, moment.reason) == (acd.Status.ON_BREAK, "forced by 9001")
    office.boss.force("7001", acd.Status.AVAILABLE, BOSS)
    before = office.rosters.staff()
    office.boss.serve("7001", {"sales": 2}, BOSS)
    office.follow_changes(before)
    office.waits("c1", "service")
    assert office.exchange.orders == []
    office.waits("c2", "sales")
    assert [order.call_id for order in office.exchange.orders] == ["c2"]
    assert office.rosters.staff().agents["7001"].name == "Ann"
    with pytest.raises(NotPossible, match="no queue 'support'"):
        office.boss.serve("7001", {"support": 1}, BOSS)
    with pytest.raises(NotPossible, match="no agent"):
        office.boss.serve("7999", {"sales": 1}, BOSS)


@pytest.mark.req("SUP-05")
def test_a_forced_release_ends_the_callers_leg_and_the_agent_is_idle(office):
    office.talks()
    assert office.moment().state is acd.State.TALKING
    office.boss.release("7001", BOSS)
    assert "caller of c1" not in [leg.leg_id for leg in office.exchange.list_legs()]
    assert office.moment().state is acd.State.IDLE
    (told,) = office.told(EntryKind.DIRECTED)
    assert (told["by"], told["act"], told["what"]) == (BOSS, "released", "7001")


@pytest.mark.req("X-068")
def test_a_supervisor_ends_an_agents_wrap_up(office):
    office.talks()
    (offer,) = office.distributor.snapshot().offers
    office.distributor.tell(acd.TalkEnded("7001", offer.offer_id))
    assert office.moment().state is acd.State.WRAP_UP
    office.boss.end_wrap_up("7001", BOSS)
    assert office.moment().state is acd.State.IDLE


@pytest.mark.req("X-025")
def test_one_caller_is_withdrawn_and_the_others_wait_on(office):
    told = office.waits("c1")
    office.waits("c2")
    office.boss.withdraw("c1", BOSS)
    assert isinstance(told[-1], acd.EntryLeft)
    assert told[-1].reason is acd.Leaving.WITHDRAWN
    assert office.order() == ["c2"]
    assert office.told(EntryKind.DIRECTED)[0]["act"] == "withdrew from"
    with pytest.raises(NotPossible, match="waits in no queue"):
        office.boss.withdraw("c1", BOSS)


def test_a_caller_is_moved_to_another_queue(office):
    office.waits("c1")
    office.boss.move("c1", "sales", BOSS)
    assert office.queue_of("c1") == "sales"
    with pytest.raises(NotPossible, match="no queue"):
        office.boss.move("c1", "support", BOSS)


@pytest.mark.req("X-024")
def test_a_priority_changes_while_the_caller_waits(office):
    office.waits("c1")
    office.waits("c2")
    assert office.order() == ["c1", "c2"]
    office.boss.prioritise("c2", 5, BOSS)
    assert office.order() == ["c2", "c1"]
    office.boss.prioritise("c2", -5, BOSS)
    assert office.order() == ["c1", "c2"]


def test_a_supervisor_is_rung_where_they_sit_else_where_they_say(office):
    assert office.boss.seat_of(BOSS) == Phone("1009")
    assert office.boss.seat_of(BOSS, "1005") == Phone("1005")
    office.agents.sign_in(BOSS, "1002")
    assert office.boss.seat_of(BOSS) == Phone("1002")


class TestOnDemand:
    """Recording because a supervisor asks."""

    @pytest.fixture
    def recorder(self, office, tmp_path) -> OnDemand:
        self.book = FakeRecordingBook()
        means = RecordingMeans(
            RecordingRules(), FakeRecordings(tmp_path), self.book, office.clock, lambda: "r1"
        )
        return OnDemand(office.distributor.find_talk, means, office.clock, office.story_of)

    @pytest.mark.req("SUP-10")
    def test_an_agents_conversation_is_recorded_from_the_ask_on_and_is_on_record(
        self, office, recorder
    ):
        office.talks()
        leg = office.exchange.leg(office.exchange.orders[0].leg_id)
        assert recorder.begin("7001", BOSS) == "r1"
        started = leg.asked[-1]
        assert isinstance(started, AskedBeside)
        assert started.act == "start"
        record = self.book.find_record("r1")
        assert (record.call_id, record.state) == ("c1", RecordingState.RUNNING)
        assert office.told(EntryKind.RECORDING_STARTED) == [{"recording_id": "r1"}]
        with pytest.raises(NotPossible, match="already"):
            recorder.begin("7001", BOSS)
        assert recorder.end("7001", BOSS) == "r1"
        assert leg.asked[-1] == AskedBeside("stop", started.file)
        assert self.book.find_record("r1").state is RecordingState.ENDED
        assert [told["act"] for told in office.told(EntryKind.DIRECTED)] == [
            "records", "records no longer",
        ]  # fmt: skip

    def test_without_a_conversation_nothing_is_recorded(self, office, recorder):
        with pytest.raises(NotPossible, match="no conversation"):
            recorder.begin("7001", BOSS)
        with pytest.raises(NotPossible, match="not recorded"):
            recorder.end("7001", BOSS)

    def test_what_the_switch_refuses_is_told_and_leaves_nothing_running(self, office, recorder):
        office.talks()
        office.exchange.leg(office.exchange.orders[0].leg_id).refuses_recording = "disk full"
        with pytest.raises(NotPossible, match="disk full"):
            recorder.begin("7001", BOSS)
        assert self.book.find_record("r1").state is RecordingState.ENDED
