"""What is done with messages, the notices about them, and the records of recordings."""

import peewee
from playhouse.migrate import SchemaMigrator


class HandlingRow(peewee.Model):
    """What has been done with a message."""

    message_id = peewee.TextField(primary_key=True)
    state = peewee.TextField()
    note = peewee.TextField()
    answer_id = peewee.TextField()
    handled_by = peewee.TextField()
    changed_at = peewee.BigIntegerField(null=True)

    class Meta:
        """Peewee's options."""

        table_name = "message_handlings"


class NoticeRow(peewee.Model):
    """How far the notice about a message has come."""

    message_id = peewee.TextField(primary_key=True)
    tries = peewee.IntegerField()
    next_at = peewee.BigIntegerField(null=True)
    reason = peewee.TextField()

    class Meta:
        """Peewee's options."""

        table_name = "message_notices"


class RecordingRow(peewee.Model):
    """Records of recordings."""

    recording_id = peewee.TextField(primary_key=True)
    call_id = peewee.TextField(index=True)
    kind = peewee.TextField()
    state = peewee.TextField()
    started_at = peewee.BigIntegerField(index=True)
    duration_ms = peewee.BigIntegerField()
    masked = peewee.TextField()
    size = peewee.BigIntegerField()
    form = peewee.TextField()

    class Meta:
        """Peewee's options."""

        table_name = "recordings"


TABLES = [HandlingRow, NoticeRow, RecordingRow]


def up(migrator: SchemaMigrator, db: peewee.Database) -> None:
    """Create the tables."""
    del migrator
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES)
