"""The promises of surveys (``switchboard/ports/surveys.py``)."""

from datetime import UTC, datetime, timedelta

from switchboard.ports.surveys import SurveyAnswers

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


def test_answers_are_kept_once_and_listed_in_the_order_they_were_given(store):
    later = SurveyAnswers("c2-9", "service", "c2", {"rating": 1}, NOON + timedelta(hours=1))
    first = SurveyAnswers("c1-7", "service", "c1", {"rating": 3, "why": "rec-1"}, NOON)
    other = SurveyAnswers("c3-1", "price", "c3", {"rating": 2}, NOON)
    for answers in (later, first, first, other):
        store.surveys.keep(answers)
    assert store.surveys.list_answers("service") == (first, later)
    assert store.surveys.list_answers("nothing") == ()
