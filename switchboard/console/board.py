"""Queues as programs see them over HTTP: how they stand, and why a caller waited, as JSON."""

from dataclasses import dataclass

from flask import Blueprint, Response, jsonify

from switchboard.ports.outages import StoreAway
from switchboard.services.queue_board import QueueBoard, QueueNow, Waiting
from switchboard.services.why import Explaining


@dataclass(frozen=True, slots=True)
class BoardDesk:
    """What there is to be seen of queues.

    Attributes:
        board: How they stand.
        explaining: Why callers waited.
    """

    board: QueueBoard
    explaining: Explaining


def add_board_pages(pages: Blueprint, desk: BoardDesk) -> None:
    """Add the pages of queues."""

    @pages.get("/queues")
    def list_queues() -> Response:
        return jsonify([queue_document(queue) for queue in desk.board.list_queues()])

    @pages.get("/queues/<queue_id>")
    def show_queue(queue_id: str) -> tuple[Response, int]:
        found = desk.board.find_queue(queue_id)
        if found is None:
            return jsonify(error=f"there is no queue {queue_id!r}: /api/queues lists them"), 404
        return jsonify(queue_document(found)), 200

    @pages.get("/calls/<call_id>/why")
    def why(call_id: str) -> tuple[Response, int]:
        try:
            reasons = desk.explaining.why(call_id)
        except StoreAway as away:
            return jsonify(error=str(away)), 503
        return jsonify([{"at": one.at.isoformat(), "text": one.text} for one in reasons]), 200


def queue_document(queue: QueueNow) -> dict[str, object]:
    """Return a queue as a document."""
    view = queue.view
    return {
        "queue": view.queue_id,
        "about": queue.about,
        "strategy": view.strategy,
        "open": view.open,
        "waiting": view.waiting,
        "longest_wait_ms": view.longest_wait_ms,
        "mean_wait_ms": queue.mean_wait_ms,
        "expected_wait_ms": view.expected_wait_ms,
        "agents": dict(view.agents),
        "surging": view.surging,
        "target_ms": queue.target_ms,
        "today": None if queue.today is None else queue.today.measured(),
        "entries": [_waiting(one) for one in queue.waiting],
    }


def _waiting(waiting: Waiting) -> dict[str, object]:
    place = waiting.place
    return {
        "entry_id": place.entry_id,
        "call_id": place.call_id,
        "number": place.join.number,
        "name": waiting.name,
        "position": place.position,
        "waited_ms": place.waited_ms,
        "priority": place.priority,
        "phase": place.phase,
        "ringing": list(place.ringing),
    }
