"""Two legs joined: who hears whom, where each goes afterwards, and what is recorded."""

import wave
from array import array

import pytest

from switchboard.simulator import audio
from switchboard.simulator.phones import Manner
from tests.unit.simulator.bench import Bench
from tests.unit.simulator.talks import converse, dial, levels, plug_in, sound


def test_two_who_are_joined_hear_each_other_and_nobody_before(bench: Bench) -> None:
    plug_in(bench)
    caller, _ = bench.call()
    client = bench.log_in("CHANNEL_BRIDGE", "BACKGROUND_JOB")
    agent = dial(client, bench)
    sound(bench, caller, 440)
    assert not any(levels(agent.ear.samples(agent.began, bench.node.ticks.now)))
    client.api("uuid_bridge leg-4000 leg-1001")
    client.event("CHANNEL_BRIDGE")
    begin = bench.node.ticks.now
    bench.clock.sleep(0.5)
    assert min(levels(agent.ear.samples(begin, bench.node.ticks.now))) > 500
    assert not any(levels(caller.ear.samples(begin, bench.node.ticks.now)))
    assert agent.partner == "13800138000"
    assert caller.partner == "1001"


def test_a_caller_is_given_back_to_an_app_when_the_agent_leaves(bench: Bench) -> None:
    talk = converse(bench)
    talk.agent.hang_up()
    returned = bench.next_app().take_call()
    assert returned["variable_last_bridge_hangup_cause"] == "NORMAL_CLEARING"
    assert talk.caller.is_connected
    assert not talk.agent.is_connected
    assert talk.caller.partner is None


def test_an_agent_is_parked_when_the_caller_leaves(bench: Bench) -> None:
    talk = converse(bench)
    talk.caller.hang_up()
    bench.wait_for(lambda: talk.client.events("CHANNEL_UNBRIDGE"))
    parked = talk.client.events("CHANNEL_PARK")[-1]
    assert (parked["Unique-ID"], parked["Channel-State"]) == ("leg-1001", "CS_PARK")
    assert talk.agent.is_connected


def test_an_agent_without_a_place_to_go_is_hung_up_when_the_caller_leaves(bench: Bench) -> None:
    talk = converse(bench)
    talk.client.api("uuid_setvar leg-1001 park_after_bridge")
    talk.caller.hang_up()
    bench.wait_for(lambda: [] if talk.agent.is_connected else [True])


def test_joining_a_leg_that_is_gone_leaves_the_other_where_it_is(bench: Bench) -> None:
    caller, app = bench.call()
    client = bench.log_in()
    assert client.api("uuid_bridge leg-4000 nobody") == "-ERR Invalid uuid\n"
    assert app.execute("set", "a=b")["Application"] == "set"
    assert caller.is_connected


def test_who_hangs_up_before_the_bridge_leaves_the_other_to_its_variables(bench: Bench) -> None:
    plug_in(bench)
    caller, app = bench.call()
    client = bench.log_in("CHANNEL_HANGUP", "BACKGROUND_JOB")
    dial(client, bench)
    client.api("uuid_setvar_multi leg-4000 socket_resume=false;transfer_after_bridge=4000:XML:p")
    app.begin("playback", "silence_stream://-1")
    client.conversation.send("api uuid_bridge leg-4000 leg-1001\n\napi uuid_kill leg-1001\n\n")
    bench.wait_for(lambda: [] if caller.is_connected and bench.node.find("leg-1001") else [True])
    bench.wait_for(lambda: [True] if len(bench.connections) > 1 or not caller.is_connected else [])


def test_held_legs_hear_nothing_and_the_partner_hears_the_music_that_is_set(bench: Bench) -> None:
    talk = converse(bench)
    sound(bench, talk.caller, 440)
    sound(bench, talk.agent, 600)
    talk.client.api("uuid_setvar leg-1001 hold_music tone_stream://%(1000,0,300);loops=-1")
    assert talk.client.api("uuid_hold leg-1001") == "+OK Success\n"
    assert talk.client.event("CHANNEL_HOLD")["Channel-Call-State"] == "HELD"
    assert not talk.hears(talk.agent)
    heard = talk.caller.ear.at(bench.node.ticks.now)
    assert heard is not None
    assert "300" in heard.sound.name
    talk.client.api("uuid_hold off leg-1001")
    assert talk.client.event("CHANNEL_UNHOLD")["Unique-ID"] == "leg-1001"
    assert talk.hears(talk.agent)


def test_a_muted_leg_is_not_heard_but_hears(bench: Bench) -> None:
    talk = converse(bench)
    sound(bench, talk.caller, 440)
    sound(bench, talk.agent, 600)
    talk.client.api("uuid_audio leg-1001 start read mute -4")
    assert not talk.hears(talk.caller)
    assert talk.hears(talk.agent)
    talk.client.api("uuid_audio leg-1001 stop")
    assert talk.hears(talk.caller)


def test_keys_of_one_reach_the_other_and_keys_that_are_sent_reach_the_phone(bench: Bench) -> None:
    talk = converse(bench)
    keys: list[str] = []
    talk.agent.tell = lambda happening: keys.append(str(happening.about.get("digit")))
    talk.caller.press("7")
    bench.wait_for(lambda: talk.client.events("DTMF"))
    talk.client.api("uuid_send_dtmf leg-1001 12")
    assert keys == ["7", "1", "2"]


def test_a_clip_is_heard_by_both(bench: Bench) -> None:
    talk = converse(bench)
    talk.client.api("uuid_broadcast leg-4000 tone_stream://%(1000,0,500) both")
    bench.clock.sleep(0.1)
    assert talk.hears(talk.caller)
    assert talk.hears(talk.agent)


@pytest.mark.parametrize("gone", ["caller", "agent"])
def test_a_recording_knows_who_said_what(bench: Bench, gone: str) -> None:
    talk = converse(bench)
    file = bench.folder / "talk.wav"
    talk.client.api("uuid_setvar leg-4000 RECORD_STEREO true")
    talk.client.api(f"uuid_record leg-4000 start {file}")
    bench.say_tone(talk.caller, 1000)
    bench.clock.sleep(1.5)
    bench.say_tone(talk.agent, 1000)
    bench.clock.sleep(1.5)
    getattr(talk, gone).hang_up()
    bench.wait_for(lambda: talk.client.events("CHANNEL_UNBRIDGE"))
    talk.client.api(f"uuid_record leg-4000 stop {file}")
    bench.wait_for(lambda: [True] if file.exists() else [])
    said, heard = channels_of(str(file))
    assert loud_seconds(said) == (0, 1)
    assert loud_seconds(heard) == (1.5, 1)


def channels_of(path: str) -> tuple["array[int]", "array[int]"]:
    with wave.open(path) as recording:
        samples = array("h", recording.readframes(recording.getnframes()))
    return samples[::2], samples[1::2]


def loud_seconds(samples: "array[int]") -> tuple[float, float]:
    """Return from when and for how long it was loud, to a twentieth of a second."""
    loud = [place for place, level in enumerate(levels(samples)) if level > 500]
    return round(loud[0] * 0.02 * 20) / 20, round(len(loud) * 0.02 * 20) / 20


def test_a_busy_line_is_busy(bench: Bench) -> None:
    plug_in(bench, lines=1)
    client = bench.log_in("BACKGROUND_JOB")
    dial(client, bench)
    assert client.api("originate sofia/internal/1001@127.0.0.1:6060 &park()") == "-ERR USER_BUSY\n"


def test_the_bridge_application_dials_through_a_gateway_and_returns(bench: Bench) -> None:
    plug_in(bench, "*", gateway="trunk", rings_ms=200)
    caller, app = bench.call()
    app.execute("set", "socket_resume=false")
    app.execute("set", "hangup_after_bridge=false")
    client = bench.log_in("CHANNEL_BRIDGE")
    bridged = app.begin("bridge", "sofia/gateway/trunk/02112345678")
    joined = client.event("CHANNEL_BRIDGE")
    assert caller.partner == "02112345678"
    far = bench.node.find(joined["Bridge-B-Unique-ID"])
    assert far is not None
    far.person.hang_up()
    assert app.ended(bridged)["variable_originate_disposition"] == "SUCCESS"
    assert caller.is_connected


def test_a_gateway_that_knows_no_such_number_says_so(bench: Bench) -> None:
    _, app = bench.call()
    app.execute("set", "continue_on_fail=true")
    ended = app.execute("bridge", "sofia/gateway/trunk/000")
    assert ended["variable_originate_disposition"] == "UNALLOCATED_NUMBER"


def test_a_caller_who_leaves_cancels_the_phone_that_rings_for_him(bench: Bench) -> None:
    plug_in(bench, manner=Manner.RINGS)
    caller, app = bench.call()
    client = bench.log_in("CHANNEL_HANGUP")
    app.begin("bridge", "sofia/internal/1001@127.0.0.1:6060")
    bench.wait_for(lambda: [one for one in bench.node.executors.values() if one.address])
    bench.clock.sleep(0.1)
    caller.hang_up()
    bench.wait_for(lambda: client.events("CHANNEL_HANGUP")[1:])
    causes = [event["Hangup-Cause"] for event in client.events("CHANNEL_HANGUP")]
    assert causes == ["NORMAL_CLEARING", "ORIGINATOR_CANCEL"]


def test_a_leg_transferred_too_often_is_hung_up(bench: Bench) -> None:
    caller, _ = bench.call()
    client = bench.log_in("CHANNEL_HANGUP")
    client.api("uuid_setvar leg-4000 max_session_transfers 1")
    client.api("uuid_transfer leg-4000 4001")
    assert client.event("CHANNEL_HANGUP")["Hangup-Cause"] == "EXCHANGE_ROUTING_ERROR"
    assert not caller.is_connected


def test_sound_of_a_conversation_is_kept_within_full_scale() -> None:
    loud = array("h", [audio.FULL_SCALE] * 160)
    assert max(audio.mix(loud, loud)) == audio.FULL_SCALE


def test_one_whose_partner_is_given_to_another_stays_until_somebody_ends_it(bench: Bench) -> None:
    plug_in(bench)
    plug_in(bench, "1002")
    caller, app = bench.call()
    app.begin("playback", "silence_stream://-1")
    client = bench.log_in("CHANNEL_BRIDGE", "CHANNEL_HANGUP", "BACKGROUND_JOB")
    first, second = dial(client, bench), dial(client, bench, "1002")
    bridge = "api uuid_bridge leg-4000"
    client.conversation.send(f"{bridge} leg-1001\n\n{bridge} leg-1002\n\n")
    assert client.event("CHANNEL_BRIDGE")["Bridge-B-Unique-ID"] == "leg-1002"
    bench.clock.sleep(1)
    assert (caller.partner, second.partner, first.partner) == ("1002", "13800138000", None)
    assert first.is_connected
    client.api("uuid_kill leg-1001")
    bench.wait_for(lambda: [] if first.is_connected else [True])
