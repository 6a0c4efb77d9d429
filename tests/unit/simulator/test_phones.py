"""Scripted phones: what becomes of calls to them, and what their owners do by themselves."""

from collections import Counter

import pytest

from switchboard.simulator.people import Fax
from switchboard.simulator.phones import Manner
from switchboard.simulator.scripts import MalformedScript, parse_steps
from switchboard.simulator.tiff import blank_page
from tests.unit.simulator.bench import Bench
from tests.unit.simulator.talks import dial, plug_in


def test_an_agent_hangs_up_after_talking_for_a_while(bench: Bench) -> None:
    steps = parse_steps([{"await": "partner"}, {"wait": [3, 5]}, {"hang_up": True}])
    plug_in(bench, steps=steps)
    bench.call()
    client = bench.log_in("CHANNEL_BRIDGE", "CHANNEL_UNBRIDGE", "BACKGROUND_JOB")
    agent = dial(client, bench)
    bench.clock.sleep(10)
    assert agent.is_connected
    client.api("uuid_bridge leg-4000 leg-1001")
    joined = client.event("CHANNEL_BRIDGE")
    parted = client.event("CHANNEL_UNBRIDGE")
    stamps = [int(event["Event-Date-Timestamp"]) / 1e6 for event in (joined, parted)]
    assert 3 <= stamps[1] - stamps[0] <= 5.2


def test_an_agent_transfers_with_the_phone_itself(bench: Bench) -> None:
    plug_in(bench, steps=parse_steps([{"await": "partner"}, {"wait": 1}, {"refer": "4321"}]))
    caller, _ = bench.call()
    client = bench.log_in("CHANNEL_BRIDGE", "BACKGROUND_JOB")
    agent = dial(client, bench)
    client.api("uuid_bridge leg-4000 leg-1001")
    moved = bench.next_app().take_call()
    assert moved["Caller-Destination-Number"] == "4321"
    assert caller.is_connected
    bench.wait_for(lambda: [] if agent.is_connected else [True])


def test_what_becomes_of_a_call_is_drawn_by_its_odds(bench: Bench) -> None:
    plug_in(bench, odds=((Manner.BUSY, 1.0), (Manner.REJECTS, 1.0)))
    client = bench.log_in()
    said = Counter(
        client.api("originate sofia/internal/1001@127.0.0.1:6060 &park()") for _ in range(40)
    )
    assert set(said) == {"-ERR USER_BUSY\n", "-ERR CALL_REJECTED\n"}


def test_a_phone_that_has_lost_its_registration_cannot_be_dialled(bench: Bench) -> None:
    plug_in(bench)
    client = bench.log_in("CUSTOM", "sofia::register", "sofia::expire")
    bench.node.registrations.register("1001", "example.org", 6060)
    assert client.api("originate sofia/internal/1001%example.org &park()").startswith("+OK")
    bench.node.registrations.expire("1001", "example.org")
    answer = client.api("originate sofia/internal/1001%example.org &park()")
    assert answer == "-ERR USER_NOT_REGISTERED\n"
    told = [event["Event-Subclass"] for event in client.events("CUSTOM")]
    assert told == ["sofia::register", "sofia::expire"]


def test_a_machine_is_asked_for_its_pages_and_a_person_is_given_up(bench: Bench) -> None:
    _, app = bench.call()
    ended = app.execute("rxfax", str(bench.folder / "in.tif"))
    assert (ended["variable_fax_success"], ended["variable_fax_result_code"]) == ("0", "3")
    assert not (bench.folder / "in.tif").exists()


def test_the_pages_of_a_machine_arrive_as_they_were_sent(bench: Bench) -> None:
    caller, app = bench.call()
    caller.fax = Fax(blank_page(), 1)
    ended = app.execute("rxfax", str(bench.folder / "in.tif"))
    assert ended["variable_fax_document_transferred_pages"] == "1"
    assert (bench.folder / "in.tif").read_bytes() == blank_page()


@pytest.mark.parametrize("step", [{"wait": [5, 1]}, {"wait": [1]}, {"wait": -1}, {"wait": True}, 7])
def test_a_time_that_cannot_be_waited_is_refused(step: object) -> None:
    with pytest.raises(MalformedScript):
        parse_steps([step])


def test_names_in_quotes_may_hold_spaces_and_commas(bench: Bench) -> None:
    plug_in(bench)
    client = bench.log_in("CHANNEL_CREATE")
    client.api(
        "originate {origination_caller_id_name='Sales, first',origination_caller_id_number=100}"
        "sofia/internal/1001@127.0.0.1:6060 &park()"
    )
    made = client.event("CHANNEL_CREATE")
    assert made["Caller-Caller-ID-Name"] == "Sales, first"
    assert made["Caller-Caller-ID-Number"] == "100"


def test_a_registration_that_runs_out_is_told_as_the_switch_tells_it(bench: Bench) -> None:
    client = bench.log_in("CUSTOM", "sofia::expire")
    bench.node.registrations.register("1001", "example.org", 6060)
    assert "1001@example.org" in client.api("sofia status profile internal reg")
    bench.node.registrations.expire("1001", "example.org")
    expired = client.event("CUSTOM")
    assert (expired["user"], expired["host"]) == ("1001", "example.org")
    assert "from-user" not in expired
    assert "Total items returned: 0" in client.api("sofia status profile internal reg")


def test_lists_of_channels_tell_what_each_began_last(bench: Bench) -> None:
    plug_in(bench)
    _, app = bench.call()
    client = bench.log_in()
    app.begin("playback", "silence_stream://-1")
    bench.clock.sleep(0.1)
    assert ",playback,silence_stream://-1," in client.api("show channels")
