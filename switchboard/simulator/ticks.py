"""The switch's metronome: everything that a channel does by itself begins on a 20 ms tick.

FreeSWITCH runs its channels on one soft timer; a command that arrives between two ticks is taken
up on the next. So does this room: one greenlet beats, and wakes whoever was poked or is due. Time
is counted in whole ticks, so that durations come out exact at any speed of the clock.
"""

import heapq
import math
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

import gevent
from gevent.event import Event

from switchboard.ports.clock import Clock

TICK_MS = 20
TICK_S = TICK_MS / 1000
SAMPLES_PER_TICK = 160  # of 8 kHz sound


def ticks_of(duration_ms: float) -> int:
    """Return how many ticks cover *duration_ms*; a part of a tick is a whole one."""
    return math.ceil(duration_ms / TICK_MS - 1e-6)


class Appointment:
    """Something that is to happen on a tick, unless it is cancelled."""

    __slots__ = ("_work",)

    def __init__(self, work: Callable[[], None]) -> None:
        self._work: Callable[[], None] | None = work

    def cancel(self) -> None:
        """Let it not happen; after it has happened this does nothing."""
        self._work = None

    def keep(self) -> None:
        """Do the work, unless cancelled."""
        work, self._work = self._work, None
        if work is not None:
            work()


class Pulse:
    """What one greenlet waits on; others poke it."""

    __slots__ = ("event",)

    def __init__(self) -> None:
        self.event = Event()


class Metronome:
    """Beats every 20 ms of the clock while anybody waits for a beat.

    Args:
        clock: The house's clock; its speed is the metronome's.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._origin_s = clock.seconds()
        self._due: list[tuple[int, int, Appointment]] = []
        self._poked: list[Pulse] = []
        self._numbers = count()
        self._wanted = Event()
        self._beating = gevent.spawn(self._beat)

    @property
    def now(self) -> int:
        """The number of the last tick."""
        return math.floor((self._clock.seconds() - self._origin_s) / TICK_S + 1e-6)

    def moment(self) -> datetime:
        """The time of day of the last tick, aware UTC: what the switch writes on its records."""
        since_tick_s = self._clock.seconds() - self._origin_s - self.now * TICK_S
        return self._clock.now() - timedelta(seconds=since_tick_s)

    def at_second(self, second: int) -> int:
        """Return the first tick at which the clock's whole seconds since 1970 are so many."""
        now_s = self.moment().timestamp()
        return self.now + ticks_of((second - now_s) * 1000)

    def call_at(self, tick: int, work: Callable[[], None]) -> Appointment:
        """Do *work*, which must not wait, on the given tick; one that is past means the next."""
        appointment = Appointment(work)
        heapq.heappush(self._due, (tick, next(self._numbers), appointment))
        self._wanted.set()
        return appointment

    def call_in(self, duration_ms: float, work: Callable[[], None]) -> Appointment:
        """Do *work*, which must not wait, so many milliseconds after the last tick."""
        return self.call_at(self.now + max(1, ticks_of(duration_ms)), work)

    def poke(self, pulse: Pulse) -> None:
        """Wake whoever waits on *pulse*, on the next tick; from within one, on this one."""
        self._poked.append(pulse)
        self._wanted.set()

    def wait(self, pulse: Pulse, until: int | None = None) -> None:
        """Wait for a poke, or for the tick *until*; None: for a poke only."""
        appointment = None if until is None else self.call_at(until, pulse.event.set)
        pulse.event.wait()
        pulse.event.clear()
        if appointment is not None:
            appointment.cancel()

    def sleep(self, duration_ms: float) -> None:
        """Let others work for so many milliseconds, and on to the next tick."""
        self.wait(Pulse(), self.now + max(1, ticks_of(duration_ms)))

    def stop(self) -> None:
        """End the beating; nobody who waits is woken again."""
        self._beating.kill()

    def _beat(self) -> None:
        while True:
            if not (self._due or self._poked):
                self._wanted.wait()
            self._wanted.clear()
            next_s = self._origin_s + (self.now + 1) * TICK_S
            self._clock.sleep(next_s - self._clock.seconds())
            self._tick()

    def _tick(self) -> None:
        now = self.now
        while self._due and self._due[0][0] <= now:
            heapq.heappop(self._due)[2].keep()
        poked, self._poked = self._poked, []
        for pulse in poked:
            pulse.event.set()
