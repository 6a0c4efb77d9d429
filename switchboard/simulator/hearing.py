"""What one person hears and says, as timelines in ticks; samples are made when asked for.

The ear keeps what the switch plays to a person. The mouth keeps what the person says, and when a
key was down (no voice travels meanwhile: RFC 2833). Who hears whom is decided above.
"""

from array import array
from collections.abc import Callable
from dataclasses import dataclass

from switchboard.simulator import audio
from switchboard.simulator.sounds import Sound
from switchboard.simulator.ticks import SAMPLES_PER_TICK


@dataclass(slots=True)
class Stretch:
    """One sound from a tick to a tick; ``to_tick`` None: it is not over."""

    sound: Sound
    from_tick: int
    to_tick: int | None = None

    def covers(self, tick: int) -> bool:
        """Whether the sound is heard in that tick."""
        return self.from_tick <= tick and (self.to_tick is None or tick < self.to_tick)


class Timeline:
    """Stretches of sound, oldest first; of two at once the newer is heard."""

    def __init__(self) -> None:
        self.stretches: list[Stretch] = []

    def begin(self, sound: Sound, tick: int) -> Stretch:
        """Let a sound begin; one of a known length ends by itself."""
        whole = None if sound.length is None else tick + -(-sound.length // SAMPLES_PER_TICK)
        stretch = Stretch(sound, tick, whole)
        self.stretches.append(stretch)
        return stretch

    def at(self, tick: int) -> Stretch | None:
        """Return what is heard in that tick."""
        return next((one for one in reversed(self.stretches) if one.covers(tick)), None)

    def samples(self, from_tick: int, to_tick: int) -> "array[int]":
        """Return the samples of the ticks from *from_tick* up to *to_tick*. May read the disk."""
        made: array[int] = array("h")
        for tick in range(from_tick, to_tick):
            made += self._of_tick(tick)
        return made

    def level(self, tick: int) -> int:
        """Return the mean level of that tick. May read the disk."""
        return audio.mean_level(self._of_tick(tick))

    def _of_tick(self, tick: int) -> "array[int]":
        stretch = self.at(tick)
        if stretch is None:
            return QUIET
        return stretch.sound.samples(
            (tick - stretch.from_tick) * SAMPLES_PER_TICK, SAMPLES_PER_TICK
        )


QUIET = audio.silence(SAMPLES_PER_TICK)


class Ear(Timeline):
    """What the switch plays to one person.

    Args:
        changed: Told of each stretch that begins and, ended early or not, of each that ends.
    """

    def __init__(self, changed: Callable[[Stretch, bool], None]) -> None:
        super().__init__()
        self._changed = changed

    def begin(self, sound: Sound, tick: int) -> Stretch:
        """Let a sound begin, and tell."""
        stretch = super().begin(sound, tick)
        self._changed(stretch, True)
        return stretch

    def end(self, stretch: Stretch, tick: int) -> None:
        """Let a sound end with that tick, early or at its natural end, and tell."""
        stretch.to_tick = tick if stretch.to_tick is None else min(tick, stretch.to_tick)
        self._changed(stretch, False)


class Mouth(Timeline):
    """What one person says."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: list[tuple[int, int]] = []

    def hush(self, tick: int) -> None:
        """Say no more from that tick on."""
        for stretch in self.stretches:
            if stretch.to_tick is None or stretch.to_tick > tick:
                stretch.to_tick = max(tick, stretch.from_tick)

    def press(self, from_tick: int, to_tick: int) -> None:
        """Hold a key down from a tick up to a tick."""
        self.keys.append((from_tick, to_tick))

    def is_pressing(self, tick: int) -> bool:
        """Whether a key is down in that tick."""
        return any(begin <= tick < end for begin, end in self.keys)

    def first_silence(
        self, from_tick: int, length: int, threshold: int, horizon: int
    ) -> int | None:
        """Find when so many quiet ticks in a row have passed. May read the disk.

        Args:
            from_tick: Where to begin.
            length: How many ticks of silence are looked for.
            threshold: Mean level from which a tick is not quiet.
            horizon: Where to give up.

        Returns:
            The tick after the last of them; None: not up to *horizon*, as things stand.
        """
        quiet = 0
        for tick in range(from_tick, horizon):
            quiet = quiet + 1 if self.level(tick) < threshold else 0
            if quiet >= length:
                return tick + 1
        return None
