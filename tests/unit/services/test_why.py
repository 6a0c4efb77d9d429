"""Why a caller waited, and who was passed over: in words, from what is kept."""

import pytest

from switchboard import acd
from switchboard.acd import SetStatus, Status
from switchboard.ports.dialling import Phone
from switchboard.services.distributor import Seat
from switchboard.services.roster import Staff
from switchboard.services.roster_forms import AgentForm, QueueForm
from switchboard.services.why import PASSED, TURNS, Explaining
from tests.unit.services.test_people import Desk
from tests.unit.services.test_queueing import FLOWS, passes, signs_in

STAFF = Staff(
    {"service": QueueForm.model_validate({"wrap_up": "10s"})},
    {
        "ann": AgentForm.model_validate({"name": "Ann", "queues": {"service": 1}}),
        "bob": AgentForm.model_validate({"name": "Bob", "queues": {"service": 1}}),
        "eve": AgentForm.model_validate({"name": "Eve"}),
    },
)


@pytest.fixture
def desk(tmp_path) -> Desk:
    desk = Desk(tmp_path, FLOWS, queues=STAFF.config())
    desk.staff = STAFF
    desk.agents |= {"ann": Seat(Phone("1001")), "bob": Seat(Phone("1002"))}
    desk.distributor.tell(SetStatus("bob", Status.ON_BREAK, "tea"))
    return desk


def why(desk: Desk) -> list[str]:
    explaining = Explaining(desk.journal, desk.agent_book, lambda: STAFF)
    return [reason.text for reason in explaining.why("id-1")]


@pytest.mark.req("I7")
def test_a_caller_waited_since_nobody_was_free_and_each_agent_is_told_of(desk):
    caller = desk.rung()
    desk.mailboxes[0].then(
        lambda: passes(desk, 30) or signs_in(desk),
        lambda: desk.colleague.answers(),
        lambda: desk.colleague.finish_play(),
        lambda: caller.hangs_up(),
    )
    desk.run()
    assert why(desk) == [
        "came into service at place 1",
        "waited, since nobody was free: Ann (ann) not signed in, Bob (bob) on a break (tea)",
        "offered to Ann (ann) after 30.0 s (longest_idle): became free, and this caller was next; "
        "passed over: Bob (bob) on a break (tea)",
        "left service: answered by Ann (ann)",
    ]


@pytest.mark.req("I7")
def test_who_could_have_and_was_ranked_behind_is_told_and_how_an_offer_ended(desk):
    signs_in(desk)
    passes(desk, 5)
    signs_in(desk, "bob")
    caller = desk.rung()
    desk.mailboxes[0].then(
        lambda: passes(desk, 3) or desk.colleague.hangs_up("NO_ANSWER"),
        lambda: desk.colleague.answers(),
        lambda: desk.colleague.finish_play(),
        lambda: caller.hangs_up(),
    )
    desk.run()
    assert why(desk) == [
        "came into service at place 1",
        "offered to Ann (ann) after 0.0 s (longest_idle): the first among those free; "
        "passed over: Bob (bob) free, and behind by the strategy",
        "Ann (ann) did not take the call: no answer",
        "offered to Bob (bob) after 3.0 s (longest_idle): the first among those free; "
        "passed over: Ann (ann) left alone for a while after an offer that failed",
        "left service: answered by Bob (bob)",
    ]


def test_a_queue_that_nobody_serves_says_so(desk):
    nobody = Staff({"service": QueueForm()}, {})
    caller = desk.rung()
    desk.mailboxes[0].then(lambda: passes(desk, 3) or caller.hangs_up())
    desk.run()
    reasons = Explaining(desk.journal, desk.agent_book, lambda: nobody).why("id-1")
    assert [reason.text for reason in reasons][1] == "waited: no agent serves this queue"


def test_every_reason_has_its_words():
    assert set(PASSED) == set(acd.Passed)
    assert set(TURNS) == set(acd.Turn)
