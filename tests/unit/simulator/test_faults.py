"""Faults between the stand-in and the app do what they say, and end when they are ended."""

import pytest

from switchboard.simulator.faults import Fault
from tests.unit.simulator.bench import App, Bench

KEYS = "1234"


def keys_heard(app: App) -> str:
    return "".join(event["DTMF-Digit"] for event in app.events("DTMF"))


@pytest.mark.parametrize(
    ("fault", "amount", "heard"),
    [
        (Fault.DROP_EVENTS, 2, "34"),
        (Fault.DOUBLE_EVENTS, 1, "11234"),
        (Fault.SWAP_EVENTS, 1, "2134"),
    ],
)
def test_events_are_lost_doubled_or_out_of_order(
    bench: Bench, fault: Fault, amount: int, heard: str
) -> None:
    person, app = bench.call("DTMF", "CHANNEL_EXECUTE_COMPLETE")
    bench.node.faults.inject(fault, amount)
    person.press(KEYS)
    bench.clock.sleep(2)
    assert keys_heard(app) == heard


def test_events_are_late(bench: Bench) -> None:
    person, app = bench.call("DTMF", "CHANNEL_EXECUTE_COMPLETE")
    bench.node.faults.inject(Fault.DELAY_EVENTS, 1000)
    person.press("1")
    bench.clock.sleep(1)
    assert keys_heard(app) == ""
    bench.clock.sleep(0.3)
    assert keys_heard(app) == "1"


def test_replies_are_late(bench: Bench) -> None:
    client = bench.log_in()
    bench.node.faults.inject(Fault.DELAY_REPLIES, 2000)
    began_s = bench.clock.seconds()
    client.api("version")
    assert bench.clock.seconds() - began_s >= 1.98
    bench.node.faults.clear()
    began_s = bench.clock.seconds()
    client.api("version")
    assert bench.clock.seconds() - began_s < 0.1


def test_a_switch_that_stops_reading_obeys_when_it_reads_again(bench: Bench) -> None:
    client = bench.log_in()
    bench.node.faults.inject(Fault.STOP_READING, 1)
    client.conversation.send("api global_setvar heard=yes\n\napi global_setvar too=yes\n\n")
    bench.clock.sleep(5)
    # What was read before the fault is obeyed; what comes behind it is not.
    client.conversation.send("api global_setvar late=yes\n\n")
    bench.clock.sleep(5)
    assert "late" not in bench.node.globals
    bench.node.faults.clear()
    bench.wait_for(lambda: [True] if "late" in bench.node.globals else [])


def test_clients_are_refused(bench: Bench) -> None:
    bench.node.faults.inject(Fault.REFUSE_CLIENTS, 1)
    client = bench.log_in_without_password()
    bench.wait_for(lambda: [True] if client.is_closed else [])


def test_no_app_is_reached(bench: Bench) -> None:
    bench.node.faults.inject(Fault.REACH_NO_APP, 1)
    bench.dial()
    bench.wait_for(lambda: [one for one in bench.happened if one.kind == "hung_up"])
    assert bench.connections == []


def test_a_cut_of_the_call_sockets_brings_the_call_to_an_app_again(bench: Bench) -> None:
    bench.call()
    bench.node.cut_sockets()
    assert bench.next_app().take_call()["Answer-State"] == "answered"


def test_a_cut_of_the_clients_leaves_the_calls_alone(bench: Bench) -> None:
    person, _ = bench.call()
    client = bench.log_in()
    bench.simulator.inbound.cut_clients()
    bench.wait_for(lambda: [True] if client.is_closed else [])
    bench.clock.sleep(1)
    assert person.is_connected


def test_a_restart_loses_calls_and_phones_without_a_word(bench: Bench) -> None:
    person, app = bench.call()
    client = bench.log_in("ALL")
    bench.node.registrations.register("1001", "lab")
    before = bench.node.core_id
    bench.simulator.restart()
    bench.wait_for(lambda: [True] if app.is_closed and client.is_closed else [])
    assert not person.is_connected
    assert app.events("CHANNEL_HANGUP") == []
    again = bench.log_in("CHANNEL_CREATE")
    assert again.api("show channels as json") == '{"row_count": 0}\n'
    assert again.api("show registrations as json") == '{"row_count": 0}\n'
    bench.dial()
    created = again.event("CHANNEL_CREATE")
    assert created["Core-UUID"] != before
    assert int(created["Event-Sequence"]) < 10
