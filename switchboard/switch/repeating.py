"""Work that is done again and again for as long as the room is open, whatever befalls it once."""

from collections.abc import Callable

import gevent
import structlog

log = structlog.get_logger(__name__)


def repeat(work: Callable[[], None], every_s: float, stopped: Callable[[], bool]) -> None:
    """Do *work* every so many wall seconds until *stopped*; a fault is logged and ends nothing."""
    while not stopped():
        gevent.sleep(every_s)
        try:
            work()
        except Exception:
            log.exception("repeated work failed", work=getattr(work, "__qualname__", repr(work)))
