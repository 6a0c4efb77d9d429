"""``uuid_…``: commands that join, part, hold and mute legs; keys to a leg and from it."""

from typing import TYPE_CHECKING

from switchboard.simulator.api.registry import api
from switchboard.simulator.api.words import NO_CHANNEL, OK, words_of
from switchboard.simulator.bridges import arrange
from switchboard.simulator.channels import Message, State
from switchboard.simulator.holding import hold, retrieve
from switchboard.simulator.transfers import transfer

if TYPE_CHECKING:
    from switchboard.simulator.executors import Executor
    from switchboard.simulator.node import Node

SUCCESS = "+OK Success\n"
LEGS = ("aleg", "bleg", "both", "holdb")


@api("uuid_bridge")
def uuid_bridge(node: "Node", argument: str) -> str:
    """Join two channels, taking each from whatever it does."""
    words = words_of(argument)
    if len(words) != 2:
        return "-USAGE: <uuid> <other_uuid>\n"
    one, other = node.find(words[0]), node.find(words[1])
    if one is None or other is None or one is other or not arrange(one, other):
        return "-ERR Invalid uuid\n"
    return f"+OK {words[1]}\n"


@api("uuid_park")
def uuid_park(node: "Node", argument: str) -> str:
    """Take a channel from whatever it does and park it."""
    executor = node.find(argument)
    if executor is None or executor.channel.is_down:
        return NO_CHANNEL
    executor.take_to(State.CS_PARK)
    return OK


@api("uuid_transfer")
def uuid_transfer(node: "Node", argument: str) -> str:
    """Send a channel, its partner (``-bleg``) or ``-both`` to another place of the dialplan."""
    words = words_of(argument)
    which = words.pop(1) if len(words) > 2 and words[1] in {"-bleg", "-both"} else ""
    if len(words) < 2:
        return "-USAGE: <uuid> [-bleg|-both] <dest-exten> [<dialplan>] [<context>]\n"
    executor = node.find(words[0])
    if executor is None or executor.channel.is_down:
        return NO_CHANNEL
    partner = partner_of(executor)
    if which and partner is None:
        return "-ERR No such channel!\n"
    for one in {"-bleg": (partner,), "-both": (partner, executor)}.get(which, (executor,)):
        if one is not None:
            transfer(one, *words[1:4])
    return OK


@api("uuid_broadcast")
def uuid_broadcast(node: "Node", argument: str) -> str:
    """Play a sound to a channel or its partner, or execute ``APPLICATION::ARGUMENT`` there."""
    words = words_of(argument)
    executor = node.find(words[0]) if words else None
    if executor is None:
        return NO_CHANNEL
    if len(words) < 2:
        return "-USAGE: <uuid> <path> [aleg|bleg|holdb|both]\n"
    which = words[2] if len(words) > 2 and words[2] in LEGS else "aleg"
    name, separator, rest = words[1].partition("::")
    if not separator:
        name, rest = "playback", words[1]
    partner = partner_of(executor)
    hearers = {"aleg": (executor,), "bleg": (partner,), "both": (executor, partner)}
    for hearer in hearers.get(which, (partner,)):
        if hearer is not None:
            said = {"call-command": "execute", "execute-app-name": name, "execute-app-arg": rest}
            hearer.send(Message(said))
    return "+OK Message sent\n"


@api("uuid_hold")
def uuid_hold(node: "Node", argument: str) -> str:
    """Hold a phone, or retrieve it: ``[off|toggle] UUID``."""
    words = words_of(argument)
    act = words.pop(0) if len(words) > 1 and words[0] in {"off", "toggle"} else "on"
    executor = node.find(words[0]) if words else None
    if executor is None or executor.channel.is_down:
        return "-ERR Operation failed\n"
    if act == "off" or (act == "toggle" and executor.channel.is_held):
        retrieve(executor)
    else:
        hold(executor)
    return SUCCESS


@api("uuid_audio")
def uuid_audio(node: "Node", argument: str) -> str:
    """Mute what a leg says (``read``) or hears (``write``): ``UUID start read mute LEVEL``."""
    words = words_of(argument)
    executor = node.find(words[0]) if words else None
    if executor is None:
        return NO_CHANNEL
    person, tick = executor.person, node.ticks.now
    if words[1:2] == ["stop"]:
        person.mouth.muted.end(tick)
        person.ear.deaf.end(tick)
        return OK
    if len(words) < 5 or words[1] != "start" or words[2] not in {"read", "write"}:
        return "-USAGE: <uuid> [start [read|write] [mute|level <level>]|stop]\n"
    hush = person.mouth.muted if words[2] == "read" else person.ear.deaf
    if words[3] == "mute" and words[4] not in {"0", "1"}:
        hush.begin(tick)
    else:
        hush.end(tick)
    return OK


@api("uuid_send_dtmf")
def uuid_send_dtmf(node: "Node", argument: str) -> str:
    """Send keys to a leg's phone."""
    leg_id, _, digits = argument.partition(" ")
    executor = node.find(leg_id)
    if executor is None:
        return NO_CHANNEL
    for digit in digits.partition("@")[0].strip():
        executor.person.hear_key(digit)
    return f"+OK {leg_id} sent DTMF {digits}.\n"


@api("uuid_recv_dtmf")
def uuid_recv_dtmf(node: "Node", argument: str) -> str:
    """Let keys arrive as though a leg's phone had sent them."""
    leg_id, _, digits = argument.partition(" ")
    executor = node.find(leg_id)
    if executor is None:
        return NO_CHANNEL
    for digit in digits.partition("@")[0].strip():
        executor.key(digit)
    return f"+OK {leg_id} received DTMF {digits}.\n"


def partner_of(executor: "Executor") -> "Executor | None":
    """Return the channel that this one is joined to, or None."""
    bridge = executor.bridge
    return bridge.other_of(executor) if bridge is not None and bridge.holds else None
