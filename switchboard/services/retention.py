"""What goes after its time: messages, recordings, calls, spoken values; each night, by policy.

What somebody kept stays. The record of an erased recording stays too, as evidence that there was
one and when it went; its sound does not. Nothing is erased whose time cannot be told.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo

import structlog

from switchboard.core.summaries import CallSummary
from switchboard.ports.clock import Clock
from switchboard.ports.messages import FiledMessage, MessageSearch, MessageState
from switchboard.ports.recordings import (
    RecordingBook,
    RecordingFiles,
    RecordingKind,
    RecordingRecord,
    RecordingSearch,
    RecordingState,
)
from switchboard.ports.records import CallRecords, CallSearch
from switchboard.services.mailboxes import Mailboxes
from switchboard.services.nightly import begin_of

log = structlog.get_logger(__name__)

# A message that was deleted by mistake is there for so long.
DELETED_FOR = timedelta(days=1)
DUE = (RecordingState.KEPT, RecordingState.MISSING, RecordingState.ENDED)
VALUES_FOR = timedelta(days=1)
CALLS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """How long things are kept.

    Attributes:
        keep_days: Days by kind of recording; a kind that is not here is kept for ever. Those of
            messages go with their message.
        calls_days: Days for which calls stay on record, with their journal and CDRs; 0: for ever.
            What they counted in reports stays.
        zone: Whose days are meant: calls go by whole days.
    """

    keep_days: Mapping[RecordingKind, int] = field(default_factory=dict)
    calls_days: int = 0
    zone: tzinfo = UTC


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept and has its time.

    Attributes:
        mailboxes: The messages and the rules of their mailboxes.
        book: What is on record of recordings.
        files: Their files.
        calls: The calls and CDRs.
        forget_values: Deletes spoken values that nothing has needed since; returns how many.
    """

    mailboxes: Mailboxes
    book: RecordingBook
    files: RecordingFiles
    calls: CallRecords
    forget_values: Callable[[datetime], int] = lambda _: 0


@dataclass(frozen=True, slots=True)
class Erased:
    """What one run has erased, or would erase."""

    messages: tuple[str, ...]
    recordings: tuple[str, ...]
    calls: int = 0
    values: int = 0


class Retention:
    """Erases what has had its time.

    Args:
        kept: What there is.
        policy: How long.
        clock: The clock.
    """

    def __init__(self, kept: Kept, policy: RetentionPolicy, clock: Clock) -> None:
        self._kept = kept
        self._mailboxes = kept.mailboxes
        self._book = kept.book
        self._files = kept.files
        self._policy = policy
        self._clock = clock

    def look(self) -> Erased:
        """Return what a run would erase now."""
        messages = tuple(filed.message.message_id for filed in self._list_messages())
        recordings = tuple(one.recording_id for one in self._list_recordings())
        due = self._find_calls(at_most=None)
        return Erased(messages, recordings, len(due))

    def run(self) -> Erased:
        """Erase what has had its time."""
        filed = self._list_messages()
        for one in filed:
            self._erase_sound(one.message.recording_id)
            if one.handling.answer_id:
                self._erase_sound(one.handling.answer_id)
        messages = tuple(one.message.message_id for one in filed)
        if messages:
            self._mailboxes.messages.erase(*messages)
        recordings = tuple(one.recording_id for one in self._list_recordings())
        for recording_id in recordings:
            self._erase_sound(recording_id)
        calls = self._forget_calls()
        values = self._kept.forget_values(self._clock.now() - VALUES_FOR)
        erased = Erased(messages, recordings, calls, values)
        log.info(
            "erased what had its time",
            messages=len(messages), recordings=len(recordings), calls=calls,
        )  # fmt: skip
        return erased

    def _list_messages(self) -> tuple[FiledMessage, ...]:
        search = MessageSearch(states=tuple(MessageState))
        return tuple(
            one for one in self._mailboxes.messages.list_filed(search) if self._is_over(one)
        )

    def _is_over(self, filed: FiledMessage) -> bool:
        now, handling = self._clock.now(), filed.handling
        if handling.state is MessageState.DELETED:
            return handling.changed_at is not None and handling.changed_at <= now - DELETED_FOR
        if handling.state is MessageState.KEPT:
            return False
        keep_days = self._mailboxes.rules.of(filed.message.mailbox).keep_days
        return bool(keep_days) and filed.message.left_at <= now - timedelta(days=keep_days)

    def _list_recordings(self) -> tuple[RecordingRecord, ...]:
        now = self._clock.now()
        return tuple(
            record
            for kind, days in self._policy.keep_days.items()
            for record in self._book.list_records(
                RecordingSearch(kind=kind, states=DUE, until=now - timedelta(days=days))
            )
        )

    def _forget_calls(self) -> int:
        """Forget calls piece by piece: the journal of live ones is written in between."""
        forgotten = 0
        while due := self._find_calls(at_most=CALLS_AT_ONCE):
            self._kept.calls.forget_calls(*(call.call_id for call in due))
            forgotten += len(due)
        if before := self._calls_before():
            self._kept.calls.forget_stray_cdrs(before)
        return forgotten

    def _find_calls(self, at_most: int | None) -> tuple[CallSummary, ...]:
        before = self._calls_before()
        return (
            self._kept.calls.list_calls(CallSearch(until=before, at_most=at_most)) if before else ()
        )

    def _calls_before(self) -> datetime | None:
        """The beginning of the first day whose calls are kept; None: all are."""
        if not self._policy.calls_days:
            return None
        today = self._clock.now().astimezone(self._policy.zone).date()
        return begin_of(today - timedelta(days=self._policy.calls_days), self._policy.zone)

    def _erase_sound(self, recording_id: str) -> None:
        self._files.erase(recording_id)
        record = self._book.find_record(recording_id)
        if record is not None:
            self._book.put(replace(record, state=RecordingState.ERASED, size=0))
