"""What programs may ask of queues over HTTP: close and open them, what was corrected."""

from flask import Blueprint, Response, jsonify

from switchboard.console.asking import answered, body, field
from switchboard.services.healing import Corrections
from switchboard.services.queue_hours import QueueHours


def add_queue_pages(pages: Blueprint, hours: QueueHours, corrections: Corrections) -> None:
    """Add the pages about queues."""

    @pages.post("/queues/<name>/close")
    def close(name: str) -> tuple[Response, int]:
        now = body().get("now") is True
        return answered(lambda: hours.close(name, field("by"), now=now))

    @pages.post("/queues/<name>/open")
    def open_again(name: str) -> tuple[Response, int]:
        return answered(lambda: hours.open(name, field("by")))

    @pages.get("/corrections")
    def list_corrections() -> Response:
        return jsonify(dict(corrections.counts()))
