"""When queues take callers: by the calendar that the centre names for each, or by hand.

What is said by hand holds until the calendar changes next: a queue that is closed early opens in
the morning as ever, and one that is opened late closes with the next closing. Kept with the queue's
settings, so that another server, or this one after a restart, goes by it too.
"""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

import structlog

from switchboard import acd
from switchboard.flow import Program
from switchboard.flow.calendars import Calendar, DayState
from switchboard.ports.clock import Clock
from switchboard.ports.roster import RosterKind
from switchboard.services.agents import NotPossible
from switchboard.services.roster import Rosters
from switchboard.services.roster_forms import AtClosing, QueueForm

log = structlog.get_logger(__name__)


class Hours(StrEnum):
    """What a queue does now."""

    OPEN = "open"
    SERVING = "serving"  # takes nobody in; who waits is served
    CLOSED = "closed"  # who waited has left


class QueueHours:
    """Opens and closes the queues.

    Args:
        rosters: The queues and their settings.
        program: The flows that are live: they name each queue's calendar.
        tell: Tells the distribution.
        clock: The time of day.
    """

    def __init__(
        self,
        rosters: Rosters,
        program: Callable[[], Program],
        tell: Callable[[object], None],
        clock: Clock,
    ) -> None:
        self._rosters = rosters
        self._program = program
        self._tell = tell
        self._clock = clock
        self._told: dict[str, Hours] = {}

    def look(self) -> None:
        """Tell each queue that has come to its opening or its closing."""
        now = self._clock.now()
        for name, form in self._rosters.staff().queues.items():
            hours = self._hours(name, form, now)
            if hours is self._told.get(name, Hours.OPEN):
                continue
            log.info("queue opens or closes", queue=name, hours=str(hours))
            self._told[name] = hours
            is_open = hours is Hours.OPEN
            self._tell(
                acd.OpenQueue(name) if is_open else acd.CloseQueue(name, hours is Hours.CLOSED)
            )

    def close(self, name: str, by: str, *, now: bool) -> None:
        """Take nobody into a queue until the calendar changes next, or :meth:`open`.

        Args:
            name: The queue.
            by: Who says so.
            now: Whether who waits leaves at once; else the queue's own rule for closing holds.

        Raises:
            NotPossible: there is no such queue.
            StoreAway: it cannot be kept just now.
        """
        self._set_by_hand(name, by, {"open": False, "leave": now})

    def open(self, name: str, by: str) -> None:
        """Take callers in until the calendar changes next; raises as :meth:`close` does."""
        self._set_by_hand(name, by, {"open": True})

    # --- inside -------------------------------------------------------------------------------

    def _set_by_hand(self, name: str, by: str, said: dict[str, object]) -> None:
        form = self._rosters.staff().queues.get(name)
        if form is None:
            raise NotPossible(f"there is no queue {name!r}: `switchboard queues` lists them")
        calendar = self._calendar_of(name)
        until = calendar.next_change(self._clock.now()) if calendar else None
        said = {**said, "until": until.isoformat() if until else None}
        settings = form.model_dump(mode="json", exclude_defaults=True)
        self._rosters.change(RosterKind.QUEUE, name, {**settings, "by_hand": said}, by)

    def _hours(self, name: str, form: QueueForm, now: datetime) -> Hours:
        by_hand = form.by_hand
        at_closing = Hours.CLOSED if form.at_closing is AtClosing.LEAVE else Hours.SERVING
        if by_hand is not None and (by_hand.until is None or now < by_hand.until):
            if by_hand.open:
                return Hours.OPEN
            return Hours.CLOSED if by_hand.leave else at_closing
        calendar = self._calendar_of(name)
        is_open = calendar is None or calendar.state(now) is DayState.OPEN
        return Hours.OPEN if is_open else at_closing

    def _calendar_of(self, name: str) -> Calendar | None:
        program = self._program()
        known = program.centre.queues.get(name)
        return program.calendars.get(known.calendar or "") if known else None
