"""The promises of surveys (``switchboard/ports/surveys.py``)."""

from datetime import UTC, datetime, timedelta

from switchboard.ports.surveys import SurveyAnswers, SurveySummary

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


def test_answers_are_kept_once_and_listed_in_the_order_they_were_given(store):
    later = SurveyAnswers("c2-9", "service", "c2", {"rating": 1}, NOON + timedelta(hours=1))
    first = SurveyAnswers("c1-7", "service", "c1", {"rating": 3, "why": "rec-1"}, NOON)
    other = SurveyAnswers("c3-1", "price", "c3", {"rating": 2}, NOON)
    for answers in (later, first, first, other):
        store.surveys.keep(answers)
    assert store.surveys.list_answers("service") == (first, later)
    assert store.surveys.list_answers("nothing") == ()


def test_answers_are_searched_by_period_and_surveys_are_counted(store):
    hours = [NOON + timedelta(hours=n) for n in range(4)]
    given = [
        SurveyAnswers(f"k{n}", "service", f"c{n}", {"rating": n}, at) for n, at in enumerate(hours)
    ]
    for answers in (*given, SurveyAnswers("p", "price", "c9", {"rating": 1}, NOON)):
        store.surveys.keep(answers)
    found = store.surveys.list_answers("service", since=hours[1], until=hours[3])
    assert found == (given[1], given[2])
    assert store.surveys.list_surveys() == (
        SurveySummary("price", 1, NOON, NOON),
        SurveySummary("service", 4, hours[0], hours[3]),
    )


def test_without_answers_there_is_no_survey(store):
    assert store.surveys.list_surveys() == ()
