"""A file that a channel plays, which can be paused, begun anew and ended (``uuid_fileman``)."""

from switchboard.simulator.hearing import Ear, Stretch
from switchboard.simulator.sounds import Sound
from switchboard.simulator.ticks import Metronome


class PlayedFile:
    """One file that plays into one ear.

    Args:
        ear: Whose ear.
        sound: The file.
        ticks: The node's metronome.

    Attributes:
        changed: Whether it was paused, begun anew or ended, and whoever plays it is to look.
        is_ended: Whether it was ended.
        heard: Ticks of it that were heard and are over.
    """

    def __init__(self, ear: Ear, sound: Sound, ticks: Metronome) -> None:
        self._ear = ear
        self._sound = sound
        self._ticks = ticks
        self.changed = False
        self.is_ended = False
        self.heard = 0
        self._place = 0  # the tick of the sound at which it goes on
        self._stretch: Stretch | None = ear.begin(sound, ticks.now)

    @property
    def until(self) -> int | None:
        """The tick at which it will have been played; None: it is paused, or has no end."""
        return self._stretch.to_tick if self._stretch else None

    def control(self, act: str) -> None:
        """``pause`` it or let it go on, ``restart`` it, or ``stop`` it."""
        if act == "pause" and self._stretch is None:
            self._stretch = self._ear.begin(self._sound, self._ticks.now, self._place)
        elif act == "pause":
            self.leave_off()
        elif act == "restart":
            self.leave_off()
            self._place = 0
            self._stretch = self._ear.begin(self._sound, self._ticks.now)
        else:
            self.is_ended = True
        self.changed = True

    def leave_off(self) -> None:
        """Let nothing more of it be heard for now."""
        if self._stretch is None:
            return
        played = self._ticks.now - self._stretch.from_tick
        self.heard += played
        self._place += played
        self._ear.end(self._stretch, self._ticks.now)
        self._stretch = None
