"""A person in one call: hears, says, presses keys, hangs up.

The switch's side tells the person what happens; whoever scripts or steers the person is told in
turn. Keys travel as a phone sends them: a key counts when it is released, and the next one follows
after a pause.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from switchboard.simulator.hearing import Ear, Mouth, Stretch
from switchboard.simulator.sounds import SilenceSound, Sound
from switchboard.simulator.ticks import SAMPLES_PER_TICK, TICK_MS, Metronome, Pulse, ticks_of

# How long the phones of the recorded traces hold a key (DTMF-Duration 960 of 8 kHz), and what a
# brisk thumb leaves between two.
HOLD_MS = 120
PAUSE_MS = 80
# From a phone's REFER to the transfer: it is accepted and answered first.
REFER_MS = 20
OUR_ADDRESS = "127.0.0.1:5060"


@dataclass(frozen=True)
class Happening:
    """Something that a person notices.

    Attributes:
        kind: ``rings``, ``answered``, ``hears``, ``heard``, ``joined``, ``parted``, ``held``,
            ``retrieved``, ``key``, ``records``, ``recorded``, ``faxed`` or ``hung_up``.
        at_s: Seconds since the person's call began.
        about: What more there is to it.
    """

    kind: str
    at_s: float
    about: Mapping[str, str | float | bool | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Fax:
    """A document that a person's machine sends.

    Attributes:
        content: A TIFF file.
        pages: How many pages it has.
    """

    content: bytes
    pages: int


class Line(Protocol):
    """The switch's end of the person's call."""

    @property
    def is_up(self) -> bool:
        """Whether the call still is."""
        ...

    def key(self, digit: str) -> None:
        """Take a key that the person has released."""
        ...

    def poke(self) -> None:
        """Look up: what the person says has changed."""
        ...

    def hangs_up(self) -> None:
        """Take the person's hang-up."""
        ...

    def rings(self) -> None:
        """Take that the person's phone rings."""
        ...

    def answers(self) -> None:
        """Take the person's answer."""
        ...

    def refuses(self, status: int) -> None:
        """Take the person's refusal, by its SIP status."""
        ...

    def refers(self, address: str) -> None:
        """Take that the person's phone transfers the partner by itself."""
        ...


class Person:
    """One person in one call.

    Args:
        ticks: The node's metronome.
        tell: Told of each :class:`Happening`; must not wait.

    Attributes:
        ear: What the switch plays to the person.
        mouth: What the person says.
        began: The tick in which the person's call began.
        tell: Who is told.
        recording: The file in which what is said is taken down now; None: it is not.
        heard_at: The tick up to which something was heard last; None: nothing was yet.
        is_answered: Whether the call was answered.
        partner: Who can be spoken to, a number or a room; None: nobody.
        fax: What the person's machine sends; None: the person is no machine.
        pulse: Poked at each happening, for whoever scripts the person.
    """

    def __init__(self, ticks: Metronome, tell: Callable[[Happening], None]) -> None:
        self._ticks = ticks
        self.tell = tell
        self.began = ticks.now
        self._free_at = 0  # when the thumb is free for the next key
        self._line: Line | None = None
        self.ear = Ear(self._ear_changed)
        self.mouth = Mouth()
        self.recording: str | None = None
        self.heard_at: int | None = None
        self.partner: str | None = None
        self.fax: Fax | None = None
        self.pulse = Pulse()
        self.is_answered = False

    def join(self, line: Line) -> None:
        """Be connected to the switch."""
        self._line = line

    # --- what the person does -------------------------------------------------------------------

    def press(self, keys: str, *, hold_ms: int = HOLD_MS, pause_ms: int = PAUSE_MS) -> None:
        """Press keys, one after another; returns at once."""
        for key in keys:
            down = max(self._ticks.now, self._free_at)
            up = down + ticks_of(hold_ms)
            self._free_at = up + ticks_of(pause_ms)
            self.mouth.press(down, up)
            self._ticks.call_at(up, lambda key=key: self._release(key))  # type: ignore[misc]

    def say(self, sound: Sound) -> None:
        """Say something from now on; returns at once."""
        self.mouth.hush(self._ticks.now)
        self.mouth.begin(sound, self._ticks.now)
        if self._line is not None:
            self._line.poke()

    def hush(self) -> None:
        """Say no more."""
        self.mouth.hush(self._ticks.now)
        if self._line is not None:
            self._line.poke()

    def hang_up(self) -> None:
        """Hang up; the switch knows on its next tick."""
        line = self._line
        if line is not None:
            self._ticks.call_in(TICK_MS, line.hangs_up)

    def answer(self) -> None:
        """Answer the phone; the switch knows on its next tick."""
        if self._line is not None:
            self._ticks.call_in(TICK_MS, self._line.answers)

    def refuse(self, status: int) -> None:
        """Refuse the call, by a SIP status such as 486 (busy) or 603 (rejected)."""
        line = self._line
        if line is not None:
            self._ticks.call_in(TICK_MS, lambda: line.refuses(status))

    def refer(self, number: str) -> None:
        """Transfer the partner with the phone itself (REFER), past every app, and hang up.

        Args:
            number: Where to: a number of the switch, or ``NUMBER@HOST:PORT``.
        """
        line = self._line
        if line is not None:
            address = number if "@" in number else f"{number}@{OUR_ADDRESS}"
            self._ticks.call_in(REFER_MS, lambda: line.refers(address))
            self._ticks.call_in(REFER_MS + 2 * TICK_MS, line.hangs_up)

    @property
    def is_connected(self) -> bool:
        """Whether the call still is."""
        return self._line is not None and self._line.is_up

    @property
    def hears_now(self) -> bool:
        """Whether something is heard that is not silence."""
        hears = self.ear.sounds_in(self._ticks.now)
        if hears:
            self.heard_at = self._ticks.now
        return hears

    # --- what the person notices ----------------------------------------------------------------

    def was_called(self, number: str, name: str) -> None:
        """Notice that the phone rings, and for whom."""
        self._notice("rings", {"from": number, "name": name})
        if self._line is not None:
            self._line.rings()

    def was_answered(self) -> None:
        """Notice that the call was answered."""
        self.is_answered = True
        self._notice("answered")

    def was_hung_up(self, cause: str) -> None:
        """Notice that the call has ended."""
        self._notice("hung_up", {"cause": cause})

    def joined(self, whom: str) -> None:
        """Notice that somebody can be spoken to: a number, or a room."""
        self.partner = whom
        self._notice("joined", {"with": whom})

    def parted(self) -> None:
        """Notice that nobody is there any more."""
        whom, self.partner = self.partner, None
        if not self.hears_now:
            self.heard_at = self._ticks.now
        self._notice("parted", {"with": whom})

    def was_held(self, tick: int) -> None:
        """Notice that the phone is held: nobody is heard, and nobody hears."""
        self.mouth.held.begin(tick)
        self.ear.held.begin(tick)
        self._notice("held")

    def was_retrieved(self, tick: int) -> None:
        """Notice that the phone is held no more."""
        self.mouth.held.end(tick)
        self.ear.held.end(tick)
        self._notice("retrieved")

    def hear_key(self, digit: str) -> None:
        """Notice a key that the other side has pressed."""
        self._notice("key", {"digit": digit})

    def fax_was_taken(self) -> None:
        """Notice that the whole document has been sent."""
        pages = self.fax.pages if self.fax else 0
        self._notice("faxed", {"pages": pages})

    def recording_began(self, path: str) -> None:
        """Notice that what is said is taken down."""
        self.recording = path
        self._notice("records", {"file": path})

    def recording_ended(self, path: str) -> None:
        """Notice that it no longer is."""
        self.recording = None
        self._notice("recorded", {"file": path})

    def _ear_changed(self, stretch: Stretch, begins: bool) -> None:
        if begins:
            length = stretch.sound.length
            lasts_s = None if length is None else length / 8000
            self._notice("hears", {"sound": stretch.sound.name, "lasts_s": lasts_s})
        else:
            if not isinstance(stretch.sound, SilenceSound):
                self.heard_at = self._ticks.now
            played = self._ticks.now - stretch.from_tick
            whole = stretch.sound.length
            early = whole is None or played * SAMPLES_PER_TICK < whole
            for_s = round(played * TICK_MS / 1000, 2)
            self._notice("heard", {"sound": stretch.sound.name, "for_s": for_s, "early": early})

    def _notice(
        self, kind: str, about: Mapping[str, str | float | bool | None] | None = None
    ) -> None:
        at_s = (self._ticks.now - self.began) * TICK_MS / 1000
        self._ticks.poke(self.pulse)
        self.tell(Happening(kind, round(at_s, 2), about or {}))

    def _release(self, key: str) -> None:
        if self._line is not None and self._line.is_up:
            self._line.key(key)
