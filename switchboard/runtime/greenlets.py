"""Starts, names, watches and ends greenlets. One that dies of a fault is seen, never lost.

Two kinds: a *service* greenlet must live as long as the server does and is started again after a
pause when it fails; a *task* does one thing, and its failure is that thing's alone. Both are
counted and logged by their name, and every failure is kept for whoever asks (the exit status, a
test).
"""

from collections.abc import Callable

import gevent
import structlog

log = structlog.get_logger(__name__)

# A service that fails at once every time must neither spin nor stay away: 0.1 s doubling to 5 s.
FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 5.0
# A fault that comes back for days must not fill the memory; the log has every one.
MOST_FAILURES_KEPT = 100


class Greenlets:
    """Every greenlet of the process, by name."""

    def __init__(self) -> None:
        self._live: set[gevent.Greenlet[[], None]] = set()
        self._stopping = False
        self.failures: list[tuple[str, BaseException]] = []

    def start_task(self, name: str, work: Callable[[], object]) -> "gevent.Greenlet[[], None]":
        """Run *work* once in a greenlet called *name*; a failure is logged and kept."""
        return self._spawn(name, lambda: self._run_once(name, work))

    def start_service(self, name: str, work: Callable[[], object]) -> "gevent.Greenlet[[], None]":
        """Run *work* until :meth:`stop`; it is started again when it returns or fails."""
        return self._spawn(name, lambda: self._run_for_ever(name, work))

    def stop(self, wait_s: float = 5.0) -> None:
        """End every greenlet; those that do not end within *wait_s* wall seconds are named."""
        self._stopping = True
        asked = list(self._live)
        gevent.killall(asked, block=True, timeout=wait_s)
        self._live = {greenlet for greenlet in asked if not greenlet.dead}
        for left in self._live:
            log.warning("greenlet does not end", greenlet=left.name)

    @property
    def live_count(self) -> int:
        """How many greenlets run now."""
        return len(self._live)

    def _spawn(self, name: str, run: Callable[[], None]) -> "gevent.Greenlet[[], None]":
        greenlet: gevent.Greenlet[[], None] = gevent.Greenlet(run)
        greenlet.name = name
        self._live.add(greenlet)
        greenlet.rawlink(lambda ended: self._live.discard(ended))
        greenlet.start()
        return greenlet

    def _run_once(self, name: str, work: Callable[[], object]) -> None:
        self._succeeds(name, work)

    def _succeeds(self, name: str, work: Callable[[], object]) -> bool:
        """Run *work*; False when it failed."""
        try:
            work()
        except Exception as fault:
            log.exception("greenlet failed", greenlet=name)
            # Its traceback would keep alive whatever the greenlet held: a call, its leg, a socket.
            self.failures.append((name, fault.with_traceback(None)))
            del self.failures[:-MOST_FAILURES_KEPT]
            return False
        return True

    def _run_for_ever(self, name: str, work: Callable[[], object]) -> None:
        pause_s = FIRST_PAUSE_S
        while not self._stopping:
            succeeded = self._succeeds(name, work)
            pause_s = FIRST_PAUSE_S if succeeded else min(pause_s * 2, LONGEST_PAUSE_S)
            gevent.sleep(pause_s)
