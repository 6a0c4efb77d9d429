"""What goes after its time, and what stays."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from switchboard.core.journal import EntryKind, JournalEntry
from switchboard.ports.messages import Handling, Message, MessageState
from switchboard.ports.recordings import RecordingKind, RecordingRecord, RecordingState
from switchboard.services.mailboxes import Mailboxes, MailboxRule, MailboxRules
from switchboard.services.retention import Kept, Retention, RetentionPolicy
from tests.fakes.clock import NOON, VirtualClock
from tests.fakes.journal import FakeJournal
from tests.fakes.messages import FakeMessages
from tests.fakes.recordings import FakeRecordingBook, FakeRecordings
from tests.fakes.records import FakeRecords

DAY = timedelta(days=1)
MESSAGE = Message("m1", "desk", "c1", "r1", 4200, "138", "139", True, NOON - 31 * DAY)
CALL = RecordingRecord("r5", "c5", RecordingKind.CALL, RecordingState.KEPT, NOON - 181 * DAY)


class Archive:
    def __init__(self, folder, **policy) -> None:
        self.folder, self.clock = folder, VirtualClock()
        self.messages, self.book = FakeMessages(), FakeRecordingBook()
        self.forgotten: list[datetime] = []
        rules = MailboxRules({"desk": MailboxRule(keep_days=30), "law": MailboxRule(keep_days=0)})
        self.journal = FakeJournal()
        self.records = FakeRecords(self.journal)
        kept = Kept(
            Mailboxes(self.messages, rules, self.clock),
            self.book,
            FakeRecordings(folder),
            self.records,
            lambda since: self.forgotten.append(since) or 7,
        )
        policy = RetentionPolicy({RecordingKind.CALL: 180}, **policy)
        self.retention = Retention(kept, policy, self.clock)

    def put(self, message: Message, handling: Handling | None = None) -> None:
        self.messages.keep(message)
        if handling:
            self.messages.put_handling(message.message_id, handling)
        self.sound(message.recording_id)
        self.book.put(
            RecordingRecord(
                message.recording_id, "c1", RecordingKind.SPOKEN, RecordingState.KEPT, NOON
            )
        )

    def sound(self, recording_id: str) -> None:
        (self.folder / f"{recording_id}.wav").write_bytes(b"RIFF")

    def sounds(self) -> list[str]:
        return sorted(file.stem for file in self.folder.iterdir())


@pytest.fixture
def archive(tmp_path) -> Archive:
    return Archive(tmp_path)


@pytest.mark.req("ADM-30")
def test_a_message_goes_after_the_days_of_its_mailbox_with_its_sound(archive):
    archive.put(MESSAGE)
    archive.put(replace(MESSAGE, message_id="m2", recording_id="r2", left_at=NOON - 29 * DAY))
    archive.put(replace(MESSAGE, message_id="m3", recording_id="r3", mailbox="law"))
    assert archive.retention.look().messages == ("m1",)
    assert archive.sounds() == ["r1", "r2", "r3"], "looking erases nothing"
    assert archive.retention.run().messages == ("m1",)
    assert archive.messages.find_message("m1") is None
    assert archive.sounds() == ["r2", "r3"]
    assert archive.book.find_record("r1").state is RecordingState.ERASED


def test_what_somebody_kept_stays(archive):
    archive.put(MESSAGE, Handling(MessageState.KEPT))
    assert archive.retention.run().messages == ()
    assert archive.sounds() == ["r1"]


def test_a_deleted_message_is_there_for_a_day_and_takes_its_answer_along(archive):
    young = replace(MESSAGE, left_at=NOON - DAY)
    archive.put(young, Handling(MessageState.DELETED, answer_id="r9", changed_at=NOON))
    archive.sound("r9")
    assert archive.retention.run().messages == ()
    archive.clock.sleep(DAY.total_seconds())
    assert archive.retention.run().messages == ("m1",)
    assert archive.sounds() == []


@pytest.mark.req("ADM-30")
def test_a_recording_of_a_call_goes_by_policy_and_its_record_stays(archive):
    archive.book.put(CALL)
    archive.sound("r5")
    archive.book.put(replace(CALL, recording_id="r6", started_at=NOON - 179 * DAY))
    archive.sound("r6")
    assert archive.retention.run().recordings == ("r5",)
    assert archive.book.find_record("r5").state is RecordingState.ERASED
    assert archive.sounds() == ["r6"]
    assert archive.retention.run().recordings == ()


def test_spoken_values_are_forgotten_after_a_day(archive):
    assert archive.retention.run().values == 7
    assert archive.forgotten == [NOON - DAY]


def call(call_id: str, at: datetime) -> JournalEntry:
    details = {"ani": "138", "dnis": "400", "leg_id": f"leg-{call_id}"}
    return JournalEntry(call_id, call_id, at, EntryKind.OFFERED, details)


@pytest.mark.req("ADM-30")
def test_calls_go_by_whole_days_of_the_centre_with_their_journal(tmp_path):
    archive = Archive(tmp_path, calls_days=30, zone=ZoneInfo("Asia/Shanghai"))
    midnight = datetime(2026, 11, 1, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert archive.clock.now() == datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
    for name, at in (("old", midnight - timedelta(microseconds=1)), ("young", midnight)):
        archive.journal.append(call(name, at))
    assert archive.retention.look().calls == 1
    assert archive.retention.run().calls == 1
    assert [entry.call_id for entry in archive.journal.entries] == ["young"]


def test_calls_are_kept_for_ever_where_the_policy_says_nothing(archive):
    archive.journal.append(call("old", NOON - 9999 * DAY))
    assert archive.retention.run().calls == 0
    assert archive.journal.entries
