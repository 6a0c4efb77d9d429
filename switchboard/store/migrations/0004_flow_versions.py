"""Versions of the flows, their releases, and how calls ended while one was on trial."""

import peewee
from playhouse.migrate import SchemaMigrator


class FlowVersionRow(peewee.Model):
    """Versions."""

    version_id = peewee.TextField(primary_key=True)
    files = peewee.TextField()
    kept_at = peewee.BigIntegerField(index=True)
    kept_by = peewee.TextField()
    note = peewee.TextField()

    class Meta:
        """Peewee's options."""

        table_name = "flow_versions"


class ReleaseRow(peewee.Model):
    """Releases."""

    seq = peewee.BigIntegerField(primary_key=True)
    at = peewee.BigIntegerField()
    action = peewee.TextField()
    live = peewee.TextField()
    candidate = peewee.TextField(null=True)
    share = peewee.IntegerField()
    done_by = peewee.TextField()
    reason = peewee.TextField()

    class Meta:
        """Peewee's options."""

        table_name = "flow_releases"


class FlowOutcomeRow(peewee.Model):
    """Outcomes."""

    call_id = peewee.TextField(primary_key=True)
    version_id = peewee.TextField()
    failed = peewee.BooleanField()
    abandoned = peewee.BooleanField()
    ended_at = peewee.BigIntegerField()

    class Meta:
        """Peewee's options."""

        table_name = "flow_outcomes"
        indexes = ((("version_id", "ended_at"), False),)


TABLES = [FlowVersionRow, ReleaseRow, FlowOutcomeRow]


def up(migrator: SchemaMigrator, db: peewee.Database) -> None:
    """Create the tables."""
    del migrator
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES)
