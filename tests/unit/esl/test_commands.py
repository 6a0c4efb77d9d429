"""Commands byte by byte, as the recorded conversations with FreeSWITCH show them."""

import pytest

from switchboard.core.causes import HangupCause
from switchboard.esl import commands
from switchboard.esl.arguments import (
    CallId,
    KeySet,
    Login,
    ModuleName,
    Nothing,
    Password,
    Switching,
    Uuid,
)
from switchboard.esl.errors import LocalProtocolError
from switchboard.esl.names import EventName, Variable

LEG = Uuid("4107d6ad-4bad-497b-acae-7b251c6472c5")
EXECUTION = Uuid("3304c3ce-217f-438c-aa14-51c1034e7ae7")
HEAD = b"""sendmsg
call-command: execute
execute-app-name: %s
Event-UUID: 3304c3ce-217f-438c-aa14-51c1034e7ae7
event-lock: true
"""


def executed(execution):
    return commands.execute(execution, EXECUTION).encode()


def with_body(application, body):
    length = b"content-type: text/plain\ncontent-length: %d\n\n" % len(body)
    return HEAD % application + length + body


@pytest.mark.parametrize(
    ("command", "wire"),
    [
        (commands.connect(), b"connect\n\n"),
        (commands.my_events(), b"myevents json\n\n"),
        (commands.only(EventName.DTMF), b"filter Event-Name DTMF\n\n"),
        (commands.log_in(Password("ClueCon")), b"auth ClueCon\n\n"),
        (
            commands.log_in(Password("secret"), Login("switchboard@events.invalid")),
            b"userauth switchboard@events.invalid:secret\n\n",
        ),
        (
            commands.subscribe((EventName.CHANNEL_ANSWER, EventName.DTMF)),
            b"event json CHANNEL_ANSWER DTMF\n\n",
        ),
        (commands.subscribe((EventName.RECORD_STOP,)), b"event json RECORD_STOP\n\n"),
        (commands.show_channels(), b"api show channels as json\n\n"),
        (commands.core_uuid(), b"api global_getvar core_uuid\n\n"),
        (commands.version(), b"api version\n\n"),
        (
            commands.module_exists(ModuleName("mod_sofia")),
            b"api module_exists mod_sofia\n\n",
        ),
        (
            commands.no_shell_by_api(),
            b"api global_getvar disable_system_api_commands\n\n",
        ),
        (
            commands.no_shell_by_application(),
            b"api global_getvar disable_system_app_commands\n\n",
        ),
        (commands.exists(LEG), b"api uuid_exists 4107d6ad-4bad-497b-acae-7b251c6472c5\n\n"),
        (commands.break_off(LEG), b"api uuid_break 4107d6ad-4bad-497b-acae-7b251c6472c5\n\n"),
        (
            commands.kill(LEG, HangupCause.USER_BUSY),
            b"api uuid_kill 4107d6ad-4bad-497b-acae-7b251c6472c5 USER_BUSY\n\n",
        ),
        (commands.exit_(), b"exit\n\n"),
    ],
)
def test_a_command_is_these_bytes(command, wire):
    assert command.encode() == wire


def test_several_variables_are_set_by_one_command():
    values = {
        Variable.SOCKET_RESUME: Switching("false"),
        Variable.PLAYBACK_TERMINATORS: KeySet("12*"),
        Variable.RECORD_MS: Nothing(""),
        Variable.CALL_ID: CallId("call-1"),
    }
    assert commands.set_variables(LEG, values).encode() == (
        b"api uuid_setvar_multi 4107d6ad-4bad-497b-acae-7b251c6472c5 socket_resume=false;"
        b"playback_terminators=12*;record_ms=;switchboard_call_id=call-1\n\n"
    )


def test_an_execute_without_argument_has_no_body():
    assert executed(commands.answer()) == HEAD % b"answer" + b"\n"
    assert executed(commands.disarm_guard()) == HEAD % b"sched_cancel" + b"\n"


@pytest.mark.parametrize(
    ("execution", "application", "body"),
    [
        (commands.hang_up(HangupCause.CALL_REJECTED), b"hangup", b"CALL_REJECTED"),
        (commands.play(["/s/a.wav"]), b"playback", b"/s/a.wav"),
        (commands.play(["silence_stream://250"]), b"playback", b"silence_stream://250"),
        (
            commands.play(["/s/a.wav", "silence_stream://250", "/s/b.wav"]),
            b"playback",
            b"file_string:///s/a.wav!silence_stream://250!/s/b.wav",
        ),
        (
            commands.play(["/提示音/欢迎.wav"]),
            b"playback",
            "/提示音/欢迎.wav".encode(),
        ),
        (
            commands.record("/rec/m1.wav", at_most_s=60, silence_s=3),
            b"record",
            b"/rec/m1.wav 60 200 3",
        ),
        (
            commands.assign(Variable.SOCKET_RESUME, Switching("true")),
            b"set",
            b"socket_resume=true",
        ),
    ],
)
def test_the_argument_of_an_execute_travels_in_its_body(execution, application, body):
    assert executed(execution) == with_body(application, body)


@pytest.mark.parametrize("number", [0, -1, 86_401, 10**9])
def test_a_recording_has_a_sensible_length(number):
    with pytest.raises(LocalProtocolError):
        executed(commands.record("/a.wav", at_most_s=number, silence_s=3))


@pytest.mark.parametrize("number", [0, -1, 3_601])
def test_a_recording_ends_after_a_sensible_silence(number):
    with pytest.raises(LocalProtocolError):
        executed(commands.record("/a.wav", at_most_s=60, silence_s=number))


def test_nothing_to_play_is_refused():
    with pytest.raises(LocalProtocolError):
        commands.play([])


def test_a_password_is_never_shown():
    command = commands.log_in(Password("very-secret"), Login("a@b.c"))
    assert "very-secret" not in repr(command)
    assert "very-secret" not in str(Password("very-secret"))
