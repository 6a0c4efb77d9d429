"""What becomes of recordings after their calls: looked at, made compact, searched for gaps.

The records are made by calls, the files by the switch; here the two are brought together. Nothing
of this is in a call's way, and all of it can be done again.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from switchboard.ports.clock import Clock
from switchboard.ports.outages import StoreAway
from switchboard.ports.recordings import (
    CompactingFailed,
    Compactor,
    RecordingBook,
    RecordingFile,
    RecordingFiles,
    RecordingKind,
    RecordingRecord,
    RecordingSearch,
    RecordingState,
)
from switchboard.ports.records import CallRecords

log = structlog.get_logger(__name__)

BETWEEN_LOOKS_S = 5.0
AT_ONCE = 100
# A recording that its call's server never ended: so often the calls are asked whether they have.
LOOK_FOR_LOST_EVERY = timedelta(minutes=10)
# A file that no record knows may be of a record that is still on its way.
NO_RECORD_AFTER = timedelta(hours=1)


Files = tuple[RecordingFile, ...]
Walk = Callable[[Callable[[], Files]], Files]


@dataclass(frozen=True, slots=True)
class Gaps:
    """What the search found.

    Attributes:
        files: Ids of files that are of no recording on record.
        records: Ids of recordings whose file is not there.
    """

    files: tuple[str, ...]
    records: tuple[str, ...]


class RecordingUpkeep:
    """Looks after the recordings of one place.

    Args:
        book: What is on record.
        files: Their files.
        calls: Tells whether a call has ended.
        compactor: Makes files compact; None: they stay as they are.
        clock: The clock.
        off_hub: Runs a walk through the folder beside the calls.
    """

    def __init__(
        self,
        book: RecordingBook,
        files: RecordingFiles,
        calls: CallRecords,
        compactor: Compactor | None,
        clock: Clock,
        off_hub: Walk = lambda walk: walk(),
    ) -> None:
        self._off_hub = off_hub
        self._book = book
        self._files = files
        self._calls = calls
        self._compactor = compactor
        self._clock = clock
        self._looked_for_lost_at: datetime | None = None

    def keep_up(self) -> None:
        """Look after what comes; the work of one greenlet, for ever."""
        while True:
            try:
                busy = self.finish_some() == AT_ONCE or self.compact_one()
            except StoreAway as away:
                log.warning("recordings wait for the store", reason=str(away))
                busy = False
            if not busy:
                self._clock.sleep(BETWEEN_LOOKS_S)

    def finish_some(self) -> int:
        """Look at the files of recordings that have ended; return how many there were."""
        now = self._clock.now()
        if self._is_time_for_lost(now):
            for record in self._list(RecordingState.RUNNING):
                if self._has_ended(record):
                    self._book.put(replace(record, state=RecordingState.ENDED))
        ended = self._list(RecordingState.ENDED)
        for record in ended:
            self._book.put(self._finished(record))
        return len(ended)

    def compact_one(self) -> bool:
        """Make the oldest recording of a call compact that is not; whether there was one."""
        if self._compactor is None:
            return False
        search = RecordingSearch(
            kind=RecordingKind.CALL,
            states=(RecordingState.KEPT,),
            form="wav",
            at_most=1,
            oldest_first=True,
        )
        waiting = self._book.list_records(search)
        return bool(waiting) and self._compact(self._compactor, waiting[0])

    def search_gaps(self) -> Gaps:
        """Compare the folder with what is on record. Walks both: not for a call."""
        now = self._clock.now()
        files = {file.recording_id: file for file in self._off_hub(self._files.list_files)}
        records = {one.recording_id: one for one in self._book.list_records(RecordingSearch())}
        unknown = (
            recording_id
            for recording_id, file in files.items()
            if recording_id not in records and file.changed_at < now - NO_RECORD_AFTER
        )
        missing = (
            recording_id
            for recording_id, record in records.items()
            if record.state in (RecordingState.KEPT, RecordingState.MISSING)
            and recording_id not in files
        )
        return Gaps(tuple(sorted(unknown)), tuple(sorted(missing)))

    # --- inside -------------------------------------------------------------------------------

    def _list(self, state: RecordingState) -> tuple[RecordingRecord, ...]:
        return self._book.list_records(
            RecordingSearch(states=(state,), at_most=AT_ONCE, oldest_first=True)
        )

    def _is_time_for_lost(self, now: datetime) -> bool:
        last = self._looked_for_lost_at
        if last is not None and now - last < LOOK_FOR_LOST_EVERY:
            return False
        self._looked_for_lost_at = now
        return True

    def _has_ended(self, record: RecordingRecord) -> bool:
        call = self._calls.find_call(record.call_id)
        return call is not None and call.ended_at is not None

    def _finished(self, record: RecordingRecord) -> RecordingRecord:
        file = self._files.find_file(record.recording_id)
        duration_ms = self._files.duration_ms(record.recording_id)
        if file is not None and duration_ms:
            return replace(
                record,
                state=RecordingState.KEPT,
                duration_ms=duration_ms,
                size=file.stat().st_size,
            )
        if record.kind is RecordingKind.CALL:
            log.error("a call's recording is not there", recording_id=record.recording_id)
            return replace(record, state=RecordingState.MISSING)
        return replace(record, state=RecordingState.EMPTY, duration_ms=0)

    def _compact(self, compactor: Compactor, record: RecordingRecord) -> bool:
        wav = self._files.find_file(record.recording_id)
        if wav is None:
            self._book.put(replace(record, state=RecordingState.MISSING))
            return True
        try:
            # A compact file alone: a former run was ended before its record was written.
            made = compactor.compact(wav) if wav.suffix == ".wav" else wav
        except CompactingFailed as failure:
            log.warning("a recording stays as it is", reason=str(failure))
            self._book.put(replace(record, form="wav only"))
            return True
        self._book.put(
            replace(record, form=made.suffix.removeprefix("."), size=made.stat().st_size)
        )
        if made != wav:
            wav.unlink(missing_ok=True)
        return True
