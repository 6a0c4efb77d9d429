"""``record``: a message from the person, ended by silence, a key, the limit or the call's end.

It gives ``record_ms`` however it ended. When the channel is taken away under it (the app's socket
dies and ``socket_resume`` is true), it hangs the caller up: protection is setting that to false.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from switchboard.simulator.applications.playing import is_terminator
from switchboard.simulator.applications.registry import application
from switchboard.simulator.executors import Rest
from switchboard.simulator.hearing import SilenceWatch
from switchboard.simulator.recordings import write_message
from switchboard.simulator.ticks import TICK_MS, ticks_of

if TYPE_CHECKING:
    from switchboard.simulator.executors import Executor

ORDER = ("record_file_size", "record_seconds", "record_ms", "record_samples")
TICKS_PER_S = 1000 // TICK_MS


@dataclass(frozen=True)
class Wanted:
    """The arguments of ``record``; a limit or a threshold of 0 is none."""

    path: str
    limit_s: int
    threshold: int
    silence_s: int


def parse_wanted(argument: str) -> Wanted:
    """Parse ``PATH [LIMIT_S [THRESHOLD [SILENCE_S]]]``."""
    words = argument.split()
    numbers = [int(word.lstrip("+")) if word.lstrip("+").isdigit() else 0 for word in words[1:4]]
    numbers += [0] * (3 - len(numbers))
    return Wanted(words[0], numbers[0], numbers[1], numbers[2] or 3)


@application("record")
def record(executor: "Executor", argument: str) -> None:
    """Record what the person says."""
    if not argument.split():
        return
    wanted = parse_wanted(argument)
    channel, ticks = executor.channel, executor.node.ticks
    channel.variables.set("playback_terminator_used", None)
    executor.answer_early()
    channel.variables.set("silence_hits_exhausted", "false")
    about = {"Record-File-Path": wanted.path}
    executor.fire("RECORD_START", about)
    executor.person.recording_began(wanted.path)
    begun = ticks.now
    ended = _record_until(executor, wanted)
    executor.person.recording_ended(wanted.path)
    try:
        written = write_message(Path(wanted.path), executor.person, begun, ticks.now)
    except OSError:  # no such folder is ours to make, or the disk is full
        ended = Rest.GONE
    else:
        written.write_variables(channel.variables, ORDER)
        executor.fire("RECORD_STOP", about)
    if ended is Rest.GONE:
        executor.hang_up("DESTINATION_OUT_OF_ORDER")


def _record_until(executor: "Executor", wanted: Wanted) -> Rest:
    """Wait for whatever ends the recording."""
    ticks = executor.node.ticks
    limit = _limit(executor, wanted)
    silence = SilenceWatch(
        executor.person.mouth, ticks.now, wanted.threshold, wanted.silence_s * TICKS_PER_S
    )
    while True:
        silent_at = ticks.now + silence.missing(ticks.now) if wanted.threshold else None
        if silent_at is not None and silent_at <= ticks.now:
            executor.channel.variables.set("silence_hits_exhausted", "true")
            return Rest.TIME
        ended = executor.rest(
            min((at for at in (limit, silent_at) if at is not None), default=None)
        )
        if ended is Rest.KEY and not is_terminator(executor, executor.read_key()):
            continue
        if ended is Rest.TIME and (limit is None or ticks.now < limit):
            continue
        return ended


def _limit(executor: "Executor", wanted: Wanted) -> int | None:
    """Find the limit's tick: the switch counts whole seconds and stops when there are too many."""
    if not wanted.limit_s:
        return None
    ticks = executor.node.ticks
    since_second_ms = ticks.moment().microsecond / 1000
    return ticks.now + ticks_of(wanted.limit_s * 1000 + 1000 - since_second_ms)
