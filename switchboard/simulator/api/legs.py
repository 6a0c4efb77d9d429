"""``uuid_…``: commands about one channel."""

from pathlib import Path
from typing import TYPE_CHECKING

from switchboard.esl.serving import serialize
from switchboard.simulator.api.registry import api
from switchboard.simulator.api.words import NO_CHANNEL, OK, words_of
from switchboard.simulator.headers import full_headers
from switchboard.simulator.recordings import SideRecording

if TYPE_CHECKING:
    from switchboard.simulator.executors import Executor
    from switchboard.simulator.node import Node


@api("uuid_exists")
def uuid_exists(node: "Node", argument: str) -> str:
    """Tell whether the channel is there."""
    return "true" if node.find(argument) else "false"


@api("uuid_getvar")
def uuid_getvar(node: "Node", argument: str) -> str:
    """Print a variable, ``_undef_`` when it is not set."""
    leg_id, _, name = argument.partition(" ")
    executor = node.find(leg_id)
    if executor is None:
        return NO_CHANNEL
    return executor.channel.variables.get(name.strip()) or "_undef_"


@api("uuid_setvar")
def uuid_setvar(node: "Node", argument: str) -> str:
    """Set a variable; without a value it is removed."""
    leg_id, _, assignment = argument.partition(" ")
    executor = node.find(leg_id)
    if executor is None:
        return NO_CHANNEL
    name, _, value = assignment.partition(" ")
    executor.channel.variables.set(name, value)
    return OK


@api("uuid_setvar_multi")
def uuid_setvar_multi(node: "Node", argument: str) -> str:
    """Set variables: ``NAME=VALUE;NAME=VALUE``."""
    leg_id, _, assignments = argument.partition(" ")
    executor = node.find(leg_id)
    if executor is None:
        return NO_CHANNEL
    for assignment in assignments.split(";"):
        name, equals, value = assignment.partition("=")
        if equals:
            executor.channel.variables.set(name.strip(), value)
    return OK


@api("uuid_dump")
def uuid_dump(node: "Node", argument: str) -> str:
    """Print everything about a channel."""
    leg_id, _, _ = argument.partition(" ")
    executor = node.find(leg_id)
    if executor is None:
        return NO_CHANNEL
    opening = node.events.next_preamble("CHANNEL_DATA")
    return serialize({**opening, **full_headers(executor.channel)}).decode()


@api("uuid_kill")
def uuid_kill(node: "Node", argument: str) -> str:
    """Hang a channel up, for the cause named."""
    leg_id, _, cause = argument.partition(" ")
    executor = node.find(leg_id)
    if executor is None:
        return NO_CHANNEL
    executor.hang_up(cause.strip() or "NORMAL_CLEARING")
    return OK


@api("uuid_answer")
def uuid_answer(node: "Node", argument: str) -> str:
    """Answer a channel."""
    executor = node.find(argument)
    if executor is None:
        return NO_CHANNEL
    executor.answer()
    return OK


@api("uuid_break")
def uuid_break(node: "Node", argument: str) -> str:
    """End what plays; with ``all``, drop what waits too."""
    leg_id, _, flag = argument.partition(" ")
    executor = node.find(leg_id)
    if executor is None:
        return NO_CHANNEL
    executor.break_off(everything="all" in flag)
    return OK


@api("uuid_fileman")
def uuid_fileman(node: "Node", argument: str) -> str:
    """Pause what plays or let it go on, begin it anew, end it: ``UUID pause|restart|stop``."""
    words = words_of(argument)
    if len(words) != 2 or words[1] not in {"pause", "restart", "stop"}:
        return "-USAGE: <uuid> <pause|restart|stop>\n"
    executor = node.find(words[0])
    if executor is None:
        return NO_CHANNEL
    if not executor.files:
        return "-ERR No file handle!\n"
    executor.files[-1].control(words[1])
    executor.break_off(everything=False)
    return OK


@api("uuid_record")
def uuid_record(node: "Node", argument: str) -> str:
    """Record beside whatever runs: ``UUID start|stop|mask|unmask PATH``."""
    words = words_of(argument)
    if len(words) < 3:
        return "-USAGE: <uuid> [start|stop|mask|unmask] <path> [<limit>]\n"
    executor = node.find(words[0])
    if executor is None:
        return "-ERR Cannot locate session!\n"
    action, path = words[1], words[2]
    done = start_recording(executor, path) if action == "start" else _change(executor, action, path)
    return "+OK Success\n" if done else f"-ERR Cannot {action} record session!\n"


def start_recording(executor: "Executor", path: str) -> bool:
    """Begin a recording beside whatever runs; False when that file is recorded already."""
    if path in executor.recordings:
        return False
    stereo = executor.channel.variables.is_true("RECORD_STEREO")
    executor.recordings[path] = SideRecording(path, executor.node.ticks.now, stereo)
    executor.fire("RECORD_START", {"Record-File-Path": path})
    return True


def _change(executor: "Executor", action: str, path: str) -> bool:
    recording = executor.recordings.get(str(Path(path)))
    if recording is None:
        return False
    if action == "stop":
        executor.node.stop_recording(executor, path)
    elif action == "mask":
        recording.mask(executor.node.ticks.now)
    elif action == "unmask":
        recording.unmask(executor.node.ticks.now)
    else:
        return False
    return True
