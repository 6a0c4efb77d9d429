"""Who works where: the queues and agents of the centre, as people have set them up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol


class RosterKind(StrEnum):
    """What is set up."""

    QUEUE = "queue"
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One queue or agent.

    Attributes:
        kind: Which of the two.
        name: The queue's name, the agent's id.
        settings: As :mod:`switchboard.services.roster` reads them: plain JSON values.
        changed_at: When it was set up so, aware UTC.
        by: Who did it.
    """

    kind: RosterKind
    name: str
    settings: Mapping[str, Any]
    changed_at: datetime
    by: str


class Roster(Protocol):
    """Keeps queues and agents. The methods that change or list raise :class:`StoreAway`."""

    def put(self, rows: Sequence[RosterRow]) -> None:
        """Keep these in place of what they were before; all of them or none."""
        ...

    def remove(self, kind: RosterKind, name: str) -> bool:
        """Take one away; False when there is none."""
        ...

    def list_rows(self) -> tuple[RosterRow, ...]:
        """Everything, agents first, by name."""
        ...

    def rows(self) -> tuple[RosterRow, ...]:
        """Everything as it was a second ago at most, or while the store is away as known last."""
        ...
