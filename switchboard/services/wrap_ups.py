"""Work behind the call: the call's journal is told when its agent begins and ends it.

The state is the agent's, the work is of the call that they were given last: both are known where
moments and offers are kept, so that is where it is seen.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from switchboard import acd
from switchboard.core.journal import EntryKind, JournalEntry
from switchboard.ports.journal import Journal


@dataclass(frozen=True, slots=True)
class _Talk:
    call_id: str
    offer_id: str


class WrapUps:
    """Sees agents' moments, in their order.

    Args:
        journal: Told.
        call_of: The call that an offer is about; empty when that is not known.
    """

    def __init__(self, journal: Journal, call_of: Callable[[str], str]) -> None:
        self._journal = journal
        self._call_of = call_of
        self._last: dict[str, _Talk] = {}
        self._at_work: dict[str, _Talk] = {}

    def see(self, moment: acd.AgentMoment) -> None:
        """Take an agent's new moment."""
        agent_id = moment.agent_id
        if moment.state is acd.State.TALKING and moment.offer_id:
            if call_id := self._call_of(moment.offer_id):
                self._last[agent_id] = _Talk(call_id, moment.offer_id)
        elif moment.state is acd.State.WRAP_UP:
            if agent_id not in self._at_work and (talk := self._last.pop(agent_id, None)):
                self._at_work[agent_id] = talk
                self._tell(EntryKind.WRAP_UP_BEGAN, talk, moment)
        elif talk := self._at_work.pop(agent_id, None):
            self._tell(EntryKind.WRAP_UP_ENDED, talk, moment)

    def _tell(self, kind: EntryKind, talk: _Talk, moment: acd.AgentMoment) -> None:
        at = datetime.fromtimestamp(moment.at_ms / 1000, UTC)
        details = {"agent_id": moment.agent_id, "offer_id": talk.offer_id}
        entry_id = f"{talk.offer_id}-{kind}"
        self._journal.append(JournalEntry(entry_id, talk.call_id, at, kind, details))
