"""Queues counted by hour, agents' time by hour, and which agent answered a call."""

import peewee
from playhouse.migrate import SchemaMigrator, migrate


class QueueHourRow(peewee.Model):
    """Callers of a queue in one hour."""

    day = peewee.TextField()
    hour = peewee.IntegerField()
    queue = peewee.TextField()
    agent = peewee.TextField()
    offered = peewee.BigIntegerField()
    waiting = peewee.BigIntegerField()
    answered = peewee.BigIntegerField()
    abandoned = peewee.BigIntegerField()
    left_at_once = peewee.BigIntegerField()
    led_on = peewee.BigIntegerField()
    turned_away = peewee.BigIntegerField()
    in_target = peewee.BigIntegerField()
    wait_ms = peewee.BigIntegerField()
    abandoned_wait_ms = peewee.BigIntegerField()
    handled = peewee.BigIntegerField()
    talk_ms = peewee.BigIntegerField()
    hold_ms = peewee.BigIntegerField()
    wrap_up_ms = peewee.BigIntegerField()
    transfers = peewee.BigIntegerField()

    class Meta:
        """Peewee's options."""

        table_name = "queue_hours"
        primary_key = peewee.CompositeKey("day", "hour", "queue", "agent")


class AgentHourRow(peewee.Model):
    """An agent's time in one hour."""

    day = peewee.TextField()
    hour = peewee.IntegerField()
    agent = peewee.TextField()
    idle_ms = peewee.BigIntegerField()
    ringing_ms = peewee.BigIntegerField()
    talking_ms = peewee.BigIntegerField()
    wrap_up_ms = peewee.BigIntegerField()
    unreachable_ms = peewee.BigIntegerField()
    on_break_ms = peewee.BigIntegerField()
    offers = peewee.BigIntegerField()
    answered = peewee.BigIntegerField()
    failed = peewee.BigIntegerField()

    class Meta:
        """Peewee's options."""

        table_name = "agent_hours"
        primary_key = peewee.CompositeKey("day", "hour", "agent")


class AgentCountedRow(peewee.Model):
    """How far an agent's moments are counted, and which state goes on from there."""

    agent = peewee.TextField(primary_key=True)
    at_ms = peewee.BigIntegerField()
    number = peewee.BigIntegerField()
    state = peewee.TextField()

    class Meta:
        """Peewee's options."""

        table_name = "agents_counted"


TABLES = [QueueHourRow, AgentHourRow, AgentCountedRow]

# A server that starts counts by a zone that is not noted: everything on record, the queues with it.
FORGET_ZONE = "DELETE FROM notes WHERE name = 'counts are kept by days of'"


def up(migrator: SchemaMigrator, db: peewee.Database) -> None:
    """Create the tables, add the column, have all counted anew."""
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES)
    migrate(migrator.add_column("calls", "agent", peewee.TextField(default="")))
    db.execute_sql(FORGET_ZONE)  # type: ignore[no-untyped-call]
