"""What supervisors change while people work: agents' states, waiting callers, who serves what.

Only agents who are set up as supervisors may; each act is on record with who asked: in the journal
of the call that it concerns, else in the reason of the agent's new state and in the log.
"""

from collections.abc import Callable, Mapping
from typing import Any

import structlog

from switchboard import acd
from switchboard.acd.snapshots import EntryPlace
from switchboard.core.causes import HangupCause
from switchboard.core.journal import EntryKind
from switchboard.ports.conversations import Conversations, NotDone
from switchboard.ports.distribution import Distribution
from switchboard.ports.legs import LegGone
from switchboard.ports.roster import RosterKind
from switchboard.services.agents import NotPossible
from switchboard.services.offered import TalkNow
from switchboard.services.roster import RosterMistake, Rosters
from switchboard.services.roster_forms import AgentForm
from switchboard.services.seats import Seats, Target, usual_seat
from switchboard.services.story import Story

log = structlog.get_logger(__name__)


class Supervising:
    """The acts of supervisors.

    Args:
        rosters: Who works where.
        seats: Where people sit.
        distribution: Owns states and places.
        conversations: Ends legs.
        find_talk: The conversation that an agent has now.
        story_of: Gives the journal of a call.
    """

    def __init__(
        self,
        rosters: Rosters,
        seats: Seats,
        distribution: Distribution,
        conversations: Conversations,
        find_talk: Callable[[str], TalkNow | None],
        story_of: Callable[[str], Story],
    ) -> None:
        self._rosters = rosters
        self._seats = seats
        self._distribution = distribution
        self._conversations = conversations
        self._find_talk = find_talk
        self._story_of = story_of

    def seat_of(self, by: str, extension: str = "") -> Target:
        """Where a supervisor is rung: *extension*, else where they sit, else their usual phone.

        Raises:
            NotPossible: they are no supervisor, or no phone of theirs is known.
        """
        form = self._supervisor(by)
        sitting = None if extension else self._seats.find_target(by)
        seat = sitting or usual_seat(form, extension)
        if seat is None:
            raise NotPossible(f"supervisor {by} has no phone: say the extension they sit at")
        return seat

    def check(self, by: str) -> None:
        """Raise NotPossible unless *by* is a supervisor."""
        self._supervisor(by)

    # --- agents -------------------------------------------------------------------------------

    def force(self, agent_id: str, status: acd.Status, by: str) -> None:
        """Put an agent into a status, by force."""
        self._allow(by, agent_id, f"forced {status}")
        self._distribution.tell(acd.SetStatus(agent_id, status, f"forced by {by}"))

    def end_wrap_up(self, agent_id: str, by: str) -> None:
        """End an agent's work after a call."""
        self._allow(by, agent_id, "ended wrap-up")
        self._distribution.tell(acd.EndWrapUp(agent_id))

    def release(self, agent_id: str, by: str) -> None:
        """End an agent's conversation, the other side's leg with it; they are ready at once."""
        self._allow(by, agent_id, "released")
        talk = self._find_talk(agent_id)
        if talk is not None:
            self._tell(talk.call_id, by, "released", agent_id)
            self._end_other_side(talk)
        self._distribution.tell(acd.ReleaseAgent(agent_id))

    def serve(self, agent_id: str, queues: Mapping[str, int], by: str) -> None:
        """Change which queues an agent serves, each with the agent's level; at work, too.

        Raises:
            NotPossible: there is no such agent or queue.
        """
        self._allow(by, agent_id, "changed queues")
        form = self._agent(agent_id)
        known = self._rosters.staff().queues
        if unknown := sorted(set(queues) - set(known)):
            there_are = ", ".join(sorted(known))
            raise NotPossible(f"there is no queue {unknown[0]!r}; there are: {there_are}")
        changed: dict[str, Any] = {**form.model_dump(mode="json"), "queues": dict(queues)}
        try:
            self._rosters.change(RosterKind.AGENT, agent_id, changed, by)
        except RosterMistake as mistake:
            raise NotPossible(str(mistake)) from mistake

    # --- waiting callers ----------------------------------------------------------------------

    def withdraw(self, call_id: str, by: str) -> None:
        """Take a caller out of the queue; the flow leads them on."""
        place = self._place(call_id, by)
        self._tell(place.call_id, by, "withdrew from", place.queue_id)
        self._distribution.tell(acd.Withdraw(place.entry_id))

    def move(self, call_id: str, queue: str, by: str) -> None:
        """Move a waiting caller to another queue; their waiting counts there."""
        place = self._place(call_id, by)
        if queue not in self._rosters.staff().queues:
            raise NotPossible(f"there is no queue {queue!r}: `switchboard queues list` shows them")
        self._tell(place.call_id, by, "moved to", queue)
        self._distribution.tell(acd.MoveEntry(place.entry_id, queue))

    def prioritise(self, call_id: str, priority: int, by: str) -> None:
        """Change a waiting caller's priority, in points; negative places them behind."""
        place = self._place(call_id, by)
        self._tell(place.call_id, by, "gave priority", str(priority))
        self._distribution.tell(acd.Reprioritise(place.entry_id, priority))

    # --- inside -------------------------------------------------------------------------------

    def _agent(self, agent_id: str) -> AgentForm:
        found = self._rosters.staff().agents.get(agent_id)
        if found is None:
            raise NotPossible(f"there is no agent {agent_id!r}: see `switchboard agents list`")
        return found

    def _supervisor(self, by: str) -> AgentForm:
        found = self._rosters.staff().agents.get(by)
        if found is None or not found.supervisor:
            raise NotPossible(f"{by or 'nobody'} is no supervisor: set `supervisor: true` for them")
        return found

    def _allow(self, by: str, agent_id: str, act: str) -> None:
        self._supervisor(by)
        self._agent(agent_id)
        log.info("a supervisor acts", by=by, agent_id=agent_id, act=act)

    def _place(self, call_id: str, by: str) -> EntryPlace:
        self._supervisor(by)
        for place in self._distribution.snapshot().entries:
            if call_id in (place.call_id, place.entry_id):
                return place
        raise NotPossible(f"call {call_id} waits in no queue: `switchboard queues list --json`")

    def _end_other_side(self, talk: TalkNow) -> None:
        legs = self._conversations.list_legs()
        others = [leg.leg_id for leg in legs if leg.joined_to == talk.leg.leg_id]
        for leg_id in others or [talk.leg.leg_id]:
            try:
                self._conversations.hang_up(leg_id, HangupCause.NORMAL_CLEARING)
            except (LegGone, NotDone) as gone:
                log.info("it had ended by itself", leg_id=leg_id, why=str(gone))

    def _tell(self, call_id: str, by: str, act: str, what: str) -> None:
        self._story_of(call_id).tell(EntryKind.DIRECTED, by=by, act=act, what=what)
