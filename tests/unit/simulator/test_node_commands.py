"""API commands and subscriptions of clients of the node."""

import json

import pytest

from tests.unit.simulator.bench import PASSWORD, Bench

NO_CHANNEL = "-ERR No such channel!\n"


def test_nothing_but_auth_is_understood_before_the_log_in(bench: Bench) -> None:
    client = bench.log_in_without_password()
    assert client.ask("api status")["frame"].endswith("-ERR command not found")
    assert client.ask(f"auth {PASSWORD}")["frame"].endswith("+OK accepted")
    assert "is ready" in client.api("status")


@pytest.mark.parametrize(
    "command",
    ["uuid_setvar nobody a b", "uuid_getvar nobody a", "uuid_kill nobody", "uuid_break nobody all",
     "uuid_transfer nobody 1 XML public", "uuid_broadcast nobody x", "uuid_dump nobody",
     "uuid_setvar_multi nobody a=b", "uuid_park nobody", "uuid_answer nobody"],
)  # fmt: skip
def test_a_command_about_a_call_that_is_gone_says_so(bench: Bench, command: str) -> None:
    assert bench.log_in().api(command) == NO_CHANNEL


def test_live_calls_are_listed(bench: Bench) -> None:
    bench.call()
    client = bench.log_in()
    document = json.loads(client.api("show channels as json"))
    row = document["rows"][0]
    assert document["row_count"] == 1
    assert (row["uuid"], row["cid_num"], row["dest"]) == ("leg-4000", "13800138000", "4000")
    assert (row["application"], row["callstate"]) == ("answer", "ACTIVE")  # what it began last
    assert client.api("show channels count") == "\n1 total.\n"
    assert "leg-4000" in client.api("show channels")


def test_registered_phones_are_listed_and_told_of(bench: Bench) -> None:
    client = bench.log_in("CUSTOM", "sofia::register", "sofia::expire")
    bench.node.registrations.register("1001", "lab")
    row = json.loads(client.api("show registrations as json"))["rows"][0]
    assert (row["reg_user"], row["realm"]) == ("1001", "lab")
    bench.node.registrations.expire("1001", "lab")
    bench.node.registrations.unregister("1001", "lab")
    bench.wait_for(lambda: client.events("CUSTOM")[1:])
    told = [event["Event-Subclass"] for event in client.events("CUSTOM")]
    assert told == ["sofia::register", "sofia::expire"]
    assert client.api("show registrations as json") == '{"row_count": 0}\n'


def test_a_background_job_tells_its_id_command_and_answer(bench: Bench) -> None:
    client = bench.log_in("BACKGROUND_JOB")
    reply = client.ask("bgapi uuid_exists nobody\nJob-UUID: job-1")
    assert reply["frame"].endswith("Reply-Text: +OK Job-UUID: job-1\nJob-UUID: job-1")
    job = client.event("BACKGROUND_JOB")
    assert (job["Job-UUID"], job["Job-Command"], job["Job-Command-Arg"]) == (
        "job-1", "uuid_exists", "nobody",
    )  # fmt: skip
    assert job["_body"] == "false"


def test_global_variables_are_kept(bench: Bench) -> None:
    client = bench.log_in()
    client.api("global_setvar colour=blue sky")
    assert client.api("global_getvar colour") == "blue sky"
    assert "colour=blue sky\n" in client.api("global_getvar")


def test_all_calls_can_be_hung_up_at_once(bench: Bench) -> None:
    bench.dial("4001")
    bench.dial("4002")
    bench.clock.sleep(0.1)
    bench.log_in().api("hupall SYSTEM_SHUTDOWN")
    bench.wait_for(lambda: [one for one in bench.happened if one.kind == "hung_up"][1:])
    assert bench.node.executors == {}


def test_a_broadcast_executes_an_application_on_the_call(bench: Bench) -> None:
    _, app = bench.call()
    assert bench.log_in().api("uuid_broadcast leg-4000 set::seen=yes") == "+OK Message sent\n"
    bench.wait_for(
        lambda: [
            event
            for event in app.events("CHANNEL_EXECUTE_COMPLETE")
            if event.get("variable_seen") == "yes"
        ]
    )


def test_parking_takes_a_call_from_its_app(bench: Bench) -> None:
    bench.call()
    client = bench.log_in("CHANNEL_PARK")
    client.api("uuid_park leg-4000")
    parked = client.event("CHANNEL_PARK")
    assert parked["Channel-State"] == "CS_PARK"


def test_events_that_are_nixed_come_no_more(bench: Bench) -> None:
    client = bench.log_in("CHANNEL_CREATE", "CHANNEL_HANGUP")
    assert client.ask("nixevent CHANNEL_CREATE")["frame"].endswith("+OK events nixed")
    bench.dial().hang_up()
    client.event("CHANNEL_HANGUP")
    assert client.events("CHANNEL_CREATE") == []


def test_no_events_come_after_noevents(bench: Bench) -> None:
    client = bench.log_in("ALL")
    assert "no longer listening" in client.ask("noevents")["frame"]
    assert "not listening" in client.ask("noevents")["frame"]
    bench.dial()
    bench.clock.sleep(0.2)
    assert client.events() == []


def test_all_events_can_be_wanted(bench: Bench) -> None:
    client = bench.log_in("ALL")
    bench.call()
    names = {event["Event-Name"] for event in client.events()}
    assert {"CHANNEL_CREATE", "CHANNEL_STATE", "CHANNEL_EXECUTE", "CHANNEL_ANSWER"} <= names


def test_only_events_that_a_filter_names_come(bench: Bench) -> None:
    client = bench.log_in("CHANNEL_CREATE", "CHANNEL_HANGUP")
    client.ask("filter Caller-Destination-Number 4002")
    bench.dial("4001")
    bench.dial("4002")
    assert client.event("CHANNEL_CREATE")["Unique-ID"] == "leg-4002"
    assert client.ask("filter delete all")["frame"].endswith("+OK filter deleted. [all][]")
    assert client.ask("filter nothing")["frame"].endswith("-ERR invalid syntax")
    bench.dial("4003")
    bench.wait_for(lambda: client.events("CHANNEL_CREATE")[1:])


def test_plain_events_are_encoded_value_by_value(bench: Bench) -> None:
    client = bench.log_in()
    client.ask("event plain CHANNEL_CREATE")
    bench.dial(name="Bob\nUnique-ID: zzz")
    frames = bench.wait_for(
        lambda: [row.told for row in client.conversation.rows if "event-plain" in str(row.told)]
    )
    assert "Caller-Caller-ID-Name: Bob%0AUnique-ID%3A%20zzz\n" in frames[0]["body"]
