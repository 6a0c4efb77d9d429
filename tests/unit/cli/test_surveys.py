"""``switchboard surveys`` and ``switchboard surveys show``."""

from datetime import timedelta

import pytest

from switchboard.ports.surveys import SurveyAnswers
from tests.unit.cli.conftest import START, Installation


@pytest.fixture
def answered(installation) -> Installation:
    with installation.store() as store:
        for day, (call_id, answers) in enumerate(
            [
                ("7f3a9c01d2e4", {"rating": 3, "reason": "rec-1"}),
                ("=2+5", {"rating": 1}),
                ("9c0000000001", {"rating": 2, "reason": "@SUM(A1)"}),
            ]
        ):
            at = START + timedelta(days=day)
            store.surveys.keep(SurveyAnswers(f"k{day}", "service", call_id, answers, at))
        store.surveys.keep(SurveyAnswers("p", "price", "c9", {"fair": 1}, START))
    return installation


def test_without_answers_the_list_says_so(installation):
    assert installation.says("surveys") == "no survey has answers yet\n"
    told = installation.refuses("surveys", "show", "service")
    assert "nobody has answered 'service'; there are: no survey has answers yet" in told


def test_surveys_are_listed_with_their_answers_counted(answered):
    assert answered.says("surveys").splitlines() == [
        "survey   answers  first                last",
        "price    1        2026-12-01 18:05:03  2026-12-01 18:05:03",
        "service  3        2026-12-01 18:05:03  2026-12-03 18:05:03",
    ]
    assert [one["survey"] for one in answered.json("surveys")] == ["price", "service"]


def test_the_answers_of_a_period_are_listed_oldest_first(answered):
    assert answered.says("surveys", "show", "service", "--since", "2026-12-02").splitlines() == [
        "answered             call          rating  reason",
        "2026-12-02 18:05:03  =2+5          1",
        "2026-12-03 18:05:03  9c0000000001  2       @SUM(A1)",
    ]
    before = answered.json("surveys", "show", "service", "--until", "2026-12-02")
    assert [one["answers"] for one in before] == [{"rating": 3, "reason": "rec-1"}]
    told = answered.says("surveys", "show", "service", "--since", "2027-01-01")
    assert told == "nobody answered then\n"


def test_no_cell_for_a_spreadsheet_begins_a_formula(answered):
    assert answered.says("surveys", "show", "service", "--csv").splitlines() == [
        "answered_at,call_id,rating,reason",
        "2026-12-01T10:05:03.120000+00:00,7f3a9c01d2e4,3,rec-1",
        "2026-12-02T10:05:03.120000+00:00,'=2+5,1,",
        "2026-12-03T10:05:03.120000+00:00,9c0000000001,2,'@SUM(A1)",
    ]
