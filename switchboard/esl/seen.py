"""Which events were taken already: the same event may come over two connections, or twice."""

from collections import OrderedDict, deque

# A node makes some 15 events a call: 20,000 reach back further than any second copy comes late.
# Nodes restart, each time with a new core; of cores that are gone only the last few are kept.
EVENTS_REMEMBERED = 20_000
CORES_REMEMBERED = 32


class Seen:
    """Remembers events by (Core-UUID, Event-Sequence), in bounded memory."""

    def __init__(self, events: int = EVENTS_REMEMBERED, cores: int = CORES_REMEMBERED) -> None:
        self._events = events
        self._cores = cores
        self._known: OrderedDict[str, tuple[set[str], deque[str]]] = OrderedDict()

    def is_first(self, identity: tuple[str, str]) -> bool:
        """Remember the event; False when it was seen before.

        An event without an identity is always the first: nothing is lost for want of a number.
        """
        core, sequence = identity
        if not core or not sequence:
            return True
        known, order = self._of(core)
        if sequence in known:
            return False
        known.add(sequence)
        order.append(sequence)
        if len(order) > self._events:
            known.discard(order.popleft())
        return True

    def _of(self, core: str) -> tuple[set[str], deque[str]]:
        if core not in self._known:
            self._known[core] = (set(), deque())
            if len(self._known) > self._cores:
                self._known.popitem(last=False)
        return self._known[core]
