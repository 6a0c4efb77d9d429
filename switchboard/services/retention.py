"""What goes after its time: messages, recordings of calls, spoken values; once a day, by policy.

What somebody kept stays. The record of an erased recording stays too, as evidence that there was
one and when it went; its sound does not. Nothing is erased whose time cannot be told.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta, tzinfo

import structlog

from switchboard.ports.clock import Clock
from switchboard.ports.messages import FiledMessage, MessageSearch, MessageState
from switchboard.ports.outages import StoreAway
from switchboard.ports.recordings import (
    RecordingBook,
    RecordingFiles,
    RecordingKind,
    RecordingRecord,
    RecordingSearch,
    RecordingState,
)
from switchboard.services.mailboxes import Mailboxes

log = structlog.get_logger(__name__)

# A message that was deleted by mistake is there for so long.
DELETED_FOR = timedelta(days=1)
DUE = (RecordingState.KEPT, RecordingState.MISSING, RecordingState.ENDED)
VALUES_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """How long things are kept.

    Attributes:
        keep_days: Days by kind of recording; a kind that is not here is kept for ever. Those of
            messages go with their message.
        at: When the daily run begins, in *zone*.
        zone: Where the centre is.
    """

    keep_days: Mapping[RecordingKind, int] = field(default_factory=dict)
    at: time = time(3, 30)
    zone: tzinfo = UTC


@dataclass(frozen=True, slots=True)
class Erased:
    """What one run has erased, or would erase."""

    messages: tuple[str, ...]
    recordings: tuple[str, ...]
    values: int = 0


class Retention:
    """Erases what has had its time.

    Args:
        mailboxes: The messages and the rules of their mailboxes.
        book: What is on record of recordings.
        files: Their files.
        policy: How long.
        clock: The clock.
        forget_values: Deletes spoken values that nothing has needed since; returns how many.
    """

    def __init__(
        self,
        mailboxes: Mailboxes,
        book: RecordingBook,
        files: RecordingFiles,
        policy: RetentionPolicy,
        clock: Clock,
        forget_values: Callable[[datetime], int] = lambda _: 0,
    ) -> None:
        self._mailboxes = mailboxes
        self._book = book
        self._files = files
        self._policy = policy
        self._clock = clock
        self._forget_values = forget_values

    def keep_erasing(self, *also: Callable[[], object]) -> None:
        """Run once a day, and do *also* behind it; the work of one greenlet, for ever."""
        while True:
            self._clock.sleep(self.seconds_to_next_run())
            try:
                erased = self.run()
                log.info(
                    "erased what had its time",
                    messages=len(erased.messages),
                    recordings=len(erased.recordings),
                )
                for work in also:
                    work()
            except StoreAway as away:
                log.warning("nothing erased today", reason=str(away))

    def seconds_to_next_run(self) -> float:
        """How long until the time of day of the next run."""
        now = self._clock.now().astimezone(self._policy.zone)
        due = datetime.combine(now.date(), self._policy.at, self._policy.zone)
        if due <= now:
            due = datetime.combine(now.date() + timedelta(days=1), self._policy.at, now.tzinfo)
        return (due - now).total_seconds()

    def look(self) -> Erased:
        """Return what a run would erase now."""
        messages = tuple(filed.message.message_id for filed in self._list_messages())
        return Erased(messages, tuple(one.recording_id for one in self._list_recordings()))

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
        return Erased(messages, recordings, self._forget_values(self._clock.now() - VALUES_FOR))

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

    def _erase_sound(self, recording_id: str) -> None:
        self._files.erase(recording_id)
        record = self._book.find_record(recording_id)
        if record is not None:
            self._book.put(replace(record, state=RecordingState.ERASED, size=0))
