"""The tables. Each query names the engine that it runs on; none is bound to a model.

A column that comes from outside is text without a length: a caller chooses what it holds. What is
searched has a column; the rest of a record is JSON in a text, the same on every engine.
"""

import peewee

from switchboard.store import queue_models
from switchboard.store.fields import MomentField
from switchboard.store.record import Record
from switchboard.store.report_models import (
    DayCountRow,
    FindingsRow,
    HourCountRow,
    NightlyRow,
    NoteRow,
)


class JournalRow(Record):
    """One fact about one call; ``seq`` is the order in which facts were appended."""

    seq = peewee.BigAutoField()
    entry_id = peewee.TextField(unique=True)
    call_id = peewee.TextField()
    at = MomentField()
    kind = peewee.TextField()
    details = peewee.TextField()

    class Meta:
        """Peewee's options."""

        table_name = "journal"
        indexes = ((("call_id", "seq"), False),)


class CallRow(Record):
    """A call in one line, folded from its journal and CDRs in the transaction that adds to them."""

    call_id = peewee.TextField(primary_key=True)
    started_at = MomentField()
    ended_at = MomentField(null=True)
    ani = peewee.TextField()
    dnis = peewee.TextField()
    answered = peewee.BooleanField()
    outcome = peewee.TextField(null=True)
    messages = peewee.IntegerField()
    result = peewee.TextField(default="")
    agent = peewee.TextField(default="")

    class Meta:
        """Peewee's options: of a number that many have, the newest come from the first index."""

        table_name = "calls"
        indexes = (
            (("started_at", "ani", "dnis"), False),
            (("ani", "started_at"), False),
            (("dnis", "started_at"), False),
        )


class CdrRow(Record):
    """The switch's own record of a leg."""

    leg_id = peewee.TextField(primary_key=True)
    call_id = peewee.TextField(null=True, index=True)
    node = peewee.TextField()
    direction = peewee.TextField()
    ani = peewee.TextField()
    caller_name = peewee.TextField()
    dnis = peewee.TextField()
    started_at = MomentField(index=True)
    answered_at = MomentField(null=True)
    ended_at = MomentField()
    cause = peewee.TextField()
    billable_ms = peewee.BigIntegerField()

    class Meta:
        """Peewee's options."""

        table_name = "cdrs"


class RunRow(Record):
    """Where a live call's flow stands at its last wait."""

    call_id = peewee.TextField(primary_key=True)
    leg_id = peewee.TextField()
    dnis = peewee.TextField()
    run = peewee.TextField()
    saved_at = MomentField()

    class Meta:
        """Peewee's options."""

        table_name = "runs"


class MessageRow(Record):
    """A voice message."""

    message_id = peewee.TextField(primary_key=True)
    mailbox = peewee.TextField()
    call_id = peewee.TextField()
    recording_id = peewee.TextField()
    duration_ms = peewee.BigIntegerField()
    from_number = peewee.TextField()
    reply_to = peewee.TextField()
    reply_wanted = peewee.BooleanField(null=True)
    left_at = MomentField(index=True)

    class Meta:
        """Peewee's options."""

        table_name = "messages"


class BlockedNumberRow(Record):
    """A number whose calls are refused before answer."""

    number = peewee.TextField(primary_key=True)
    reason = peewee.TextField()
    until = MomentField(null=True)

    class Meta:
        """Peewee's options."""

        table_name = "blocked_numbers"


class SecretRow(Record):
    """The hash of an owner's secret; ``key`` is the secret's name, a slash, the owner."""

    key = peewee.TextField(primary_key=True)
    secret = peewee.TextField()
    owner = peewee.TextField()
    hashed = peewee.TextField()

    class Meta:
        """Peewee's options."""

        table_name = "secrets"


class AttemptRow(Record):
    """Wrong attempts in a row; ``key`` is the secret's name, a slash, whom they are counted for."""

    key = peewee.TextField(primary_key=True)
    wrong = peewee.IntegerField()
    locked_until = MomentField(null=True)

    class Meta:
        """Peewee's options."""

        table_name = "secret_attempts"


class SurveyRow(Record):
    """What one caller answered to a survey."""

    key = peewee.TextField(primary_key=True)
    survey = peewee.TextField(index=True)
    call_id = peewee.TextField()
    answers = peewee.TextField()
    answered_at = MomentField()

    class Meta:
        """Peewee's options."""

        table_name = "survey_answers"


class HandlingRow(Record):
    """What has been done with a message; a message without a row is new."""

    message_id = peewee.TextField(primary_key=True)
    state = peewee.TextField()
    note = peewee.TextField()
    answer_id = peewee.TextField()
    handled_by = peewee.TextField()
    changed_at = MomentField(null=True)

    class Meta:
        """Peewee's options."""

        table_name = "message_handlings"


class NoticeRow(Record):
    """How far the notice about a message has come."""

    message_id = peewee.TextField(primary_key=True)
    tries = peewee.IntegerField()
    next_at = MomentField(null=True)
    reason = peewee.TextField()

    class Meta:
        """Peewee's options."""

        table_name = "message_notices"


class RecordingRow(Record):
    """What is on record of a recording; ``masked`` is JSON, pairs of microseconds since 1970."""

    recording_id = peewee.TextField(primary_key=True)
    call_id = peewee.TextField(index=True)
    kind = peewee.TextField()
    state = peewee.TextField()
    started_at = MomentField(index=True)
    duration_ms = peewee.BigIntegerField()
    masked = peewee.TextField()
    size = peewee.BigIntegerField()
    form = peewee.TextField()

    class Meta:
        """Peewee's options."""

        table_name = "recordings"


class FlowVersionRow(Record):
    """One version of all files of the flows."""

    version_id = peewee.TextField(primary_key=True)
    files = peewee.TextField()
    kept_at = MomentField(index=True)
    kept_by = peewee.TextField()
    note = peewee.TextField()

    class Meta:
        """Peewee's options."""

        table_name = "flow_versions"


class ReleaseRow(Record):
    """Which version calls get from here on; ``seq`` is its place in the list."""

    seq = peewee.BigIntegerField(primary_key=True)
    at = MomentField()
    action = peewee.TextField()
    live = peewee.TextField()
    candidate = peewee.TextField(null=True)
    share = peewee.IntegerField()
    done_by = peewee.TextField()
    reason = peewee.TextField()

    class Meta:
        """Peewee's options."""

        table_name = "flow_releases"


class FlowOutcomeRow(Record):
    """How one call ended while a version was on trial."""

    call_id = peewee.TextField(primary_key=True)
    version_id = peewee.TextField()
    failed = peewee.BooleanField()
    abandoned = peewee.BooleanField()
    ended_at = MomentField()

    class Meta:
        """Peewee's options."""

        table_name = "flow_outcomes"
        indexes = ((("version_id", "ended_at"), False),)


class AnnouncementRow(Record):
    """Something that is said at the front of calls; ``numbers`` are parted by spaces."""

    name = peewee.TextField(primary_key=True)
    texts = peewee.TextField()
    begins_at = MomentField(null=True)
    ends_at = MomentField(null=True)
    numbers = peewee.TextField()
    place = peewee.IntegerField()

    class Meta:
        """Peewee's options."""

        table_name = "announcements"


class ParameterRow(Record):
    """A setting of a flow that the office changed; ``key`` is the flow, a slash, the name."""

    key = peewee.TextField(primary_key=True)
    flow = peewee.TextField()
    name = peewee.TextField()
    value = peewee.TextField()
    changed_at = MomentField()
    changed_by = peewee.TextField()

    class Meta:
        """Peewee's options."""

        table_name = "parameters"


MODELS = (
    JournalRow,
    CallRow,
    HourCountRow,
    DayCountRow,
    NoteRow,
    NightlyRow,
    FindingsRow,
    CdrRow,
    RunRow,
    MessageRow,
    BlockedNumberRow,
    SecretRow,
    AttemptRow,
    SurveyRow,
    FlowVersionRow,
    ReleaseRow,
    FlowOutcomeRow,
    AnnouncementRow,
    ParameterRow,
    HandlingRow,
    NoticeRow,
    RecordingRow,
    *queue_models.MODELS,
)
