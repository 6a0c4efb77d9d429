"""What operations put up is heard where the flow says so, in the caller's language."""

from datetime import timedelta

import pytest

from switchboard.core.journal import EntryKind
from switchboard.flow.effects import Notices, Piece, Say
from switchboard.ports.announcements import Announcement
from switchboard.services.announcing import announced, pieces_of
from tests.fakes.announcements import FakeAnnouncements
from tests.fakes.clock import NOON
from tests.unit.services.house import HOTLINE, House, heard
from tests.unit.services.scene import Scene, says

FLOWS = {
    "centre.yaml": f"""
centre: desk
languages: [en]
zone: UTC
numbers: {{"{HOTLINE}": {{flow: desk}}}}
""",
    "desk.yaml": """
flow: desk
about: A greeting with what is put up today
languages: [en]
start: greeting
prompts:
  greeting: {en: "Welcome."}
  goodbye: {en: "Goodbye."}
nodes:
  greeting: {play: [greeting, notices], then: goodbye}
  goodbye: {hang_up: goodbye}
""",
}
SPRING = Announcement("spring", {"en": "Happy New Year.", "zh": "春节快乐！"})
SPEECH = (*says("greeting"), Notices("zh"), *says("menu"))


@pytest.mark.req("IVR-12", "IVR-13")
def test_it_is_heard_at_its_place_in_the_language_of_the_caller():
    board = FakeAnnouncements()
    board.put_up(SPRING)
    board.put_up(Announcement("english", {"en": "Only in English."}))
    said = announced(SPEECH, board, HOTLINE, NOON)
    assert [part.text for part in said] == [
        "The words of greeting.", "春节快乐！", "The words of menu.",
    ]  # fmt: skip
    assert announced(SPEECH, FakeAnnouncements(), HOTLINE, NOON) == (
        *says("greeting"), *says("menu"),
    )  # fmt: skip


@pytest.mark.req("IVR-12", "IVR-19")
def test_a_call_hears_what_is_put_up_while_it_is_put_up(tmp_path):
    house = House(tmp_path, FLOWS)
    house.announcements.put_up(
        Announcement("spring", {"en": "Happy New Year."}, ends_at=NOON + timedelta(hours=1))
    )

    def call() -> list[str]:
        leg = house.offer()
        house.mailboxes[-1].then(leg.finish_play, leg.finish_play)
        house.run()
        return heard(leg)

    assert call() == ["desk.greeting.1", "notices.spring.1", "desk.goodbye.1"]
    said = [entry for entry in house.journal.entries if entry.kind is EntryKind.SAID]
    assert said[0].details["prompts"] == ["desk.greeting", "notices.spring"]
    house.clock.sleep(3600)
    assert call() == ["desk.greeting.1", "desk.goodbye.1"]


def test_what_cannot_be_spoken_is_left_out_and_the_rest_is_said(tmp_path):
    scene = Scene(tmp_path, unspeakable=("Happy New Year.",))
    piece = Piece("notices.spring", "en", "Happy New Year.")
    scene.then(scene.leg.finish_play)
    scene.caller.say(Say((*says("greeting"), piece)))
    assert scene.heard() == ["shop.greeting"]
    assert len(scene.caller.faults) == 1


def test_everything_that_is_put_up_is_spoken_beforehand_in_all_its_languages():
    board = FakeAnnouncements()
    board.put_up(SPRING)
    assert [(piece.prompt, piece.language) for piece in pieces_of(board)] == [
        ("notices.spring", "en"), ("notices.spring", "zh"),
    ]  # fmt: skip
