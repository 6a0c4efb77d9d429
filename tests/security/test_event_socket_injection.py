"""Hostile text times every door of the encoder: it is refused, and no byte of it gets out.

The payloads are those that work against FreeSWITCH when they arrive (a second command, an API
expansion, a shell, a stolen reply, another argument); each bears a canary that is looked for in
every byte that the doors give. A door that lets a payload through as plain data fails too: our
grammars admit none of these characters anywhere.
"""

import re
from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.core.causes import HangupCause
from switchboard.esl import arguments, commands, originating, talking
from switchboard.esl.arguments import Checked, Uuid
from switchboard.esl.commands import Command, Execution, Kind, Word
from switchboard.esl.errors import LocalProtocolError
from switchboard.esl.names import Application, Variable

CANARY = "canary"
LEG = Uuid("4107d6ad-4bad-497b-acae-7b251c6472c5")


def phone(extension="1001", domain="switchboard.invalid"):
    return originating.PhoneAddress(
        originating.Profile("internal"),
        originating.Extension(extension),
        originating.Domain(domain),
    )


def gateway(number="10086", name="provider"):
    return originating.GatewayAddress(
        originating.GatewayName(name), originating.PhoneNumber(number)
    )


def originated(**more):
    order = {
        "leg": LEG, "call": arguments.CallId("c1"), "address": phone(), "ring_s": 20,
        "context": originating.Profile("switchboard"),
    }  # fmt: skip
    return talking.originate(originating.Origination(**{**order, **more}))


PAYLOADS = {
    "a second command": f"x\n\napi system touch {CANARY}\n\n",
    "a second command with returns": f"x\r\n\r\napi {CANARY}\r\n\r\n",
    "another header": f"x\nexecute-app-name: {CANARY}",
    "a return": f"{CANARY}\r",
    "the end of a C string": f"{CANARY}\0",
    "a shell by expansion": f"${{system touch {CANARY}}}",
    "a variable": f"${CANARY}",
    "a global variable": f"$${{{CANARY}}}",
    "a stolen reply": f"~{CANARY}",
    "the end of braces": f"}}loopback/{CANARY}",
    "variables of an originate": f"{{{CANARY}=1}}sofia/x",
    "another variable": f"x;{CANARY}=1",
    "another assignment": f"x,{CANARY}=1",
    "single quotes": f"'{CANARY}'",
    "double quotes": f'"{CANARY}"',
    "an escape": f"\\n{CANARY}",
    "a bar": f"x|{CANARY}",
    "another file": f"/a!{CANARY}",
    "a file's offset": f"/a@@{CANARY}",
    "another argument": f"/a {CANARY}",
    "a way out": f"/a/../../{CANARY}",
    "percent encoding": f"/a%0a{CANARY}",
    "an asterisk of the shell": f"/a/*{CANARY}",
    "a line separator": f"/a\u2028{CANARY}",
    "another writing direction": f"/a\u202e{CANARY}",
    "a stray surrogate": f"/a\ud800{CANARY}",
}  # fmt: skip

DOORS = {
    "play one": lambda text: commands.play([text]),
    "play the second": lambda text: commands.play(["/a.wav", text]),
    "play silence": lambda text: commands.play([f"silence_stream://{text}"]),
    "record": lambda text: commands.record(text, at_most_s=1, silence_s=1),
    "hang up": commands.hang_up,
    "stop keys": lambda text: commands.assign(
        Variable.PLAYBACK_TERMINATORS, arguments.keys(text)
    ),
    "call id": lambda text: commands.set_variables(
        LEG, {Variable.CALL_ID: arguments.CallId(text)}
    ),
    "switching": lambda text: commands.set_variables(
        LEG, {Variable.SOCKET_RESUME: arguments.Switching(text)}
    ),
    "nothing": lambda text: commands.set_variables(
        LEG, {Variable.RECORD_MS: arguments.Nothing(text)}
    ),
    "a plain value": lambda text: commands.set_variables(LEG, {Variable.CALL_ID: text}),
    "a variable's name": lambda text: commands.set_variables(
        LEG, {text: arguments.Switching("true")}
    ),
    "play music": lambda text: commands.play([f"local_stream://{text}"]),
    "a destination": lambda text: commands.set_variables(
        LEG, {Variable.TRANSFER_AFTER_BRIDGE: arguments.Destination(f"{text}:XML:switchboard")}
    ),
    "an extension": lambda text: originated(address=phone(text)),
    "a domain": lambda text: originated(address=phone(domain=text)),
    "a number": lambda text: originated(address=gateway(text)),
    "a gateway": lambda text: originated(address=gateway(name=text)),
    "a number shown": lambda text: originated(number=originating.PhoneNumber(text)),
    "a name shown": lambda text: originated(name=originating.ShownName(text)),
    "a context": lambda text: originated(context=originating.Profile(text)),
    "the leg to dial": lambda text: originated(leg=Uuid(text)),
    "the call of a leg": lambda text: originated(call=arguments.CallId(text)),
    "keys sent": lambda text: talking.send_keys(LEG, text),
    "keys received": lambda text: talking.receive_keys(LEG, text),
    "a clip": lambda text: talking.broadcast(LEG, text, Word.BOTH),
    "a room": lambda text: talking.room(arguments.RoomName(text), Word.LOCK),
    "a room to enter": lambda text: talking.transfer(
        LEG, arguments.IntoRoom(arguments.RoomName(text), arguments.RoomName("x"), None)
    ),
    "execution id": lambda text: commands.execute(commands.answer(), Uuid(text)),
    "a channel": lambda text: commands.break_off(Uuid(text)),
    "a channel to set": lambda text: commands.set_variables(Uuid(text), {}),
    "a channel to look for": lambda text: commands.exists(Uuid(text)),
    "a channel to kill": lambda text: commands.kill(Uuid(text), HangupCause.NORMAL_CLEARING),
    "the cause of a kill": lambda text: commands.kill(LEG, text),
    "an address to fetch to": lambda text: commands.fetch(LEG, arguments.HostPort(text)),
    "a module": lambda text: commands.module_exists(arguments.ModuleName(text)),
    "password": lambda text: commands.log_in(arguments.Password(f"{text} ")),
    "user": lambda text: commands.log_in(arguments.Password("x"), arguments.Login(text)),
    "an event's name": lambda text: commands.only(text),
    "a subscription": lambda text: commands.subscribe((text,)),
    "a word of a line": lambda text: Command(Kind.API, (text,)),
    "an application": lambda text: commands.execute(Execution(text), LEG),
    "an argument": lambda text: commands.execute(Execution(Application.PLAYBACK, text), LEG),
    "an execution id as text": lambda text: commands.execute(commands.answer(), text),
}  # fmt: skip


ORDER = re.compile(
    rb"bgapi originate \{(?P<before>[^{}']*)(?P<name>'[A-Za-z0-9 _.-]*')?(?P<behind>[^{}']*)\}"
    rb"sofia/[^{}' ]+ &park\(\)"
)


def bytes_of(made):
    command = commands.execute(made, LEG) if isinstance(made, Execution) else made
    return command.encode()


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
def test_no_payload_passes_any_door(door, payload):
    with pytest.raises(LocalProtocolError) as refused:
        bytes_of(door(payload))
    assert len(str(refused.value)) < 200


@given(st.text(max_size=40), st.sampled_from(list(DOORS.values())))
def test_whatever_passes_a_door_stays_one_command(text, door):
    try:
        wire = bytes_of(door(text))
    except LocalProtocolError:
        return
    head, _, body = wire.partition(b"\n\n")
    assert b"\n" not in body
    lines = head.split(b"\n")
    if lines[0].startswith(b"bgapi originate "):
        # One pair of braces with our own names in it, and quotes around a name of ours alone.
        ordered = ORDER.fullmatch(lines[0])
        assert ordered, lines[0]
        wire = ordered["before"] + ordered["behind"]
    assert not set(b"\r\0$~'\"\\{}") & set(wire)
    if lines[0].startswith(b"bgapi originate "):
        assert (len(lines), body) == (2, b"")
    elif lines[0] == b"sendmsg":
        assert lines[1] == b"call-command: execute"
        assert len(lines) == (7 if body else 5)
    else:
        assert (len(lines), body) == (1, b"")


class Smuggler(Checked):
    """A part whose grammar was forgotten."""

    def __init__(self, text):
        self._text = text

    def written(self):
        return self._text


@pytest.mark.parametrize("control", ["\n", "\r", "\0"])
@pytest.mark.parametrize(
    "make",
    [
        lambda part: Command(Kind.API, (part,)),
        lambda part: commands.execute(Execution(Application.PLAYBACK, part), LEG),
    ],
)
def test_the_lowest_layer_refuses_line_ends_and_nul_behind_every_grammar(make, control):
    with pytest.raises(LocalProtocolError):
        make(Smuggler(f"/a{control}b")).encode()


def test_an_argument_that_was_admitted_cannot_be_changed():
    file = arguments.FilePath("/a.wav")
    with pytest.raises(FrozenInstanceError):
        file.text = "/etc/passwd"


def test_an_execute_without_an_id_is_refused():
    for nothing in (None, ""):
        with pytest.raises(LocalProtocolError):
            commands.execute(commands.answer(), nothing).encode()


def test_every_part_that_the_encoder_takes_was_admitted_by_a_grammar_or_is_ours():
    for stranger in ("text", b"bytes", 1, None, ["x"], object()):
        with pytest.raises(LocalProtocolError):
            Command(Kind.API, (Word.CHANNELS, stranger)).encode()
