"""The queues as they stand: who waits, for how long, how well the target is kept today.

What is now comes from the distribution's snapshot, what was today from the counts; a mean wait is
of those who wait at this moment, the service level of everybody since midnight of the centre.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, tzinfo

import structlog

from switchboard import acd
from switchboard.core.journal import EntryKind
from switchboard.core.queue_counts import QueueCounts
from switchboard.ports.clock import Clock
from switchboard.ports.distribution import Distribution
from switchboard.ports.figures import FigureGrouping, Figures, FigureSearch
from switchboard.ports.journal import Journal
from switchboard.ports.outages import StoreAway
from switchboard.services.roster import Staff

log = structlog.get_logger(__name__)

# Screens ask often; what was counted today is read again after so long.
TODAY_FOR_S = 2.0


@dataclass(frozen=True, slots=True)
class Waiting:
    """A caller in a queue.

    Attributes:
        place: Where they stand.
        name: What their network calls them; empty where it says nothing, or was not asked.
    """

    place: acd.EntryPlace
    name: str = ""


@dataclass(frozen=True, slots=True)
class QueueNow:
    """A queue as it stands.

    Attributes:
        view: Length, longest wait, agents by what they do, as the distribution has them.
        about: What people call the queue; empty for its id.
        mean_wait_ms: Of those who wait; 0 for nobody.
        target_ms: The service level counts who is answered within.
        today: Since midnight of the centre; None while the counts cannot be read.
        waiting: Who waits, in order of their places.
    """

    view: acd.QueueView
    about: str
    mean_wait_ms: int
    target_ms: int
    today: QueueCounts | None
    waiting: tuple[Waiting, ...]


@dataclass(frozen=True, slots=True)
class BoardMeans:
    """What showing queues takes.

    Attributes:
        distribution: Says what is now.
        staff: Queues as they are set up.
        figures: Says what was today.
        journal: Knows callers' names.
        clock: Says which day it is.
        zone: The centre's.
    """

    distribution: Distribution
    staff: Callable[[], Staff]
    figures: Figures
    journal: Journal
    clock: Clock
    zone: Callable[[], tzinfo]


class QueueBoard:
    """Shows queues.

    Args:
        means: What it takes.
    """

    def __init__(self, means: BoardMeans) -> None:
        self._means = means
        self._counted: tuple[float, date, dict[str, QueueCounts]] | None = None

    def list_queues(self) -> tuple[QueueNow, ...]:
        """Every queue, by id; callers without their names."""
        snapshot = self._means.distribution.snapshot()
        today, staff = self._today(), self._means.staff()
        return tuple(self._now(view, snapshot, staff, today) for view in snapshot.queues)

    def find_queue(self, queue_id: str) -> QueueNow | None:
        """One queue, its callers by name; None where there is none."""
        found = next((one for one in self.list_queues() if one.view.queue_id == queue_id), None)
        if found is None:
            return None
        named = tuple(Waiting(one.place, self._name_of(one.place)) for one in found.waiting)
        return QueueNow(
            found.view, found.about, found.mean_wait_ms, found.target_ms, found.today, named
        )

    def _now(
        self,
        view: acd.QueueView,
        snapshot: acd.Snapshot,
        staff: Staff,
        today: dict[str, QueueCounts] | None,
    ) -> QueueNow:
        places = [place for place in snapshot.entries if place.queue_id == view.queue_id]
        form = staff.queue(view.queue_id)
        mean_ms = sum(place.waited_ms for place in places) // len(places) if places else 0
        counts = None if today is None else today.get(view.queue_id, QueueCounts())
        waiting = tuple(map(Waiting, places))
        return QueueNow(view, form.about, mean_ms, form.target, counts, waiting)

    def _today(self) -> dict[str, QueueCounts] | None:
        clock = self._means.clock
        now_s, day = clock.seconds(), clock.now().astimezone(self._means.zone()).date()
        if self._counted and self._counted[1] == day and now_s - self._counted[0] < TODAY_FOR_S:
            return self._counted[2]
        try:
            search = FigureSearch(day, day, FigureGrouping.QUEUE)
            lines = self._means.figures.list_queue_counts(search)
        except StoreAway as away:
            log.warning("today's figures cannot be read", reason=str(away))
            return None
        counts = {line.key: line.counts for line in lines}
        self._counted = (now_s, day, counts)
        return counts

    def _name_of(self, place: acd.EntryPlace) -> str:
        try:
            entries = self._means.journal.list_entries(place.call_id)
        except StoreAway as away:
            log.warning("a caller's name cannot be read", reason=str(away))
            return ""
        offered = next((one for one in entries if one.kind is EntryKind.OFFERED), None)
        return str(offered.details.get("caller_name", "")) if offered else ""
