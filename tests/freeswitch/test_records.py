"""The records that FreeSWITCH writes by itself, and the end of calls, on a real switch."""

from switchboard.core.causes import HangupCause
from switchboard.core.cdrs import cdr_from_json
from switchboard.core.legs import Direction
from switchboard.esl.arguments import CallId
from switchboard.esl.commands import answer, assign, hang_up, play
from switchboard.esl.names import EventName, Variable
from tests.freeswitch.callers import be_hung_up, give_up, wait
from tests.freeswitch.callers import hang_up as hang_up_first


def test_a_record_bears_our_call_id_and_the_times(freeswitch, app, sounds, tmp_path):
    line = freeswitch.callers(be_hung_up(20_000), ani="13900139000", name="李四").call(tmp_path)
    call = app.take()
    call.run(assign(Variable.CALL_ID, CallId("c-0001")))
    call.run(answer())
    call.run(play([str(sounds / "low.wav")]))
    call.begin(hang_up(HangupCause.NORMAL_CLEARING))
    assert line.wait().succeeded
    cdr = cdr_from_json(freeswitch.cdr(call.leg_id))
    assert cdr.call_id == "c-0001"
    assert cdr.leg_id == call.leg_id
    assert cdr.node == freeswitch.config.node
    assert cdr.direction is Direction.INBOUND
    assert (cdr.ani, cdr.caller_name, cdr.dnis) == ("13900139000", "李四", "4008001000")
    assert cdr.cause is HangupCause.NORMAL_CLEARING
    assert cdr.answered_at is not None
    assert 3900 < cdr.billable_ms < 5000


def test_a_caller_who_hangs_up_in_a_prompt_ends_the_call(freeswitch, app, sounds, tmp_path):
    line = freeswitch.callers(wait(500), hang_up_first()).call(tmp_path)
    call = app.take()
    call.run(answer())
    call.begin(play([str(sounds / "low.wav"), str(sounds / "high.wav")]))
    call.listen_until(lambda: call.ended, "the end of the connection", 5)
    (_, hangup), *_ = call.find(EventName.CHANNEL_HANGUP)
    assert hangup.text("Hangup-Cause") == "NORMAL_CLEARING"
    assert line.wait().succeeded
    assert cdr_from_json(freeswitch.cdr(call.leg_id)).cause is HangupCause.NORMAL_CLEARING


def test_a_caller_who_gives_up_before_the_answer_is_on_record(freeswitch, app, tmp_path):
    line = freeswitch.ringing_callers(give_up(1500)).call(tmp_path)
    call = app.take()
    call.listen_until(lambda: call.ended, "the end of the connection", 10)
    assert line.wait().succeeded
    cdr = cdr_from_json(freeswitch.cdr(call.leg_id))
    assert cdr.cause is HangupCause.ORIGINATOR_CANCEL
    assert cdr.answered_at is None
    assert cdr.billable_ms == 0


def test_an_application_that_does_not_exist_ends_the_call(freeswitch, app, tmp_path):
    line = freeswitch.callers(be_hung_up(20_000)).call(tmp_path)
    call = app.take()
    call.run(answer())
    # None of our commands can say this; it is said by hand.
    call.connection.sendall(
        b"sendmsg\ncall-command: execute\nexecute-app-name: no_such_application\n\n"
    )
    call.connection.settimeout(5)
    heard = b""
    while received := call.connection.recv(65536):
        heard += received
    assert b"DESTINATION_OUT_OF_ORDER" in heard
    assert line.wait().succeeded
