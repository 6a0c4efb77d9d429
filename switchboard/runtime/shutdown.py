"""The shutdown ladder: stop taking work, let work finish, end it politely, exit.

A signal only sets the event; the ladder runs in the main greenlet. A second signal skips the
waiting, a third is the system's.
"""

import signal
from collections.abc import Callable

import gevent
import structlog
from gevent.event import Event

log = structlog.get_logger(__name__)


class Shutdown:
    """Waits for SIGTERM or SIGINT, then walks the rungs in order."""

    def __init__(self) -> None:
        self._asked = Event()
        self._hurry = Event()
        self._rungs: list[tuple[str, Callable[[], None]]] = []

    def listen(self) -> None:
        """Take the signals; call it once, from the main greenlet."""
        for number in (signal.SIGTERM, signal.SIGINT):
            gevent.signal_handler(number, self.ask)

    def ask(self) -> None:
        """Ask for the shutdown; asked again, waiting rungs hurry."""
        if self._asked.is_set():
            self._hurry.set()
        self._asked.set()

    def add_rung(self, name: str, work: Callable[[], None]) -> None:
        """Add a rung; the first added is walked first. A rung that fails does not stop the rest."""
        self._rungs.append((name, work))

    @property
    def is_asked(self) -> bool:
        """Whether the shutdown has begun."""
        return self._asked.is_set()

    def wait(self) -> None:
        """Wait until the shutdown is asked for, then walk the ladder to its end."""
        self._asked.wait()
        for name, work in self._rungs:
            log.info("shutting down", rung=name)
            try:
                work()
            except Exception:
                log.exception("shutdown rung failed", rung=name)

    def wait_until(self, done: Callable[[], bool], at_most_s: float) -> bool:
        """Wait until *done* says so; False after *at_most_s* wall seconds or when hurried."""
        for _ in range(max(1, round(at_most_s / 0.05))):
            if done():
                return True
            if self._hurry.wait(timeout=0.05):
                return done()
        return done()
