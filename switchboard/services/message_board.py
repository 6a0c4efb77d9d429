"""What agents are told in writing by supervisors and programs: the last few for each, in memory.

A message is for the screen in front of the agent, for now: it does not outlive this server. What
must be kept belongs in a mailbox.
"""

from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime

MOST_KEPT = 50


@dataclass(frozen=True, slots=True)
class Notice:
    """One message.

    Attributes:
        number: Counts all of this server, from 1; asked for as "later than".
        by: Who wrote it.
        text: What.
        at: When, aware UTC.
    """

    number: int
    by: str
    text: str
    at: datetime


class MessageBoard:
    """The latest messages of each agent."""

    def __init__(self) -> None:
        self._count = 0
        self._by_agent: dict[str, deque[Notice]] = {}

    def put(self, agent_id: str, by: str, text: str) -> None:
        """Let the agent read it."""
        self._count += 1
        board = self._by_agent.setdefault(agent_id, deque(maxlen=MOST_KEPT))
        board.append(Notice(self._count, by, text, datetime.now(UTC)))

    def list_after(self, agent_id: str, number: int = 0) -> tuple[Notice, ...]:
        """An agent's messages later than *number*, oldest first."""
        return tuple(one for one in self._by_agent.get(agent_id, ()) if one.number > number)
