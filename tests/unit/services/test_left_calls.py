"""Calls whose server died and whose caller went: finished once, with all that was said kept."""

from array import array

import pytest

from switchboard.core.causes import HangupCause
from switchboard.core.cdrs import Cdr
from switchboard.core.journal import EntryKind
from switchboard.core.legs import Direction
from switchboard.media import wav
from switchboard.media.wav import Pcm
from switchboard.ports.outages import StoreAway
from switchboard.services.left_calls import QUIET_FOR, LeftCalls
from tests.fakes.clock import NOON
from tests.fakes.legs import AskedToHangUp
from tests.unit.services.house import HOTLINE, House
from tests.unit.services.test_calls import FLOWS


@pytest.fixture
def house(tmp_path) -> House:
    return House(tmp_path, FLOWS)


def crash(house: House, *acts) -> None:
    """The newest call does *acts*; then the server is no more, and the next one starts."""

    def kill() -> None:
        raise SystemExit

    house.mailboxes[-1].then(*acts, kill)
    with pytest.raises(SystemExit):
        house.run()
    house.restart()


def caller_goes(house: House, cause=HangupCause.NORMAL_CLEARING) -> Cdr:
    """The caller hangs up while no server lives; the switch's record is taken in."""
    cdr = Cdr(
        "leg-1", "id-1", "local", Direction.INBOUND, "13800138000", "", HOTLINE,
        NOON, NOON, house.clock.now(), cause, 5000,
    )  # fmt: skip
    house.records.take_in(cdr)
    return cdr


def is_left_alone(house: House) -> None:
    house.clock.pass_until(house.clock.seconds() + QUIET_FOR.total_seconds() + 1)


def finisher(house: House) -> LeftCalls:
    """A server's own."""
    return LeftCalls(
        house.world,
        house.calls.owns,
        house.open_mailbox,
        lambda _, work: house.started.append(work),
    )


def finish(house: House) -> int:
    begun = finisher(house).finish_some()
    while house.started:
        house.run()
    return begun


def records_a_message(house: House) -> str:
    """A caller speaks after the tone as the server dies; return the recording's id."""
    leg = house.offer()
    crash(house, leg.finish_play, lambda: leg.press("1"), leg.finish_play, leg.finish_play)
    return house.runs.find_run("id-1").run["pending"]["recording_id"]


def write_wav(house: House, recording_id: str, seconds: int) -> None:
    silence = Pcm(8000, array("h", bytes(16000 * seconds)))
    wav.write_wav(house.folder / f"{recording_id}.wav", silence)


def test_what_was_said_before_server_and_caller_went_reaches_its_mailbox(house):
    write_wav(house, records_a_message(house), seconds=3)
    cdr = caller_goes(house)
    is_left_alone(house)
    assert finish(house) == 1
    (message,) = house.messages.list_messages()
    assert (message.mailbox, message.duration_ms, message.from_number) == ("box", 3000, cdr.ani)
    assert house.details(EntryKind.RECORDED)["ended_by"] == "hung_up"
    ended = house.journal.entries[-1]
    assert (ended.kind, ended.at, ended.details["by"]) == (
        EntryKind.HUNG_UP,
        cdr.ended_at,
        "caller",
    )
    assert house.runs.find_run("id-1") is None


def test_a_caller_who_went_in_the_menu_ends_the_journal_and_the_run(house):
    leg = house.offer()
    crash(house, leg.finish_play)
    caller_goes(house)
    is_left_alone(house)
    assert finish(house) == 1
    assert house.messages.list_messages() == ()
    assert house.details(EntryKind.FLOW_ENDED)["reason"] == "caller_gone"
    assert house.kinds()[-1] is EntryKind.HUNG_UP
    assert house.runs.find_run("id-1") is None


def test_a_recording_in_which_nothing_was_said_is_no_message(house):
    records_a_message(house)
    caller_goes(house)
    is_left_alone(house)
    finish(house)
    assert house.messages.list_messages() == ()
    assert house.kinds()[-1] is EntryKind.HUNG_UP


def test_of_two_servers_one_finishes_a_call(house):
    write_wav(house, records_a_message(house), seconds=3)
    caller_goes(house)
    is_left_alone(house)
    assert finisher(house).finish_some() == 1
    assert finisher(house).finish_some() == 0
    house.run()
    assert house.kinds().count(EntryKind.HUNG_UP) == 1
    assert len(house.messages.list_messages()) == 1


def test_a_server_that_dies_while_it_finishes_a_call_leaves_it_to_the_next(house):
    write_wav(house, records_a_message(house), seconds=3)
    caller_goes(house)
    is_left_alone(house)
    finisher(house).finish_some()
    house.started.clear()  # it died
    house.restart()
    assert finish(house) == 0
    is_left_alone(house)
    assert finish(house) == 1
    assert len(house.messages.list_messages()) == 1


def test_a_call_that_lives_here_is_left_alone(house):
    leg, mailbox = house.offer(), house.mailboxes[-1]
    done = []

    def others_look() -> None:
        caller_goes(house)
        is_left_alone(house)
        done.append(finisher(house).finish_some())

    mailbox.then(others_look, leg.hangs_up)
    house.run()
    assert done == [0]


def test_a_call_is_not_taken_from_an_owner_who_has_just_saved_it(house):
    leg = house.offer()
    crash(house, leg.finish_play)
    caller_goes(house)
    assert finish(house) == 0


def test_a_call_whose_journal_has_ended_only_loses_its_run(house):
    leg = house.offer()
    crash(house, leg.finish_play)
    saved = house.runs.find_run("id-1")
    caller_goes(house)
    is_left_alone(house)
    finish(house)
    written = len(house.journal.entries)
    house.runs.save(saved)  # its server died before it was forgotten
    is_left_alone(house)
    finish(house)
    assert len(house.journal.entries) == written
    assert house.runs.find_run("id-1") is None


def test_a_call_that_cannot_be_finished_ends_once_and_is_not_tried_for_ever(house, monkeypatch):
    leg = house.offer()
    crash(house, leg.finish_play)
    cdr = caller_goes(house)
    is_left_alone(house)
    finisher(house).finish_some()
    monkeypatch.setattr("switchboard.services.left_calls.run_of", lambda _: {}["no such run"])
    with pytest.raises(KeyError):
        house.run()
    assert house.journal.entries[-1].at == cdr.ended_at
    assert house.runs.find_run("id-1") is None


def test_a_store_that_is_away_leaves_the_calls_for_later(house):
    leg = house.offer()
    crash(house, leg.finish_play)
    caller_goes(house)
    is_left_alone(house)
    house.runs.away = True
    with pytest.raises(StoreAway):
        finish(house)
    house.runs.away = False
    assert finish(house) == 1


# --- a call whose flow had ended when its server went ------------------------------------------


def test_a_server_that_goes_down_before_the_hang_up_is_confirmed_leaves_the_end_to_the_next(house):
    leg = house.offer()
    mailbox = house.mailboxes[-1]
    mailbox.then(leg.finish_play)
    for _ in range(3):
        mailbox.then(leg.finish_play)
        mailbox.let_time_pass()
    mailbox.then(leg.finish_play, mailbox.close)
    leg.hang_up = lambda cause: leg.asked.append(AskedToHangUp(cause))
    house.run()
    assert EntryKind.HUNG_UP not in house.kinds()
    ended = house.kinds().count(EntryKind.FLOW_ENDED)
    house.restart()
    cdr = caller_goes(house)
    is_left_alone(house)
    assert finish(house) == 1
    assert house.kinds().count(EntryKind.FLOW_ENDED) == ended == 1
    assert house.journal.entries[-1].at == cdr.ended_at
    assert house.runs.find_run("id-1") is None
