"""The main job, on a real FreeSWITCH: a call hears a menu, leaves a message, and is on record."""

import pytest

from tests.freeswitch.callers import be_hung_up, be_refused, hang_up, press, speak, wait
from tests.freeswitch.product import running_product
from tests.freeswitch.running import free_port, running_freeswitch, wait_until
from tests.freeswitch.spoken import length_s, level

AT_ONCE = 100
LEAVE_A_MESSAGE = (
    wait(2000), press("1"),
    wait(3500), press("5"),  # any key ends the greeting
    wait(2500), speak(),
    wait(5500), press("#"),
    be_hung_up(30_000),
)  # fmt: skip


@pytest.fixture(scope="module")
def product(freeswitch_binary, sounds, tmp_path_factory):
    root = tmp_path_factory.mktemp("product")
    with (
        running_freeswitch(
            freeswitch_binary, root / "freeswitch", app_ports=(free_port(),), sounds=sounds
        ) as freeswitch,
        running_product(freeswitch, root / "server") as running,
    ):
        yield running


def texts(story):
    return [line["text"] for line in story["story"]]


@pytest.mark.req("IVR-01", "IVR-02", "VM-04", "INT-01", "RPT-01")
def test_a_caller_hears_the_menu_and_leaves_a_message_that_is_on_record(product, tmp_path):
    line = product.freeswitch.callers(*LEAVE_A_MESSAGE, ani="13800138001").call(tmp_path)
    outcome = line.wait()
    assert outcome.succeeded, outcome.complaints
    (call,) = product.calls_from("13800138001")
    assert call["dnis"] == "4008001000"
    story = product.story(call["call_id"])
    assert story["differences"] == [], texts(story)
    assert [cdr["call_id"] for cdr in story["cdrs"]] == [call["call_id"]]
    (message,) = product.messages_of(call["call_id"])
    file = product.file_of(message)
    assert 4.0 < length_s(file) < 8.0
    assert level(file) > 0.02
    assert abs(message["duration_ms"] - length_s(file) * 1000) < 100


def test_a_caller_who_hangs_up_while_speaking_has_left_a_message(product, tmp_path):
    steps = (*LEAVE_A_MESSAGE[:6], speak(), wait(4000), hang_up())
    outcome = product.freeswitch.callers(*steps, ani="13800138002").call(tmp_path).wait()
    assert outcome.succeeded, outcome.complaints
    (call,) = product.calls_from("13800138002")
    story = product.story(call["call_id"])
    assert story["differences"] == [], texts(story)
    (message,) = product.messages_of(call["call_id"])
    assert level(product.file_of(message)) > 0.02


def test_an_order_number_is_gathered_key_by_key(product, tmp_path):
    steps = (wait(2000), press("2"), wait(3000), press("47114#"), wait(6000), hang_up())
    outcome = product.freeswitch.callers(*steps, ani="13800138003").call(tmp_path).wait()
    assert outcome.succeeded, outcome.complaints
    (call,) = product.calls_from("13800138003")
    story = product.story(call["call_id"])
    assert any("47114" in text for text in texts(story)), texts(story)
    assert story["differences"] == []


@pytest.mark.req("IVR-01")
def test_a_blacklisted_caller_is_refused_before_the_answer(product, tmp_path):
    product.tell("blacklist", "add", "13800138009")
    caller = product.freeswitch.ringing_callers(be_refused(603), ani="13800138009")
    outcome = caller.call(tmp_path).wait()
    assert outcome.succeeded, outcome.complaints
    (call,) = product.calls_from("13800138009")
    assert not call["answered"]
    assert product.story(call["call_id"])["differences"] == []


def test_a_call_goes_on_when_the_server_is_killed_and_comes_back(product, tmp_path):
    steps = (wait(12_000), press("3"), wait(3000), hang_up())
    line = product.freeswitch.callers(*steps, ani="13800138004").call(tmp_path)
    wait_until(lambda: "heard: welcome.main" in product.tell("calls", "show", "last"), "the menu")
    product.kill()
    product.start()
    wait_until(lambda: product.metric("switchboard_calls_taken_up_total") == 1, "it is taken up")
    outcome = line.wait()
    assert outcome.succeeded, outcome.complaints
    (call,) = product.calls_from("13800138004")
    story = product.story(call["call_id"])
    assert story["differences"] == [], texts(story)


@pytest.mark.timeout(240)
def test_a_hundred_callers_at_once_leave_a_hundred_messages(product, tmp_path):
    callers = product.freeswitch.callers(*LEAVE_A_MESSAGE, ani="13800138100")
    line = callers.call(tmp_path, count=AT_ONCE, per_second=50, within_s=120)
    outcome = line.wait()
    assert outcome.succeeded, outcome.complaints
    ids = {call["call_id"] for call in product.calls_from("13800138100", AT_ONCE)}
    messages = product.messages_of(*ids)
    assert {message["call_id"] for message in messages} == ids
    assert len(messages) == AT_ONCE
    for file in map(product.file_of, messages):
        assert 3.0 < length_s(file) < 9.0
        assert level(file) > 0.02
    wait_until(lambda: product.metric("switchboard_cdrs_taken_in_total") >= AT_ONCE, "CDRs taken")
    assert product.differences(ids) == {}
