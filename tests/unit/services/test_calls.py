"""From the offer of a leg to the last row of its story: begun, refused, taken up, left alone."""

from array import array
from collections.abc import Callable

import pytest

from switchboard.core.causes import HangupCause
from switchboard.core.facts import LegHungUp
from switchboard.core.journal import EntryKind
from switchboard.media import wav
from switchboard.media.wav import Pcm
from switchboard.ports.leg_offers import LegDeferred, LegRefused
from switchboard.ports.outages import StoreAway
from switchboard.ports.screening import BlockedNumber
from switchboard.services.admission import Admission, Limit
from tests.fakes.clock import NOON
from tests.fakes.legs import AskedToHangUp, FakeLeg, Marked
from tests.unit.services.house import HOTLINE, House, heard

FLOWS = {
    "centre.yaml": f"""
centre: desk
languages: [en]
zone: UTC
numbers: {{"{HOTLINE}": {{flow: desk}}, "95001": {{flow: desk}}}}
mailboxes: {{box: {{about: Messages}}}}
""",
    "desk.yaml": """
flow: desk
about: A greeting, a menu, a message
languages: [en]
start: greeting
everywhere: {then: {silent: goodbye, wrong: goodbye, failed: goodbye}}
prompts:
  greeting: {en: "Welcome."}
  menu: {en: "Press 1 to leave a message."}
  speak: {en: "Speak after the tone."}
  kept: {en: "Kept."}
  goodbye: {en: "Goodbye."}
nodes:
  greeting: {play: greeting, then: menu}
  menu: {menu: menu, then: {1: message}}
  message: {voicemail: box, greeting: speak, at_most: 1m, then: {left: kept, empty: goodbye}}
  kept: {play: kept, then: goodbye}
  goodbye: {hang_up: goodbye}
""",
}


@pytest.fixture
def house(tmp_path) -> House:
    return House(tmp_path, FLOWS)


# --- a call begun -----------------------------------------------------------------------------


@pytest.mark.req("IVR-01", "IVR-02", "VM-04", "RPT-01")
def test_a_caller_is_answered_greeted_and_leaves_a_message(house):
    leg = house.offer()
    house.mailboxes[0].then(
        leg.finish_play,
        lambda: leg.press("1"),
        leg.finish_play,
        leg.finish_play,
        lambda: leg.finish_record(4200),
        leg.finish_play,
        leg.finish_play,
    )
    house.run()
    assert leg.answered
    assert heard(leg) == [
        "desk.greeting.1", "desk.menu.1", "desk.speak.1", "tone", "desk.kept.1", "desk.goodbye.1",
    ]  # fmt: skip
    (message,) = house.messages.list_messages()
    assert (message.mailbox, message.duration_ms, message.from_number) == (
        "box", 4200, "13800138000",
    )  # fmt: skip
    assert house.kinds()[0] is EntryKind.OFFERED
    assert house.kinds()[-1] is EntryKind.HUNG_UP
    assert EntryKind.MESSAGE_KEPT in house.kinds()
    assert house.details(EntryKind.HUNG_UP) == {"cause": "NORMAL_CLEARING", "by": "us"}
    assert house.calls.live_count == 0
    assert house.admission.live == 0
    assert house.runs.find_run("id-1") is None


@pytest.mark.req("ACD-27")
def test_a_short_special_number_is_served_like_any_other(house):
    leg = house.offer(dnis="95001")
    house.mailboxes[0].then(leg.hangs_up)
    house.run()
    assert house.details(EntryKind.FLOW_STARTED)["flow"] == "desk"


def test_a_number_written_with_a_plus_is_the_same_number(house):
    house.offer(dnis=f"+{HOTLINE}")
    assert house.calls.live_count == 1


def test_the_leg_is_marked_with_the_calls_id_before_anything_else(house):
    leg = house.offer()
    assert leg.asked == [Marked("id-1")]


def test_a_caller_who_hangs_up_ends_the_call_at_once(house):
    leg = house.offer()
    house.mailboxes[0].then(lambda: leg.hangs_up("ORIGINATOR_CANCEL"))
    house.run()
    assert house.details(EntryKind.HUNG_UP) == {"cause": "ORIGINATOR_CANCEL", "by": "caller"}
    assert house.calls.live_count == 0


# --- refused before answer --------------------------------------------------------------------


def refused(house: House, **offer) -> LegRefused:
    with pytest.raises(LegRefused) as refusal:
        house.offer(**offer)
    assert house.started == []
    assert house.calls.live_count == 0
    assert EntryKind.ANSWERED not in house.kinds()
    assert house.kinds()[-2:] == [EntryKind.REFUSED, EntryKind.HUNG_UP]
    return refusal.value


@pytest.mark.req("ACD-12", "ACD-14")
def test_a_blocked_number_is_refused_before_answer_and_on_record(house):
    house.blacklist.block(BlockedNumber("13900000000", "nuisance"))
    assert refused(house, ani="13900000000").cause is HangupCause.CALL_REJECTED
    assert house.details(EntryKind.REFUSED)["reason"] == "blocked: nuisance"
    house.offer(ani="13800138000")
    assert house.calls.live_count == 1


def test_a_number_that_no_flow_serves_is_refused(house):
    assert refused(house, dnis="404").cause is HangupCause.UNALLOCATED_NUMBER


@pytest.mark.req("X-106")
def test_a_call_over_the_limit_is_refused_and_one_that_ends_makes_room(tmp_path):
    house = House(tmp_path, FLOWS, Admission(Limit(calls=1), {}))
    leg = house.offer()
    with pytest.raises(LegRefused):
        house.offer(leg_id="leg-2")
    house.mailboxes[0].then(leg.hangs_up)
    house.run()
    house.offer(leg_id="leg-3")
    assert house.calls.live_count == 1


# --- after a crash ----------------------------------------------------------------------------


def crash_while(house: House, *acts: Callable[[], object]) -> None:
    """Run the call through *acts*, then let its server die."""
    house.mailboxes[-1].then(*acts, house.mailboxes[-1].close)
    house.run()
    house.restart()


def test_a_call_is_taken_up_at_its_last_wait(house):
    first = house.offer()
    crash_while(house, first.finish_play)
    assert house.runs.find_run("id-1") is not None
    second = house.offer(call_id="id-1", answered=True)
    house.mailboxes[-1].then(second.hangs_up)
    house.run()
    assert heard(second) == ["desk.menu.1"]
    assert EntryKind.RESUMED in house.kinds()
    assert house.kinds().count(EntryKind.OFFERED) == 1


def test_a_call_answered_by_a_server_that_told_nobody_is_on_record_as_answered_once(house):
    house.offer(answered=True, answered_at=NOON)
    crash_while(house)
    leg = house.offer(call_id="id-1", answered=True, answered_at=NOON)
    house.mailboxes[-1].then(leg.hangs_up)
    house.run()
    answered = {entry.entry_id: entry.at for entry in house.journal.entries
                if entry.kind is EntryKind.ANSWERED}  # fmt: skip
    assert answered == {"id-1-answered": NOON}


def test_a_message_recorded_while_no_server_lived_is_kept_once(house):
    first = house.offer()
    crash_while(
        house, first.finish_play, lambda: first.press("1"), first.finish_play, first.finish_play
    )
    recording_id = house.runs.find_run("id-1").run["pending"]["recording_id"]
    write_wav(house, recording_id, seconds=3)
    for _ in range(2):
        leg = house.offer(call_id="id-1", answered=True)
        crash_while(house)
        assert heard(leg) == ["desk.kept.1"]
    assert [message.duration_ms for message in house.messages.list_messages()] == [3000]


def test_a_leg_whose_run_cannot_be_read_yet_is_deferred(house, monkeypatch):
    def away(_: str) -> None:
        raise StoreAway("the disk is full")

    monkeypatch.setattr(house.runs, "find_run", away)
    with pytest.raises(LegDeferred, match="disk is full"):
        house.offer(call_id="id-1", answered=True)


def test_a_leg_that_comes_back_to_its_own_call_is_handed_to_it(house):
    first = house.offer()
    second: list[FakeLeg] = []

    def comes_back() -> None:
        second.append(house.offer(call_id="id-1", answered=True))
        first.loses_socket()  # noticed late: it must not end the new one

    house.mailboxes[0].then(
        comes_back, lambda: second[0].finish_play(), lambda: second[0].hangs_up()
    )
    house.run()
    assert heard(second[0]) == ["desk.greeting.1", "desk.menu.1"]
    assert house.calls.live_count == 0


def test_a_second_socket_that_left_before_the_mark_arrived_is_no_second_call(house):
    house.offer()
    second = house.offer(call_id=None)
    house.mailboxes[0].then(second.hangs_up)
    house.run()
    assert house.kinds().count(EntryKind.OFFERED) == 1
    assert house.calls.live_count == 0


def test_a_server_that_goes_down_leaves_the_leg_as_it_is(house):
    leg = house.offer()
    house.calls.leave_all()
    house.run()
    assert not any(isinstance(ask, AskedToHangUp) for ask in leg.asked)
    assert EntryKind.HUNG_UP not in house.kinds()
    assert house.runs.find_run("id-1") is not None


def test_a_fault_of_ours_ends_the_call_politely_and_is_seen(house, monkeypatch):
    leg = house.offer()
    fault = RuntimeError("a bug")

    def fail(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr("switchboard.services.call.advance", fail)
    with pytest.raises(RuntimeError, match="a bug"):
        house.run()
    assert leg.asked[-1] == AskedToHangUp(HangupCause.NORMAL_TEMPORARY_FAILURE)
    assert house.details(EntryKind.FAULT)["where"] == "server"
    assert house.calls.live_count == 0


def write_wav(house: House, recording_id: str, seconds: int) -> None:
    silence = Pcm(8000, array("h", bytes(16000 * seconds)))
    wav.write_wav(house.folder / f"{recording_id}.wav", silence)


def test_keys_that_nobody_takes_leave_room_for_the_facts_that_end_a_wait(house):
    leg = house.offer()
    for _ in range(300):
        leg.press("5")
    leg.hangs_up()
    facts = [house.mailboxes[0].next(None) for _ in range(101)]
    assert len(house.mailboxes[0]) == 0
    assert isinstance(facts[-1], LegHungUp)


@pytest.mark.req("IVR-19")
def test_a_number_may_begin_another_flow_by_who_calls(tmp_path):
    rule = 'when: [{callers: ["1380*"], flow: vip}]'
    centre = FLOWS["centre.yaml"].replace("{flow: desk}", f"{{flow: desk, {rule}}}", 1)
    vip = FLOWS["desk.yaml"].replace("flow: desk", "flow: vip", 1)
    house = House(tmp_path, {**FLOWS, "centre.yaml": centre, "vip.yaml": vip})
    for ani, flow in (("13800138000", "vip"), ("13900139000", "desk"), ("", "desk")):
        house.journal.entries.clear()
        leg = house.offer(ani=ani)
        house.mailboxes[-1].then(leg.hangs_up)
        house.run()
        assert house.details(EntryKind.FLOW_STARTED)["flow"] == flow


# --- faults of ours ----------------------------------------------------------------------------


def test_a_call_that_cannot_begin_takes_no_place_of_the_limit(house, monkeypatch):
    def fail():
        raise RuntimeError("no settings")

    monkeypatch.setattr(house.parameters, "values", fail)
    with pytest.raises(RuntimeError):
        house.offer()
    assert house.admission.live == 0


def test_a_call_that_could_not_begin_at_first_is_one_call_on_record(house, monkeypatch):
    def fail():
        raise RuntimeError("no settings")

    with monkeypatch.context() as patch:
        patch.setattr(house.parameters, "values", fail)
        with pytest.raises(RuntimeError):
            house.offer()
    leg = house.offer(call_id="id-1")  # the mark that it got the first time
    house.mailboxes[-1].then(leg.hangs_up)
    house.run()
    assert {entry.call_id for entry in house.journal.entries} == {"id-1"}
    offered = [entry for entry in house.journal.entries if entry.kind is EntryKind.OFFERED]
    assert len({entry.entry_id for entry in offered}) == 1


def test_a_call_whose_server_died_before_anything_was_saved_goes_on_whatever_the_limit(tmp_path):
    house = House(tmp_path, FLOWS, admission=Admission(Limit(calls=0), {}))
    leg = house.offer(call_id="id-1", answered=True, answered_at=NOON)
    house.mailboxes[-1].then(leg.hangs_up)
    house.run()
    assert EntryKind.REFUSED not in house.kinds()
    assert EntryKind.ANSWERED in house.kinds()


def test_a_leg_that_comes_back_while_its_call_ends_is_not_left_alone(house, monkeypatch):
    leg, late = house.offer(), []
    forget = house.runs.forget

    def comes_back_meanwhile(call_id):
        late.append(house.offer(call_id=call_id, answered=True))
        forget(call_id)

    monkeypatch.setattr(house.runs, "forget", comes_back_meanwhile)
    house.mailboxes[0].then(leg.loses_socket)
    house.mailboxes[0].let_time_pass()
    house.mailboxes[0].let_time_pass()
    house.run()
    assert late[0].asked == [AskedToHangUp(HangupCause.NORMAL_TEMPORARY_FAILURE)]
    assert house.calls.live_count == 0
