"""How a call gets in, and what it meets when no server takes it: our dialplan on a real switch."""

import time

import pytest

from switchboard.core.causes import HangupCause
from switchboard.esl.commands import answer, hang_up, play
from switchboard.switch.configuration import FALLBACK_CONTEXT
from tests.freeswitch.callers import be_hung_up, be_refused
from tests.freeswitch.running import HOLD_S, wait_until
from tests.freeswitch.spoken import App


@pytest.fixture
def second_app(freeswitch):
    with App(freeswitch.app_ports[1]) as listening:
        yield listening


def test_a_call_reaches_the_first_app_with_the_number_dialled(
    freeswitch, app, second_app, tmp_path
):
    line = freeswitch.callers(be_hung_up(10_000)).call(tmp_path)
    call = app.take()
    assert call.came.text("Caller-Destination-Number") == "4008001000"
    assert call.came.text("variable_sip_req_user") == "4008001000"
    assert call.came.text("Caller-ANI") == "13800138000"
    call.run(answer())
    call.begin(hang_up(HangupCause.NORMAL_CLEARING))
    assert line.wait().succeeded


def test_when_the_first_app_is_down_the_second_has_the_call_at_once(
    freeswitch, second_app, tmp_path
):
    line = freeswitch.callers(be_hung_up(10_000)).call(tmp_path)
    began = time.monotonic()
    call = second_app.take()
    assert time.monotonic() - began < 1.0
    call.run(answer())
    call.begin(hang_up(HangupCause.NORMAL_CLEARING))
    assert line.wait().succeeded


def test_the_guard_is_off_once_the_app_has_cancelled_it(freeswitch, app, tmp_path):
    line = freeswitch.callers(be_hung_up(20_000)).call(tmp_path)
    call = app.take()
    call.run(answer())
    call.hush(5.0)
    assert not call.ended
    call.begin(hang_up(HangupCause.NORMAL_CLEARING))
    assert line.wait().succeeded


def test_an_app_that_accepts_and_is_silent_loses_the_call(freeswitch, app, tmp_path):
    line = freeswitch.callers(be_hung_up(20_000)).call(tmp_path)
    silent = app.accept()
    began = time.monotonic()
    call = app.take(8)
    assert 1.5 < time.monotonic() - began < 4.5
    assert call.came.text("Caller-Context") == FALLBACK_CONTEXT
    assert call.came.text("variable_sip_req_user") == "4008001000"
    call.run(answer())
    call.begin(hang_up(HangupCause.NORMAL_CLEARING))
    assert line.wait().succeeded
    silent.close()


def test_an_app_that_accepts_and_closes_leaves_the_call_to_the_next(
    freeswitch, app, second_app, tmp_path
):
    line = freeswitch.callers(be_hung_up(20_000)).call(tmp_path)
    app.accept().close()
    app.close()
    call = second_app.take()
    call.run(answer())
    call.begin(hang_up(HangupCause.NORMAL_CLEARING))
    assert line.wait().succeeded


def test_when_an_app_dies_in_a_prompt_the_next_has_the_call_within_a_tick(
    freeswitch, app, second_app, sounds, tmp_path
):
    line = freeswitch.callers(be_hung_up(20_000)).call(tmp_path)
    call = app.take()
    call.run(answer())
    call.begin(play([str(sounds / "low.wav")]))
    call.hush(0.5)
    app.close()
    died = time.monotonic()
    again = second_app.take()
    assert time.monotonic() - died < 0.5
    assert again.leg_id == call.leg_id
    again.begin(hang_up(HangupCause.NORMAL_CLEARING))
    assert line.wait().succeeded


def test_while_no_app_is_there_a_caller_waits_and_the_first_that_comes_has_the_call(
    freeswitch, tmp_path
):
    line = freeswitch.callers(be_hung_up(20_000)).call(tmp_path)
    with freeswitch.operator() as operator:
        wait_until(lambda: "1 total" in operator.api("show channels"), "the caller waits")
    time.sleep(2)  # the time that the server is away
    with App(freeswitch.app_ports[0]) as app:
        back = time.monotonic()
        call = app.take()
        assert time.monotonic() - back < 1.0
        assert call.came.text("Answer-State") == "early"
        call.run(answer())
        call.begin(hang_up(HangupCause.NORMAL_CLEARING))
    assert line.wait().succeeded


def test_a_caller_hears_hold_music_while_no_app_is_there(freeswitch, app, tmp_path):
    line = freeswitch.callers(be_hung_up(20_000)).call(tmp_path)
    call = app.take()
    call.run(answer())
    app.close()
    time.sleep(2)  # the time that the server is away
    with App(freeswitch.app_ports[0]) as returned:
        again = returned.take()
        again.begin(hang_up(HangupCause.NORMAL_CLEARING))
    assert line.wait().succeeded
    sound = freeswitch.cdr(call.leg_id)["callStats"]["audio"]["outbound"]
    assert sound["packet_count"] > 2 * 1000 / 30 * 0.8


def test_when_no_app_comes_for_too_long_the_call_ends_with_an_apology(freeswitch, tmp_path):
    began = time.monotonic()
    outcome = freeswitch.ringing_callers(be_refused(503)).call(tmp_path).wait()
    assert outcome.succeeded, outcome.complaints
    # Looked at after each round of 5 s; then a second of apology.
    assert HOLD_S <= time.monotonic() - began < 10 + 1 + 2


def test_the_time_without_a_server_begins_anew_when_one_has_had_the_call(freeswitch, tmp_path):
    line = freeswitch.callers(be_hung_up(60_000)).call(tmp_path, within_s=60)
    time.sleep(HOLD_S - 2)  # the server is away for less than the limit,
    with App(freeswitch.app_ports[0]) as app:
        call = app.take()
        call.run(answer())
    time.sleep(HOLD_S - 2)  # and again: together longer than the limit
    with App(freeswitch.app_ports[0]) as app:
        again = app.take()
        again.begin(hang_up(HangupCause.NORMAL_CLEARING))
    assert line.wait().succeeded


def test_a_stranger_on_the_network_cannot_call_in(freeswitch, app, tmp_path):
    stranger = freeswitch.ringing_callers(be_refused(403))
    assert stranger.call(tmp_path, address="127.0.0.2").wait().succeeded


def test_a_call_is_refused_before_answer_with_its_cause(freeswitch, app, tmp_path):
    line = freeswitch.ringing_callers(be_refused(603)).call(tmp_path)
    call = app.take()
    call.begin(hang_up(HangupCause.CALL_REJECTED))
    outcome = line.wait()
    assert outcome.succeeded, outcome.complaints
    record = freeswitch.cdr(call.leg_id)
    assert record["variables"]["hangup_cause"] == "CALL_REJECTED"
    assert record["variables"]["answer_epoch"] == "0"
