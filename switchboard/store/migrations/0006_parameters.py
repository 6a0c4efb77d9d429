"""Settings of flows that the office changed."""

import peewee
from playhouse.migrate import SchemaMigrator


class ParameterRow(peewee.Model):
    """Changed settings."""

    key = peewee.TextField(primary_key=True)
    flow = peewee.TextField()
    name = peewee.TextField()
    value = peewee.TextField()
    changed_at = peewee.BigIntegerField()
    changed_by = peewee.TextField()

    class Meta:
        """Peewee's options."""

        table_name = "parameters"


TABLES = [ParameterRow]


def up(migrator: SchemaMigrator, db: peewee.Database) -> None:
    """Create the tables."""
    del migrator
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES)
