"""Recordings of calls, secrets masked in them, and messages by phone, on a real FreeSWITCH."""

from datetime import datetime
from pathlib import Path

import pytest

from switchboard.media.measure import measure
from switchboard.media.wav import Pcm, read_wav
from tests.freeswitch.callers import be_hung_up, hang_up, press, speak, wait
from tests.freeswitch.product import Product, running_product
from tests.freeswitch.running import free_port, running_freeswitch, wait_until

FLOWS = {
    "house.yaml": """
library: house
languages: [en]
prompts:
  recorded: {en: "This call is recorded."}
  sorry_fault: {en: "Something has gone wrong."}
""",
    "centre.yaml": """
centre: desk
languages: [en]
zone: UTC
numbers: {"4008001000": {flow: desk}}
mailboxes: {front_desk: {about: Messages}}
secrets: {pin: {about: A PIN, owner: accounts.number}}
sources: {accounts: {fields: {number: digits}}}
""",
    "desk.yaml": """
flow: desk
about: A PIN, and a message
languages: [en]
uses: [house]
start: menu
everywhere: {then: {silent: goodbye, wrong: goodbye, failed: goodbye, too_often: goodbye}}
prompts:
  menu: {en: "Press 1 for your account. Press 2 to leave a message."}
  which_pin: {en: "Please key your PIN, then hash."}
  proved: {en: "Your account is in order, and there is nothing that you have to do about it."}
  speak: {en: "Speak after the tone."}
  goodbye: {en: "Goodbye."}
nodes:
  menu: {menu: menu, then: {1: number, 2: message}}
  number: {set: {account: "77"}, then: prove}
  prove:
    verify: which_pin
    secret: pin
    of: =account
    attempts: 3
    lock_for: 30m
    then: {proved: proved, locked: goodbye, unknown: goodbye}
  proved: {play: proved, then: goodbye}
  message:
    voicemail: front_desk
    greeting: speak
    at_most: 1m
    then: {left: goodbye, empty: goodbye}
  goodbye: {hang_up: goodbye}
""",
}
SETTINGS = {
    "flows": "flows",
    "recordings": {"record": "all", "consent": "house.recorded", "compact": False},
    "mailboxes": {"phone": "8500", "boxes": {"front_desk": {"number": "100", "language": "en"}}},
}


@pytest.fixture(scope="module")
def product(freeswitch_binary, sounds, tmp_path_factory):
    root = tmp_path_factory.mktemp("voice")
    flows = root / "server" / "flows"
    flows.mkdir(parents=True)
    for name, text in FLOWS.items():
        (flows / name).write_text(text)
    with (
        running_freeswitch(
            freeswitch_binary, root / "freeswitch", app_ports=(free_port(),), sounds=sounds
        ) as freeswitch,
        running_product(freeswitch, root / "server", **SETTINGS) as running,
    ):
        running.tell("mailboxes", "pin", "front_desk", "--pin", "4712")
        running.tell("secrets", "set", "pin", "77", "--digits", "5823")
        yield running


def recording_of(product: Product, ani: str) -> dict:
    (call,) = product.calls_from(ani)
    found: list[dict] = []

    def is_kept() -> bool:
        found[:] = product.say("recordings", "--call", call["call_id"], "--kind", "call")
        return bool(found) and found[0]["state"] == "kept"

    wait_until(is_kept, f"the recording of {ani} is kept: {found}", 30)
    return found[0]


def sound_of(product: Product, recording: dict) -> Pcm:
    path = product.tell("recordings", "file", recording["recording_id"]).strip()
    return read_wav(Path(path))


def loudness(channel: Pcm, from_s: float, to_s: float) -> float:
    part = channel.samples[int(from_s * channel.rate) : int(to_s * channel.rate)]
    return measure(Pcm(channel.rate, part)).rms


def loudest(channel: Pcm, from_s: float = 0.0) -> float:
    """RMS of the loudest whole second."""
    last = channel.duration_ms // 1000
    return max(loudness(channel, at, at + 1) for at in range(int(from_s), last))


@pytest.mark.req("X-072")
def test_a_call_is_recorded_in_two_channels_after_its_consent(product, tmp_path):
    steps = (
        wait(6000),
        press("2"),
        wait(6000),
        speak(),
        wait(7500),
        press("#"),
        be_hung_up(20_000),
    )
    outcome = product.freeswitch.callers(*steps, ani="13800138201").call(tmp_path).wait()
    assert outcome.succeeded, outcome.complaints
    recording = recording_of(product, "13800138201")
    sound = sound_of(product, recording)
    assert sound.channels == 2
    caller, heard = sound.channel(0), sound.channel(1)
    assert loudest(caller) > 0.02
    assert loudest(heard) > 0.05
    assert 15_000 < recording["duration_ms"] < 32_000
    assert abs(sound.duration_ms - recording["duration_ms"]) < 100
    story = [line["text"] for line in product.story(recording["call_id"])["story"]]
    consent = next(n for n, text in enumerate(story) if "house.recorded" in text)
    begun = next(n for n, text in enumerate(story) if "recorded from here on" in text)
    assert consent < begun, story


@pytest.mark.req("X-069")
def test_while_a_secret_is_keyed_both_channels_are_silent(product, tmp_path):
    # The caller speaks all the while the PIN is asked: none of it may be in the file.
    steps = (wait(6500), press("1"), wait(1200), speak(), wait(4500), press("5823#"),
             be_hung_up(30_000))  # fmt: skip
    outcome = product.freeswitch.callers(*steps, ani="13800138202").call(tmp_path).wait()
    assert outcome.succeeded, outcome.complaints
    recording = recording_of(product, "13800138202")
    ((begun, ended),) = recording["masked"]
    started = datetime.fromisoformat(recording["started_at"])
    from_s = (datetime.fromisoformat(begun) - started).total_seconds()
    to_s = (datetime.fromisoformat(ended) - started).total_seconds()
    sound = sound_of(product, recording)
    caller, heard = sound.channel(0), sound.channel(1)
    inside = (from_s + 0.3, to_s - 0.3)
    assert to_s - from_s > 2
    assert loudness(caller, *inside) == 0
    assert loudness(heard, *inside) == 0
    assert loudness(heard, 0.2, from_s - 0.2) > 0.02
    assert loudest(heard, to_s) > 0.05
    call = product.calls_from("13800138202")[0]
    texts = [line["text"] for line in product.story(call["call_id"])["story"]]
    assert "the recording is masked" in texts
    assert "the recording goes on" in texts
    assert "5823" not in "".join(texts)
    assert "5823" not in product.log


@pytest.mark.req("VM-04", "VM-08")
def test_a_message_is_fetched_by_phone_with_the_pin_and_answered(product, tmp_path):
    leave = (
        wait(6000),
        press("2"),
        wait(6000),
        speak(),
        wait(5000),
        press("#"),
        be_hung_up(20_000),
    )
    outcome = product.freeswitch.callers(*leave, ani="13800138203").call(tmp_path / "a").wait()
    assert outcome.succeeded, outcome.complaints
    # Speaks on and on, so that there is speech in the answer whenever its recording begins.
    answer_it = (wait(1500), *(speak(), wait(7500)) * 3, press("#"), wait(4000), hang_up())
    fetch = (wait(1500), press("100#"), wait(5000), press("4712#"), wait(6000), press("4"),
             *answer_it)  # fmt: skip
    caller = product.freeswitch.callers(*fetch, ani="8001", number="8500")
    outcome = caller.call(tmp_path / "b").wait()
    assert outcome.succeeded, outcome.complaints
    (fetched,) = product.calls_from("8001")
    texts = [line["text"] for line in product.story(fetched["call_id"])["story"]]
    assert any("opened mailbox front_desk" in text for text in texts), texts
    oldest = product.say("messages")[-1]
    assert oldest["state"] == "answered", texts
    assert oldest["by"] == "phone 8001"
    (answer,) = product.say("recordings", "--kind", "answer")
    wait_until(lambda: product.say("recordings", "--kind", "answer")[0]["state"] == "kept", "kept")
    assert answer["recording_id"] == oldest["answer_id"]
    assert measure(sound_of(product, answer)).rms > 0.02
    assert "4712" not in product.log


def test_a_wrong_pin_opens_nothing(product, tmp_path):
    fetch = (wait(1500), press("100#"), wait(5000), press("0000#"), wait(6000), hang_up())
    caller = product.freeswitch.callers(*fetch, ani="8002", number="8500")
    outcome = caller.call(tmp_path).wait()
    assert outcome.succeeded, outcome.complaints
    (fetched,) = product.calls_from("8002")
    texts = [line["text"] for line in product.story(fetched["call_id"])["story"]]
    assert any("mailbox_pin" in text and "wrong" in text for text in texts), texts
    assert not any("opened mailbox" in text for text in texts)
