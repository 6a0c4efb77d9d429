"""A caller waits in a queue: what they hear, who takes them, how they leave."""

import pytest

from switchboard import acd
from switchboard.acd import AgentProfile, Config, OfferResult, Queue, SetStatus, State, Status, Tier
from switchboard.core.causes import HangupCause
from switchboard.core.journal import EntryKind
from switchboard.core.segments import SegmentKind
from switchboard.ports.dialling import Phone
from switchboard.services.ringing import Seat
from tests.fakes.legs import AskedToHangUp, FakeLeg
from tests.unit.services.house import HOTLINE, heard
from tests.unit.services.test_people import Desk, segments

FLOWS = {
    "centre.yaml": f"""
centre: desk
languages: [en]
zone: UTC
numbers: {{"{HOTLINE}": {{flow: desk}}}}
priorities: {{high: 10m}}
queues: {{service: {{about: Service desk}}}}
""",
    "desk.yaml": """
flow: desk
about: A queue
languages: [en]
start: people
prompts:
  comfort: {en: "Please hold."}
  goodbye: {en: "Goodbye."}
  nobody: {en: "Nobody is here."}
  message: {en: "Leave a message."}
  sorry: {en: "Sorry."}
nodes:
  people:
    queue: service
    while_waiting: {say: comfort, every: 20s, position: true}
    at_most: 10m
    then: {talked: goodbye, nobody: nobody, too_long: sorry, full: sorry, closed: sorry,
           failed: sorry, 1: message}
  goodbye: {hang_up: goodbye}
  nobody: {hang_up: nobody}
  message: {hang_up: message}
  sorry: {hang_up: sorry}
""",
    "queue.yaml": """
library: queue
about: For waiting
languages: [en]
prompts:
  position: {en: "{ahead:count} before you."}
  next: {en: "You are next."}
  many: {en: "More than {ahead:count}."}
  wait_range: {en: "{least:count} to {most:count} minutes."}
  wait_short: {en: "Less than a minute."}
  for_agent: {en: "{queue:text}, {minutes:count} minutes."}
  for_agent_short: {en: "{queue:text}."}
""",
}
QUEUES = Config(
    queues=(Queue("service", wrap_up_ms=10_000),),
    agents=(AgentProfile("ann", (Tier("service"),)), AgentProfile("bob", (Tier("service"),))),
)


@pytest.fixture
def desk(tmp_path) -> Desk:
    desk = Desk(tmp_path, FLOWS, queues=QUEUES)
    desk.agents |= {"ann": Seat(Phone("1001")), "bob": Seat(Phone("1002"))}
    desk.distributor.tell(SetStatus("bob", Status.ON_BREAK, "tea"))
    return desk


def signs_in(desk: Desk, agent_id: str = "ann") -> None:
    desk.distributor.tell(SetStatus(agent_id, Status.AVAILABLE))


def passes(desk: Desk, seconds: float) -> None:
    desk.clock.pass_until(desk.clock.seconds() + seconds)


def test_a_caller_waits_until_an_agent_is_free_and_they_talk(desk):
    caller = desk.rung()
    back: list[FakeLeg] = []
    desk.mailboxes[0].then(
        lambda: signs_in(desk),
        lambda: desk.colleague.answers(),
        lambda: desk.colleague.finish_play(),
        lambda: passes(desk, 30) or desk.colleague.hangs_up(),
        lambda: back.append(desk.returned()),
        lambda: passes(desk, 5) or back[0].finish_play(),
    )
    desk.run()
    assert desk.exchange.orders[0].target == Phone("1001")
    assert heard(caller) == ["music"]
    assert heard(back[0]) == ["desk.goodbye.1"]
    assert desk.agent_book.states("ann") == [
        State.RINGING, State.TALKING, State.WRAP_UP,
    ]  # fmt: skip
    assert list(desk.agent_book.results.values()) == [OfferResult.ANSWERED]
    kinds = desk.kinds()
    story = [EntryKind.QUEUED, EntryKind.AGENT_OFFERED, EntryKind.QUEUE_LEFT, EntryKind.JOINED]
    assert [kind for kind in kinds if kind in story] == story
    assert (SegmentKind.TALK, "ann") in segments(desk)


def test_a_caller_who_hangs_up_while_an_agent_rings_ends_the_ringing(desk):
    signs_in(desk)
    caller = desk.rung()
    ringing: list[FakeLeg] = []
    desk.mailboxes[0].then(lambda: ringing.append(desk.colleague) or caller.hangs_up())
    desk.run()
    assert AskedToHangUp(HangupCause.ORIGINATOR_CANCEL) in ringing[0].asked
    assert desk.agent_book.states("ann")[-1] is State.IDLE
    assert desk.details(EntryKind.QUEUE_LEFT)["result"] == "caller_gone"


def test_an_agent_who_does_not_answer_is_passed_over_and_the_next_is_rung(desk):
    signs_in(desk)
    caller = desk.rung()
    desk.mailboxes[0].then(
        lambda: signs_in(desk, "bob"),
        lambda: desk.colleague.hangs_up("NO_ANSWER"),
        lambda: desk.colleague.answers(),
        lambda: desk.colleague.finish_play(),
        lambda: caller.hangs_up(),
    )
    desk.run()
    assert [order.target for order in desk.exchange.orders] == [Phone("1001"), Phone("1002")]
    assert list(desk.agent_book.results.values()) == [OfferResult.NO_ANSWER, OfferResult.ANSWERED]
    assert desk.details(EntryKind.OFFER_ENDED)["result"] == "no_answer"


def test_a_caller_hears_comfort_and_place_and_the_music_goes_on(desk):
    caller = desk.rung()
    desk.mailboxes[0].let_time_pass()
    desk.mailboxes[0].then(
        lambda: caller.finish_play(),
        lambda: caller.hangs_up(),
    )
    desk.run()
    assert heard(caller) == ["music", "desk.comfort.1", "queue.next.1", "music"]


def test_a_key_of_the_node_leaves_the_queue(desk):
    caller = desk.rung()
    desk.mailboxes[0].then(
        lambda: caller.press("5"),
        lambda: caller.press("1"),
        lambda: caller.finish_play(),
    )
    desk.run()
    assert heard(caller)[-1] == "desk.message.1"
    assert desk.distributor.standing("id-1.service") is None


def test_who_waits_too_long_is_led_on(desk):
    caller = desk.rung()
    for _ in range(29):
        desk.mailboxes[0].let_time_pass()
        desk.mailboxes[0].then(lambda: caller.finish_play())
    desk.mailboxes[0].then(
        lambda: desk.clock.pass_until(desk.clock.seconds() + 30),
        lambda: desk.distributor.tell(acd.Tick()),
        lambda: caller.finish_play(),
    )
    desk.run()
    assert heard(caller)[-1] == "desk.sorry.1"
    assert desk.details(EntryKind.QUEUE_LEFT)["result"] == "too_long"


def test_an_agent_whose_leg_is_lost_before_the_talk_costs_the_caller_nothing(desk):
    signs_in(desk)
    caller = desk.rung()
    desk.mailboxes[0].then(
        lambda: desk.colleague.answers(),
        lambda: desk.colleague.hangs_up(),
        lambda: caller.hangs_up(),
    )
    desk.run()
    assert heard(caller) == ["music", "music"]
    assert desk.details(EntryKind.QUEUED)["queue"] == "service"


def test_a_queue_that_nobody_serves_is_not_joined(desk):
    desk.distributor.tell(SetStatus("bob", Status.LOGGED_OUT))
    caller = desk.rung()
    desk.mailboxes[0].then(lambda: caller.finish_play())
    desk.run()
    assert heard(caller)[-1] == "desk.nobody.1"


def test_an_agent_without_a_seat_is_unreachable(desk):
    desk.agents.pop("ann")
    signs_in(desk)
    caller = desk.rung()
    desk.mailboxes[0].then(lambda: caller.hangs_up())
    desk.run()
    assert desk.exchange.orders == []
    assert list(desk.agent_book.results.values()) == [OfferResult.UNREACHABLE]


def test_a_call_whose_server_died_in_the_queue_waits_on_with_the_new_one(desk):
    desk.rung()
    desk.mailboxes[0].then(lambda: desk.calls.leave_all())
    desk.run()
    assert desk.distributor.standing("id-1.service").position == 1
    desk.restart()
    caller = desk.rung(call_id="id-1")
    desk.mailboxes[-1].then(
        lambda: signs_in(desk),
        lambda: desk.colleague.answers(),
        lambda: desk.colleague.finish_play(),
        lambda: caller.hangs_up(),
    )
    desk.run()
    assert desk.details(EntryKind.JOINED)["who"] == "ann"


def test_acd_has_no_event_that_a_call_forgets(desk):
    """Who leaves by any way is in no queue any more."""
    signs_in(desk)
    caller = desk.rung()
    desk.mailboxes[0].then(lambda: caller.hangs_up())
    desk.run()
    assert desk.distributor.snapshot().entries == ()
    assert desk.distributor.snapshot().offers == ()
    assert acd.State.IDLE in desk.agent_book.states("ann")
