"""``playback`` and what plays for others: sounds, the keys that end them, what is said of them."""

from collections.abc import Callable
from enum import Enum, auto
from typing import TYPE_CHECKING

from switchboard.simulator.applications.registry import application
from switchboard.simulator.disk import off_hub
from switchboard.simulator.executors import Rest
from switchboard.simulator.files import PlayedFile
from switchboard.simulator.sounds import SAMPLES_PER_MS, Sound, taken
from switchboard.simulator.ticks import SAMPLES_PER_TICK

if TYPE_CHECKING:
    from switchboard.simulator.executors import Executor

ALL_KEYS = "1234567890*#"


class Played(Enum):
    """How a playback ended."""

    WHOLE = auto()
    BROKEN = auto()  # by a key or by somebody
    NOT_FOUND = auto()
    GONE = auto()  # the channel was taken away


@application("playback")
def playback(executor: "Executor", argument: str) -> None:
    """Play a sound to its end; keys in ``playback_terminators`` end it ("*" unless set)."""
    executor.channel.variables.set("playback_terminator_used", None)
    ended = play(executor, argument, lambda key: is_terminator(executor, key))
    answers = {Played.NOT_FOUND: "FILE NOT FOUND", Played.GONE: "PLAYBACK ERROR"}
    executor.respond(answers.get(ended, "FILE PLAYED"))


@application("endless_playback")
def endless_playback(executor: "Executor", argument: str) -> None:
    """Play a sound again and again."""
    while play(executor, argument, lambda _: False) is Played.WHOLE:
        pass


def is_terminator(executor: "Executor", key: str) -> bool:
    """Whether the key ends what plays or records; if so it is named in its variable."""
    wanted = executor.channel.variables.get("playback_terminators") or "*"
    keys = {"any": ALL_KEYS, "none": ""}.get(wanted.lower(), wanted)
    if key not in keys:
        return False
    executor.channel.variables.set("playback_terminator_used", key)
    return True


def play(executor: "Executor", name: str, ends: Callable[[str], bool]) -> Played:
    """Play a sound.

    Args:
        executor: On whose channel.
        name: The sound's name.
        ends: Asked about each key that comes; whether it ends the playback.
    """
    executor.answer_early()
    sound = off_hub(executor.node.sounds.open, name) if name else None
    if sound is None:
        return Played.NOT_FOUND if executor.channel.is_ready else Played.GONE
    ticks = executor.node.ticks
    about = {"Playback-File-Path": name}
    executor.fire("PLAYBACK_START", about)
    file = PlayedFile(executor.person.ear, sound, ticks)
    executor.files.append(file)
    ended = _listen(executor, file, ends)
    executor.files.remove(file)
    file.leave_off()
    _write_length(executor, sound, file.heard * SAMPLES_PER_TICK)
    executor.fire("PLAYBACK_STOP", about)
    return ended


def _listen(executor: "Executor", file: PlayedFile, ends: Callable[[str], bool]) -> Played:
    while True:
        ended = executor.rest(file.until)
        if ended is Rest.KEY:
            if ends(executor.read_key()):
                return Played.BROKEN
        elif ended is Rest.TIME or file.is_ended:
            return Played.WHOLE
        elif ended is Rest.BROKEN and file.changed:
            file.changed = False
        else:
            return Played.GONE if ended is Rest.GONE else Played.BROKEN


def _write_length(executor: "Executor", sound: Sound, heard: int) -> None:
    samples = taken(sound, heard)
    milliseconds = samples // SAMPLES_PER_MS
    variables = executor.channel.variables
    variables.set("playback_last_offset_pos", str(heard))
    variables.set("playback_seconds", str(milliseconds // 1000))
    variables.set("playback_ms", str(milliseconds))
    variables.set("playback_samples", str(samples))
