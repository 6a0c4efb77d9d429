"""Answers to surveys: what a caller keyed or said when asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class SurveyAnswers:
    """What one caller answered.

    Attributes:
        key: Of the occasion: kept twice it stands once.
        survey: Its name.
        call_id: The call.
        answers: Question to answer: a number, or the id of a recording.
        answered_at: When, aware UTC.
    """

    key: str
    survey: str
    call_id: str
    answers: Mapping[str, Any]
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class SurveySummary:
    """A survey that has answers.

    Attributes:
        survey: Its name.
        answers: How many callers answered.
        first_at: When the first did, aware UTC.
        last_at: When the last did, aware UTC.
    """

    survey: str
    answers: int
    first_at: datetime
    last_at: datetime


class Surveys(Protocol):
    """Keeps answers. Every method raises :class:`StoreAway`."""

    def keep(self, answers: SurveyAnswers) -> None:
        """Keep them durably before returning."""
        ...

    def list_answers(
        self, survey: str, *, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[SurveyAnswers, ...]:
        """All answers to one survey, oldest first.

        Args:
            survey: Its name.
            since: Only those given then or later, aware.
            until: Only those given before, aware.
        """
        ...

    def list_surveys(self) -> tuple[SurveySummary, ...]:
        """Every survey that has answers, by name."""
        ...
