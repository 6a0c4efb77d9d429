"""What operations put up to be said at the front of calls."""

import peewee
from playhouse.migrate import SchemaMigrator


class AnnouncementRow(peewee.Model):
    """Announcements."""

    name = peewee.TextField(primary_key=True)
    texts = peewee.TextField()
    begins_at = peewee.BigIntegerField(null=True)
    ends_at = peewee.BigIntegerField(null=True)
    numbers = peewee.TextField()
    place = peewee.IntegerField()

    class Meta:
        """Peewee's options."""

        table_name = "announcements"


TABLES = [AnnouncementRow]


def up(migrator: SchemaMigrator, db: peewee.Database) -> None:
    """Create the tables."""
    del migrator
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES)
