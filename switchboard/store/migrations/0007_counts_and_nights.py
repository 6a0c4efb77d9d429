"""What became of each call, calls counted by day and hour, nightly jobs and what they found."""

import peewee
from playhouse.migrate import SchemaMigrator, migrate


class CountRow(peewee.Model):
    """Counts."""

    dnis = peewee.TextField()
    calls = peewee.BigIntegerField()
    live = peewee.BigIntegerField()
    answered = peewee.BigIntegerField()
    refused = peewee.BigIntegerField()
    abandoned = peewee.BigIntegerField()
    failed = peewee.BigIntegerField()
    messages = peewee.BigIntegerField()
    length_ms = peewee.BigIntegerField()


class HourCountRow(CountRow):
    """Calls to one number in one hour of one day."""

    day = peewee.TextField()
    hour = peewee.IntegerField()

    class Meta:
        """Peewee's options."""

        table_name = "call_hours"
        primary_key = peewee.CompositeKey("day", "hour", "dnis")


class DayCountRow(CountRow):
    """Calls to one number on one day."""

    day = peewee.TextField()

    class Meta:
        """Peewee's options."""

        table_name = "call_days"
        primary_key = peewee.CompositeKey("day", "dnis")


class NoteRow(peewee.Model):
    """What a store notes about itself."""

    name = peewee.TextField(primary_key=True)
    text = peewee.TextField()

    class Meta:
        """Peewee's options."""

        table_name = "notes"


class NightlyRow(peewee.Model):
    """The last day that a nightly job has done."""

    job = peewee.TextField(primary_key=True)
    day = peewee.TextField()

    class Meta:
        """Peewee's options."""

        table_name = "nightly_jobs"


class FindingsRow(peewee.Model):
    """What the nightly comparison found about a day."""

    day = peewee.TextField(primary_key=True)
    compared_at = peewee.BigIntegerField()
    faults = peewee.IntegerField()
    findings = peewee.TextField()

    class Meta:
        """Peewee's options."""

        table_name = "day_findings"


TABLES = [HourCountRow, DayCountRow, NoteRow, NightlyRow, FindingsRow]

# What became of the calls on record, by the rule that core/summaries.py had on that day.
RESULTS = """
UPDATE calls SET result = CASE
    WHEN ended_at IS NULL THEN 'live'
    WHEN EXISTS (SELECT 1 FROM journal WHERE journal.call_id = calls.call_id
                 AND journal.kind = 'refused') THEN 'refused'
    WHEN answered THEN 'answered'
    WHEN outcome = 'ORIGINATOR_CANCEL' OR EXISTS (
        SELECT 1 FROM journal WHERE journal.call_id = calls.call_id AND journal.kind = 'hung_up'
        AND REPLACE(journal.details, '"by":"caller"', '') <> journal.details) THEN 'abandoned'
    ELSE 'failed' END
"""


def up(migrator: SchemaMigrator, db: peewee.Database) -> None:
    """Create the tables, add the column and the indexes that find a number's calls."""
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES)
    migrate(migrator.add_column("calls", "result", peewee.TextField(default="")))
    db.execute_sql(RESULTS)  # type: ignore[no-untyped-call]
    # A number's beginning is a range of code points, on every engine.
    collated = ' COLLATE "C"' if isinstance(db, peewee.PostgresqlDatabase) else ""
    for column in ("ani", "dnis"):
        db.execute_sql(  # type: ignore[no-untyped-call]
            f'CREATE INDEX "calls_{column}_started_at" ON "calls" '
            f'("{column}"{collated}, "started_at")'
        )
