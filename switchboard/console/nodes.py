"""What the agents of FreeSWITCH nodes ask over HTTP; each request bears the token of its node."""

from dataclasses import asdict

from flask import Blueprint, Response, abort, jsonify, request

from switchboard.core.cdrs import MalformedCdr
from switchboard.ports.outages import StoreAway
from switchboard.services.node_desk import NodeDesk

# Three hours of two channels.
LARGEST_RECORDING = 350 * 2**20


def node_pages(desk: NodeDesk) -> Blueprint:
    """Return the pages; without the token of a node each answers 401."""
    pages = Blueprint("nodes", __name__, url_prefix="/node")

    @pages.before_request
    def let_in() -> None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or desk.node_of(token) is None:
            abort(401)

    @pages.get("/sounds")
    def sounds() -> Response:
        return jsonify([asdict(sound) for sound in desk.list_sounds()])

    @pages.get("/sound")
    def sound() -> Response:
        content = desk.read_sound(request.args.get("path", ""))
        return Response(content, content_type="audio/wav") if content else abort(404)

    @pages.put("/recordings/<recording_id>")
    def recording(recording_id: str) -> tuple[str, int]:
        if (request.content_length or 0) > LARGEST_RECORDING:
            abort(413)
        try:
            taken = desk.take_recording(recording_id, request.get_data())
        except ValueError:
            abort(400)
        except StoreAway:
            abort(503)
        return "", 204 if taken else 404

    @pages.put("/cdrs")
    def cdr() -> tuple[str, int]:
        try:
            desk.take_cdr(request.get_data())
        except MalformedCdr:
            abort(400)
        except StoreAway:
            abort(503)
        return "", 204

    return pages
