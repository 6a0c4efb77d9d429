"""Queues are closed and opened over HTTP, and what was corrected is shown."""

from datetime import UTC, datetime

from flask import Flask
from flask.testing import FlaskClient

from switchboard.console.api import api_pages
from switchboard.console.queues import add_queue_pages
from switchboard.services.agents import Agents
from switchboard.services.healing import Corrections
from tests.fakes.metrics import FakeMetrics
from tests.unit.services.test_queue_hours import Office

TOKEN = {"Authorization": "Bearer secret"}


class Desk:
    """The pages about queues, over an office with a queue ``service``."""

    def __init__(self, agents: Agents | None = None) -> None:
        self.office = Office(datetime(2026, 11, 24, 12, tzinfo=UTC))
        self.metrics = FakeMetrics()
        self.corrections = Corrections(self.metrics.corrected)
        app = Flask("test")
        pages = api_pages(
            agents,  # type: ignore[arg-type]  # no page of theirs is asked here
            "secret",
            [lambda pages: add_queue_pages(pages, self.office.hours, self.corrections)],
        )
        app.register_blueprint(pages)
        self.client: FlaskClient = app.test_client()


def test_a_queue_is_closed_now_and_opened_by_whoever_has_the_token():
    desk = Desk()
    assert desk.client.post("/api/queues/service/close", json={"now": True}).status_code == 401
    told = {"now": True, "by": "boss"}
    assert (
        desk.client.post("/api/queues/service/close", json=told, headers=TOKEN).status_code == 202
    )
    by_hand = desk.office.rosters.staff().queues["service"].by_hand
    assert (by_hand.open, by_hand.leave) == (False, True)
    assert desk.client.post("/api/queues/service/open", json={}, headers=TOKEN).status_code == 202
    assert desk.office.rosters.staff().queues["service"].by_hand.open


def test_a_queue_that_there_is_not_cannot_be_closed():
    answer = Desk().client.post("/api/queues/sales/close", json={}, headers=TOKEN)
    assert answer.status_code == 409
    assert "no queue 'sales'" in answer.json["error"]


def test_corrections_are_shown_and_told_to_the_metrics():
    desk = Desk()
    assert desk.client.get("/api/corrections", headers=TOKEN).json == {}
    desk.corrections.count("talk_over")
    assert desk.client.get("/api/corrections", headers=TOKEN).json == {"talk_over": 1}
    assert desk.metrics.counted["corrected"] == 1
