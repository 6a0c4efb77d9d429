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


MODELS = (RosterRow, AgentMomentRow, OfferRow, PlaceRow, SeatRow)
