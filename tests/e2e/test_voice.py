"""A message left, told by mail, fetched by phone, answered; a call recorded and made compact."""

import json
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from switchboard.media.loading import load_channels
from switchboard.media.measure import measure, measure_file
from tests.e2e.conftest import Heard, House, free_ports, running
from tests.e2e.test_a_call_from_end_to_end import HELLO, HOTLINE, LEAVE_A_MESSAGE
from tests.e2e.test_survival import await_event

SETTINGS = """
recordings: {record: all}
mailboxes:
  phone: "8500"
  boxes: {front_desk: {number: "100", language: en, notify: [desk@example.org]}}
mail: {host: 127.0.0.1, port: %d, security: none, sender: switchboard@example.org}
"""


class Inbox:
    """The mail server of the people at the front desk."""

    def __init__(self) -> None:
        self.letters: list[bytes] = []

    async def handle_DATA(self, server, session, envelope):
        self.letters.append(envelope.content)
        return "250 OK"


@pytest.fixture(scope="module")
def inbox():
    made = Inbox()
    (made.port,) = free_ports(1)
    controller = Controller(made, hostname="127.0.0.1", port=made.port)
    controller.start()
    yield made
    controller.stop()


@pytest.fixture(scope="module")
def house(tmp_path_factory, inbox):
    with running(tmp_path_factory.mktemp("voice"), SETTINGS % inbox.port) as made:
        made.command("mailboxes", "pin", "front_desk", "--pin", "4712")
        yield made


def messages(house: House) -> list[dict]:
    return json.loads(house.command("messages", "--json"))


def recordings(house: House, *words: str) -> list[dict]:
    return json.loads(house.command("recordings", "--json", *words))


@pytest.mark.req("VM-05", "VM-08")
def test_a_message_is_told_by_mail_fetched_by_phone_and_answered(house: House, inbox: Inbox):
    house.call(HOTLINE, *LEAVE_A_MESSAGE)
    (message,) = messages(house)
    house.wait_until(lambda: inbox.letters, "the front desk is told by mail")
    assert b"audio/" in inbox.letters[0]
    heard = house.call(
        "8500",
        {"await": "quiet"}, {"press": "100#"},
        {"await": "quiet"}, {"press": "4712#"},
        {"await": "quiet"}, {"press": "4"},
        {"await": "recording"}, {"say": HELLO}, {"press": "#"},
        {"await": "quiet"}, {"press": "*"},
        ani="8001",
    )  # fmt: skip
    told = ("请输入信箱号码", "“You have” “one” “new” “message”", "a message from",
            "one three eight", "Your reply has been kept")  # fmt: skip
    for words in told:
        assert words in heard.words, heard.words
    (message,) = messages(house)
    assert (message["state"], message["by"]) == ("answered", "phone 8001")
    (answer,) = recordings(house, "--kind", "answer")
    assert answer["recording_id"] == message["answer_id"]
    file = Path(house.command("recordings", "file", answer["recording_id"]).strip())
    assert measure_file(file).rms > 0.02
    assert "4712" not in house.story() + house.logs()


@pytest.mark.req("X-072")
def test_a_call_is_recorded_in_two_channels_and_made_compact(house: House):
    house.call(HOTLINE, *LEAVE_A_MESSAGE, ani="13900139001")
    call = next(one for one in house.calls() if one["ani"] == "13900139001")

    def is_compact() -> bool:
        found = recordings(house, "--call", call["call_id"], "--kind", "call")
        return bool(found) and (found[0]["state"], found[0]["form"]) == ("kept", "mp3")

    house.wait_until(is_compact, "the recording is kept and made compact", 60)
    (record,) = recordings(house, "--call", call["call_id"], "--kind", "call")
    file = Path(house.command("recordings", "file", record["recording_id"]).strip())
    sound = load_channels(file)
    assert sound.channels == 2
    said, heard = (measure(sound.channel(number)) for number in (0, 1))
    assert said.rms > 0.005
    assert heard.rms > 0.02
    assert "recorded from here on" in house.story(call["call_id"])


@pytest.mark.req("ADM-30")
def test_files_and_records_agree_after_all_that(house: House):
    assert house.command("recordings", "check") == "files and records agree\n"


def test_a_recording_goes_on_while_the_server_dies_and_comes_back(tmp_path):
    settings = "recordings: {record: all, compact: false}\n"
    with running(tmp_path, settings) as house, house.steering() as steering:
        endpoint = steering.make_endpoint("13800138000", "")
        steering.dial(endpoint, HOTLINE, [{"await": "answer"}])
        await_event(house, steering, "hears", times=2)
        house.kill_server()
        house.start_server()
        house.wait_until(house.is_ready, "the server is back")
        assert Heard.until_hung_up(steering).cause == "NORMAL_CLEARING"
        house.wait_until(
            lambda: [one["state"] for one in recordings(house, "--kind", "call")] == ["kept"],
            "the one recording is kept",
        )
        (record,) = recordings(house, "--kind", "call")
        (cdr,) = json.loads(house.command("calls", "show", "last", "--json"))["cdrs"]
        assert abs(record["duration_ms"] - cdr["billable_ms"]) < 1500
        assert house.command("recordings", "check") == "files and records agree\n"
