"""Agents and supervisors at work, whole: phones that sign in, calls between them, listening."""

import json
import urllib.error
from collections.abc import Iterator

import pytest

from switchboard.simulator.steering import Steering
from tests.e2e.conftest import Heard, House, running

DOMAIN = "switchboard.invalid"
SETTINGS = """\
flows: flows
agents: {phone: "*70", monitor_phone: "*71", warn: spoken}
freeswitch:
  extensions:
    - {number: "1001", password: only-for-these-tests}
    - {number: "1002", password: only-for-these-tests}
    - {number: "1009", password: only-for-these-tests}
  gateways:
    - {name: carrier, proxy: sip.carrier.example, numbers: ["+86139*"]}
"""
FLOWS = {
    "centre.yaml": """\
centre: desk
about: A service desk
languages: [en]
zone: UTC

numbers:
  "95001": {flow: desk}
  "95002": {flow: mobiles}

queues:
  service: {about: Service desk}
  mobiles: {about: People on the road}
""",
    "mobiles.yaml": """\
flow: mobiles
about: A queue whose agents are on the road
languages: [en]
start: people

prompts:
  goodbye: {en: "Thank you, goodbye."}
  sorry: {en: "Sorry."}

nodes:
  people:
    queue: mobiles
    then: {talked: goodbye, otherwise: sorry, failed: sorry}
  goodbye: {hang_up: goodbye}
  sorry: {hang_up: sorry}
""",
    "desk.yaml": """\
flow: desk
about: A queue and a goodbye
languages: [en]
start: people

prompts:
  goodbye: {en: "Thank you, goodbye."}
  sorry: {en: "Sorry."}

nodes:
  people:
    queue: service
    then: {talked: goodbye, otherwise: sorry, failed: sorry}
  goodbye: {hang_up: goodbye}
  sorry: {hang_up: sorry}
""",
}
ROSTER = """\
queues:
  service: {ring_for: 15s, joining: []}
  mobiles: {ring_for: 40s, joining: []}
agents:
  "7001": {name: Ann, extension: "1001", queues: {service: 1}}
  "7002": {name: Bob, extension: "1002", queues: {service: 2}}
  "7003":
    name: Cleo
    extension: "1003"
    queues: {mobiles: 1}
    follow_me: [{outside: "+8613900000003"}]
  "9001": {name: Dora, extension: "1009", supervisor: true}
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("desk")
    (folder / "flows").mkdir()
    for name, text in FLOWS.items():
        (folder / "flows" / name).write_text(text)
    (folder / "roster.yaml").write_text(ROSTER)
    with running(folder, SETTINGS) as running_house:
        running_house.command("queues", "import", str(folder / "roster.yaml"))
        running_house.wait_until(lambda: len(agents(running_house)) == 4, "the agents are known")
        for agent in ("7001", "9001"):
            running_house.command("agents", "pin", agent, "--pin", "4712")
        yield running_house


@pytest.fixture
def house(whole: House) -> Iterator[House]:
    yield whole
    for agent in ("7001", "7002", "7003"):
        whole.post_api(f"/agents/{agent}/sign-out")


def agents(house: House) -> dict[str, dict]:
    return {agent["agent_id"]: agent for agent in json.loads(house.get_api("/agents"))}


def is_state(house: House, agent: str, state: str) -> None:
    def holds() -> bool:
        return bool(agents(house)[agent]["state"] == state)

    house.wait_until(holds, f"{agent} is {state}")


def phone(steering: Steering, number: str, *steps: dict, rings_ms: int = 500) -> None:
    steering.ask("phone", number=number, manner="answers", rings_ms=rings_ms, steps=list(steps))
    steering.ask("register", user=number, domain=DOMAIN)


def call(steering: Steering, to: str, *steps: dict, extension: str = "") -> str:
    endpoint = steering.make_endpoint(extension or "13800138000", "Zhang San", extension)
    return steering.dial(endpoint, to, [{"await": "answer"}, *steps])


@pytest.fixture
def talking(house: House) -> Iterator[tuple[House, Steering, str]]:
    """A caller who talks with agent 7001; the supervisor's phone is there."""
    with house.steering() as steering:
        phone(steering, "1001")
        phone(steering, "1009")
        house.post_api("/agents/7001/sign-in")
        caller = call(steering, "95001")
        is_state(house, "7001", "talking")
        house.wait_until(lambda: steering.ask("call", call=caller)["with"], "they talk")
        yield house, steering, caller
        steering.ask("hang_up", call=caller) if is_up(steering, caller) else None


def is_up(steering: Steering, call: str) -> bool:
    return bool(steering.ask("call", call=call)["up"])


def manner(house: House) -> str | None:
    found = json.loads(house.get_api("/supervisors"))
    return found[0]["manner"] if found and found[0]["answered"] else None


@pytest.mark.req("AGT-01")
def test_an_agent_signs_in_by_phone_takes_a_call_and_signs_out_by_phone(house: House):
    keys = ({"wait": 1}, {"press": "7001#"}, {"wait": 1}, {"press": "4712#"}, {"wait": 1})
    with house.steering() as steering:
        phone(steering, "1002", {"await": "answer"}, {"wait": 3}, {"hang_up": True})
        heard = Heard.until_hung_up(
            steering, call(steering, "*70", *keys, {"press": "1"}, extension="1002")
        )
        assert "You are signed in." in heard.words
        assert agents(house)["7001"]["seat"] == "phone:1002"
        served = Heard.until_hung_up(steering, call(steering, "95001"))
        assert served.words.endswith("“Thank you, goodbye.”")
        out = Heard.until_hung_up(
            steering, call(steering, "*70", *keys, {"press": "4"}, extension="1002")
        )
        assert "You are signed out." in out.words
    assert agents(house)["7001"]["status"] == "logged_out"


@pytest.mark.req("SUP-09")
def test_an_agent_calls_a_colleague_who_answers(house: House):
    with house.steering() as steering:
        phone(steering, "1001")
        phone(steering, "1002")
        house.post_api("/agents/7001/sign-in")
        house.post_api("/agents/7002/sign-in")
        placed = call(steering, "1002", extension="1001")
        is_state(house, "7001", "talking")
        is_state(house, "7002", "talking")
        steering.ask("hang_up", call=placed)
        Heard.until_hung_up(steering, placed)
        is_state(house, "7001", "idle")
        is_state(house, "7002", "idle")
        story = house.story()
        assert "agent 7001 dialled 1002" in story
        assert "talks with 7002" in story
        refused = Heard.until_hung_up(steering, call(steering, "1009"))
        assert not refused.answered, "a call from outside reaches no phone of ours"


@pytest.mark.req("SUP-02", "SUP-03", "SUP-04", "X-063", "X-064")
def test_a_supervisor_listens_whispers_barges_in_takes_over_and_leaves(talking):
    house, _, _ = talking
    for command, expected in (
        ("listen", "listen"),
        ("whisper", "whisper"),
        ("barge", "barge"),
        ("take-over", "take_over"),
    ):
        house.command("agents", command, "7001", "--by", "9001")
        house.wait_until(lambda expected=expected: manner(house) == expected, expected)
    house.command("agents", "leave", "7001", "--by", "9001")
    house.wait_until(lambda: manner(house) is None, "the supervisor has left")
    story = house.story()
    for told in ("listen", "whisper", "barge", "take_over", "leave"):
        assert f"9001, supervisor: {told}" in story
    assert "ended" not in story.split("talks with 7001")[1], "the two talk on"


@pytest.mark.req("X-065")
def test_a_supervisor_listens_by_phone_with_a_code_and_a_pin(talking):
    house, steering, _ = talking
    keys = [
        step for answer in ("9001#", "4712#", "7001#") for step in ({"wait": 1}, {"press": answer})
    ]
    told = Heard.until_hung_up(steering, call(steering, "*71", *keys, extension="1009"))
    assert "You will be called right back." in told.words
    house.wait_until(lambda: manner(house) == "listen", "the supervisor hears them")
    house.command("agents", "leave", "7001", "--by", "9001")
    house.wait_until(lambda: manner(house) is None, "the supervisor has left")


@pytest.mark.req("SUP-01")
@pytest.mark.parametrize("ask", ["listen", "release", "force", "record", "message", "leave"])
def test_who_is_no_supervisor_is_refused_in_words(house: House, ask: str):
    with pytest.raises(urllib.error.HTTPError) as refusal:
        house.post_api(f"/supervisors/7002/{ask}", agent="7001", status="available", text="x")
    assert refusal.value.code == 409
    assert "7002 is no supervisor" in json.loads(refusal.value.read())["error"]


@pytest.mark.req("SUP-01", "SUP-05", "SUP-10", "X-060")
def test_a_supervisor_records_writes_to_and_releases_an_agent(talking):
    house, steering, caller = talking
    recorded = house.command("agents", "record", "7001", "--by", "9001")
    recording_id = recorded.strip().rpartition(": ")[2]
    house.command("agents", "message", "7001", "Please be brief.", "--by", "9001")
    assert "9001: Please be brief." in house.command("agents", "messages", "7001")
    house.command("agents", "release", "7001", "--by", "9001")
    Heard.until_hung_up(steering, caller)
    is_state(house, "7001", "idle")
    house.wait_until(
        lambda: recording_id in house.command("recordings", "--json"), "the recording is kept"
    )
    assert "9001, supervisor: released 7001" in house.story()


@pytest.mark.req("SUP-06", "SUP-07")
def test_states_are_seen_live_and_their_history_is_evidence(house: House):
    with house.steering() as steering:
        phone(steering, "1001")
        house.post_api("/agents/7001/sign-in")
        is_state(house, "7001", "idle")
        house.command("agents", "break", "7001", "meal")
        house.wait_until(lambda: agents(house)["7001"]["reason"] == "meal", "a break")
        house.command("agents", "force", "7001", "available", "--by", "9001")
        house.wait_until(lambda: agents(house)["7001"]["status"] == "available", "forced")
    moments = json.loads(house.command("agents", "history", "7001", "--json"))
    chosen = [(one["status"], one["reason"]) for one in moments]
    meal = chosen.index(("on_break", "meal"))
    assert ("available", "") in chosen[:meal]
    assert ("available", "forced by 9001") in chosen[meal:]
    assert [one["at_ms"] for one in moments] == sorted(one["at_ms"] for one in moments)


@pytest.mark.req("MUL-03", "AGT-38")
def test_a_call_follows_an_agent_to_a_telephone_behind_a_gateway(house: House):
    takes = ({"await": "answer"}, {"wait": 6}, {"press": "1"}, {"wait": 5}, {"hang_up": True})
    with house.steering() as steering:
        phone(steering, "1003", rings_ms=60_000)
        steering.ask(
            "phone", number="+8613900000003", gateway="carrier", manner="answers", rings_ms=500,
            steps=list(takes),
        )  # fmt: skip
        house.post_api("/agents/7003/sign-in")
        heard = Heard.until_hung_up(steering, call(steering, "95002"))
    assert heard.words.endswith("“Thank you, goodbye.”")
    assert "talks with 7003" in house.story()


@pytest.mark.req("X-024", "X-025")
def test_one_who_waits_is_put_first_moved_and_withdrawn(house: House):
    with house.steering() as steering:
        first, second = call(steering, "95001"), call(steering, "95001")
        house.wait_until(lambda: len(waiting(house, "service")) == 2, "both wait")
        ahead, behind = waiting(house, "service")
        house.command("queues", "prioritise", behind, "5", "--by", "9001")
        house.wait_until(lambda: waiting(house, "service") == [behind, ahead], "the order turns")
        house.command("queues", "move", ahead, "mobiles", "--by", "9001")
        house.wait_until(lambda: waiting(house, "mobiles") == [ahead], "one has been moved")
        for one in (ahead, behind):
            house.command("queues", "withdraw", one, "--by", "9001")
        told = Heard.until_all_hung_up(steering, first, second)
    assert all(heard.words.endswith("“Sorry.”") for heard in told)


def waiting(house: House, queue: str) -> list[str]:
    """The calls that wait in a queue, in order."""
    queues = {one["queue"]: one for one in json.loads(house.get_api("/queues"))}
    entries = sorted(queues[queue]["entries"], key=lambda one: one["position"])
    return [one["call_id"] for one in entries]


def test_a_program_drives_an_agent_over_http(house: House):
    with house.steering() as steering:
        phone(steering, "1001")
        for ask, fields, status in (
            ("sign-in", {}, "available"),
            ("break", {"reason": "crm"}, "on_break"),
            ("ready", {}, "available"),
            ("sign-out", {}, "logged_out"),
        ):
            house.post_api(f"/agents/7001/{ask}", **fields)
            house.wait_until(
                lambda status=status: agents(house)["7001"]["status"] == status, status
            )
