"""Voices: whose speech reaches whose ear, from a tick to a tick.

A voice is heard on top of whatever the switch plays. What it brings is worked out when somebody
asks for samples: nothing is streamed.
"""

from array import array
from dataclasses import dataclass
from typing import Protocol


class Source(Protocol):
    """Something that sounds in time: a mouth, or an ear that somebody listens in to."""

    def samples(
        self, from_tick: int, to_tick: int, without: "Source | None" = None
    ) -> "array[int]":
        """Return the samples of the ticks from *from_tick* up to *to_tick*, less one source."""
        ...

    def sounds_in(self, tick: int) -> bool:
        """Whether anything but silence sounds in that tick."""
        ...


@dataclass(slots=True, eq=False)
class Voice:
    """One source as one person hears it.

    Attributes:
        source: Whose voice.
        from_tick: Since when.
        to_tick: Up to when; None: it is not over.
        without: A source that is left out of it: the listener's own voice.
    """

    source: Source
    from_tick: int
    to_tick: int | None = None
    without: Source | None = None

    def covers(self, tick: int) -> bool:
        """Whether the voice is heard in that tick."""
        return self.from_tick <= tick and (self.to_tick is None or tick < self.to_tick)


@dataclass(slots=True, eq=False)
class Hush:
    """Stretches of time in which nothing passes, as a phone that is muted; the last may be open."""

    spans: list[tuple[int, int | None]]

    def begin(self, tick: int) -> None:
        """Let nothing pass from that tick on."""
        if not self.covers(tick):
            self.spans.append((tick, None))

    def end(self, tick: int) -> None:
        """Let everything pass again."""
        if self.spans and self.spans[-1][1] is None:
            self.spans[-1] = (self.spans[-1][0], tick)

    def covers(self, tick: int) -> bool:
        """Whether nothing passes in that tick."""
        return any(begin <= tick and (end is None or tick < end) for begin, end in self.spans)
