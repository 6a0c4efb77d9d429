"""Whole calls whose flows ask the world: waited for, told, repeated after a crash, never twice."""

import pytest

from switchboard.core.journal import EntryKind
from switchboard.services.timeline import words_of
from tests.fakes.outside import FakeSource
from tests.unit.services.house import HOTLINE, House, heard

FLOWS = {
    "centre.yaml": f"""
centre: desk
languages: [en]
zone: UTC
numbers: {{"{HOTLINE}": {{flow: desk}}}}
sources:
  customers: {{fields: {{phone: phone, name: text}}}}
  orders: {{fields: {{number: digits, phone: phone}}, writable: true}}
""",
    "desk.yaml": """
flow: desk
about: Who are you, what do you want
languages: [en]
start: who
everywhere: {then: {silent: goodbye, wrong: goodbye, failed: fault}}
prompts:
  one_moment: {en: "One moment."}
  welcome: {en: "Welcome back."}
  stranger: {en: "Welcome."}
  fault: {en: "Something is wrong with us."}
  goodbye: {en: "Goodbye."}
nodes:
  who:
    look_up: customers
    by: {phone: =caller.number}
    keep_as: customer
    within: 3s
    retries: 1
    meanwhile: one_moment
    then: {found: welcome, several: stranger, none: stranger}
  welcome: {play: welcome, then: order}
  stranger: {play: stranger, then: goodbye}
  order: {create: orders, with: {phone: =caller.number}, then: {done: goodbye, refused: fault}}
  fault: {play: fault, then: goodbye}
  goodbye: {hang_up: goodbye}
""",
}


@pytest.fixture
def house(tmp_path) -> House:
    made = House(tmp_path, FLOWS)
    made.outside.sources["customers"] = FakeSource({"phone": "13800138000", "name": "Wang"})
    made.outside.sources["orders"] = FakeSource()
    return made


def comes_back(house: House) -> None:
    """What was begun beside the call is done."""
    house.started.pop()()


def test_a_caller_who_is_known_is_not_asked_and_the_order_stands_once(house):
    leg = house.offer()
    house.mailboxes[0].then(
        lambda: comes_back(house),
        leg.finish_play,
        lambda: comes_back(house),
        leg.finish_play,
    )
    house.run()
    assert heard(leg) == ["desk.welcome.1", "desk.goodbye.1"]
    assert len(house.outside.sources["orders"].rows) == 1
    told = [words_of(entry) for entry in house.journal.entries]
    assert "looked up in customers: one row" in told
    assert "created a row in orders" in told
    assert "13800138000" not in str(house.details(EntryKind.ROW_CREATED))


def test_a_caller_who_waits_longer_than_a_second_is_told_so_once(house):
    leg = house.offer()
    play = house.mailboxes[0]
    play.let_time_pass()  # the second
    play.then(leg.finish_play)  # one moment
    play.let_time_pass()  # the rest of the first try
    play.then(lambda: comes_back(house), leg.hangs_up, lambda: comes_back(house))
    house.run()
    assert heard(leg) == ["desk.one_moment.1", "desk.welcome.1"]
    assert house.details(EntryKind.LOOKED_UP)["took_ms"] == 3000


def test_a_source_that_never_answers_fails_at_its_time_limit_after_its_tries(house):
    leg = house.offer()
    play = house.mailboxes[0]
    play.let_time_pass()
    play.then(leg.finish_play)
    play.let_time_pass()
    play.let_time_pass()
    play.then(leg.finish_play, leg.hangs_up)
    house.run()
    assert heard(leg) == ["desk.one_moment.1", "desk.fault.1", "desk.goodbye.1"]
    assert house.details(EntryKind.LOOKED_UP)["reason"] == "no answer within 3 s"
    assert house.details(EntryKind.LOOKED_UP)["took_ms"] == 6000
    assert ("errand_ended", ("source customers", 6.0, True)) in house.metrics.told


def test_a_flow_goes_on_without_its_caller_until_it_needs_an_ear(house):
    leg = house.offer()
    house.mailboxes[0].then(
        lambda: comes_back(house),
        leg.finish_play,
        leg.hangs_up,
        lambda: comes_back(house),
    )
    house.run()
    assert len(house.outside.sources["orders"].rows) == 1
    assert heard(leg) == ["desk.welcome.1"]
    assert house.details(EntryKind.HUNG_UP)["by"] == "caller"


@pytest.mark.parametrize("written_before_the_crash", [True, False])
def test_a_row_that_was_being_created_when_the_server_died_stands_once(
    house, written_before_the_crash
):
    leg = house.offer()

    def dies() -> None:
        if written_before_the_crash:
            house.started[-1]()
        house.mailboxes[0].close()

    house.mailboxes[0].then(lambda: comes_back(house), leg.finish_play, dies)
    house.run()
    house.restart()
    again = house.offer(call_id="id-1", answered=True)
    house.mailboxes[-1].then(lambda: comes_back(house), again.hangs_up)
    house.run()
    assert heard(again) == ["desk.goodbye.1"]
    assert len(house.outside.sources["orders"].rows) == 1


def test_a_bug_of_ours_beside_a_call_fails_the_errand_at_once_and_is_seen(house, monkeypatch):
    def bug(_) -> None:
        raise RuntimeError("a bug")

    def breaks() -> None:
        with pytest.raises(RuntimeError, match="a bug"):
            comes_back(house)

    monkeypatch.setattr(house.outside.sources["customers"], "find_rows", bug)
    leg = house.offer()
    house.mailboxes[0].then(breaks, breaks, leg.finish_play, leg.hangs_up)
    house.run()
    assert heard(leg) == ["desk.fault.1", "desk.goodbye.1"]
    assert house.details(EntryKind.LOOKED_UP)["took_ms"] == 0


def test_the_run_is_durable_before_something_is_written_outside(house, monkeypatch):
    written_when_settled = []
    orders = house.outside.sources["orders"]
    monkeypatch.setattr(
        house.journal, "settle", lambda: written_when_settled.append(len(orders.rows))
    )
    leg = house.offer()
    house.mailboxes[0].then(
        lambda: comes_back(house), leg.finish_play, lambda: comes_back(house), leg.hangs_up
    )
    house.run()
    assert written_when_settled == [0]
    assert len(orders.rows) == 1
