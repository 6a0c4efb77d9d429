"""The tables of counts and nights; the others are in :mod:`switchboard.store.models`."""

import peewee

from switchboard.store.fields import MomentField
from switchboard.store.record import Record


class _CountRow(Record):
    """Counts of calls; see :class:`switchboard.core.counts.Counts`."""

    dnis = peewee.TextField()
    calls = peewee.BigIntegerField()
    live = peewee.BigIntegerField()
    answered = peewee.BigIntegerField()
    refused = peewee.BigIntegerField()
    abandoned = peewee.BigIntegerField()
    failed = peewee.BigIntegerField()
    messages = peewee.BigIntegerField()
    length_ms = peewee.BigIntegerField()


class HourCountRow(_CountRow):
    """Calls to one number in one hour of one day."""

    day = peewee.TextField()
    hour = peewee.IntegerField()

    class Meta:
        """Peewee's options."""

        table_name = "call_hours"
        primary_key = peewee.CompositeKey("day", "hour", "dnis")


class DayCountRow(_CountRow):
    """Calls to one number on one day: the sums of its hours."""

    day = peewee.TextField()

    class Meta:
        """Peewee's options."""

        table_name = "call_days"
        primary_key = peewee.CompositeKey("day", "dnis")


class NoteRow(Record):
    """What a store notes about itself, such as the zone of its counts."""

    name = peewee.TextField(primary_key=True)
    text = peewee.TextField()

    class Meta:
        """Peewee's options."""

        table_name = "notes"


class NightlyRow(Record):
    """The last day that a nightly job has done."""

    job = peewee.TextField(primary_key=True)
    day = peewee.TextField()

    class Meta:
        """Peewee's options."""

        table_name = "nightly_jobs"


class FindingsRow(Record):
    """What the nightly comparison found about a day."""

    day = peewee.TextField(primary_key=True)
    compared_at = MomentField()
    faults = peewee.IntegerField()
    findings = peewee.TextField()

    class Meta:
        """Peewee's options."""

        table_name = "day_findings"
