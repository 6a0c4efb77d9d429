"""What the pages under ``/api`` read of a request, and how they answer what was asked."""

from collections.abc import Callable
from typing import Any

from flask import Response, jsonify, request

from switchboard.ports.outages import StoreAway
from switchboard.services.agents import NotPossible


def body() -> dict[str, Any]:
    """Return the request's JSON object; an empty one where there is none."""
    found = request.get_json(silent=True)
    return found if isinstance(found, dict) else {}


def field(name: str) -> str:
    """Return a text of the body; empty where there is none."""
    value = body().get(name, "")
    return value if isinstance(value, str) else ""


def whole(name: str) -> int:
    """Return a whole number of the body, of either sign.

    Raises:
        NotPossible: there is none.
    """
    value = body().get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise NotPossible(f"{name} is a whole number")
    return value


def answered(ask: Callable[[], object]) -> tuple[Response, int]:
    """Carry an ask out and answer: what it gave, or why it cannot be."""
    try:
        gave = ask()
    except NotPossible as refusal:
        return jsonify(error=str(refusal)), 409
    except StoreAway as away:
        return jsonify(error=str(away)), 503
    return jsonify(done=True, result=gave if isinstance(gave, str) else None), 202
