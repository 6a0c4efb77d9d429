"""A caller and a colleague, whole: it rings, they talk, the caller returns; a conference room."""

from collections.abc import Iterator

import pytest

from switchboard.simulator.steering import Steering
from tests.e2e.conftest import Heard, House, running

DOMAIN = "switchboard.invalid"
FLOWS = {
    "centre.yaml": """\
centre: desk
about: A desk with a colleague and a conference room
languages: [en]
zone: UTC

numbers:
  "95001": {flow: colleague}
  "95002": {flow: room}
""",
    "colleague.yaml": """\
flow: colleague
about: Rings extension 1001
languages: [en]
start: ring

prompts:
  goodbye: {en: "Thank you, goodbye."}
  missed: {en: "Nobody answers."}
  sorry: {en: "Sorry."}

nodes:
  ring:
    dial: {extension: "1001"}
    ring_for: 20s
    then: {talked: goodbye, no_answer: missed, otherwise: sorry, failed: sorry}
  goodbye: {hang_up: goodbye}
  missed: {hang_up: missed}
  sorry: {hang_up: sorry}
""",
    "room.yaml": """\
flow: room
about: A conference room
languages: [en]
start: meet

prompts:
  goodbye: {en: "The meeting is over."}

nodes:
  meet: {conference: board, at_most: 20s, then: {done: goodbye, full: goodbye, failed: goodbye}}
  goodbye: {hang_up: goodbye}
""",
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("people")
    flows = folder / "flows"
    flows.mkdir()
    for name, text in FLOWS.items():
        (flows / name).write_text(text)
    with running(folder, "flows: flows\n") as running_house:
        yield running_house


def phone(steering: Steering, manner: str, *steps: dict, rings_ms: int = 1000) -> None:
    """A registered phone 1001 on this connection."""
    steering.ask("phone", number="1001", manner=manner, rings_ms=rings_ms, steps=list(steps))
    steering.ask("register", user="1001", domain=DOMAIN)


def call(steering: Steering, number: str, *steps: dict) -> Heard:
    """Call, and return what the caller heard to the end."""
    endpoint = steering.make_endpoint("13800138000", "Zhang San")
    placed = steering.dial(endpoint, number, [{"await": "answer"}, *steps])
    return Heard.until_hung_up(steering, placed)


def told(house: House) -> str:
    house.wait_until(lambda: "agree" in house.story(), "the CDR is in")
    return house.story()


def test_a_caller_talks_with_a_colleague_and_hears_goodbye_when_they_leave(house: House):
    with house.steering() as steering:
        phone(steering, "answers", {"await": "answer"}, {"wait": 5}, {"hang_up": True})
        heard = call(steering, "95001")
    assert heard.words.endswith("“Thank you, goodbye.”")
    story = told(house)
    assert "talks with 1001" in story
    assert "talk with 1001 ended by other" in story
    assert "journal and CDR agree" in story


def test_the_caller_ends_the_talk(house: House):
    with house.steering() as steering:
        phone(steering, "answers")
        call(steering, "95001", {"await": "answer"}, {"wait": 6}, {"hang_up": True})
    assert "talk with 1001 ended by caller" in told(house)


def test_a_phone_that_is_not_answered_lets_the_flow_go_on(house: House):
    with house.steering() as steering:
        phone(steering, "rings")
        heard = call(steering, "95001")
    assert heard.words.endswith("“Nobody answers.”")


def test_they_talk_on_when_the_server_dies_and_the_flow_goes_on_behind(house: House):
    with house.steering() as steering:
        phone(steering, "answers", {"await": "answer"}, {"wait": 40}, {"hang_up": True})
        endpoint = steering.make_endpoint("13800138000", "")
        placed = steering.dial(endpoint, "95001", [{"await": "answer"}])
        house.wait_until(lambda: "talks with 1001" in house.story(), "they talk")
        house.kill_server()
        house.start_server()
        heard = Heard.until_hung_up(steering, placed)
    assert heard.words.endswith("“Thank you, goodbye.”")
    assert "journal and CDR agree" in told(house)


def test_two_callers_meet_in_a_room_until_its_time_is_up(house: House):
    with house.steering() as steering:
        heard = call(steering, "95002")
    assert heard.words.endswith("“The meeting is over.”")
    story = told(house)
    assert "in conference board" in story
    assert "left conference board" in story
