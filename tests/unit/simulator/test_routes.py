"""Where calls go: hosts tried, the guard, transfers, and what becomes of a call without an app."""

import pytest

from switchboard.simulator.channels import Action
from switchboard.simulator.dialplan import parse_inline
from tests.unit.simulator.bench import Bench


def test_the_second_host_is_called_when_the_first_refuses(bench: Bench) -> None:
    bench.doors[0].close()
    bench.dial()
    assert bench.next_app().take_call()["variable_socket_host"] == "127.0.0.1"


def test_a_host_without_a_port_inherits_the_port_of_the_one_before(bench: Bench) -> None:
    bench.call()
    port = bench.doors[1].port
    bench.log_in().api(f"uuid_transfer leg-4000 'socket:127.0.0.2:{port}|127.0.0.1 async' inline")
    assert bench.next_app().take_call()["variable_socket_host"] == "127.0.0.1"


def test_a_silent_app_loses_the_call_to_the_guard(bench: Bench) -> None:
    bench.dial()
    bench.next_app()
    bench.wait_for(lambda: [one for one in bench.happened if one.kind == "hung_up"])
    assert 3.0 <= bench.clock.seconds() <= 5.0
    assert bench.cdr()["callflow"][0]["caller_profile"]["destination_number"] == "fallback"


def test_a_call_whose_guard_was_disarmed_stays(bench: Bench) -> None:
    person, app = bench.call()
    bench.clock.sleep(30)
    assert person.is_connected
    assert not app.is_closed


def test_when_the_last_app_dies_the_caller_hears_the_fallback(bench: Bench) -> None:
    bench.call()
    for door in bench.doors:
        door.close()
    for connection in bench.connections:
        connection.close()
    bench.wait_for(lambda: [one for one in bench.happened if one.kind == "hung_up"])
    assert bench.happened[-1].about["cause"] == "NORMAL_CLEARING"


def test_a_transfer_by_the_app_leads_back_to_an_app(bench: Bench) -> None:
    _, app = bench.call()
    app.begin("transfer", "5000 XML public")
    reply = bench.next_app().take_call()
    assert reply["Caller-Destination-Number"] == "5000"
    assert reply["Caller-RDNIS"] == "4000"
    assert reply["variable_transfer_history"].endswith(":bl_xfer:5000/public/XML")


def test_two_transfers_are_a_history_of_two(bench: Bench) -> None:
    _, app = bench.call()
    app.begin("transfer", "5000 XML public")
    second = bench.next_app()
    second.take_call()
    second.begin("transfer", "6000 XML public")
    third = bench.next_app()
    third.take_call("CHANNEL_EXECUTE_COMPLETE")
    history = third.execute("set", "a=b")["variable_transfer_history"]
    assert [entry.split(":")[-1] for entry in history] == ["5000/public/XML", "6000/public/XML"]


def test_a_forced_context_is_where_a_transfer_without_one_goes(bench: Bench) -> None:
    bench.call()
    client = bench.log_in()
    client.api("uuid_setvar leg-4000 force_transfer_context inside")
    assert client.api("uuid_transfer leg-4000 5000") == "+OK\n"
    assert bench.next_app().take_call()["Caller-Context"] == "inside"


def test_an_inline_transfer_brings_its_own_applications(bench: Bench) -> None:
    bench.call()
    port = bench.doors[1].port
    bench.log_in().api(
        f"uuid_transfer leg-4000 'set:rescued=yes,socket:127.0.0.1:{port} async' inline"
    )
    assert bench.next_app().take_call()["variable_rescued"] == "yes"


def test_an_inline_list_may_name_its_separator() -> None:
    assert parse_inline("m:^:set:a=1,2^hangup") == (Action("set", "a=1,2"), Action("hangup"))


def test_an_app_that_exits_gives_the_call_to_the_next_action(bench: Bench) -> None:
    _, app = bench.call()
    app.ask("exit")
    assert bench.next_app().take_call()["Answer-State"] == "answered"


def test_an_app_that_exits_a_protected_call_is_called_again_only_at_its_end(bench: Bench) -> None:
    person, app = bench.call()
    client = bench.log_in()
    client.api("uuid_setvar leg-4000 socket_resume false")
    app.begin("record", f"{bench.folder}/m.wav 60 200 2")
    bench.say_tone(person, 1000)
    bench.clock.sleep(0.5)
    app.conversation.close()
    bench.next_app().take_call()
    assert (bench.folder / "m.wav").exists()
    assert bench.clock.seconds() > 3


def test_a_client_may_resume_by_command(bench: Bench) -> None:
    _, app = bench.call()
    client = bench.log_in()
    client.api("uuid_setvar leg-4000 socket_resume false")
    assert app.ask("resume")["frame"].endswith("+OK")
    assert client.api("uuid_getvar leg-4000 socket_resume") == "true"


@pytest.mark.parametrize(
    ("application", "argument", "cause"),
    [
        ("hangup", "USER_BUSY", "USER_BUSY"),
        ("hangup", "", "NORMAL_CLEARING"),
        ("sched_hangup", "+2 ALLOTTED_TIMEOUT", "ALLOTTED_TIMEOUT"),
    ],
)
def test_a_call_ends_for_the_cause_that_was_given(
    bench: Bench, application: str, argument: str, cause: str
) -> None:
    _, app = bench.call()
    app.begin(application, argument)
    assert app.event("CHANNEL_HANGUP_COMPLETE")["variable_hangup_cause"] == cause
    assert bench.cdr()["variables"]["hangup_cause"] == cause


def test_a_message_may_hang_up_without_an_application(bench: Bench) -> None:
    _, app = bench.call()
    app.ask("sendmsg\ncall-command: hangup\nhangup-cause: CALL_REJECTED")
    assert app.event("CHANNEL_HANGUP")["Hangup-Cause"] == "CALL_REJECTED"


def test_a_client_of_the_node_may_send_a_message_to_any_call(bench: Bench) -> None:
    bench.call()
    client = bench.log_in("CHANNEL_EXECUTE_COMPLETE")
    client.ask("sendmsg leg-4000\ncall-command: execute\nexecute-app-name: set\n"
               "execute-app-arg: from=inbound")  # fmt: skip
    assert client.event("CHANNEL_EXECUTE_COMPLETE")["variable_from"] == "inbound"
    answer = client.ask("sendmsg nobody\ncall-command: hangup")
    assert answer["frame"].endswith("-ERR invalid session id [nobody]")


def test_too_many_messages_close_the_socket(bench: Bench) -> None:
    _, app = bench.call()
    app.begin("playback", "silence_stream://-1")
    for _ in range(260):
        app.begin("set", "a=b")
    bench.wait_for(lambda: [True] if app.is_closed else [])
