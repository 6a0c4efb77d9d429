"""What a caller hears while nobody talks to them: music, cut for what is to be said, then again."""

from collections.abc import Sequence
from dataclasses import dataclass

from switchboard.core.facts import ExecutionFailed, PlayEnded
from switchboard.ports.clock import Clock
from switchboard.ports.legs import LegGone
from switchboard.services.line import CallerFact, Line

# The switch tells the end of a playback within two of its ticks; later it has lost it.
LATE_AFTER_S = 5.0


@dataclass(frozen=True, slots=True)
class Music:
    """What is played again and again.

    Attributes:
        files: Absolute paths on the switch's machine, or silences; at least one.
        length_s: How long they last together, in seconds.
    """

    files: tuple[str, ...]
    length_s: float


class HoldMusic:
    """The music of one caller's wait.

    Args:
        line: The caller.
        music: What is played.
        clock: Counts when an end is late.
        stop_keys: Keys that end what is said in between.
    """

    def __init__(self, line: Line, music: Music, clock: Clock, stop_keys: str = "") -> None:
        self._line = line
        self._music = music
        self._clock = clock
        self._stop_keys = stop_keys
        self._execution_id = ""
        self._ends_by_s = 0.0

    @property
    def ends_by_s(self) -> float:
        """When what plays must have ended; a moment of :meth:`Clock.seconds`."""
        return self._ends_by_s

    def play(self) -> None:
        """Play the music from its beginning, behind whatever is said now."""
        self._begin(self._music.files, self._music.length_s)

    def say(self, files: Sequence[str], length_s: float) -> None:
        """Cut the music, play files, then the music again (:meth:`goes_on`)."""
        self.cut()
        self._begin(files, length_s)

    def cut(self) -> None:
        """End what plays, at once; nothing follows by itself."""
        self._execution_id = ""
        try:
            self._line.leg.stop()
        except LegGone:
            return  # the fact that says so is in the inbox

    def goes_on(self, fact: CallerFact | None) -> bool:
        """Play the music again when *fact* ends what played, or None came because it is late."""
        if fact is None:
            due = self._clock.seconds() >= self._ends_by_s
        else:
            due = (
                isinstance(fact, PlayEnded | ExecutionFailed)
                and fact.execution_id == self._execution_id
            )
        if due:
            self.play()
        return due

    def _begin(self, files: Sequence[str], length_s: float) -> None:
        self._ends_by_s = self._clock.seconds() + length_s + LATE_AFTER_S
        try:
            self._execution_id = self._line.leg.play(files, stop_keys=self._stop_keys)
        except LegGone:
            self._execution_id = ""
