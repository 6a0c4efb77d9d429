"""What every part of the switch room needs to work: the time, greenlets, new ids."""

from collections.abc import Callable
from dataclasses import dataclass

from switchboard.ports.clock import Clock
from switchboard.ports.inboxes import Start


@dataclass(frozen=True, slots=True)
class Means:
    """The means.

    Attributes:
        clock: Stamps what FreeSWITCH does not stamp.
        start: Begins greenlets.
        new_id: Makes a uuid.
    """

    clock: Clock
    start: Start
    new_id: Callable[[], str]
