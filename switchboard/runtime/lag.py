"""Watches the hub: how late the event loop is, which is how long something has blocked it.

Every greenlet of the process shares one hub. A call that blocks it (a C library, a long
computation) delays every caller; this is the gauge that shows it.
"""

import time
from collections.abc import Callable

import gevent

# Short enough to see a stall that a caller could hear, long enough to cost nothing.
SAMPLE_EVERY_S = 0.1


class HubLag:
    """Measures the hub's lateness ten times a second.

    Args:
        report: Told each measurement, in wall seconds.
    """

    def __init__(self, report: Callable[[float], None]) -> None:
        self._report = report
        self.worst_s = 0.0

    def watch(self) -> None:
        """Measure until killed; run it as a service greenlet."""
        while True:
            before = time.monotonic()
            gevent.sleep(SAMPLE_EVERY_S)
            late_s = max(0.0, time.monotonic() - before - SAMPLE_EVERY_S)
            self.worst_s = max(self.worst_s, late_s)
            self._report(late_s)
