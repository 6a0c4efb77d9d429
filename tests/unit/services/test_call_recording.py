"""A call's own recording: when it begins, what is masked, what is on record of it."""

from itertools import count

import pytest

from switchboard.core.journal import EntryKind
from switchboard.ports.recordings import RecordingKind, RecordingSearch, RecordingState
from switchboard.services.call_recording import (
    CallRecorder,
    ConsentMoment,
    RecordingMeans,
    RecordingRule,
    RecordingRules,
)
from switchboard.services.story import Story
from tests.fakes.journal import FakeJournal
from tests.fakes.legs import AskedBeside, AskedForSecret
from tests.fakes.recordings import FakeRecordingBook
from tests.unit.services.house import HOTLINE, House, heard
from tests.unit.services.scene import Scene, says

FLOWS = {
    "centre.yaml": f"""
centre: desk
languages: [en]
zone: UTC
numbers: {{"{HOTLINE}": {{flow: desk}}}}
mailboxes: {{box: {{about: Messages}}}}
""",
    "house.yaml": """
library: house
languages: [en]
prompts:
  recorded: {en: "This call is recorded."}
""",
    "desk.yaml": """
flow: desk
about: A menu, and a message
languages: [en]
uses: [house]
start: menu
everywhere: {then: {silent: goodbye, wrong: goodbye, failed: goodbye, too_often: goodbye}}
prompts:
  menu: {en: "Press 2 to leave a message."}
  speak: {en: "Speak after the tone."}
  goodbye: {en: "Goodbye."}
nodes:
  menu: {menu: menu, then: {2: message}}
  message: {voicemail: box, greeting: speak, at_most: 1m, then: {left: goodbye, empty: goodbye}}
  goodbye: {hang_up: goodbye}
""",
}


def house_with(tmp_path, *, percent=100, consent="") -> House:
    rules = RecordingRules({HOTLINE: RecordingRule(percent, consent)})
    return House(tmp_path, FLOWS, recording_rules=rules)


def asked_beside(leg) -> list[str]:
    return [ask.act for ask in leg.asked if isinstance(ask, AskedBeside)]


def call_records(house):
    return house.book.list_records(RecordingSearch(kind=RecordingKind.CALL))


@pytest.mark.req("X-072")
def test_a_call_is_recorded_from_its_answer_to_its_end(tmp_path):
    house = house_with(tmp_path)
    leg = house.offer()
    house.mailboxes[0].then(lambda: leg.hangs_up(recorded_ms=7300))
    house.run()
    assert asked_beside(leg) == ["start"]
    (record,) = call_records(house)
    assert (record.call_id, record.state, record.duration_ms) == (
        "id-1", RecordingState.ENDED, 7300,
    )  # fmt: skip
    assert house.details(EntryKind.RECORDING_STARTED) == {"recording_id": record.recording_id}
    assert house.details(EntryKind.RECORDING_STOPPED)["duration_ms"] == 7300
    kinds = house.kinds()
    assert kinds.index(EntryKind.ANSWERED) < kinds.index(EntryKind.RECORDING_STARTED)


def test_a_call_that_no_rule_takes_is_not_recorded(tmp_path):
    house = house_with(tmp_path, percent=0)
    leg = house.offer()
    house.mailboxes[0].then(leg.hangs_up)
    house.run()
    assert asked_beside(leg) == []
    assert call_records(house) == ()


def test_a_share_is_a_share_and_the_same_call_is_always_in_it_or_not():
    rule = RecordingRule(percent=30)
    taken = [rule.takes(f"call-{number}") for number in range(2000)]
    assert 500 < sum(taken) < 700
    assert taken == [rule.takes(f"call-{number}") for number in range(2000)]


def test_consent_is_said_to_its_end_before_the_recording_begins(tmp_path):
    house = house_with(tmp_path, consent="house.recorded")
    leg = house.offer()

    def consent_is_said():
        assert asked_beside(leg) == []
        leg.finish_play()

    house.mailboxes[0].then(consent_is_said, leg.hangs_up)
    house.run()
    assert heard(leg)[0] == "house.recorded.1"
    assert asked_beside(leg) == ["start"]


def test_who_hangs_up_while_consent_is_said_is_not_recorded(tmp_path):
    house = house_with(tmp_path, consent="house.recorded")
    leg = house.offer()
    house.mailboxes[0].then(leg.hangs_up)
    house.run()
    assert asked_beside(leg) == []


def test_without_the_words_of_consent_nothing_is_recorded(tmp_path):
    house = house_with(tmp_path, consent="house.no_such_prompt")
    leg = house.offer()
    house.mailboxes[0].then(leg.hangs_up)
    house.run()
    assert asked_beside(leg) == []
    assert "no prompt" in house.details(EntryKind.FAULT)["reason"]


@pytest.fixture
def recorded(tmp_path):
    """A caller whose call is recorded; the scene, the recorder and the journal."""
    scene = Scene(tmp_path)
    journal, book = FakeJournal(), FakeRecordingBook()
    ids = count(1)
    story = Story("call-1", journal, scene.clock, lambda: f"id-{next(ids)}")
    means = RecordingMeans(
        RecordingRules(usual=RecordingRule(100)), scene.recordings, book, scene.clock, lambda: "r1"
    )
    faults = []
    recorder = CallRecorder(means, story, scene.caller, HOTLINE, lambda _: (), faults.append)
    recorder.begin()
    return scene, recorder, book, journal, faults


@pytest.mark.req("X-069")
def test_a_secret_is_masked_and_the_gap_is_on_record(recorded):
    scene, recorder, book, journal, faults = recorded
    with recorder.masked() as is_masked:
        assert is_masked
        assert asked_beside(scene.leg) == ["start", "mask"]
        scene.clock.sleep(6)
    assert asked_beside(scene.leg) == ["start", "mask", "unmask"]
    ((begun, ended),) = book.find_record("r1").masked
    assert (ended - begun).total_seconds() == 6
    kinds = [entry.kind for entry in journal.entries]
    assert kinds == [EntryKind.RECORDING_MASKED, EntryKind.RECORDING_UNMASKED]
    assert faults == []


@pytest.mark.req("X-069")
def test_what_cannot_be_masked_is_told_before_a_secret_is_asked(recorded):
    scene, recorder, book, _, faults = recorded
    scene.leg.refuses_recording = "the node is away"
    with recorder.masked() as is_masked:
        assert not is_masked
    assert book.find_record("r1").masked == ()
    assert faults == ["the recording cannot be masked: the node is away"]


def test_a_recording_that_stays_masked_says_so_and_hides_too_much_only(recorded):
    scene, recorder, book, _, faults = recorded
    with recorder.masked():
        scene.leg.refuses_recording = "the node is away"
    assert book.find_record("r1").masked == ((scene.clock.now(), None),)
    assert faults == ["the recording stays masked: the node is away"]


def test_where_nothing_is_recorded_a_secret_may_be_asked(tmp_path, recorded):
    scene, recorder, *_ = recorded
    recorder.close()
    with recorder.masked() as is_masked:
        assert is_masked
    assert asked_beside(scene.leg) == ["start"]


def recorder_with(scene, journal, *again: ConsentMoment) -> CallRecorder:
    rules = RecordingRules(usual=RecordingRule(100, "house.recorded", frozenset(again)))
    means = RecordingMeans(rules, scene.recordings, FakeRecordingBook(), scene.clock, lambda: "r1")
    ids = count(1)
    story = Story("c1", journal, scene.clock, lambda: f"e{next(ids)}")
    recorder = CallRecorder(
        means, story, scene.caller, HOTLINE, lambda _: says("recorded"), lambda _: None
    )
    scene.then(scene.leg.finish_play)
    recorder.begin()
    return recorder


@pytest.mark.req("X-071", "REC-12")
def test_consent_is_said_on_start_on_resume_and_on_transfer(tmp_path):
    scene, journal = Scene(tmp_path), FakeJournal()
    scene.line.answered = True
    recorder = recorder_with(scene, journal, ConsentMoment.RESUME, ConsentMoment.TRANSFER)
    assert scene.heard() == ["shop.recorded"]
    scene.then(scene.leg.finish_play)
    with recorder.masked():
        assert scene.heard() == ["shop.recorded"]
    assert scene.heard() == ["shop.recorded"] * 2
    assert asked_beside(scene.leg) == ["start", "mask", "unmask"]
    scene.then(scene.leg.finish_play)
    recorder.transferred()
    assert scene.heard() == ["shop.recorded"] * 3


@pytest.mark.req("X-071")
def test_consent_is_said_once_where_the_rule_asks_for_no_more(tmp_path):
    scene = Scene(tmp_path)
    scene.line.answered = True
    recorder = recorder_with(scene, FakeJournal())
    with recorder.masked():
        pass
    recorder.transferred()
    assert scene.heard() == ["shop.recorded"]


def test_nobody_is_asked_for_consent_to_a_recording_that_stays_masked_or_has_ended(tmp_path):
    scene = Scene(tmp_path)
    scene.line.answered = True
    recorder = recorder_with(scene, FakeJournal(), *ConsentMoment)
    with recorder.masked():
        scene.leg.refuses_recording = "the node is away"
    recorder.close()
    recorder.transferred()
    assert scene.heard() == ["shop.recorded"]


SECRET_FLOWS = {
    "centre.yaml": f"""
centre: desk
languages: [en]
zone: UTC
numbers: {{"{HOTLINE}": {{flow: desk}}}}
secrets: {{pin: {{about: A PIN, owner: accounts.number}}}}
sources: {{accounts: {{fields: {{number: digits}}}}}}
""",
    "desk.yaml": """
flow: desk
about: A PIN
languages: [en]
start: hello
everywhere: {then: {silent: goodbye, wrong: goodbye, failed: sorry, too_often: goodbye}}
prompts:
  hello: {en: "Hello."}
  which_pin: {en: "Please key your PIN."}
  proved: {en: "That is right."}
  sorry: {en: "Not now."}
  goodbye: {en: "Goodbye."}
nodes:
  hello: {play: hello, then: number}
  number: {set: {account: "77"}, then: prove}
  prove:
    verify: which_pin
    secret: pin
    of: =account
    attempts: 3
    lock_for: 30m
    then: {proved: proved, locked: goodbye, unknown: goodbye}
  proved: {play: proved, then: goodbye}
  sorry: {hang_up: sorry}
  goodbye: {hang_up: goodbye}
""",
}


class SecretHouse(House):
    """A house whose flow asks a secret; its errands are done as the call waits for them."""

    def __init__(self, folder) -> None:
        rules = RecordingRules(usual=RecordingRule(100))
        super().__init__(folder, SECRET_FLOWS, recording_rules=rules)
        self.outside.secrets.set("pin", "77", "5823")

    def do_errand(self) -> None:
        self.started.pop()()


@pytest.mark.req("X-069")
def test_a_flow_that_asks_a_secret_masks_it_and_tells_it_to_nobody(tmp_path):
    house = SecretHouse(tmp_path)
    leg = house.offer()

    def key_the_pin():
        assert asked_beside(leg) == ["start", "mask"]
        for key in "5823#":
            leg.press(key)

    house.mailboxes[0].then(
        leg.finish_play, house.do_errand, key_the_pin, house.do_errand, *[leg.finish_play] * 2
    )
    house.run()
    assert heard(leg)[-2:] == ["desk.proved.1", "desk.goodbye.1"]
    assert asked_beside(leg) == ["start", "mask", "unmask"]
    assert "5823" not in repr(house.journal.entries)
    (record,) = call_records(house)
    assert len(record.masked) == 1


@pytest.mark.req("X-069")
def test_a_flow_does_not_ask_a_secret_that_would_be_recorded(tmp_path):
    house = SecretHouse(tmp_path)
    leg = house.offer()

    def do_errand_without_node():
        leg.refuses_recording = "the node is away"
        house.do_errand()

    house.mailboxes[0].then(leg.finish_play, do_errand_without_node, leg.finish_play)
    house.run()
    assert heard(leg) == ["desk.hello.1", "desk.goodbye.1"]
    assert not any(isinstance(ask, AskedForSecret) for ask in leg.asked)


def test_a_switch_that_does_not_record_is_a_fault_and_the_call_goes_on(tmp_path):
    house = house_with(tmp_path)
    leg = house.offer()
    leg.refuses_recording = "no space left"
    house.mailboxes[0].then(leg.hangs_up)
    house.run()
    assert "no space left" in house.details(EntryKind.FAULT)["reason"]
    (record,) = call_records(house)
    assert record.state is RecordingState.MISSING


def test_the_next_server_finds_the_recording_that_goes_on(tmp_path):
    house = house_with(tmp_path)
    house.offer()
    house.mailboxes[0].then(lambda: house.calls.leave_all())
    house.run()
    (record,) = call_records(house)
    assert record.state is RecordingState.RUNNING
    house.restart()
    leg = house.offer(call_id="id-1", answered=True)
    house.mailboxes[1].then(leg.hangs_up)
    house.run()
    assert asked_beside(leg) == []
    (record,) = call_records(house)
    assert record.state is RecordingState.ENDED


def test_what_a_caller_says_after_a_tone_has_a_record_before_its_file(tmp_path):
    house = house_with(tmp_path, percent=0)
    leg = house.offer()

    def say_something():
        (record,) = house.book.list_records(RecordingSearch(kind=RecordingKind.SPOKEN))
        assert record.state is RecordingState.RUNNING
        leg.finish_record(4200)

    house.mailboxes[0].then(
        lambda: leg.press("2"), leg.finish_play, leg.finish_play, say_something, leg.finish_play
    )
    house.run()
    (record,) = house.book.list_records(RecordingSearch(kind=RecordingKind.SPOKEN))
    assert record.state is RecordingState.ENDED
    assert house.messages.find_message(record.recording_id) is not None
