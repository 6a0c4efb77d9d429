"""Answers to surveys, kept in the group commits of the journal (port: ``ports/surveys.py``)."""

from datetime import datetime
from typing import Any

import peewee

from switchboard.ports.surveys import SurveyAnswers, SurveySummary
from switchboard.store.changes import Change, ChangeKind, Column
from switchboard.store.database import Database
from switchboard.store.fields import from_json, to_json, to_us
from switchboard.store.group_commit import GroupCommit
from switchboard.store.models import SurveyRow


class StoredSurveys:
    """The :class:`switchboard.ports.surveys.Surveys` of a database."""

    def __init__(self, database: Database, commits: GroupCommit) -> None:
        self._database = database
        self._commits = commits

    def keep(self, answers: SurveyAnswers) -> None:
        """Keep them durably before returning; kept twice they stand once."""
        row: dict[str, Column] = {
            "key": answers.key,
            "survey": answers.survey,
            "call_id": answers.call_id,
            "answers": to_json(answers.answers),
            "answered_at": to_us(answers.answered_at),
        }
        self._commits.take(Change(ChangeKind.SURVEY, row))
        self._commits.settle()

    def list_answers(
        self, survey: str, *, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[SurveyAnswers, ...]:
        """All answers to one survey in a stretch of time, oldest first."""
        self._commits.settle()
        query = (
            SurveyRow.select()
            .where(SurveyRow.survey == survey)
            .order_by(SurveyRow.answered_at, SurveyRow.key)
        )
        if since is not None:
            query = query.where(SurveyRow.answered_at >= since)
        if until is not None:
            query = query.where(SurveyRow.answered_at < until)
        rows = self._database.read(lambda engine: list(query.bind(engine)))
        return tuple(
            SurveyAnswers(row.key, row.survey, row.call_id, from_json(row.answers), row.answered_at)
            for row in rows
        )

    def list_surveys(self) -> tuple[SurveySummary, ...]:
        """Every survey that has answers, by name."""
        self._commits.settle()
        at = SurveyRow.answered_at
        first, last = peewee.fn.MIN(at), peewee.fn.MAX(at)
        query = (
            SurveyRow.select(SurveyRow.survey, peewee.fn.COUNT(SurveyRow.key), first, last)
            .group_by(SurveyRow.survey)
            .order_by(SurveyRow.survey)
            .tuples()
        )
        rows: list[Any] = self._database.read(lambda engine: list(query.bind(engine)))
        return tuple(SurveySummary(*row) for row in rows)
