"""What a flow asks of the world beside the call, and what comes of it in every weather."""

from dataclasses import replace

import pytest

from switchboard import flow
from switchboard.core.facts import KeyPressed, LegHungUp
from switchboard.core.journal import EntryKind
from switchboard.flow.effects import (
    Answered,
    CreateRow,
    Done,
    Failed,
    Found,
    KeepSurvey,
    LookUp,
    Refused,
    Request,
    Say,
    Send,
    UpdateRow,
)
from switchboard.flow.world import Medium, Sort
from switchboard.ports.connections import Reply
from switchboard.ports.senders import SendFailed, SendRefused
from switchboard.services.errand_story import entry_of
from switchboard.services.errands import Occasion
from switchboard.services.line import ErrandEnded
from switchboard.services.secrets import KeyedSecrets
from tests.fakes.clock import VirtualClock
from tests.fakes.outside import FakeConnection, FakeOutside, FakeSource
from tests.unit.services.scene import Scene, says

FIELDS = {"number": "digits", "state": "text", "placed": "date"}
PROGRAM = replace(flow.load({}).program, fields={"orders": FIELDS})
ORDERS = (
    {"number": "1", "phone": "138", "state": "sent", "placed": "2026-11-01", "card": "4111"},
    {"number": "2", "phone": "138", "state": "open", "placed": "2026-11-20", "card": "4111"},
    {"number": "3", "phone": "139", "state": "open", "placed": "2026-11-10", "card": "4111"},
)
LOOK_UP = LookUp("orders", {"phone": "138"}, 2, Sort.AS_GIVEN, 5000)


@pytest.fixture
def outside() -> FakeOutside:
    made = FakeOutside(VirtualClock())
    made.sources["orders"] = FakeSource(*ORDERS)
    made.connections["track"] = FakeConnection()
    return made


def done(outside: FakeOutside, effect, key: str = "c1-4", **occasion):
    on = Occasion("c1", key, "138", PROGRAM, KeyedSecrets(), **occasion)
    errand = outside.errands().find_errand(effect, on)
    assert errand is not None
    return errand.work()


# --- rows -------------------------------------------------------------------------------------


def test_rows_are_found_by_their_values(outside):
    found = done(outside, LOOK_UP)
    assert [row["number"] for row in found.rows] == ["1", "2"]
    assert done(outside, replace(LOOK_UP, by={"phone": "1"})) == Found(())


def test_of_a_row_only_the_fields_that_the_centre_declares_come_into_the_run(outside):
    assert dict(done(outside, LOOK_UP).rows[0]) == {
        "number": "1", "state": "sent", "placed": "2026-11-01",
    }  # fmt: skip


def test_rows_are_ordered_by_their_first_date(outside):
    newest = done(outside, replace(LOOK_UP, sort=Sort.NEWEST_FIRST, at_most=1))
    oldest = done(outside, replace(LOOK_UP, sort=Sort.OLDEST_FIRST, at_most=1))
    assert [row["number"] for row in (*newest.rows, *oldest.rows)] == ["2", "1"]


def test_a_row_is_created_once_an_occasion(outside):
    order = CreateRow("orders", {"phone": "137", "state": "open"})
    first, again = done(outside, order), done(outside, order)
    assert first == again == Done({"number": "4", "state": "open"})
    assert done(outside, order, key="c1-9") == Done({"number": "5", "state": "open"})
    assert len(outside.sources["orders"].rows) == 5


def test_a_no_is_refused_and_a_fault_fails(outside):
    forbidden = CreateRow("orders", {"state": "forbidden"})
    assert isinstance(done(outside, forbidden), Refused)
    assert isinstance(done(outside, UpdateRow("orders", {"number": "9"}, {"state": "x"})), Refused)
    changed = done(outside, UpdateRow("orders", {"number": "1"}, {"state": "lost"}), key="c1-5")
    assert changed == Done({"number": "1", "state": "lost", "placed": "2026-11-01"})
    outside.sources["orders"].down = True
    assert done(outside, LOOK_UP) == Failed("the test's source is down")


def test_a_source_that_the_settings_do_not_name_fails_in_words(outside):
    answer = done(outside, replace(LOOK_UP, source="bills"))
    assert answer == Failed("the settings name no source 'bills': add it under `sources:`")


# --- other systems ----------------------------------------------------------------------------


@pytest.mark.req("X-013")
def test_a_system_is_asked_and_its_answer_comes_back_whatever_it_is(outside):
    ask = Request("track", "GET", "/waybills/7", None, 3000)
    outside.connections["track"].reply = Reply(404, {"error": "unknown"})
    assert done(outside, ask) == Answered(404, {"error": "unknown"})
    (asked,) = outside.connections["track"].asked
    assert (asked.path, asked.within_s, asked.key) == ("/waybills/7", 3.0, "c1-4")
    outside.connections["track"].reply = None
    assert isinstance(done(outside, ask), Failed)
    assert "no connection 'crm'" in done(outside, replace(ask, connection="crm")).reason


def test_a_message_goes_by_mail(outside):
    message = Send(Medium.EMAIL, "wang@example.com", "Your order is on its way.", "Order")
    assert done(outside, message) == Done()
    (sent,) = outside.mail.sent
    assert (sent.to, sent.subject, sent.key) == ("wang@example.com", "Order", "c1-4")


def test_a_message_that_went_before_a_crash_does_not_go_again(outside):
    message = Send(Medium.EMAIL, "wang@example.com", "Your order is on its way.")
    assert done(outside, message, was_sent=lambda: True) == Done()
    assert outside.mail.sent == []


def test_what_becomes_of_a_message_that_cannot_go(outside):
    message = Send(Medium.EMAIL, "wang@example.com", "Hello")
    outside.mail.fault = SendRefused("no such address")
    assert done(outside, message) == Refused("no such address")
    outside.mail.fault = SendFailed("the server is down")
    assert done(outside, message) == Failed("the server is down")


@pytest.mark.parametrize(
    ("medium", "says"),
    [(Medium.SMS, "no SMS provider is configured"), (Medium.FAX, "no fax line is configured")],
)
def test_a_medium_that_nobody_configured_says_so(outside, medium, says):
    assert says in done(outside, Send(medium, "138", "Hello")).reason


def test_answers_to_a_survey_are_kept_with_their_call(outside):
    assert done(outside, KeepSurvey("service", {"rating": 2})) == Done()
    (kept,) = outside.surveys.list_answers("service")
    assert (kept.call_id, kept.answers) == ("c1", {"rating": 2})


def test_what_needs_an_ear_is_no_errand(outside):
    on = Occasion("c1", "c1-4", "138", PROGRAM, KeyedSecrets())
    assert outside.errands().find_errand(Say(()), on) is None
    with pytest.raises(ValueError, match="Say is no errand"):
        entry_of(Say(()), Done())


def test_no_value_of_a_row_a_path_or_a_body_stands_in_the_journal():
    canary = "4111222233334444"
    for effect, answer in (
        (replace(LOOK_UP, by={"phone": canary}), Found(({"phone": canary},))),
        (CreateRow("orders", {"card": canary}), Done({"card": canary})),
        (UpdateRow("orders", {"card": canary}, {"card": canary}), Done({"card": canary})),
        (Request("track", "POST", f"/{canary}", {"c": canary}, 1), Answered(200, {"c": canary})),
        (KeepSurvey("service", {"rating": canary}), Done()),
    ):
        assert canary not in str(entry_of(effect, answer))


def test_entries_say_what_came_of_it():
    assert entry_of(LOOK_UP, Found(({}, {}))) == (
        EntryKind.LOOKED_UP, {"source": "orders", "rows": 2, "outcome": "done"},
    )  # fmt: skip
    kind, details = entry_of(Send(Medium.SMS, "138", prompts=("shop.sms",)), Failed("no provider"))
    assert kind is EntryKind.SENT
    assert details == {
        "medium": "sms", "to": "138", "prompts": ["shop.sms"], "outcome": "failed",
        "reason": "no provider",
    }  # fmt: skip


# --- waiting for one --------------------------------------------------------------------------


@pytest.fixture
def scene(tmp_path):
    return Scene(tmp_path)


def test_an_outcome_is_awaited_and_keys_meanwhile_count_for_what_listens_next(scene):
    scene.line.expect("e1")
    scene.then(
        lambda: scene.mailbox.put(KeyPressed("leg-1", "2", scene.clock.now())),
        lambda: scene.mailbox.put(ErrandEnded("e0", Done())),
        lambda: scene.mailbox.put(ErrandEnded("e1", Found(()))),
    )
    assert scene.line.await_outcome(5.0) == Found(())
    assert list(scene.line.typed_ahead) == ["2"]


def test_a_hang_up_does_not_end_an_errand_but_is_known_behind_it(scene):
    scene.line.expect("e1")
    gone = LegHungUp("leg-1", "NORMAL_CLEARING", scene.clock.now())
    scene.then(
        lambda: scene.mailbox.put(gone),
        lambda: scene.mailbox.put(ErrandEnded("e1", Done())),
    )
    assert scene.line.await_outcome(5.0) == Done()
    assert scene.line.hung_up == gone


def test_an_errand_that_is_not_back_in_time_is_awaited_no_longer(scene):
    scene.line.expect("e1")
    scene.mailbox.let_time_pass()
    assert scene.line.await_outcome(5.0) is None
    assert scene.clock.seconds() == 5.0


def test_an_outcome_that_comes_while_something_is_said_is_there_behind_it(scene):
    scene.line.expect("e1")
    scene.then(
        lambda: scene.mailbox.put(ErrandEnded("e1", Done())),
        lambda: scene.leg.finish_play(),
    )
    scene.line.answered = True
    scene.caller.say(Say(says("one_moment")))
    assert scene.line.await_outcome(scene.clock.seconds()) == Done()
