"""A flow that rings somebody or opens a conference room: who hears what, leaves and returns."""

import pytest

from switchboard.core.causes import HangupCause
from switchboard.core.journal import EntryKind
from switchboard.core.legs import Direction, LegOffer
from switchboard.core.segments import SegmentKind, ledger_of
from switchboard.core.summaries import summarise
from switchboard.ports.dialling import Outside, Phone
from tests.fakes.clock import NOON
from tests.fakes.legs import AskedToHangUp, FakeLeg
from tests.unit.services.house import HOTLINE, House, heard

FLOWS = {
    "centre.yaml": f"""
centre: desk
languages: [en]
zone: UTC
numbers: {{"{HOTLINE}": {{flow: desk}}, "95001": {{flow: outside}}, "95002": {{flow: room}}}}
dial_lists: {{mobiles: ["+8613900000001"]}}
""",
    "desk.yaml": """
flow: desk
about: Rings a colleague
languages: [en]
start: ring
everywhere: {then: {failed: sorry}}
prompts:
  calls: {en: "A call for you."}
  busy: {en: "Busy."}
  missed: {en: "Nobody there."}
  gone: {en: "Not reachable."}
  sorry: {en: "Sorry."}
  goodbye: {en: "Goodbye."}
nodes:
  ring:
    dial: {extension: "1001"}
    ring_for: 20s
    announce: calls
    then: {talked: goodbye, busy: busy, no_answer: missed, unreachable: gone, refused: sorry}
  busy: {hang_up: busy}
  missed: {hang_up: missed}
  gone: {hang_up: gone}
  sorry: {hang_up: sorry}
  goodbye: {hang_up: goodbye}
""",
    "outside.yaml": """
flow: outside
about: Rings a mobile
languages: [en]
start: ring
prompts: {goodbye: {en: "Goodbye."}, sorry: {en: "Sorry."}}
nodes:
  ring:
    dial: {number: "+8613900000001"}
    allowed: mobiles
    ring_for: 20s
    then: {talked: goodbye, otherwise: sorry, failed: sorry}
  sorry: {hang_up: sorry}
  goodbye: {hang_up: goodbye}
""",
    "room.yaml": """
flow: room
about: A conference
languages: [en]
start: meet
prompts: {goodbye: {en: "Goodbye."}, full: {en: "Full."}}
nodes:
  meet: {conference: board, at_most: 10m, then: {done: goodbye, full: full, failed: full}}
  full: {hang_up: full}
  goodbye: {hang_up: goodbye}
""",
}


class Desk(House):
    """A house whose exchange knows the caller's legs too."""

    def rung(self, dnis: str = HOTLINE, *, leg_id: str = "leg-1", call_id=None) -> FakeLeg:
        """Bring an answered caller, known to the exchange."""
        sinks = []
        leg = self.exchange.offered(leg_id, lambda fact: sinks[0](fact), node="local")
        offer = LegOffer(
            leg_id, "local", Direction.INBOUND, "13800138000", "", dnis, call_id, True, NOON
        )
        sinks.append(self.calls.take(offer, leg))
        return leg

    def returned(self) -> FakeLeg:
        """The caller's leg comes back on a new socket."""
        (leg_id,) = self.exchange.came_back
        self.exchange.came_back.clear()
        return self.rung(leg_id=leg_id, call_id="id-1")

    @property
    def colleague(self) -> FakeLeg:
        return self.exchange.leg(self.exchange.orders[-1].leg_id)


@pytest.fixture
def desk(tmp_path) -> Desk:
    return Desk(tmp_path, FLOWS)


def segments(desk: Desk) -> list[tuple[SegmentKind, str]]:
    entries = desk.journal.list_entries("id-1")
    ledger = ledger_of(summarise(entries), entries)
    assert ledger.errors == ()
    return [(one.kind, one.who) for one in ledger.segments]


def test_a_caller_hears_music_until_the_colleague_answers_is_told_and_they_talk(desk):
    caller = desk.rung()
    back: list[FakeLeg] = []
    desk.mailboxes[0].then(
        lambda: desk.exchange.rings(desk.colleague.leg_id),
        lambda: desk.colleague.answers(),
        lambda: desk.colleague.finish_play(),
        lambda: desk.colleague.hangs_up(),
        lambda: back.append(desk.returned()),
        lambda: back[0].finish_play(),
    )
    desk.run()
    (order,) = desk.exchange.orders
    assert order.target == Phone("1001")
    assert (order.ring_s, order.node, order.shown_number) == (20, "local", "13800138000")
    assert heard(caller) == ["music"]
    assert heard(back[0]) == ["desk.goodbye.1"]
    assert desk.exchange.asked == [("join", ("leg-1", order.leg_id))]
    assert desk.details(EntryKind.JOINED)["who"] == "1001"
    assert desk.details(EntryKind.PARTED)["ended_by"] == "other"
    assert desk.kinds()[-1] is EntryKind.HUNG_UP


def test_a_caller_who_hangs_up_in_the_talk_ends_the_other_leg(desk):
    caller = desk.rung()
    desk.mailboxes[0].then(
        lambda: desk.colleague.answers(),
        lambda: desk.colleague.finish_play(),
        lambda: caller.hangs_up(),
    )
    desk.run()
    other = desk.exchange.orders[0].leg_id
    assert all(known.leg_id != other for known in desk.exchange.list_legs())
    assert desk.details(EntryKind.PARTED)["ended_by"] == "caller"
    assert desk.details(EntryKind.HUNG_UP)["by"] == "caller"


def test_a_caller_who_hangs_up_while_it_rings_ends_the_ringing_at_once(desk):
    caller = desk.rung()
    colleague: list[FakeLeg] = []
    desk.mailboxes[0].then(
        lambda: colleague.append(desk.colleague) or desk.exchange.rings(desk.colleague.leg_id),
        lambda: caller.hangs_up(),
    )
    desk.run()
    assert AskedToHangUp(HangupCause.ORIGINATOR_CANCEL) in colleague[0].asked
    assert desk.details(EntryKind.RING_ENDED)["cause"] == "ORIGINATOR_CANCEL"


@pytest.mark.parametrize(
    ("cause", "prompt"),
    [
        ("USER_BUSY", "desk.busy.1"),
        ("CALL_REJECTED", "desk.busy.1"),
        ("NO_ANSWER", "desk.missed.1"),
        ("USER_NOT_REGISTERED", "desk.gone.1"),
        ("A_CAUSE_OF_SOME_PROVIDER", "desk.gone.1"),
    ],
)
def test_why_nobody_answered_leads_the_flow_on(desk, cause, prompt):
    caller = desk.rung()
    desk.mailboxes[0].then(
        lambda: desk.colleague.hangs_up(cause),
        lambda: caller.finish_play(),
    )
    desk.run()
    assert heard(caller)[-1] == prompt
    assert desk.details(EntryKind.RING_ENDED)["cause"] == cause


def test_a_phone_that_never_says_how_it_ended_is_given_up(desk):
    caller = desk.rung()
    desk.mailboxes[0].let_time_pass()
    desk.mailboxes[0].then(lambda: caller.finish_play())
    desk.run()
    assert heard(caller)[-1] == "desk.missed.1"


def test_music_that_ends_begins_again_while_it_rings(desk):
    caller = desk.rung()
    desk.mailboxes[0].then(
        lambda: caller.finish_play(),
        lambda: caller.finish_play(),
        lambda: desk.colleague.hangs_up("NO_ANSWER"),
        lambda: caller.finish_play(),
    )
    desk.run()
    assert heard(caller) == ["music", "music", "music", "desk.missed.1"]


def test_a_colleague_who_hangs_up_during_the_announcement_did_not_answer(desk):
    caller = desk.rung()
    desk.mailboxes[0].then(
        lambda: desk.colleague.answers(),
        lambda: desk.colleague.hangs_up(),
        lambda: caller.finish_play(),
    )
    desk.run()
    assert heard(caller)[-1] == "desk.missed.1"


def test_a_number_outside_is_dialled_through_a_gateway(desk):
    caller = desk.rung("95001")
    desk.mailboxes[0].then(
        lambda: desk.colleague.hangs_up("NO_ANSWER"), lambda: caller.finish_play()
    )
    desk.run()
    assert desk.exchange.orders[0].target == Outside("+8613900000001")


def test_what_the_switch_refuses_to_dial_is_refused(desk):
    desk.exchange.refuses_to_dial = "no gateway admits it"
    caller = desk.rung()
    desk.mailboxes[0].then(lambda: caller.finish_play())
    desk.run()
    assert heard(caller)[-1] == "desk.sorry.1"
    assert desk.details(EntryKind.RING_ENDED)["cause"] == "no gateway admits it"


def test_the_flow_goes_on_behind_a_talk_whose_server_died(desk):
    desk.rung()
    desk.mailboxes[0].then(
        lambda: desk.colleague.answers(),
        lambda: desk.colleague.finish_play(),
        lambda: desk.calls.leave_all(),
    )
    desk.run()
    assert desk.exchange.list_legs()[0].joined_to == desk.colleague.leg_id
    desk.restart()
    desk.colleague.hangs_up()
    back = desk.returned()
    desk.mailboxes[-1].then(lambda: back.finish_play())
    desk.run()
    assert heard(back) == ["desk.goodbye.1"]


def test_a_caller_is_in_a_room_until_they_are_brought_back(desk):
    desk.rung("95002")
    back: list[FakeLeg] = []
    desk.mailboxes[0].then(lambda: None)
    desk.mailboxes[0].let_time_pass()
    desk.mailboxes[0].then(
        lambda: back.append(desk.returned()),
        lambda: back[0].finish_play(),
    )
    desk.run()
    assert ("enter_room", ("leg-1", "board")) in desk.exchange.asked
    assert ("bring_back", ("leg-1",)) in desk.exchange.asked
    assert heard(back[0]) == ["room.goodbye.1"]
    assert desk.clock.seconds() >= 600
    assert (SegmentKind.CONFERENCE, "board") in segments(desk)


def test_a_room_that_is_locked_is_full(desk):
    desk.exchange.locked.add("board")
    caller = desk.rung("95002")
    desk.mailboxes[0].then(lambda: caller.finish_play())
    desk.run()
    assert heard(caller) == ["room.full.1"]
