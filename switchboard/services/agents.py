"""Agents at work: where they sit, whether they take calls, what they do when a call is over.

Everything asked here is told to the distribution, which owns the agents' states; what became of it
is read from its snapshot. An agent sits where they signed in: any phone that is registered, or a
number outside.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog

from switchboard import acd
from switchboard.core.facts import PhoneFact, PhoneRegistered
from switchboard.ports.dialling import Outside, Phone
from switchboard.ports.distribution import Distribution
from switchboard.ports.phones import Phones
from switchboard.services.message_board import MessageBoard
from switchboard.services.roster import Staff
from switchboard.services.roster_forms import AgentForm, BreakOver
from switchboard.services.seats import Seats, Target, usual_seat, written

log = structlog.get_logger(__name__)

FORCED = "forced"
LONGEST_MESSAGE = 500


class NotPossible(Exception):  # noqa: N818 - an answer in words for who asked
    """What was asked of an agent cannot be done; says why and what to do."""


@dataclass(frozen=True, slots=True)
class AgentView:
    """An agent as screens and commands show them.

    Attributes:
        agent_id: Who.
        name: What people call them.
        seat: Where they are reached; empty when nowhere.
        moment: Their state; None for one who never signed in.
    """

    agent_id: str
    name: str
    seat: str
    moment: acd.AgentMoment | None


class Agents:
    """The agents of the centre.

    Args:
        staff: Who there is, as set up now.
        distribution: Owns their states.
        phones: Which phones are registered.
        seats: Where they sit.

    Attributes:
        messages: What agents are told in writing.
    """

    def __init__(
        self,
        staff: Callable[[], Staff],
        distribution: Distribution,
        phones: Phones,
        seats: Seats,
    ) -> None:
        self._staff = staff
        self._distribution = distribution
        self._phones = phones
        self._seats = seats
        self.messages = MessageBoard()

    # --- what agents and supervisors ask ------------------------------------------------------

    def sign_in(self, agent_id: str, extension: str = "") -> None:
        """Let the agent take calls at *extension*, else at their usual phone or number.

        Raises:
            NotPossible: nobody is called so, or no phone is known.
        """
        agent = self._agent(agent_id)
        seat = usual_seat(agent, extension)
        if seat is None:
            raise NotPossible(f"agent {agent_id} has no usual phone: say the extension they sit at")
        for other in self._seats.list_at(seat):
            if other != agent_id and self._is_signed_in(other):
                raise NotPossible(
                    f"agent {other} is signed in at {written(seat)}: they sign out first"
                )
        self._sit(agent_id, seat)
        self._distribution.tell(acd.SetStatus(agent_id, acd.Status.AVAILABLE))

    def sign_out(self, agent_id: str, *, forced: bool = False) -> None:
        """Let the agent take no calls any more."""
        self._agent(agent_id)
        reason = FORCED if forced else ""
        self._distribution.tell(acd.SetStatus(agent_id, acd.Status.LOGGED_OUT, reason))

    def go_on_break(self, agent_id: str, reason: str) -> None:
        """Let the agent have a break of that kind.

        Raises:
            NotPossible: nobody is called so, or they are not signed in.
        """
        self._signed_in(agent_id)
        self._distribution.tell(acd.SetStatus(agent_id, acd.Status.ON_BREAK, reason))

    def be_ready(self, agent_id: str) -> None:
        """End a break or a wrap-up.

        Raises:
            NotPossible: nobody is called so, or they are not signed in.
        """
        self._signed_in(agent_id)
        self._distribution.tell(acd.SetStatus(agent_id, acd.Status.AVAILABLE))
        self._distribution.tell(acd.EndWrapUp(agent_id))

    def extend_wrap_up(self, agent_id: str, by_ms: int) -> None:
        """Give the agent so much more time for work after the call."""
        self._signed_in(agent_id)
        self._distribution.tell(acd.ExtendWrapUp(agent_id, by_ms))

    def notify(self, agent_id: str, text: str, by: str) -> None:
        """Tell an agent something in writing.

        Raises:
            NotPossible: nobody is called so, or the text is empty or too long.
        """
        self._agent(agent_id)
        if not text.strip() or len(text) > LONGEST_MESSAGE:
            raise NotPossible(f"a message has 1 to {LONGEST_MESSAGE} letters")
        self.messages.put(agent_id, by, text)

    def be_on_call(self, agent_id: str, call_id: str) -> None:
        """The agent is on a call of their own from here on: no queue offers them anything."""
        self._distribution.tell(acd.OtherCallBegan(agent_id, call_id))

    def be_off_call(self, agent_id: str, call_id: str) -> None:
        """That call is over."""
        self._distribution.tell(acd.OtherCallEnded(agent_id, call_id))

    # --- what is known ------------------------------------------------------------------------

    def list_agents(self) -> tuple[AgentView, ...]:
        """Every agent, by id."""
        moments = {moment.agent_id: moment for moment in self._distribution.snapshot().agents}
        return tuple(
            AgentView(agent_id, form.name, self._seat_in_words(agent_id), moments.get(agent_id))
            for agent_id, form in sorted(self._staff().agents.items())
        )

    def find_agent(self, agent_id: str) -> AgentView | None:
        """An agent by id; None when nobody is called so."""
        return next((view for view in self.list_agents() if view.agent_id == agent_id), None)

    def is_reachable(self, agent_id: str) -> bool | None:
        """Whether an agent's seat can be rung now; None for one who sits nowhere."""
        seat = self._seats.find_target(agent_id)
        return None if seat is None else self._can_be_rung(seat)

    def find_agent_at(self, extension: str) -> str | None:
        """Who sits at an extension and is signed in; None for nobody."""
        sitting = self._seats.list_at(Phone(extension))
        return next((agent_id for agent_id in sitting if self._is_signed_in(agent_id)), None)

    # --- what happens -------------------------------------------------------------------------

    def hear_phone(self, fact: PhoneFact) -> None:
        """Take that a phone was registered, or lost its registration."""
        for agent_id in self._seats.list_at(Phone(fact.extension)):
            is_there = isinstance(fact, PhoneRegistered)
            self._distribution.tell(acd.SetReachable(agent_id, is_there))

    def hear_alert(self, alert: acd.Alert) -> None:
        """Take that somebody should look at an agent; a break that is over ends as set up."""
        form = self._staff().agents.get(alert.agent_id)
        if alert.kind is not acd.AlertKind.BREAK_TOO_LONG or form is None:
            return
        if form.break_over is BreakOver.READY:
            self._distribution.tell(acd.SetStatus(alert.agent_id, acd.Status.AVAILABLE))
        elif form.break_over is BreakOver.SIGN_OUT:
            self.sign_out(alert.agent_id, forced=True)
        self.messages.put(alert.agent_id, "switchboard", f"break {alert.reason} is over its time")

    # --- inside -------------------------------------------------------------------------------

    def _sit(self, agent_id: str, seat: Target) -> None:
        self._seats.take(agent_id, seat)
        self._distribution.tell(acd.SetReachable(agent_id, self._can_be_rung(seat)))

    def _can_be_rung(self, seat: Target) -> bool:
        return isinstance(seat, Outside) or (
            self._phones.find_registration(seat.extension) is not None
        )

    def _agent(self, agent_id: str) -> AgentForm:
        agents: Mapping[str, AgentForm] = self._staff().agents
        if agent_id not in agents:
            raise NotPossible(f"there is no agent {agent_id!r}: `switchboard agents` lists them")
        return agents[agent_id]

    def _signed_in(self, agent_id: str) -> None:
        self._agent(agent_id)
        if not self._is_signed_in(agent_id):
            raise NotPossible(f"agent {agent_id} is not signed in")

    def _is_signed_in(self, agent_id: str) -> bool:
        return any(
            moment.agent_id == agent_id and moment.status is not acd.Status.LOGGED_OUT
            for moment in self._distribution.snapshot().agents
        )

    def _seat_in_words(self, agent_id: str) -> str:
        target = self._seats.find_target(agent_id)
        return written(target) if target else ""
