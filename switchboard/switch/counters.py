"""What the switch room counts, for metrics: sums since the start, and how much is live."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass
class Counters:
    """Sums since the start; each is added to where it happens."""

    sockets_accepted: int = 0
    sockets_refused: int = 0  # not on the list of sources, or over capacity
    probes: int = 0  # connected and closed, or said nothing in time
    legs_offered: int = 0
    legs_refused: int = 0  # by whoever takes legs
    events: int = 0
    events_twice: int = 0
    bytes_received: int = 0
    bytes_sent: int = 0
    violations: int = 0
    replies_late: int = 0
    node_logins: int = 0
    orphans_fetched: int = 0
    orphans_ended: int = 0


@dataclass(frozen=True, slots=True)
class SwitchFigures:
    """How things stand at one moment.

    Attributes:
        sockets_live: Sockets that FreeSWITCH has open to us.
        legs_live: Legs that have not ended.
        totals: The counters, by their names.
    """

    sockets_live: int
    legs_live: int
    totals: Mapping[str, int]
