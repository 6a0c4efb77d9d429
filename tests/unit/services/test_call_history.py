"""What one call went through can be told step by step from its journal, and by `calls show`."""

import pytest

from switchboard.core.journal import EntryKind
from switchboard.services.timeline import tell_story
from tests.unit.services.house import HOTLINE, House, heard

FLOWS = {
    "centre.yaml": f'centre: c\nlanguages: [zh, en]\nnumbers: {{"{HOTLINE}": {{flow: line}}}}\n',
    "line.yaml": """
flow: line
about: A menu in two languages
languages: [zh, en]
start: which
everywhere: {then: {silent: bye, wrong: bye}}
prompts:
  which: {zh: "英语请按2。", en: "For English press 2."}
  main: {zh: "按1结束。", en: "Press 1 to end."}
  bye: {zh: "再见。", en: "Bye."}
nodes:
  which: {menu: which, then: {2: english}}
  english: {language: en, then: main}
  main: {menu: main, then: {1: bye}}
  bye: {hang_up: bye}
""",
}


@pytest.fixture
def called(tmp_path) -> House:
    house = House(tmp_path, FLOWS)
    leg = house.offer()
    house.mailboxes[0].then(
        lambda: leg.press("2"), lambda: leg.press("7"), lambda: leg.press("1"), leg.finish_play
    )
    house.run()
    assert heard(leg)[-1] == "line.bye.1"
    return house


@pytest.mark.req("X-011")
def test_every_step_of_a_call_is_told_in_order_with_its_keys_and_ways(called):
    entries = called.journal.list_entries("id-1")
    steps = [
        (one.details["node"], one.details.get("outcome", ""), one.details.get("to", ""))
        for one in entries
        if one.kind in (EntryKind.NODE_ENTERED, EntryKind.NODE_LEFT)
    ]
    assert steps == [
        ("which", "", ""), ("which", "2", "english"),
        ("english", "", ""), ("english", "done", "main"),
        ("main", "", ""), ("main", "1", "bye"),
        ("bye", "", ""),
    ]  # fmt: skip
    keys = [one.details["keys"] for one in entries if one.kind is EntryKind.KEYS]
    assert keys == ["2", "7", "1"]
    assert [one.at for one in entries] == sorted(one.at for one in entries)
    story = [line.text for line in tell_story(entries, ())]
    told = [at for at, text in enumerate(story) if "english" in text or "main" in text]
    assert told == sorted(told)
    assert len(told) >= 4


@pytest.mark.req("IVR-09")
def test_the_language_that_a_caller_chooses_stands_on_the_call(called):
    assert called.details(EntryKind.LANGUAGE) == {"language": "en"}
    entries = called.journal.list_entries("id-1")
    assert "language: en" in [line.text for line in tell_story(entries, ())]
