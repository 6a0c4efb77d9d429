"""Recordings: what is written of a channel, and how its file comes about.

A recording is reckoned at its end from the timelines of who spoke and what was played. Time in
which a key was down, or in which it was masked, is not in the file.
"""

from array import array
from dataclasses import dataclass, field
from pathlib import Path

from switchboard.simulator import audio
from switchboard.simulator.disk import off_hub, write_whole
from switchboard.simulator.people import Person
from switchboard.simulator.variables import Variables


@dataclass(frozen=True)
class Written:
    """What a finished recording came to.

    Attributes:
        samples: Its length in samples of each channel.
        size: Bytes of the file.
    """

    samples: int
    size: int

    @property
    def milliseconds(self) -> int:
        """Its length."""
        return self.samples * 1000 // audio.RATE

    def write_variables(self, variables: Variables, order: tuple[str, ...]) -> None:
        """Tell it in the channel's variables, in that order (the switch has two)."""
        told = {
            "record_file_size": self.size,
            "record_seconds": self.milliseconds // 1000,
            "record_ms": self.milliseconds,
            "record_samples": self.samples,
        }
        for name in order:
            variables.set(name, str(told[name]))


@dataclass
class SideRecording:
    """A recording that runs beside whatever a channel executes (``uuid_record``).

    Attributes:
        path: The file, as it was named.
        from_tick: Since when.
        stereo: Two channels, what the person says and what the person hears; else both in one.
        masked: Ticks that are left out; the last may be open.
    """

    path: str
    from_tick: int
    stereo: bool
    masked: list[tuple[int, int | None]] = field(default_factory=list)

    def mask(self, tick: int) -> None:
        """Leave out what comes from that tick on."""
        if not self.masked or self.masked[-1][1] is not None:
            self.masked.append((tick, None))

    def unmask(self, tick: int) -> None:
        """Write again from that tick on."""
        if self.masked and self.masked[-1][1] is None:
            self.masked[-1] = (self.masked[-1][0], tick)

    def is_masked(self, tick: int) -> bool:
        """Whether that tick is left out."""
        return any(begin <= tick and (end is None or tick < end) for begin, end in self.masked)


def write_message(path: Path, person: Person, from_tick: int, to_tick: int) -> Written:
    """Write what a person said from a tick up to a tick (``record``)."""
    ticks = [tick for tick in range(from_tick, to_tick) if not person.mouth.is_pressing(tick)]

    def write() -> Written:
        said: array[int] = array("h")
        for tick in ticks:
            said += person.mouth.samples(tick, tick + 1)
        return _write(path, [said])

    return off_hub(write)


def write_side(path: Path, recording: SideRecording, person: Person, to_tick: int) -> Written:
    """Write what a person said and heard up to a tick (``uuid_record``)."""
    ticks = [tick for tick in range(recording.from_tick, to_tick) if not recording.is_masked(tick)]

    def write() -> Written:
        said: array[int] = array("h")
        heard: array[int] = array("h")
        for tick in ticks:
            said += person.mouth.samples(tick, tick + 1)
            heard += person.ear.samples(tick, tick + 1)
        return _write(path, [said, heard] if recording.stereo else [audio.mix(said, heard)])

    return off_hub(write)


def _write(path: Path, channels: list["array[int]"]) -> Written:
    content = audio.encode_wav(channels)
    write_whole(path, content)
    return Written(samples=len(channels[0]), size=len(content))
