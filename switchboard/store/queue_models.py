"""The tables of queues and agents; the others are in :mod:`switchboard.store.models`."""

import peewee

from switchboard.store.fields import MomentField
from switchboard.store.record import Record


class RosterRow(Record):
    """A queue or an agent as people set it up; ``key`` is the kind, a slash, the name."""

    key = peewee.TextField(primary_key=True)
    kind = peewee.TextField()
    name = peewee.TextField()
    settings = peewee.TextField()
    changed_at = MomentField()
    changed_by = peewee.TextField()

    class Meta:
        """Peewee's options."""

        table_name = "roster"


class AgentMomentRow(Record):
    """An agent from a moment on; ``key`` is the agent, a slash, the moment's number and time."""

    key = peewee.TextField(primary_key=True)
    agent_id = peewee.TextField()
    at_ms = peewee.BigIntegerField()
    number = peewee.BigIntegerField()
    moment = peewee.TextField()

    class Meta:
        """Peewee's options."""

        table_name = "agent_moments"
        indexes = ((("agent_id", "at_ms", "number"), False), (("at_ms",), False))


class OfferRow(Record):
    """One attempt to give one caller to one agent; ``offer`` is JSON with all its inputs."""

    offer_id = peewee.TextField(primary_key=True)
    call_id = peewee.TextField(index=True)
    agent_id = peewee.TextField()
    queue = peewee.TextField()
    at_ms = peewee.BigIntegerField(index=True)
    result = peewee.TextField(index=True)
    ended_at_ms = peewee.BigIntegerField()
    offer = peewee.TextField()

    class Meta:
        """Peewee's options."""

        table_name = "offers"


class PlaceRow(Record):
    """A caller's place in a queue."""

    entry_id = peewee.TextField(primary_key=True)
    queue = peewee.TextField()
    enqueued_at_ms = peewee.BigIntegerField()

    class Meta:
        """Peewee's options."""

        table_name = "queue_places"


class SeatRow(Record):
    """Where an agent has signed in."""

    agent_id = peewee.TextField(primary_key=True)
    target = peewee.TextField()

    class Meta:
        """Peewee's options."""

        table_name = "seats"


class QueueHourRow(Record):
    """Callers of a queue in one hour; see :class:`switchboard.core.queue_counts.QueueCounts`."""

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


class AgentHourRow(Record):
    """An agent's time in one hour; see :class:`switchboard.core.agent_times.AgentTimes`."""

    day = peewee.TextField()
    hour = peewee.IntegerField()
    agent = peewee.TextField()
    idle_ms = peewee.BigIntegerField(default=0)
    ringing_ms = peewee.BigIntegerField(default=0)
    talking_ms = peewee.BigIntegerField(default=0)
    wrap_up_ms = peewee.BigIntegerField(default=0)
    unreachable_ms = peewee.BigIntegerField(default=0)
    on_break_ms = peewee.BigIntegerField(default=0)
    offers = peewee.BigIntegerField(default=0)
    answered = peewee.BigIntegerField(default=0)
    failed = peewee.BigIntegerField(default=0)

    class Meta:
        """Peewee's options."""

        table_name = "agent_hours"
        primary_key = peewee.CompositeKey("day", "hour", "agent")


class AgentCountedRow(Record):
    """How far an agent's moments are counted, and which state goes on from there."""

    agent = peewee.TextField(primary_key=True)
    at_ms = peewee.BigIntegerField()
    number = peewee.BigIntegerField()
    state = peewee.TextField()

    class Meta:
        """Peewee's options."""

        table_name = "agents_counted"


MODELS = (
    RosterRow,
    AgentMomentRow,
    OfferRow,
    PlaceRow,
    SeatRow,
    QueueHourRow,
    AgentHourRow,
    AgentCountedRow,
)
