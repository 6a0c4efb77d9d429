"""Agents are shown what flows told of the caller, and where in the flow the caller came from."""

import pytest

from switchboard.acd import SetStatus, Status
from switchboard.core.causes import HangupCause
from switchboard.ports.dialling import Phone
from switchboard.services.ringing import Seat
from switchboard.services.shown_calls import Passed, ShownCall, ShownCalls
from tests.unit.services.house import HOTLINE
from tests.unit.services.test_people import Desk
from tests.unit.services.test_queueing import FLOWS, QUEUES, signs_in

TOLD = FLOWS["desk.yaml"].replace(
    "start: people\n", 'start: first\nprompts:\n  main: {en: "Bills press 1."}\n', 1
).replace("prompts:\n  comfort", "  comfort", 1).replace(
    "nodes:\n",
    """nodes:
  first: {set: {topic: '"none"'}, then: main}
  main:
    about: What the caller wants
    menu: main
    then: {1: bills, silent: people, wrong: people}
  bills: {about: Questions on bills, tell_agent: {Topic: bills, Number: =caller.number}, then: two}
  two: {tell_agent: {Topic: late bills}, then: people}
""",
    1,
)  # fmt: skip


@pytest.fixture
def desk(tmp_path) -> Desk:
    desk = Desk(tmp_path, {**FLOWS, "desk.yaml": TOLD}, queues=QUEUES)
    desk.agents |= {"ann": Seat(Phone("1001")), "bob": Seat(Phone("1002"))}
    signs_in(desk)
    return desk


def shown(desk: Desk, agent_id: str) -> ShownCall | None:
    program = desk.load().live
    return ShownCalls(desk.distributor, desk.journal, program.about).find_call(agent_id)


@pytest.mark.req("IVR-42")
def test_an_agent_sees_what_flows_told_and_where_the_caller_came_from_while_the_phone_rings(desk):
    caller = desk.rung()
    seen: list[ShownCall | None] = []
    desk.mailboxes[0].then(
        lambda: caller.press("1"),
        lambda: seen.append(shown(desk, "ann")),
        caller.hangs_up,
    )
    desk.run()
    (call,) = seen
    assert call is not None
    assert (call.queue, call.dialled) == ("service", HOTLINE)
    assert call.sees == {"Topic": "late bills", "Number": call.number}
    assert call.way == (
        Passed("desk", "main", "What the caller wants", "1"),
        Passed("desk", "bills", "Questions on bills", ""),
    )
    assert shown(desk, "bob") is None


@pytest.mark.req("IVR-42")
def test_the_next_agent_sees_the_same_when_the_first_does_not_answer(desk):
    caller = desk.rung()
    seen: list[ShownCall | None] = []
    desk.distributor.tell(SetStatus("bob", Status.AVAILABLE))
    desk.mailboxes[0].then(
        lambda: caller.press("1"),
        lambda: seen.append(shown(desk, "ann")),
        lambda: desk.colleague.hangs_up(HangupCause.CALL_REJECTED),
        lambda: seen.append(shown(desk, "bob")),
        caller.hangs_up,
    )
    desk.run()
    first, second = seen
    assert first is not None
    assert first == second
    assert shown(desk, "ann") is None
