"""A conversation with an agent, whole: recorded, told in segments, counted, explained."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from switchboard.media.loading import load_channels
from switchboard.media.measure import measure
from switchboard.media.wav import Pcm
from tests.e2e.conftest import Heard, House, running
from tests.e2e.test_a_call_from_end_to_end import HELLO
from tests.e2e.test_queues import FLOWS, agents, call, phone, waiting

ROSTER = """\
queues:
  service: {wrap_up: 3s, about: Service desk, target: 60s, short_abandon: 1s}
agents:
  "7001":
    name: Ann
    extension: "1001"
    queues: {service: 1}
    record: {percent: 100, consent: desk.sorry}
  "7002": {name: Bob, extension: "1002", queues: {service: 1}}
"""
TALKS = ({"await": "answer"}, {"wait": 2}, {"say": HELLO}, {"wait": 2}, {"hang_up": True})


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("ledger")
    flows = folder / "flows"
    flows.mkdir()
    for name, text in FLOWS.items():
        (flows / name).write_text(text)
    (folder / "roster.yaml").write_text(ROSTER)
    with running(folder, "flows: flows\nrecordings: {compact: false}\n") as running_house:
        running_house.command("queues", "import", str(folder / "roster.yaml"))
        running_house.wait_until(lambda: len(agents(running_house)) == 2, "the agents are known")
        yield running_house


@pytest.fixture(scope="module")
def talked(house: House) -> dict:
    """Ann is rung for a caller who waits, they talk, she wraps up; the call, as `show` tells it."""
    with house.steering() as steering:
        phone(steering, "1001", "answers", *TALKS)
        house.command("agents", "sign-in", "7001")
        house.command("agents", "sign-in", "7002")
        house.command("agents", "break", "7002", "tea")
        house.command("agents", "break", "7001", "coffee")
        placed = call(steering, *[{"say": HELLO}, {"wait": 1}] * 10)
        house.wait_until(lambda: waiting(house) == 1, "the caller waits")
        shown = json.loads(house.command("queues", "show", "service", "--json"))
        assert house.command("queues", "show", "service").count("Zhang San") == 1
        house.command("agents", "ready", "7001")
        assert Heard.until_hung_up(steering, placed).words.endswith("“Thank you, goodbye.”")
    house.wait_until(lambda: agents(house)["7001"]["state"] == "idle", "the wrap-up has ended")
    return {**json.loads(house.command("calls", "show", "last", "--json")), "queue": shown}


def segments(talked: dict) -> list[tuple[str, str]]:
    return [(one["kind"], one["who"]) for one in talked["segments"]]


@pytest.mark.req("I12", "X-111")
def test_the_story_is_in_segments_that_add_up_with_the_work_behind(talked):
    assert segments(talked) == [
        ("ivr", ""), ("queue", "service"), ("ivr", ""), ("talk", "7001"), ("ivr", ""),
        ("wrap_up", "7001"),
    ]  # fmt: skip
    assert talked["segment_errors"] == []
    assert talked["differences"] == []
    assert (talked["call"]["result"], talked["call"]["agent"]) == ("answered", "7001")


def offset_ms(begun: str, at: str) -> int:
    length = datetime.fromisoformat(at) - datetime.fromisoformat(begun)
    return round(length / timedelta(milliseconds=1))


def between(sound: Pcm, begun_ms: int, ended_ms: int) -> Pcm:
    samples = sound.samples[begun_ms * sound.rate // 1000 : ended_ms * sound.rate // 1000]
    return replace(sound, samples=samples)


@pytest.mark.req("REC-01", "X-078")
def test_both_sides_of_the_conversation_are_in_the_recording_that_the_agent_asks_for(
    house: House, talked
):
    (record,) = json.loads(
        house.command("recordings", "--json", "--call", talked["call_id"], "--kind", "call")
    )
    (talk,) = [one for one in talked["segments"] if one["kind"] == "talk"]
    assert talk["recordings"] == [record["recording_id"]]
    sound = load_channels(Path(house.command("recordings", "file", record["recording_id"]).strip()))
    assert sound.channels == 2
    begun, ended = (offset_ms(record["started_at"], talk[at]) for at in ("begun_at", "ended_at"))
    for side in (0, 1):  # the caller, and whom they hear: in the talk the agent alone
        side_rms = measure(between(sound.channel(side), begun + 300, ended - 300)).rms
        assert side_rms > 0.005, side
    assert record["duration_ms"] > talk["length_ms"]  # and through the return to the flow


@pytest.mark.req("X-071")
def test_consent_is_said_before_the_agent_comes_on_the_line(talked):
    kinds = [entry["kind"] for entry in talked["journal"]]
    said = [
        at
        for at, entry in enumerate(talked["journal"])
        if entry["details"].get("prompts") == ["desk.sorry"]
    ]
    assert len(said) == 1
    assert said[0] < kinds.index("recording_started")
    assert said[0] < kinds.index("joined")


@pytest.mark.req("ACD-18", "ACD-19", "ACD-20", "ACD-21", "ACD-22")
def test_a_queue_shows_its_length_waits_level_and_who_waits(house: House, talked):
    then = talked["queue"]
    (caller,) = then["entries"]
    assert (then["waiting"], caller["number"], caller["name"]) == (1, "13800138000", "Zhang San")
    assert 0 < then["mean_wait_ms"] <= then["longest_wait_ms"]
    (now,) = json.loads(house.command("queues", "stats", "--json"))
    assert (now["offered"], now["answered"], now["service_level"]) == (1, 1, 1.0)
    assert "service" in house.command("queues", "list")


@pytest.mark.req("RPT-04", "RPT-05", "WFM-05")
def test_reports_tell_of_the_queue_and_of_the_agent(house: House, talked):
    found = json.loads(house.command("queues", "report", "day", "--json"))
    assert found["total"]["handled"] == 1
    assert found["total"]["talk_ms"] > 2000
    assert found["total"]["wrap_up_ms"] == pytest.approx(3000, abs=600)
    agent = json.loads(house.command("agents", "report", "day", "--json"))["lines"][0]
    assert (agent["agent"], agent["offers"], agent["answered"], agent["failed"]) == (
        "7001",
        1,
        1,
        0,
    )
    states = ("idle", "ringing", "talking", "wrap_up", "unreachable", "on_break")
    assert sum(agent[f"{state}_ms"] for state in states) == agent["signed_in_ms"]
    worked = agent["talking_ms"] + agent["wrap_up_ms"]
    assert agent["occupancy"] == pytest.approx(worked / agent["signed_in_ms"])
    table = house.command("queues", "report", "day", "--csv").splitlines()
    assert table[0].startswith("queue,offered,waiting,answered,abandoned")
    assert table[1].startswith("service,1,0,1,0")
    assert "7001" in house.command("agents", "report", "week", "--by", "agent")


@pytest.mark.req("I7")
def test_why_the_caller_waited_is_told_in_words(house: House, talked):
    said = house.command("queues", "why", talked["call_id"][:12])
    assert "came into service at place 1" in said
    assert "nobody was free: " in said
    assert "Ann (7001) on a break (coffee)" in said
    assert "passed over: Bob (7002) on a break (tea)" in said
    assert "left service: answered by Ann (7001)" in said
