"""Which legs live now, as far as every node says so; nothing is concluded from a node's silence."""

from collections.abc import Callable, Mapping

from switchboard.ports.clock import Clock
from switchboard.ports.conversations import Conversations, LiveLeg

LATE_AFTER_S = 3.0
"""A node that is not connected so long behind another is not waited for at a start."""


class LiveLegs:
    """The legs of all nodes.

    Args:
        conversations: Lists them.
        nodes: Each node's name, and whether it can be asked now.
        clock: Counts how long a node is waited for.
    """

    def __init__(
        self, conversations: Conversations, nodes: Callable[[], Mapping[str, bool]], clock: Clock
    ) -> None:
        self._conversations = conversations
        self._nodes = nodes
        self._clock = clock
        self._first_s: float | None = None

    def find_all(self) -> Mapping[str, LiveLeg] | None:
        """Every leg by its id; None unless every node says which it has."""
        before = dict(self._nodes())
        if not all(before.values()):
            return None
        legs = {leg.leg_id: leg for leg in self._conversations.list_legs()}
        return legs if dict(self._nodes()) == before else None

    def find_at_start(self) -> Mapping[str, LiveLeg] | None:
        """Every leg by its id; None before all nodes, or some for a while, can be asked."""
        if not any(self._nodes().values()):
            return None
        if self._first_s is None:
            self._first_s = self._clock.seconds()
        if self._clock.seconds() - self._first_s < LATE_AFTER_S:
            return self.find_all()
        return {leg.leg_id: leg for leg in self._conversations.list_legs()}
