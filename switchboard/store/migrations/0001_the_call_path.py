"""The tables of the call path: journal, calls, CDRs, runs, messages, blocked numbers."""

import peewee
from playhouse.migrate import SchemaMigrator


class JournalRow(peewee.Model):
    """Facts."""

    seq = peewee.BigAutoField()
    entry_id = peewee.TextField(unique=True)
    call_id = peewee.TextField()
    at = peewee.BigIntegerField()
    kind = peewee.TextField()
    details = peewee.TextField()

    class Meta:
        """Peewee's options."""

        table_name = "journal"
        indexes = ((("call_id", "seq"), False),)


class CallRow(peewee.Model):
    """Calls in one line."""

    call_id = peewee.TextField(primary_key=True)
    started_at = peewee.BigIntegerField()
    ended_at = peewee.BigIntegerField(null=True)
    ani = peewee.TextField()
    dnis = peewee.TextField()
    answered = peewee.BooleanField()
    outcome = peewee.TextField(null=True)
    messages = peewee.IntegerField()

    class Meta:
        """Peewee's options."""

        table_name = "calls"
        indexes = ((("started_at", "ani", "dnis"), False),)


class CdrRow(peewee.Model):
    """The switch's records of legs."""

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
        """Peewee's options."""

        table_name = "cdrs"


class RunRow(peewee.Model):
    """Runs at their last wait."""

    call_id = peewee.TextField(primary_key=True)
    leg_id = peewee.TextField()
    dnis = peewee.TextField()
    run = peewee.TextField()
    saved_at = peewee.BigIntegerField()

    class Meta:
        """Peewee's options."""

        table_name = "runs"


class MessageRow(peewee.Model):
    """Voice messages."""

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
        """Peewee's options."""

        table_name = "messages"


class BlockedNumberRow(peewee.Model):
    """The blacklist."""

    number = peewee.TextField(primary_key=True)
    reason = peewee.TextField()
    until = peewee.BigIntegerField(null=True)

    class Meta:
        """Peewee's options."""

        table_name = "blocked_numbers"


TABLES = [JournalRow, CallRow, CdrRow, RunRow, MessageRow, BlockedNumberRow]


def up(migrator: SchemaMigrator, db: peewee.Database) -> None:
    """Create the tables."""
    del migrator
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES)
