"""The control connection: endpoints that a program steers, and scripts by which people steer."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import gevent
import pytest
from gevent import socket

from switchboard.simulator import audio
from switchboard.simulator.scripts import MalformedScript, Step, parse_steps
from tests.unit.simulator.bench import App, Bench


class Controls:
    """A control connection on gevent, for a bench in the same process."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._sock = socket.create_connection(bench.control)
        self.documents: list[dict[str, Any]] = []
        self._reading = gevent.spawn(self._read)
        self._number = 0

    def ask(self, word: str, **fields: object) -> dict[str, Any]:
        self._number += 1
        number = self._number
        self.send(json.dumps({"id": number, "do": word, **fields}))
        return self._bench.wait_for(
            lambda: [document for document in self.documents if document.get("id") == number]
        )[0]

    def send(self, line: str) -> None:
        self._sock.sendall(line.encode() + b"\n")

    def events(self, kind: str = "") -> list[dict[str, Any]]:
        told = [document for document in self.documents if "event" in document]
        return [event for event in told if not kind or event["event"] == kind]

    def event(self, kind: str) -> dict[str, Any]:
        return self._bench.wait_for(lambda: self.events(kind))[0]

    def dial(self, **fields: object) -> str:
        endpoint = self.ask("endpoint", number="13800138000", name="Zhang San")["endpoint"]
        return str(self.ask("dial", endpoint=endpoint, to="4000", **fields)["call"])

    def close(self) -> None:
        self._reading.kill()
        self._sock.close()

    def _read(self) -> None:
        waiting = b""
        while received := self._sock.recv(65536):
            *lines, waiting = (waiting + received).split(b"\n")
            self.documents += [json.loads(line) for line in lines]


@pytest.fixture
def controls(bench: Bench) -> Iterator[Controls]:
    made = Controls(bench)
    yield made
    made.close()


def answered(bench: Bench) -> App:
    app = bench.next_app()
    app.take_call()
    app.execute("answer")
    return app


def test_a_steered_caller_is_told_what_happens(bench: Bench, controls: Controls) -> None:
    call = controls.dial()
    app = answered(bench)
    app.execute("playback", "tone_stream://%(300,0,440)")
    app.begin("hangup", "USER_BUSY")
    ended = controls.event("hung_up")
    assert [event["event"] for event in controls.events()] == [
        "answered", "hears", "heard", "hung_up",
    ]  # fmt: skip
    assert ended["cause"] == "USER_BUSY"
    assert {event["call"] for event in controls.events()} == {call}
    assert [event["at_s"] for event in controls.events()] == sorted(
        event["at_s"] for event in controls.events()
    )


def test_a_steered_caller_presses_and_hangs_up(bench: Bench, controls: Controls) -> None:
    call = controls.dial()
    app = answered(bench)
    controls.ask("press", call=call, keys="4#")
    bench.wait_for(lambda: app.events("DTMF")[1:])
    assert [event["DTMF-Digit"] for event in app.events("DTMF")] == ["4", "#"]
    controls.ask("hang_up", call=call)
    assert app.event("CHANNEL_HANGUP")["Hangup-Cause"] == "NORMAL_CLEARING"
    assert controls.ask("call", call=call)["up"] is False


def test_a_steered_caller_speaks_bytes_and_they_are_recorded(
    bench: Bench, controls: Controls
) -> None:
    call = controls.dial()
    app = answered(bench)
    recording = app.begin("record", f"{bench.folder}/m.wav 60 200 1")
    controls.event("records")
    wav = base64.b64encode(audio.encode_wav([audio.tone([440], 8000)])).decode()
    assert controls.ask("say", call=call, wav=wav)["lasts_s"] == 1.0
    app.ended(recording)
    assert audio.mean_level(audio.read_wav(bench.folder / "m.wav")[1000:7000]) > 1000


def test_a_steered_caller_hears_the_sound_itself(bench: Bench, controls: Controls) -> None:
    call = controls.dial()
    app = answered(bench)
    app.execute("playback", "tone_stream://%(500,500,440)")
    heard = controls.ask("listen", call=call)
    samples = audio.decode_wav(base64.b64decode(heard["wav"]))
    assert len(samples) / 8000 == pytest.approx(heard["to_s"], abs=0.001)
    assert audio.mean_level(samples) > 500
    late = controls.ask("listen", call=call, from_s=heard["to_s"] - 0.4)
    assert audio.mean_level(audio.decode_wav(base64.b64decode(late["wav"]))) == 0


def test_the_state_of_a_call_can_be_asked(bench: Bench, controls: Controls) -> None:
    call = controls.dial()
    app = answered(bench)
    app.begin("playback", "local_stream://default")
    controls.event("hears")
    state = controls.ask("call", call=call)
    assert (state["up"], state["answered"], state["hears"]) == (
        True,
        True,
        "local_stream://default",
    )
    assert controls.ask("node")["calls"] == 1


@pytest.mark.parametrize(
    ("request_", "complaint"),
    [
        ({"do": "fly"}, "do must be one of"),
        ({"do": "press", "call": "nobody", "keys": "1"}, "no such call"),
        ({"do": "dial", "endpoint": "nobody", "to": "1"}, "no such endpoint"),
        ({"do": "fault", "fault": "gremlins"}, "fault must be none or one of"),
        ({"do": "cut", "which": "corner"}, "which must be"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_reason(
    controls: Controls, request_: dict[str, str], complaint: str
) -> None:
    word = request_.pop("do")
    answer = controls.ask(word, **request_)
    assert answer["ok"] is False
    assert complaint in answer["error"]


def test_a_line_that_is_not_json_is_refused_and_the_next_is_obeyed(
    bench: Bench, controls: Controls
) -> None:
    controls.send("hello")
    bench.wait_for(lambda: [one for one in controls.documents if one.get("ok") is False])
    assert controls.ask("node")["ok"]


def test_faults_are_steered_too(bench: Bench, controls: Controls) -> None:
    person, app = bench.call("DTMF", "CHANNEL_EXECUTE_COMPLETE")
    controls.ask("fault", fault="drop_events", amount=1)
    person.press("12")
    bench.wait_for(lambda: app.events("DTMF"))
    assert app.events("DTMF")[0]["DTMF-Digit"] == "2"
    controls.ask("fault", fault="none")
    controls.ask("cut", which="outbound")
    bench.wait_for(lambda: [True] if app.is_closed else [])
    controls.ask("restart")
    assert controls.ask("node")["calls"] == 0


def test_a_steered_phone_rings_is_answered_and_hears(bench: Bench, controls: Controls) -> None:
    controls.ask("phone", number="1001")
    controls.ask("register", user="1001", domain="lab")
    client = bench.log_in("BACKGROUND_JOB")
    client.ask(
        "bgapi originate {origination_uuid=agent-1,origination_caller_id_number=13800138000,"
        "originate_timeout=20}sofia/internal/1001%lab &playback(tone_stream://%(300,0,440))"
    )
    rings = controls.event("rings")
    assert (rings["call"], rings["from"]) == ("agent-1", "13800138000")
    bench.clock.sleep(2)
    assert client.events("BACKGROUND_JOB") == []
    controls.ask("answer", call="agent-1")
    assert client.event("BACKGROUND_JOB")["_body"] == "+OK agent-1\n"
    assert controls.event("hears")["sound"] == "tone_stream://%(300,0,440)"
    assert controls.event("hung_up")["cause"] == "NORMAL_CLEARING"


@pytest.mark.parametrize(("status", "cause"), [(486, "USER_BUSY"), (603, "CALL_REJECTED")])
def test_a_steered_phone_refuses(bench: Bench, controls: Controls, status: int, cause: str) -> None:
    controls.ask("phone", number="1001")
    client = bench.log_in("BACKGROUND_JOB")
    client.ask(
        "bgapi originate {origination_uuid=agent-1}sofia/internal/1001@127.0.0.1:5099 &park()"
    )
    controls.event("rings")
    assert "status must be" in controls.ask("refuse", call="agent-1", status=200)["error"]
    controls.ask("refuse", call="agent-1", status=status)
    assert client.event("BACKGROUND_JOB")["_body"] == f"-ERR {cause}\n"


def test_a_phone_may_have_a_manner_of_its_own(bench: Bench, controls: Controls) -> None:
    controls.ask("phone", number="1001", manner="answers", rings_ms=500, steps=[{"press": "1"}])
    client = bench.log_in("DTMF", "CHANNEL_PARK")
    asked = "{origination_uuid=agent-1}sofia/internal/1001@127.0.0.1:5099 &park()"
    assert client.api(f"originate {asked}") == "+OK agent-1\n"
    assert client.event("DTMF")["DTMF-Digit"] == "1"
    assert client.event("CHANNEL_PARK")["Caller-Caller-ID-Number"] == "1001"
    controls.ask("unplug", number="1001")
    assert client.api("originate sofia/internal/1001@127.0.0.1:5099 &park()") == (
        "-ERR NORMAL_TEMPORARY_FAILURE\n"
    )
    assert "manner must be" in controls.ask("phone", number="1", manner="moody")["error"]


@pytest.mark.parametrize("asked", ["", "sofia/internal/1001@127.0.0.1:5099", "x &park)("])
def test_what_is_no_dial_string_is_refused(bench: Bench, asked: str) -> None:
    assert bench.log_in().api(f"originate {asked}").startswith("-USAGE")


def test_phones_are_registered_by_steering(bench: Bench, controls: Controls) -> None:
    controls.ask("register", user="1001", domain="lab")
    assert bench.node.registrations.find("1001", "lab")
    controls.ask("expire", user="1001", domain="lab")
    assert bench.node.registrations.find("1001", "lab") is None
    controls.ask("register", user="1001", domain="lab")
    controls.ask("unregister", user="1001", domain="lab")
    assert bench.node.registrations.find("1001", "lab") is None


def test_a_scripted_caller_waits_for_silence_and_for_the_recording(
    bench: Bench, controls: Controls
) -> None:
    (bench.folder / "hello.wav").write_bytes(audio.encode_wav([audio.tone([440], 8000)]))
    controls.dial(
        steps=[
            {"await": "answer"},
            {"await": "quiet"},
            {"press": "1"},
            {"await": "recording"},
            {"say": "hello.wav"},
            {"stay": 5},
            {"hang_up": True},
        ]
    )
    app = answered(bench)
    app.execute("playback", "tone_stream://%(1000,0,440)")
    key = app.event("DTMF")
    assert key["DTMF-Digit"] == "1"
    ended = app.execute("record", f"{bench.folder}/m.wav 60 200 2")
    assert int(ended["variable_record_ms"]) == pytest.approx(3000, abs=150)
    silent_s = bench.clock.seconds() - 2
    assert app.event("CHANNEL_HANGUP")["variable_sip_term_status"] == "200"
    assert bench.clock.seconds() - silent_s == pytest.approx(5, abs=0.3)


def test_a_scripted_caller_who_hears_nothing_goes_on_after_a_while(
    bench: Bench, controls: Controls
) -> None:
    controls.dial(steps=[{"await": "answer"}, {"await": "quiet"}, {"press": "1"}])
    app = answered(bench)
    app.event("DTMF")
    assert 5 <= bench.clock.seconds() <= 6


def test_silence_between_two_prompts_is_not_the_system_s_turn_taking(
    bench: Bench, controls: Controls
) -> None:
    controls.dial(steps=[{"await": "answer"}, {"await": "quiet"}, {"press": "1"}])
    app = answered(bench)
    for _ in range(3):
        app.begin("playback", "tone_stream://%(500,0,440)")
        app.begin("playback", "silence_stream://200")
    app.event("DTMF")
    assert len(app.events("CHANNEL_EXECUTE_COMPLETE")) >= 2 + 6


def test_many_callers_may_dial_at_once(bench: Bench, controls: Controls) -> None:
    endpoint = controls.ask("endpoint", number="1")["endpoint"]
    answer = controls.ask("dial", endpoint=endpoint, to="4000", count=20)
    assert len(set(answer["calls"])) == 20
    bench.wait_for(lambda: bench.connections[19:])


@pytest.mark.parametrize("step", [{"sing": "a song"}, {"press": 1}, {"await": "godot"}, {}])
def test_a_step_that_nobody_can_do_is_refused(step: dict[str, Any]) -> None:
    with pytest.raises(MalformedScript, match="is no step"):
        parse_steps([step])


def test_steps_are_read_in_order() -> None:
    assert parse_steps([{"wait": 1.5}, {"press": "1#"}]) == (
        Step("wait", duration_s=1.5),
        Step("press", "1#"),
    )
