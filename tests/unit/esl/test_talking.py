"""Commands for channels that talk, byte by byte, as the recorded conversations show them."""

import pytest

from switchboard.esl import commands, talking
from switchboard.esl.arguments import (
    CallId,
    Destination,
    IntoRoom,
    Music,
    Onward,
    RoomName,
    Switching,
    Uuid,
    playable,
)
from switchboard.esl.commands import Word
from switchboard.esl.errors import LocalProtocolError
from switchboard.esl.exchange import MOST_EXECUTIONS, Exchange, Phase
from switchboard.esl.names import EventName, Subclass, Variable
from switchboard.esl.originating import (
    Domain,
    Extension,
    GatewayAddress,
    GatewayName,
    Origination,
    PhoneAddress,
    PhoneNumber,
    Profile,
    ShownName,
)

A = Uuid("819f5d69-55d8-42be-930b-2033852483dd")
B = Uuid("3daf327c-4052-496b-9c0b-b784b7a873ba")
PHONE = PhoneAddress(Profile("internal"), Extension("1001"), Domain("switchboard.invalid"))
RESUME = Destination("resume:XML:switchboard")


def order(**more):
    return Origination(
        **{"leg": B, "call": CallId("c1"), "address": PHONE, "ring_s": 20,
           "context": Profile("switchboard"), **more}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("command", "wire"),
    [
        (talking.bridge(A, B), f"api uuid_bridge {A.text} {B.text}"),
        (talking.park(B), f"api uuid_park {B.text}"),
        (talking.hold(B), f"api uuid_hold {B.text}"),
        (talking.retrieve(B), f"api uuid_hold off {B.text}"),
        (talking.mute(B), f"api uuid_audio {B.text} start read mute -4"),
        (talking.unmute(B), f"api uuid_audio {B.text} stop"),
        (talking.send_keys(A, "12#"), f"api uuid_send_dtmf {A.text} 12#"),
        (talking.receive_keys(B, "2"), f"api uuid_recv_dtmf {B.text} 2"),
        (
            talking.broadcast(A, "/sounds/terms.wav", Word.BOTH),
            f"api uuid_broadcast {A.text} /sounds/terms.wav both",
        ),
        (talking.transfer(A, Onward(RESUME)), f"api uuid_transfer {A.text} resume XML switchboard"),
        (
            talking.transfer(A, IntoRoom(RoomName("r-1"), RoomName("switchboard"), RESUME)),
            f"api uuid_transfer {A.text} "
            "'conference:r-1@switchboard,transfer:resume XML switchboard' inline",
        ),
        (
            talking.transfer(B, IntoRoom(RoomName("r-1"), RoomName("switchboard"), None)),
            f"api uuid_transfer {B.text} 'conference:r-1@switchboard,park' inline",
        ),
        (talking.control_file(A, Word.PAUSE), f"api uuid_fileman {A.text} pause"),
        (talking.room(RoomName("r-1"), Word.LOCK), "api conference r-1 lock"),
        (talking.show_registrations(), "api show registrations as json"),
        (commands.only_dialled(), "filter Call-Direction outbound"),
        (
            commands.subscribe((EventName.CHANNEL_BRIDGE,), (Subclass.PHONE_REGISTERED,)),
            "event json CHANNEL_BRIDGE CUSTOM sofia::register",
        ),
        (
            commands.set_variables(
                A,
                {
                    Variable.SOCKET_RESUME: Switching("false"),
                    Variable.TRANSFER_AFTER_BRIDGE: RESUME,
                },
            ),
            f"api uuid_setvar_multi {A.text} "
            "socket_resume=false;transfer_after_bridge=resume:XML:switchboard",
        ),
    ],
)
def test_a_command_has_these_bytes(command, wire):
    assert command.encode() == f"{wire}\n\n".encode()


def test_a_phone_is_dialled_by_a_job_that_bears_the_legs_id():
    assert talking.originate(order(number=PhoneNumber("13800138000"))).encode().decode() == (
        f"bgapi originate {{origination_uuid={B.text},originate_timeout=20,"
        "ignore_early_media=true,origination_caller_id_number=13800138000,"
        "origination_caller_id_name=13800138000,park_after_bridge=true,"
        "force_transfer_context=switchboard,force_transfer_dialplan=XML,switchboard_call_id=c1}"
        f"sofia/internal/1001%switchboard.invalid &park()\nJob-UUID: {B.text}\n\n"
    )


def test_a_number_goes_out_by_its_gateway_and_a_name_may_be_shown():
    address = GatewayAddress(GatewayName("provider"), PhoneNumber("+8610086"))
    written = order(address=address, name=ShownName("Sales 1"), auto_answer=True).written()
    assert written.endswith("}sofia/gateway/provider/+8610086 &park()")
    assert "origination_caller_id_number=anonymous,origination_caller_id_name='Sales 1'" in written
    assert "sip_auto_answer=true" in written


@pytest.mark.parametrize("ring_s", [0, -1, 601])
def test_nobody_rings_for_ever(ring_s):
    with pytest.raises(LocalProtocolError):
        order(ring_s=ring_s).written()


def test_music_is_played_like_a_file():
    assert playable("local_stream://hold") == Music("local_stream://hold")


def test_what_runs_on_the_channels_of_a_node_is_not_counted_as_of_one_channel():
    exchange = Exchange(Phase.READY)
    for number in range(MOST_EXECUTIONS + 1):
        execution_id = Uuid(f"00000000-0000-4000-8000-{number:012d}")
        command = talking.execute_on(B, commands.play(["/a.wav"]), execution_id)
        assert exchange.send(command, 1.0).startswith(f"sendmsg {B.text}\n".encode())
    assert exchange.running == 0
