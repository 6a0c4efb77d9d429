"""Agents' moments as rows: JSON in one column, beside the columns that are searched."""

from pydantic import TypeAdapter

from switchboard.acd import AgentMoment
from switchboard.store.queue_models import AgentMomentRow

MOMENT = TypeAdapter(AgentMoment)


def moment_of(row: AgentMomentRow) -> AgentMoment:
    """Return the moment that a row holds."""
    return moment_in(row.moment)


def moment_in(text: object) -> AgentMoment:
    """Return the moment that the column ``moment`` holds."""
    return MOMENT.validate_json(str(text))
