"""What programs may ask of a running server over HTTP, as JSON: agents; other subjects add theirs.

Each request bears a token. An answer that says no says why in ``error``, with the status that fits.
"""

import hmac
from collections.abc import Callable, Iterable

from flask import Blueprint, Response, abort, jsonify, request

from switchboard import acd
from switchboard.console.asking import answered, field, whole
from switchboard.services.agents import Agents, AgentView, NotPossible

Ask = Callable[[], None]


def api_pages(
    agents: Agents,
    token: str,
    more: Iterable[Callable[[Blueprint], None]] = (),
) -> Blueprint:
    """Return the pages under ``/api``; without *token* each answers 401.

    Args:
        agents: The agents.
        token: What a request bears.
        more: Each adds pages of its own subject.
    """
    pages = Blueprint("api", __name__, url_prefix="/api")

    @pages.before_request
    def let_in() -> None:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not hmac.compare_digest(given.encode(), token.encode()):
            abort(401)

    @pages.get("/agents")
    def list_agents() -> Response:
        return jsonify([_agent(view) for view in agents.list_agents()])

    @pages.post("/agents/<agent_id>/<ask>")
    def ask_agent(agent_id: str, ask: str) -> tuple[Response, int]:
        asks: dict[str, Ask] = {
            "sign-in": lambda: agents.sign_in(agent_id, field("extension")),
            "sign-out": lambda: agents.sign_out(agent_id),
            "break": lambda: agents.go_on_break(agent_id, field("reason")),
            "ready": lambda: agents.be_ready(agent_id),
            "extend-wrap-up": lambda: agents.extend_wrap_up(agent_id, _above_0("by_ms")),
        }
        if ask not in asks:
            return jsonify(error=f"there is no {ask!r}; there are: {', '.join(asks)}"), 404
        return answered(asks[ask])

    for add in more:
        add(pages)
    return pages


def _above_0(name: str) -> int:
    value = whole(name)
    if value <= 0:
        raise NotPossible(f"{name} is a whole number above 0")
    return value


def _agent(view: AgentView) -> dict[str, object]:
    moment = view.moment
    return {
        "agent_id": view.agent_id,
        "name": view.name,
        "seat": view.seat,
        "status": moment.status if moment else acd.Status.LOGGED_OUT,
        "state": moment.state if moment and moment.signed_in_at_ms else None,
        "reason": moment.reason if moment else "",
        "since_ms": moment.at_ms if moment else None,
        "until_ms": (moment.until_ms or None) if moment else None,
        "calls": moment.calls if moment else 0,
        "reachable": bool(moment and moment.reachable),
    }
