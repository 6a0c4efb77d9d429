"""Applications that are done at once, or that only wait: answer, hangup, set, park, sleep, say."""

from typing import TYPE_CHECKING

from switchboard.simulator.applications.registry import application
from switchboard.simulator.executors import Rest
from switchboard.simulator.ticks import ticks_of

if TYPE_CHECKING:
    from switchboard.simulator.executors import Executor


@application("answer")
def answer(executor: "Executor", argument: str) -> None:
    """Answer the channel."""
    del argument
    executor.answer()


@application("pre_answer")
def pre_answer(executor: "Executor", argument: str) -> None:
    """Let sound flow before an answer."""
    del argument
    executor.answer_early()


@application("ring_ready")
def ring_ready(executor: "Executor", argument: str) -> None:
    """Tell the caller that it rings; callers of the stand-in know."""
    del executor, argument


@application("hangup")
def hangup(executor: "Executor", argument: str) -> None:
    """Hang up, for the cause named."""
    executor.hang_up(argument or "NORMAL_CLEARING")


@application("park")
def park(executor: "Executor", argument: str) -> None:
    """Stay until taken away; a channel that a socket controls is parked already."""
    del argument
    executor.park()


@application("set")
def set_variable(executor: "Executor", argument: str) -> None:
    """Set ``NAME=VALUE``; a value of ``_undef_`` or none removes the variable."""
    name, _, value = argument.partition("=")
    executor.channel.variables.set(name.strip(), None if value == "_undef_" else value)


@application("export")
def export(executor: "Executor", argument: str) -> None:
    """Set a variable that dialled legs inherit."""
    set_variable(executor, argument.removeprefix("nolocal:"))


@application("multiset")
def multiset(executor: "Executor", argument: str) -> None:
    """Set several variables, parted by spaces or by the character that follows ``^^``."""
    separator = " "
    if argument.startswith("^^") and len(argument) > 2:
        separator, argument = argument[2], argument[3:]
    for assignment in argument.split(separator):
        if assignment:
            set_variable(executor, assignment)


@application("unset")
def unset(executor: "Executor", argument: str) -> None:
    """Remove a variable."""
    executor.channel.variables.set(argument.strip(), None)


@application("sleep")
def sleep(executor: "Executor", argument: str) -> None:
    """Wait so many milliseconds; keys are read meanwhile."""
    until = executor.node.ticks.now + ticks_of(int(argument) if argument.isdigit() else 0)
    while executor.rest(until) is Rest.KEY:
        executor.read_key()


@application("break")
def break_off(executor: "Executor", argument: str) -> None:
    """Break what plays; with ``event-lock`` it waits behind it, and comes too late."""
    del argument
    executor.channel.break_asked = True


@application("flush_dtmf")
def flush_dtmf(executor: "Executor", argument: str) -> None:
    """Forget the keys that wait."""
    del argument
    executor.channel.keys.clear()


@application("say")
def say(executor: "Executor", argument: str) -> None:
    """Say a number or a date from sound files, of which the stand-in has none: silence."""
    del executor, argument


@application("speak")
def speak(executor: "Executor", argument: str) -> None:
    """Speak a text by an engine, of which the stand-in has none: silence."""
    del executor, argument


@application("log")
def log(executor: "Executor", argument: str) -> None:
    """Write to the switch's log, which the stand-in does not keep."""
    del executor, argument


@application("info")
def info(executor: "Executor", argument: str) -> None:
    """Write the channel to the switch's log, which the stand-in does not keep."""
    del executor, argument
