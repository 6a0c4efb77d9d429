"""Conferences and listening: who hears whom, and what the API says and does."""

import json

from tests.unit.simulator.bench import Bench
from tests.unit.simulator.talks import Talk, converse, dial, plug_in, sound


def in_a_room(bench: Bench) -> tuple[Talk, list[str]]:
    """Return a talk whose two are in room r-1; and the participants' numbers, newest first."""
    talk = converse(bench)
    talk.client.api("uuid_transfer leg-4000 -both conference:r-1@default inline")
    bench.wait_for(lambda: rows(talk)[1:])
    return talk, [str(row["id"]) for row in rows(talk)]


def rows(talk: Talk) -> list[dict[str, object]]:
    text = talk.client.api("conference r-1 json_list")
    return [] if text.startswith("-ERR") else json.loads(text)[0]["members"]


def test_everybody_in_a_room_hears_everybody_else(bench: Bench) -> None:
    talk, _ = in_a_room(bench)
    plug_in(bench, "1002")
    third = dial(talk.client, bench, "1002")
    talk.client.api("uuid_transfer leg-1002 conference:r-1@default inline")
    bench.wait_for(lambda: rows(talk)[2:])
    sound(bench, third, 440)
    assert talk.hears(talk.caller)
    assert talk.hears(talk.agent)
    assert not talk.hears(third)
    assert third.partner == "r-1"


def test_who_is_muted_in_a_room_is_not_heard_and_who_is_deaf_hears_nothing(bench: Bench) -> None:
    talk, (caller, agent) = in_a_room(bench)
    sound(bench, talk.caller, 440)
    sound(bench, talk.agent, 600)
    assert talk.client.api(f"conference r-1 mute {caller}") == f"+OK mute {caller}\n"
    assert not talk.hears(talk.agent)
    assert talk.client.api(f"conference r-1 deaf {caller}") == f"+OK deaf {caller}\n"
    assert not talk.hears(talk.caller)
    talk.client.api("conference r-1 unmute all")
    assert talk.hears(talk.agent)
    assert talk.client.api("conference r-1 mute 99") == "-ERR Member: 99 not found.\n"
    assert agent != caller


def test_nobody_else_is_let_into_a_locked_room(bench: Bench) -> None:
    talk, _ = in_a_room(bench)
    assert talk.client.api("conference r-1 lock") == "+OK r-1 locked\n"
    plug_in(bench, "1002")
    third = dial(talk.client, bench, "1002")
    talk.client.api("uuid_transfer leg-1002 conference:r-1@default inline")
    bench.wait_for(lambda: [] if third.is_connected else [True])
    assert len(rows(talk)) == 2


def test_who_is_parked_leaves_the_room_and_the_room_ends_with_the_last(bench: Bench) -> None:
    talk, _ = in_a_room(bench)
    talk.client.api("uuid_park leg-1001")
    bench.wait_for(lambda: [] if rows(talk)[1:] else [True])
    talk.caller.hang_up()
    ends = bench.wait_for(
        lambda: [e for e in talk.client.events("CUSTOM") if e["Action"] == "conference-destroy"]
    )
    assert talk.client.events("CUSTOM")[0]["Action"] == "conference-create"
    assert len(ends) == 1
    assert talk.client.api("conference r-1 json_list") == "-ERR Conference r-1 not found\n"
    assert talk.agent.is_connected


def test_one_who_listens_hears_both_and_is_heard_by_whom_the_keys_name(bench: Bench) -> None:
    talk = converse(bench)
    plug_in(bench, "1003")
    supervisor = dial(talk.client, bench, "1003", ",eavesdrop_enable_dtmf=true")
    talk.client.api("uuid_transfer leg-1003 eavesdrop:leg-1001 inline")
    bench.wait_for(lambda: [True] if supervisor.partner else [])
    sound(bench, talk.caller, 440)
    assert talk.hears(supervisor)
    talk.caller.hush()
    sound(bench, talk.agent, 440)
    assert talk.hears(supervisor)
    talk.agent.hush()
    sound(bench, supervisor, 600)
    for key, agent_hears, caller_hears in (
        ("0", False, False),
        ("2", True, False),
        ("1", False, True),
        ("3", True, True),
        ("0", False, False),
    ):
        talk.client.api(f"uuid_recv_dtmf leg-1003 {key}")
        bench.clock.sleep(0.1)
        assert (talk.hears(talk.agent), talk.hears(talk.caller)) == (agent_hears, caller_hears)
    assert not talk.hears(supervisor)  # not itself


def test_one_who_listens_is_free_when_the_leg_is_gone(bench: Bench) -> None:
    talk = converse(bench)
    plug_in(bench, "1003")
    supervisor = dial(talk.client, bench, "1003")
    talk.client.api("uuid_transfer leg-1003 eavesdrop:leg-1001,park inline")
    bench.wait_for(lambda: [True] if supervisor.partner else [])
    talk.agent.hang_up()
    bench.wait_for(lambda: [] if supervisor.partner else [True])
    bench.wait_for(
        lambda: [
            event
            for event in talk.client.events("CHANNEL_PARK")[1:]
            if event["Unique-ID"] == "leg-1003"
        ]
    )
    assert supervisor.is_connected
