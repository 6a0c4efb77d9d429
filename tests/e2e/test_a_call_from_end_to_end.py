"""The main job over real sockets: a call comes in, hears a menu, leaves a message, is on record."""

import json
from pathlib import Path

import pytest

from switchboard.bundled import bundled
from switchboard.media.measure import measure_file
from tests.e2e.conftest import House

HOTLINE = "4008001000"
HELLO = str(bundled("sounds") / "samples/hello.wav")
LEAVE_A_MESSAGE = (
    {"await": "quiet"},
    {"press": "1"},
    {"await": "recording"},
    {"say": HELLO},
)


@pytest.mark.req("IVR-01", "IVR-02", "IVR-08", "VM-04", "INT-08")
def test_a_caller_leaves_a_message_that_can_be_heard(house: House):
    heard = house.call(HOTLINE, *LEAVE_A_MESSAGE)
    assert heard.answered
    assert heard.cause == "NORMAL_CLEARING"
    for words in ("您好", "留言请按1", "请在提示音后留言", "您的留言已经保存"):
        assert words in heard.words
    (message, *_) = json.loads(house.command("messages", "--json"))
    assert message["mailbox"] == "front_desk"
    file = Path(house.command("messages", "file", message["message_id"]).strip())
    said, kept = measure_file(Path(HELLO)), measure_file(file)
    assert kept.duration_ms >= said.duration_ms
    assert kept.rms > 0.02
    assert abs(kept.peak - said.peak) < 0.1


@pytest.mark.req("RPT-01")
def test_its_story_is_told_and_agrees_with_the_switch(house: House):
    house.call(HOTLINE, *LEAVE_A_MESSAGE, ani="13900139000")
    house.wait_until(lambda: "journal and CDR agree" in house.story(), "the CDR is taken in")
    story = house.story()
    for words in ("13900139000", HOTLINE, "pressed 1", "left a message of", "hung up by us"):
        assert words in story
    record = house.calls()[0]
    assert record["ani"] == "13900139000"
    assert record["outcome"] == "NORMAL_CLEARING"
    assert record["messages"] == 1


@pytest.mark.req("IVR-10", "IVR-11")
def test_a_digit_string_is_read_back_and_star_changes_the_language(house: House):
    heard = house.call(
        HOTLINE,
        {"await": "quiet"}, {"press": "*"},
        {"await": "quiet"}, {"press": "2"},
        {"await": "quiet"}, {"press": "1042#"},
        {"await": "quiet"}, {"hang_up": True},
    )  # fmt: skip
    assert "To leave a message press 1." in heard.words
    assert "Please key your order number, then hash." in heard.words
    assert "one zero four two" in heard.words
    assert "pressed 1042" in house.story()


def test_a_caller_who_hangs_up_in_the_menu_is_on_record(house: House):
    heard = house.call(HOTLINE, {"await": "quiet"}, {"hang_up": True})
    assert heard.cause == "NORMAL_CLEARING"
    house.wait_until(lambda: "hung up by caller" in house.story(), "the hang-up is written")


@pytest.mark.req("ACD-12", "ACD-14")
def test_a_blocked_number_is_refused_before_it_costs_anything(house: House):
    house.command("blacklist", "add", "13666666666", "--reason", "nuisance calls")
    house.wait_until(
        lambda: house.call(HOTLINE, ani="13666666666").cause == "CALL_REJECTED", "it is blocked"
    )
    heard = house.call(HOTLINE, ani="13666666666")
    assert not heard.answered
    assert "nuisance calls" in house.story()
    house.wait_until(lambda: "not answered" in house.story() or "0.0 s billable" in house.story(),
                     "the CDR shows that it cost nothing")  # fmt: skip


def test_a_number_that_nobody_serves_is_refused(house: House):
    heard = house.call("4001112222")
    assert (heard.answered, heard.cause) == (False, "UNALLOCATED_NUMBER")


def test_the_name_of_a_caller_is_only_a_name(house: House):
    canary = house.folder / "canary"
    hostile = f"Bob\nUnique-ID: zzz %0AUnique-ID%3A zzz ${{system(touch {canary})}} <b>&"
    with house.steering() as steering:
        endpoint = steering.make_endpoint("13800138000", hostile)
        steering.dial(endpoint, HOTLINE, [{"await": "quiet"}, {"hang_up": True}])
        while (event := steering.next_event(30)) and event["event"] != "hung_up":
            pass
    record = house.calls()[0]
    assert record["outcome"] == "NORMAL_CLEARING"
    assert record["ani"] == "13800138000"
    assert not canary.exists()


@pytest.mark.req("X-102", "ADM-18")
def test_the_metrics_count_what_happened(house: House):
    before = house.metric("switchboard_calls_answered_total")
    house.call(HOTLINE, {"hang_up": True})
    house.wait_until(
        lambda: house.metric("switchboard_calls_answered_total") == before + 1, "it is counted"
    )
    house.wait_until(lambda: house.metric("switchboard_calls_live") == 0, "the call has ended")


@pytest.mark.req("ACD-29", "REL-12")
def test_a_hundred_callers_at_once_are_all_served(house: House):
    with house.steering() as steering:
        endpoint = steering.make_endpoint("13700000000", "")
        steps = [{"await": "answer"}, *LEAVE_A_MESSAGE]
        steering.dial(endpoint, HOTLINE, steps, count=100)
        causes = []
        while len(causes) < 100:
            event = steering.next_event(60)
            assert event is not None, f"only {len(causes)} of 100 calls ended\n{house.logs()}"
            if event["event"] == "hung_up":
                causes.append(event["cause"])
    assert causes == ["NORMAL_CLEARING"] * 100
    left = [message for message in json.loads(house.command("messages", "--json"))
            if message["from_number"] == "13700000000"]  # fmt: skip
    assert len(left) == 100
