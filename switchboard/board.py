"""Builds what shows queues: how they stand, and why callers waited."""

from collections.abc import Callable
from datetime import tzinfo

from switchboard.console.board import BoardDesk
from switchboard.queues import Queues
from switchboard.runtime.clock import ScaledClock
from switchboard.services.queue_board import BoardMeans, QueueBoard
from switchboard.services.why import Explaining
from switchboard.store.store import Store


def make_board(
    store: Store, queues: Queues, clock: ScaledClock, zone: Callable[[], tzinfo]
) -> BoardDesk:
    """Make it; nothing is read yet."""
    staff = queues.rosters.staff
    means = BoardMeans(queues.distributor, staff, store.figures, store.journal, clock, zone)
    return BoardDesk(QueueBoard(means), Explaining(store.journal, store.agent_book, staff))
