"""The tables of the call path: journal, calls, CDRs, runs, messages, blocked numbers."""

import peewee
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: peewee.Database) -> None:
    """Create the tables."""
    del migrator

    class JournalRow(peewee.Model):
        seq = peewee.BigAutoField()
        entry_id = peewee.TextField(unique=True)
        call_id = peewee.TextField()
        at = peewee.BigIntegerField()
        kind = peewee.TextField()
        details = peewee.TextField()

        class Meta:
            database = db
            table_name = "journal"
            indexes = ((("call_id", "seq"), False),)

    class CallRow(peewee.Model):
        call_id = peewee.TextField(primary_key=True)
        started_at = peewee.BigIntegerField()
        ended_at = peewee.BigIntegerField(null=True)
        ani = peewee.TextField()
        dnis = peewee.TextField()
        answered = peewee.BooleanField()
        outcome = peewee.TextField(null=True)
        messages = peewee.IntegerField()

        class Meta:
            database = db
            table_name = "calls"
            indexes = ((("started_at", "ani", "dnis"), False),)

    class CdrRow(peewee.Model):
        leg_id = peewee.TextField(primary_key=True)
        call_id = peewee.TextField(null=True, index=True)
        node = peewee.TextField()
        direction = peewee.TextField()
        ani = peewee.TextField()
        caller_name = peewee.TextField()
        dnis = peewee.TextField()
        started_at = peewee.BigIntegerField(index=True)
        answered_at = peewee.BigIntegerField(null=True)
        ended_at = peewee.BigIntegerField()
        cause = peewee.TextField()
        billable_ms = peewee.BigIntegerField()

        class Meta:
            database = db
            table_name = "cdrs"

    class RunRow(peewee.Model):
        call_id = peewee.TextField(primary_key=True)
        leg_id = peewee.TextField()
        dnis = peewee.TextField()
        run = peewee.TextField()
        saved_at = peewee.BigIntegerField()

        class Meta:
            database = db
            table_name = "runs"

    class MessageRow(peewee.Model):
        message_id = peewee.TextField(primary_key=True)
        mailbox = peewee.TextField()
        call_id = peewee.TextField()
        recording_id = peewee.TextField()
        duration_ms = peewee.BigIntegerField()
        from_number = peewee.TextField()
        reply_to = peewee.TextField()
        reply_wanted = peewee.BooleanField(null=True)
        left_at = peewee.BigIntegerField(index=True)

        class Meta:
            database = db
            table_name = "messages"

    class BlockedNumberRow(peewee.Model):
        number = peewee.TextField(primary_key=True)
        reason = peewee.TextField()
        until = peewee.BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "blocked_numbers"

    db.create_tables([JournalRow, CallRow, CdrRow, RunRow, MessageRow, BlockedNumberRow])
