"""Programs have calls made over HTTP: whom to dial, and the flow that runs when they answer."""

from flask import Blueprint, Response, jsonify

from switchboard.console.asking import body, field
from switchboard.ports.outages import StoreAway
from switchboard.services.agents import NotPossible
from switchboard.services.outgoing_calls import Outgoing, OutgoingCalls


def add_outgoing_pages(pages: Blueprint, calls: OutgoingCalls) -> None:
    """Add the page that has a call made."""

    @pages.post("/calls")
    def make_call() -> tuple[Response, int]:
        given = body().get("with", {})
        if not isinstance(given, dict) or not all(isinstance(one, str) for one in given.values()):
            return jsonify(error="with holds values by name, each a text"), 400
        asked = Outgoing(field("flow"), field("number"), given, field("language"), field("show"))
        try:
            return jsonify(call_id=calls.begin(asked)), 202
        except NotPossible as refusal:
            return jsonify(error=str(refusal)), 409
        except StoreAway as away:
            return jsonify(error=str(away)), 503
