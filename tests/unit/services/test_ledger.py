"""The ledger of a call with an agent: who recorded it, its segments, the work behind it."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from switchboard.acd import EndWrapUp, SetStatus, Status, Tick
from switchboard.core.journal import EntryKind
from switchboard.core.queue_counts import queue_counts_of
from switchboard.core.segments import Ledger, SegmentKind, ledger_of
from switchboard.core.summaries import CallResult, summarise
from switchboard.ports.dialling import Phone
from switchboard.ports.recordings import RecordingKind, RecordingSearch
from switchboard.services.call_recording import ConsentMoment, RecordingRule, RecordingRules
from switchboard.services.ringing import Seat
from switchboard.services.roster import Staff
from switchboard.services.roster_forms import AgentForm, QueueForm
from tests.fakes.clock import NOON
from tests.fakes.legs import AskedBeside, FakeLeg
from tests.unit.services.house import HOTLINE, heard
from tests.unit.services.test_people import Desk
from tests.unit.services.test_queueing import FLOWS, QUEUES, passes, signs_in

HOUSE = """
library: house
languages: [en]
prompts:
  recorded: {en: "Your call is recorded."}
"""
CONSENT = {"percent": 100, "consent": "house.recorded", "again": ["transfer"]}


@pytest.fixture
def desk(tmp_path) -> Desk:
    flows = {**FLOWS, "house.yaml": HOUSE}
    flows["desk.yaml"] = flows["desk.yaml"].replace("start: people", "start: people\nuses: [house]")
    desk = Desk(tmp_path, flows, queues=QUEUES)
    desk.agents |= {"ann": Seat(Phone("1001")), "bob": Seat(Phone("1002"))}
    desk.distributor.tell(SetStatus("bob", Status.ON_BREAK, "tea"))
    return desk


def set_up(desk: Desk, *, queue: object = 0, agent: object = 0) -> None:
    queues = {"service": QueueForm.model_validate({"record": queue})}
    agents = {"ann": AgentForm.model_validate({"record": agent})}
    desk.staff = Staff(queues, agents)


def talk(desk: Desk, *in_the_talk: Callable[[], object], consent: bool = False) -> FakeLeg:
    """A caller waits 10 s, talks to Ann 30 s, hangs up; return the caller's leg."""
    caller = desk.rung()
    said = (lambda: passes(desk, 5) or caller.finish_play(),) if consent else ()
    desk.mailboxes[0].then(
        lambda: passes(desk, 10) or signs_in(desk),
        lambda: desk.colleague.answers(),
        lambda: desk.colleague.finish_play(),
        *said,
        *in_the_talk,
        lambda: passes(desk, 30) or caller.hangs_up(),
    )
    desk.run()
    return caller


def ledger(desk: Desk) -> Ledger:
    entries = desk.journal.list_entries("id-1")
    found = ledger_of(summarise(entries), entries)
    assert found.errors == ()
    return found


def lengths(desk: Desk) -> list[tuple[SegmentKind, str, float]]:
    return [(one.kind, one.who, one.length.total_seconds()) for one in ledger(desk).segments]


def records(desk: Desk):
    return desk.book.list_records(RecordingSearch(kind=RecordingKind.CALL))


# --- recording ----------------------------------------------------------------------------------


@pytest.mark.req("REC-01")
@pytest.mark.req("X-078")
@pytest.mark.parametrize(("queue", "agent"), [(100, 0), (0, 100), (100, 100)])
def test_a_conversation_is_recorded_when_its_queue_or_its_agent_says_so(desk, queue, agent):
    set_up(desk, queue=queue, agent=agent)
    signs_in(desk)
    caller = talk(desk)
    assert [ask.act for ask in caller.asked if isinstance(ask, AskedBeside)] == ["start"]
    (record,) = records(desk)
    (talked,) = [one for one in ledger(desk).segments if one.kind is SegmentKind.TALK]
    assert talked.recordings == (record.recording_id,)


@pytest.mark.req("X-078")
def test_a_conversation_of_another_agent_is_not_recorded_by_that_rule(desk):
    set_up(desk, agent=100)
    caller = desk.rung()
    desk.mailboxes[0].then(
        lambda: signs_in(desk, "bob"),
        lambda: desk.colleague.answers(),
        lambda: desk.colleague.finish_play(),
        lambda: caller.hangs_up(),
    )
    desk.run()
    assert records(desk) == ()


@pytest.mark.req("X-071")
def test_consent_is_heard_before_the_agent_comes_on_the_line(desk):
    set_up(desk, queue=CONSENT)
    caller = talk(desk, consent=True)
    assert heard(caller) == ["music", "house.recorded.1"]
    kinds = desk.kinds()
    said = max(at for at, kind in enumerate(kinds) if kind is EntryKind.SAID)
    assert said < kinds.index(EntryKind.JOINED)
    assert isinstance(caller.asked[-1], AskedBeside)  # recorded once it has been said


@pytest.mark.req("X-071")
def test_consent_is_said_again_to_a_recorded_caller_when_an_agent_comes_on_the_line(desk):
    again = frozenset({ConsentMoment.TRANSFER})
    desk.recording_rules = RecordingRules({HOTLINE: RecordingRule(100, "house.recorded", again)})
    desk.restart()
    caller = desk.rung()
    desk.mailboxes[-1].then(
        lambda: caller.finish_play(),
        lambda: passes(desk, 10) or signs_in(desk),
        lambda: desk.colleague.answers(),
        lambda: desk.colleague.finish_play(),
        lambda: caller.finish_play(),
        lambda: passes(desk, 30) or caller.hangs_up(),
    )
    desk.run()
    assert heard(caller) == ["house.recorded.1", "music", "house.recorded.1"]
    assert len(records(desk)) == 1


@pytest.mark.req("X-049")
def test_the_agent_hears_queue_and_wait_before_the_caller_is_joined(desk):
    heard_by_agent: list[str] = []
    caller = desk.rung()
    desk.mailboxes[0].then(
        lambda: passes(desk, 130) or signs_in(desk),
        lambda: desk.colleague.answers(),
        lambda: heard_by_agent.extend(heard(desk.colleague)) or desk.colleague.finish_play(),
        lambda: caller.hangs_up(),
    )
    desk.run()
    assert heard_by_agent == ["Service_desk__", "two", "queue.for_agent.1"]  # minutes
    assert desk.kinds().index(EntryKind.QUEUE_LEFT) < desk.kinds().index(EntryKind.JOINED)


def test_without_its_consent_prompt_nothing_is_recorded_and_it_is_told(desk):
    set_up(desk, queue={"percent": 100, "consent": "house.nothing"})
    talk(desk)
    assert records(desk) == ()
    assert "no prompt house.nothing" in desk.details(EntryKind.FAULT)["reason"]


# --- segments -----------------------------------------------------------------------------------


@pytest.mark.req("I12")
def test_segments_follow_the_caller_and_add_up_to_the_call(desk):
    talk(
        desk,
        lambda: passes(desk, 20) or desk.exchange.hold(desk.colleague.leg_id),
        lambda: passes(desk, 7) or desk.exchange.retrieve(desk.colleague.leg_id),
    )
    desk.distributor.tell(EndWrapUp("ann"))
    call = summarise(desk.journal.list_entries("id-1"))
    found = lengths(desk)
    assert [(kind, who) for kind, who, _ in found] == [
        (SegmentKind.QUEUE, "service"),
        (SegmentKind.TALK, "ann"),
        (SegmentKind.HOLD, "ann"),
        (SegmentKind.TALK, "ann"),
        (SegmentKind.WRAP_UP, "ann"),
    ]
    assert [length for *_, length in found][1:4] == [20, 7, 30]
    of_the_caller = sum(length for kind, _, length in found if kind is not SegmentKind.WRAP_UP)
    assert of_the_caller == (call.ended_at - call.started_at).total_seconds()


@pytest.mark.req("X-111")
def test_the_work_behind_the_call_is_its_agents_and_ends(desk):
    set_up(desk)
    talk(desk)
    assert ledger(desk).segments[-1].ended_at is None
    passes(desk, 10)
    desk.distributor.tell(Tick())
    last = ledger(desk).segments[-1]
    assert (last.kind, last.who, last.length) == (SegmentKind.WRAP_UP, "ann", timedelta(seconds=10))


def test_a_call_is_told_as_answered_by_its_agent(desk):
    talk(desk)
    call = summarise(desk.journal.list_entries("id-1"))
    assert (call.result, call.agent) == (CallResult.ANSWERED, "ann")
    (counts,) = queue_counts_of(desk.journal.list_entries("id-1"), NOON.tzinfo).values()
    assert (counts.offered, counts.answered, counts.handled, counts.talk_ms) == (1, 1, 1, 30_000)
