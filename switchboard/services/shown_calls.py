"""What an agent is shown of the caller who rings or talks: what flows told, and the way there.

All of it is read from the call's journal, so that it survives a restart and goes with the call to
whatever agent has it next.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from switchboard.core.journal import EntryKind, JournalEntry
from switchboard.ports.distribution import Distribution
from switchboard.ports.journal import Journal

KEYS = frozenset("0123456789*#") | {"star", "hash"}


@dataclass(frozen=True, slots=True)
class Passed:
    """A node that the caller came through by a key, or that says what it is about.

    Attributes:
        flow: Its flow.
        node: Its name.
        about: What it is about; empty when nobody wrote it.
        key: The key that led on; empty when none did.
    """

    flow: str
    node: str
    about: str
    key: str


@dataclass(frozen=True, slots=True)
class ShownCall:
    """A call as its agent is shown it.

    Attributes:
        call_id: Our id.
        queue: The queue that led to the agent.
        number: The caller's; empty for withheld.
        dialled: The number that was dialled.
        sees: What flows told the agent, by label; the latest of each.
        way: Where the caller came from, in order.
    """

    call_id: str
    queue: str
    number: str
    dialled: str
    sees: Mapping[str, str]
    way: tuple[Passed, ...]


class ShownCalls:
    """Shows agents the calls that ring or talk at them.

    Args:
        distribution: Knows which call an agent has.
        journal: What happened in it.
        about: What a node of a flow is about, by the two names; empty for nothing.
    """

    def __init__(
        self, distribution: Distribution, journal: Journal, about: Callable[[str, str], str]
    ) -> None:
        self._distribution = distribution
        self._journal = journal
        self._about = about

    def find_call(self, agent_id: str) -> ShownCall | None:
        """The call that rings or talks at an agent; None when none does.

        Raises:
            StoreAway: the journal cannot be read just now.
        """
        offers = self._distribution.snapshot().offers
        offer = next((one for one in offers if one.agent_id == agent_id), None)
        if offer is None:
            return None
        call_id = offer.entry_id.partition(".")[0]
        entries = self._journal.list_entries(call_id)
        offered = next((e.details for e in entries if e.kind is EntryKind.OFFERED), {})
        return ShownCall(
            call_id,
            offer.queue_id,
            str(offered.get("ani") or ""),
            str(offered.get("dnis") or ""),
            sees_of(entries),
            tuple(self._way(entries)),
        )

    def _way(self, entries: Iterable[JournalEntry]) -> Iterable[Passed]:
        for entry in entries:
            if entry.kind is not EntryKind.NODE_LEFT:
                continue
            flow, node = str(entry.details.get("flow")), str(entry.details.get("node"))
            outcome = str(entry.details.get("outcome"))
            about, key = self._about(flow, node), outcome if outcome in KEYS else ""
            if about or key:
                yield Passed(flow, node, about, key)


def sees_of(entries: Iterable[JournalEntry]) -> dict[str, str]:
    """Return everything that flows told agents of a call, by label; what was told last holds."""
    sees: dict[str, str] = {}
    for entry in entries:
        if entry.kind is EntryKind.AGENT_TOLD:
            sees |= {label: str(value) for label, value in entry.details["labels"].items()}
    return sees
