"""What supervisors may ask of a running server over HTTP; who asks stands in every path.

Also what agents are told in writing, and how their states have changed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from flask import Blueprint, Response, jsonify, request

from switchboard import acd
from switchboard.console.asking import answered, body, field, whole
from switchboard.ports.agent_book import AgentBook
from switchboard.services.agents import Agents, NotPossible
from switchboard.services.monitoring import Manner, Monitoring
from switchboard.services.on_demand import OnDemand
from switchboard.services.supervising import Supervising

LONGEST_HISTORY_MS = 31 * 86_400_000
Ask = Callable[[str], object]
"""Carries one ask out, of a supervisor."""


@dataclass(frozen=True, slots=True)
class SupervisorDesk:
    """What supervisors reach.

    Attributes:
        agents: The agents.
        supervising: Changes what goes on.
        monitoring: Lets them listen.
        on_demand: Records on demand.
        book: What agents did.
    """

    agents: Agents
    supervising: Supervising
    monitoring: Monitoring
    on_demand: OnDemand
    book: AgentBook

    def asks(self) -> Mapping[str, Ask]:
        """Everything a supervisor may ask, by name; what it takes stands in the request."""
        acts = self.supervising
        watching = {str(manner).replace("_", "-"): manner for manner in Manner}
        return {
            **{name: partial(self._be_in, manner) for name, manner in watching.items()},
            "release": lambda by: acts.release(field("agent"), by),
            "force": lambda by: acts.force(field("agent"), _status(), by),
            "end-wrap-up": lambda by: acts.end_wrap_up(field("agent"), by),
            "serve": lambda by: acts.serve(field("agent"), _levels(), by),
            "withdraw": lambda by: acts.withdraw(field("call"), by),
            "move": lambda by: acts.move(field("call"), field("queue"), by),
            "prioritise": lambda by: acts.prioritise(field("call"), whole("priority"), by),
            "message": lambda by: self._notify(by),
            "record": lambda by: self._record(by, self.on_demand.begin),
            "stop-recording": lambda by: self._record(by, self.on_demand.end),
        }

    def _be_in(self, manner: Manner, by: str) -> None:
        seat = self.supervising.seat_of(by, field("extension"))
        self.monitoring.be_in(manner, field("agent"), by, seat)

    def _notify(self, by: str) -> None:
        self.supervising.check(by)
        self.agents.notify(field("agent"), field("text"), by)

    def _record(self, by: str, act: Callable[[str, str], str]) -> str:
        self.supervising.check(by)
        return act(field("agent"), by)


def add_supervisor_pages(pages: Blueprint, desk: SupervisorDesk) -> None:
    """Add the pages to those under ``/api``."""

    @pages.get("/supervisors")
    def list_watching() -> Response:
        return jsonify(
            [
                {
                    "by": one.by,
                    "agent": one.agent_id,
                    "manner": one.manner,
                    "answered": one.answered,
                }
                for one in desk.monitoring.list_watching()
            ]
        )

    @pages.post("/supervisors/<by>/<ask>")
    def ask_supervisor(by: str, ask: str) -> tuple[Response, int]:
        asks = desk.asks()
        if ask not in asks:
            return jsonify(error=f"there is no {ask!r}; there are: {', '.join(asks)}"), 404
        return answered(lambda: asks[ask](by))

    @pages.post("/agents/<agent_id>/message")
    def write_to(agent_id: str) -> tuple[Response, int]:
        by = field("by") or "a program"
        return answered(lambda: desk.agents.notify(agent_id, field("text"), by))

    @pages.get("/agents/<agent_id>/messages")
    def list_messages(agent_id: str) -> Response:
        after = request.args.get("after", 0, type=int)
        return jsonify(
            [
                {"number": one.number, "by": one.by, "text": one.text, "at": one.at.isoformat()}
                for one in desk.agents.messages.list_after(agent_id, after)
            ]
        )

    @pages.get("/agents/<agent_id>/moments")
    def list_moments(agent_id: str) -> Response:
        since_ms = request.args.get("since_ms", 0, type=int)
        until_ms = request.args.get("until_ms", since_ms + LONGEST_HISTORY_MS, type=int)
        moments = desk.book.list_moments(since_ms, min(until_ms, since_ms + LONGEST_HISTORY_MS))
        return jsonify([_moment(one) for one in moments if one.agent_id == agent_id])


def _moment(moment: acd.AgentMoment) -> dict[str, object]:
    return {
        "at_ms": moment.at_ms,
        "status": moment.status,
        "state": moment.state,
        "reason": moment.reason,
        "until_ms": moment.until_ms or None,
        "other_calls": len(moment.other_calls),
    }


def _status() -> acd.Status:
    try:
        return acd.Status(field("status"))
    except ValueError:
        raise NotPossible(f"status is one of {', '.join(acd.Status)}") from None


def _levels() -> Mapping[str, int]:
    levels = body().get("queues")
    if not isinstance(levels, dict) or not all(type(one) is int for one in levels.values()):
        raise NotPossible('queues are names with levels, such as {"service": 1}')
    return {str(name): level for name, level in levels.items()}
