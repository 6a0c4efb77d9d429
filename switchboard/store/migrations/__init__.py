"""The steps by which the tables came to what they are, in numbered files that never change again.

Each file freezes the models it needs: a later change of ``store/models.py`` must not change what an
old step does. A step that has landed is followed by another one, never edited.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import peewee
from playhouse.migrations import MigrationError, Runner

FOLDER = Path(__file__).parent
HISTORY_TABLE = "migrations"

# Any number that no other program takes as an advisory lock of the same database.
LOCK_NUMBER = 0x5377_6974_6368


class UnknownStep(ValueError):  # noqa: N818 - names what it is
    """A step that this version of the product does not have."""


def applied_steps(engine: peewee.Database) -> tuple[str, ...]:
    """Return the names of the steps that the tables have seen, the first first."""
    return tuple(sorted(Runner(engine, str(FOLDER), HISTORY_TABLE).applied()))


def bring_up(engine: peewee.Database, target: str | None = None) -> tuple[str, ...]:
    """Bring the tables to this version, or to the step *target*; all steps or none.

    Two servers that start at once do it one after the other; the second finds nothing to do.

    Returns:
        Names of the steps that were taken.

    Raises:
        UnknownStep: there is no step *target*.
    """
    with _alone(engine):
        try:
            return tuple(Runner(engine, str(FOLDER), HISTORY_TABLE).up(target))
        except MigrationError as unknown:
            raise UnknownStep(str(unknown)) from unknown


@contextmanager
def _alone(engine: peewee.Database) -> Iterator[None]:
    """Hold a transaction that no other server can hold meanwhile."""
    # SQLite lets no second one begin (the engine begins "immediate"); PostgreSQL would.
    with engine.atomic():
        if isinstance(engine, peewee.PostgresqlDatabase):
            peewee.Select(columns=[peewee.fn.pg_advisory_xact_lock(LOCK_NUMBER)]).execute(engine)
        yield
