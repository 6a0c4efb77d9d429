"""The stand-in's CDRs have the form of mod_json_cdr's, and tell the same of a call."""

import json
from pathlib import Path
from typing import Any

import pytest

from switchboard.core.cdrs import cdr_from_json
from switchboard.core.legs import Direction
from switchboard.simulator.phones import Manner, Phone
from tests.unit.simulator.bench import Bench
from tests.unit.simulator.talks import converse

SAMPLES = Path(__file__).parents[2] / "conformance" / "cdrs"


def sample(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((SAMPLES / name).read_text(encoding="utf-8"))
    return document


def test_a_record_has_the_parts_of_a_real_one(bench: Bench) -> None:
    _, app = bench.call()
    app.begin("hangup", "NORMAL_CLEARING")
    ours, theirs = bench.cdr(), sample("ivr-inbound-a05a.json")
    assert list(ours) == list(theirs)
    assert set(ours["channel_data"]) == set(theirs["channel_data"])
    assert list(ours["callflow"][0]) == list(theirs["callflow"][0])
    for part in ("caller_profile", "times"):
        assert list(ours["callflow"][0][part]) == list(theirs["callflow"][0][part])
    assert set(theirs["callStats"]["audio"]["inbound"]) <= set(
        ours["callStats"]["audio"]["inbound"]
    )


def test_a_record_has_the_times_and_lengths_of_a_real_one(bench: Bench) -> None:
    _, app = bench.call()
    app.begin("hangup")
    theirs = sample("ivr-inbound-a05a.json")["variables"]
    ours = bench.cdr()["variables"]
    counted = ("epoch", "stamp", "sec", "usec", "msec", "duration")
    wanted = {name for name in theirs if name.endswith(counted)} | {
        "hangup_cause", "hangup_cause_q850", "digits_dialed", "last_app", "caller_id",
        "sip_hangup_disposition", "sip_req_user", "direction", "uuid", "endpoint_disposition",
    }  # fmt: skip
    assert wanted - set(ours) == set()


def test_a_record_is_read_as_the_product_reads_it(bench: Bench) -> None:
    person, _ = bench.call()
    bench.log_in().api("uuid_setvar leg-4000 switchboard_call_id call-1")
    bench.clock.sleep(3)
    person.hang_up()
    cdr = cdr_from_json(bench.cdr())
    assert (cdr.leg_id, cdr.call_id, cdr.node) == ("leg-4000", "call-1", "stand-in")
    assert (cdr.direction, cdr.ani, cdr.dnis) == (Direction.INBOUND, "13800138000", "4000")
    assert cdr.caller_name == "Zhang San"
    assert cdr.cause == "NORMAL_CLEARING"
    assert cdr.duration_ms == pytest.approx(cdr.billable_ms + 20, abs=41)


def test_variables_are_percent_encoded_and_the_caller_is_not(bench: Bench) -> None:
    bench.dial(name="张 三%")
    app = bench.next_app()
    app.take_call()
    app.execute("set", "note=50% off, 好")
    app.begin("hangup")
    record = bench.cdr()
    assert record["variables"]["note"] == "50%25%20off,%20%E5%A5%BD"
    assert record["callflow"][0]["caller_profile"]["caller_id_name"] == "张 三%"


def test_a_transferred_call_tells_each_place_newest_first(bench: Bench) -> None:
    _, app = bench.call()
    app.begin("transfer", "5000 XML public")
    second = bench.next_app()
    second.take_call()
    second.begin("hangup")
    flow = bench.cdr()["callflow"]
    assert [step["caller_profile"]["destination_number"] for step in flow] == ["5000", "4000"]
    assert [step["profile_index"] for step in flow] == ["2", "1"]
    assert flow[1]["times"]["transfer_time"] != "0"
    assert flow[0]["extension"]["applications"][2]["last_executed"] == "true"


def test_what_was_executed_is_logged(bench: Bench) -> None:
    _, app = bench.call()
    app.execute("playback", "silence_stream://100")
    app.begin("hangup")
    log = bench.cdr()["app_log"]["applications"]
    assert [entry["app_name"] for entry in log] == [
        "set", "sched_transfer", "socket", "sched_cancel", "answer", "playback", "hangup",
    ]  # fmt: skip
    assert "app_data" not in log[-1]


def test_a_call_given_up_before_the_answer_was_never_billed(bench: Bench) -> None:
    person = bench.dial()
    bench.next_app().take_call()
    person.hang_up()
    cdr = cdr_from_json(bench.cdr())
    assert (cdr.answered_at, cdr.billable_ms, cdr.cause) == (None, 0, "ORIGINATOR_CANCEL")


def test_the_record_of_a_dialled_leg_has_the_parts_of_a_real_one(bench: Bench) -> None:
    bench.node.phones.plug_in(Phone(number="1001", port=6060, manner=Manner.ANSWERS))
    client = bench.log_in()
    dialled = "{origination_uuid=agent-1}sofia/internal/1001@127.0.0.1:6060 &park()"
    assert client.api(f"originate {dialled}") == "+OK agent-1\n"
    client.api("uuid_kill agent-1")
    ours, theirs = bench.cdr("agent-1"), sample("park-outbound-47ca.json")
    assert list(ours["callflow"][0]) == list(theirs["callflow"][0])
    assert ours["variables"]["direction"] == "outbound"
    assert cdr_from_json(ours).direction is Direction.OUTBOUND


def test_the_records_of_two_who_talked_name_each_other_and_how_long_one_was_held(
    bench: Bench,
) -> None:
    talk = converse(bench)
    talk.client.api("uuid_hold leg-1001")
    bench.clock.sleep(2)
    talk.client.api("uuid_hold off leg-1001")
    talk.client.api("uuid_setvar_multi leg-4000 transfer_after_bridge=;hangup_after_bridge=true")
    talk.client.api("uuid_setvar leg-1001 park_after_bridge")
    talk.agent.hang_up()
    agent, caller = bench.cdr("leg-1001"), bench.cdr("leg-4000")
    named = agent["callflow"][0]["caller_profile"]["originator"]["originator_caller_profiles"][0]
    assert (named["uuid"], named["caller_id_number"]) == ("leg-4000", "13800138000")
    named = caller["callflow"][0]["caller_profile"]["originatee"]["originatee_caller_profiles"][0]
    assert (named["uuid"], named["destination_number"]) == ("leg-1001", "1001")
    assert 1.9e6 <= int(agent["variables"]["hold_accum_usec"]) <= 2.1e6
    assert agent["callflow"][0]["times"]["bridged_time"] != "0"
    assert caller["variables"]["bridge_hangup_cause"] == "NORMAL_CLEARING"
    assert [flow["profile_index"] for flow in agent["callflow"]] == ["2", "1"]
