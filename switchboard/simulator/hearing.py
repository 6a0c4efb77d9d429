"""What one person hears and says, as timelines in ticks; samples are made when asked for.

The ear keeps what the switch plays to a person, and whose voices reach it. The mouth keeps what the
person says, and when a key was down (no voice travels meanwhile: RFC 2833). Who hears whom is
decided above.
"""

from array import array
from collections.abc import Callable
from dataclasses import dataclass

from switchboard.simulator import audio
from switchboard.simulator.sounds import SilenceSound, Sound
from switchboard.simulator.ticks import SAMPLES_PER_TICK
from switchboard.simulator.voices import Hush, Source, Voice


@dataclass(slots=True)
class Stretch:
    """One sound from a tick to a tick; ``to_tick`` None: it is not over.

    ``place`` is the tick of the sound at which it begins.
    """

    sound: Sound
    from_tick: int
    to_tick: int | None = None
    place: int = 0

    def covers(self, tick: int) -> bool:
        """Whether the sound is heard in that tick."""
        return self.from_tick <= tick and (self.to_tick is None or tick < self.to_tick)


class Timeline:
    """Stretches of sound, oldest first; of two at once the newer is heard."""

    def __init__(self) -> None:
        self.stretches: list[Stretch] = []

    def begin(self, sound: Sound, tick: int, place: int = 0) -> Stretch:
        """Let a sound begin, at that tick of it; one of a known length ends by itself."""
        length = sound.length
        whole = None if length is None else tick - place + -(-length // SAMPLES_PER_TICK)
        stretch = Stretch(sound, tick, whole, place)
        self.stretches.append(stretch)
        return stretch

    def at(self, tick: int) -> Stretch | None:
        """Return what is heard in that tick."""
        return next((one for one in reversed(self.stretches) if one.covers(tick)), None)

    def samples(self, from_tick: int, to_tick: int, without: Source | None = None) -> "array[int]":
        """Return the samples of the ticks from *from_tick* up to *to_tick*. May read the disk."""
        made: array[int] = array("h")
        for tick in range(from_tick, to_tick):
            made += self._of_tick(tick, without)
        return made

    def sounds_in(self, tick: int) -> bool:
        """Whether anything but silence sounds in that tick."""
        stretch = self.at(tick)
        return stretch is not None and not isinstance(stretch.sound, SilenceSound)

    def level(self, tick: int) -> int:
        """Return the mean level of that tick. May read the disk."""
        stretch = self.at(tick)
        return (
            0 if stretch is None else stretch.sound.level(tick - stretch.from_tick + stretch.place)
        )

    def _of_tick(self, tick: int, without: Source | None) -> "array[int]":
        del without
        stretch = self.at(tick)
        if stretch is None:
            return QUIET
        return stretch.sound.samples(
            (tick - stretch.from_tick + stretch.place) * SAMPLES_PER_TICK, SAMPLES_PER_TICK
        )


QUIET = audio.silence(SAMPLES_PER_TICK)


class Ear(Timeline):
    """What the switch plays to one person, and whose voices it brings.

    Args:
        changed: Told of each stretch that begins and, ended early or not, of each that ends.

    Attributes:
        deaf: When nothing reaches it.
        held: When the phone is held, and nothing reaches it either.
    """

    def __init__(self, changed: Callable[[Stretch, bool], None]) -> None:
        super().__init__()
        self._changed = changed
        self._voices: list[Voice] = []
        self.deaf = Hush([])
        self.held = Hush([])

    def begin(self, sound: Sound, tick: int, place: int = 0) -> Stretch:
        """Let a sound begin, and tell."""
        stretch = super().begin(sound, tick, place)
        self._changed(stretch, True)
        return stretch

    def end(self, stretch: Stretch, tick: int) -> None:
        """Let a sound end with that tick, early or at its natural end, and tell."""
        stretch.to_tick = tick if stretch.to_tick is None else min(tick, stretch.to_tick)
        self._changed(stretch, False)

    def hear(self, source: Source, tick: int, without: Source | None = None) -> Voice:
        """Hear somebody from that tick on; returns the voice, for :meth:`lose`."""
        voice = Voice(source, tick, without=without)
        self._voices.append(voice)
        return voice

    def lose(self, voice: Voice, tick: int) -> None:
        """Hear that voice no more."""
        if voice.to_tick is None:
            voice.to_tick = tick

    def sounds_in(self, tick: int) -> bool:
        """Whether anything but silence is heard in that tick."""
        if super().sounds_in(tick):
            return True
        return any(voice.source.sounds_in(tick) for voice in self._voices if voice.covers(tick))

    def _of_tick(self, tick: int, without: Source | None) -> "array[int]":
        if self.deaf.covers(tick) or self.held.covers(tick):
            return QUIET
        heard = super()._of_tick(tick, without)
        for voice in self._voices:
            if voice.covers(tick) and voice.source is not without:
                heard = audio.mix(heard, voice.source.samples(tick, tick + 1, voice.without))
        return heard


class Mouth(Timeline):
    """What one person says.

    Attributes:
        keys: When a key was down.
        muted: When nothing of it passes.
        held: When the phone is held, and nothing of it passes either.
    """

    def __init__(self) -> None:
        super().__init__()
        self.keys: list[tuple[int, int]] = []
        self.muted = Hush([])
        self.held = Hush([])

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

    def sounds_in(self, tick: int) -> bool:
        """Whether anything is said in that tick."""
        return super().sounds_in(tick) and not self._is_stopped(tick)

    def _of_tick(self, tick: int, without: Source | None) -> "array[int]":
        return QUIET if self._is_stopped(tick) else super()._of_tick(tick, without)

    def _is_stopped(self, tick: int) -> bool:
        return self.muted.covers(tick) or self.held.covers(tick)


class SilenceWatch:
    """Counts how long a person has been silent, looking at each tick once.

    Args:
        mouth: Whose silence.
        from_tick: Since when.
        threshold: Mean level from which a tick is not quiet.
        length: How many quiet ticks in a row are waited for.
    """

    def __init__(self, mouth: Mouth, from_tick: int, threshold: int, length: int) -> None:
        self._mouth = mouth
        self._next = from_tick
        self._threshold = threshold
        self._length = length
        self._quiet = 0

    def missing(self, now: int) -> int:
        """Return how many quiet ticks are still missing, 0 once there were enough."""
        for tick in range(self._next, now):
            quiet = self._mouth.level(tick) < self._threshold
            self._quiet = self._quiet + 1 if quiet else 0
        self._next = max(self._next, now)
        return max(0, self._length - self._quiet)
