"""The recording of one call: whether it is made, consent, masking, and what is on record of it.

It begins when the call is answered and its consent has been said, or with the first agent whose
queue or own rule says so; it runs beside whatever the flow does, in two channels, through every
transfer, and ends with the leg. The switch makes it, so that it goes on when this
server dies; whoever takes the call over finds its record. What is keyed as a secret is not in it: a
recording that cannot be masked is a reason not to ask.
"""

import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

import structlog

from switchboard.core.facts import RecordingFact, RecordingStarted
from switchboard.core.journal import EntryKind
from switchboard.flow.effects import HungUp, OnKey, Say, Speech
from switchboard.ports.clock import Clock
from switchboard.ports.legs import LegGone, RecordingRefused
from switchboard.ports.outages import StoreAway
from switchboard.ports.recordings import (
    RecordingBook,
    RecordingFiles,
    RecordingKind,
    RecordingRecord,
    RecordingSearch,
    RecordingState,
)
from switchboard.services.caller import Caller
from switchboard.services.story import Story

log = structlog.get_logger(__name__)


class ConsentMoment(StrEnum):
    """When consent is said again, beside the beginning of a recording."""

    RESUME = "resume"  # it goes on after a stretch that was masked
    TRANSFER = "transfer"  # somebody else comes on the line


@dataclass(frozen=True, slots=True)
class RecordingRule:
    """Which calls are recorded.

    Attributes:
        percent: How many of a hundred calls; which ones follows from the call's id alone.
        consent: Full name of the prompt that is said before; empty: none.
        again: When it is said once more.
    """

    percent: int = 0
    consent: str = ""
    again: frozenset[ConsentMoment] = frozenset()

    def takes(self, call_id: str) -> bool:
        """Whether that call is recorded."""
        return zlib.crc32(call_id.encode()) % 100 < self.percent


@dataclass(frozen=True, slots=True)
class RecordingRules:
    """Rules by number dialled."""

    numbers: Mapping[str, RecordingRule] = field(default_factory=dict)
    usual: RecordingRule = RecordingRule()

    def of(self, dnis: str) -> RecordingRule:
        """Return the rule of a number."""
        return self.numbers.get(dnis, self.usual)


@dataclass(frozen=True, slots=True)
class RecordingMeans:
    """What recording takes; the same for all calls."""

    rules: RecordingRules
    files: RecordingFiles
    book: RecordingBook
    clock: Clock
    new_id: Callable[[], str]


class CallRecorder:
    """Records one call, where its rule says so.

    Args:
        means: The rest.
        story: The call's journal.
        caller: The person on the line.
        dnis: The number dialled.
        consent: Gives the words of a prompt, by its full name.
        told: Takes a sentence for each fault.
    """

    def __init__(
        self,
        means: RecordingMeans,
        story: Story,
        caller: Caller,
        dnis: str,
        consent: Callable[[str], Speech],
        told: Callable[[str], None],
    ) -> None:
        self._means = means
        self._story = story
        self._caller = caller
        self._rule = means.rules.of(dnis)
        self._consent = consent
        self._told = told
        self._is_decided = False
        self._record: RecordingRecord | None = None
        self._file = ""
        caller.line.tell_recording = self._take

    def begin(self) -> None:
        """The call was answered: say what has to be said, and record from here on. Only once."""
        if self._is_decided:
            return
        self._is_decided = True
        if self._rule.takes(self._story.call_id):
            self._ask_and_start()

    def adopt(self) -> None:
        """Find the recording that a former server began."""
        search = RecordingSearch(
            call_id=self._story.call_id,
            kind=RecordingKind.CALL,
            states=(RecordingState.RUNNING,),
            at_most=1,
        )
        try:
            found = self._means.book.list_records(search)
        except StoreAway as away:
            self._told(f"whether it is recorded is not known: {away}")
            return
        if found:
            self._is_decided = True
            self._record = found[0]
            self._file = self._place(self._record)

    @contextmanager
    def masked(self) -> Iterator[bool]:
        """Keep out of the file what is keyed meanwhile; gives False where that cannot be done."""
        if self._record is None:
            yield True
            return
        is_masked = self._mask()
        try:
            yield is_masked
        finally:
            if is_masked and self._unmask():
                self._say_again(ConsentMoment.RESUME)

    def somebody_comes(self, *rules: RecordingRule) -> None:
        """Somebody is about to come on the line, the caller hearing us still.

        A call that is not recorded is from here on, where one of *rules* (the queue's, the
        agent's) takes it; one that is has its consent said again, where its rule says so.
        """
        if self._record is not None:
            self.transferred()
        elif taking := next((rule for rule in rules if rule.takes(self._story.call_id)), None):
            self._rule = taking
            self._ask_and_start()

    def transferred(self) -> None:
        """Somebody else is about to come on the line: say consent again, where the rule says so.

        For whoever brings callers and agents together; the caller must hear us at that moment.
        """
        if self._record is not None:
            self._say_again(ConsentMoment.TRANSFER)

    def close(self) -> None:
        """The call has ended, and the recording with it."""
        if self._record is not None:
            self._put(replace(self._record, state=RecordingState.ENDED))
            self._record = None

    # --- inside -------------------------------------------------------------------------------

    def _ask_and_start(self) -> None:
        speech = self._consent(self._rule.consent) if self._rule.consent else ()
        if self._rule.consent and not speech:
            self._told(f"not recorded: there is no prompt {self._rule.consent}")
            return
        if speech and isinstance(self._caller.say(Say(speech, OnKey.IGNORE)), HungUp):
            return
        self._start()

    def _start(self) -> None:
        record = RecordingRecord(
            self._means.new_id(),
            self._story.call_id,
            RecordingKind.CALL,
            RecordingState.RUNNING,
            self._means.clock.now(),
        )
        try:
            self._file = self._place(record)
            self._put(record)
            self._caller.line.leg.start_recording(self._file)
        except LegGone:
            self._put(replace(record, state=RecordingState.EMPTY))
            self._record = None
        except (RecordingRefused, OSError) as refusal:
            self._put(replace(record, state=RecordingState.MISSING))
            self._record = None
            self._told(f"not recorded: {refusal}")

    def _place(self, record: RecordingRecord) -> str:
        return self._means.files.place_for(record.recording_id, record.started_at)

    def _mask(self) -> bool:
        try:
            self._caller.line.leg.mask(self._file)
        except LegGone:
            return True  # nobody is there who could key anything
        except RecordingRefused as refusal:
            self._told(f"the recording cannot be masked: {refusal}")
            return False
        if self._record is not None and not self._is_open(self._record):
            masked = (*self._record.masked, (self._means.clock.now(), None))
            self._put(replace(self._record, masked=masked))
            self._tell(EntryKind.RECORDING_MASKED)
        return True

    def _say_again(self, moment: ConsentMoment) -> None:
        if moment in self._rule.again and (speech := self._consent(self._rule.consent)):
            self._caller.say(Say(speech, OnKey.IGNORE))

    def _unmask(self) -> bool:
        """Go on recording; whether somebody is there to be recorded.

        One that cannot be unmasked stays silent, which hides too much only.
        """
        is_there = True
        try:
            self._caller.line.leg.unmask(self._file)
        except LegGone:
            log.debug("leg ended while its recording was masked")
            is_there = False
        except RecordingRefused as refusal:
            self._told(f"the recording stays masked: {refusal}")
            return False
        if self._record is not None and self._is_open(self._record):
            begun, _ = self._record.masked[-1]
            masked = (*self._record.masked[:-1], (begun, self._means.clock.now()))
            self._put(replace(self._record, masked=masked))
            self._tell(EntryKind.RECORDING_UNMASKED)
        return is_there

    def _take(self, fact: RecordingFact) -> None:
        """The switch says that a recording began or ended."""
        if self._record is None or fact.file != self._file:
            return
        if isinstance(fact, RecordingStarted):
            self._tell(EntryKind.RECORDING_STARTED)
        else:
            self._tell(EntryKind.RECORDING_STOPPED, duration_ms=fact.recorded_ms)
            self._put(
                replace(self._record, state=RecordingState.ENDED, duration_ms=fact.recorded_ms)
            )
            self._record = None

    def _put(self, record: RecordingRecord) -> None:
        self._record = record
        self._means.book.put(record)

    def _tell(self, kind: EntryKind, **details: object) -> None:
        assert self._record is not None
        self._story.tell(kind, recording_id=self._record.recording_id, **details)

    @staticmethod
    def _is_open(record: RecordingRecord) -> bool:
        return bool(record.masked) and record.masked[-1][1] is None


def spoken_record(recording_id: str, call_id: str, begun_at: datetime) -> RecordingRecord:
    """Return the record of what a caller is about to say after a tone."""
    return RecordingRecord(
        recording_id, call_id, RecordingKind.SPOKEN, RecordingState.RUNNING, begun_at
    )
