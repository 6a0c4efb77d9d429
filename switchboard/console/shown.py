"""What an agent's screen asks for over HTTP: the call that rings or talks, as JSON."""

from dataclasses import asdict

from flask import Blueprint, Response, jsonify

from switchboard.ports.outages import StoreAway
from switchboard.services.shown_calls import ShownCalls


def add_shown_pages(pages: Blueprint, shown: ShownCalls) -> None:
    """Add the pages of what agents are shown."""

    @pages.get("/agents/<agent_id>/call")
    def show_call(agent_id: str) -> tuple[Response, int]:
        try:
            found = shown.find_call(agent_id)
        except StoreAway as away:
            return jsonify(error=str(away)), 503
        if found is None:
            return jsonify(error=f"no call rings or talks at agent {agent_id!r}"), 404
        return jsonify(asdict(found)), 200
