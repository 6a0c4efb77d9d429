"""Conversations over the death of a server: owned again, their ends told, the rest tidied up."""

import pytest

from switchboard.core.journal import EntryKind
from switchboard.core.segments import SegmentKind
from switchboard.services.left_talks import LeftTalks
from tests.fakes.legs import FakeLeg
from tests.unit.services.house import heard
from tests.unit.services.test_people import FLOWS, Desk, segments


@pytest.fixture
def desk(tmp_path) -> Desk:
    return Desk(tmp_path, FLOWS)


def dies(desk: Desk, *acts) -> None:
    """The newest call does *acts*; then the server is no more, and the next one begins."""

    def kill() -> None:
        raise SystemExit

    desk.mailboxes[-1].then(*acts, kill)
    with pytest.raises(SystemExit):
        desk.run()
    desk.restart()


def dies_while_they_talk(desk: Desk) -> FakeLeg:
    caller = desk.rung()
    dies(desk, lambda: desk.colleague.answers(), lambda: desk.colleague.finish_play())
    return caller


def left_talks(desk: Desk) -> LeftTalks:
    def legs():
        return {leg.leg_id: leg for leg in desk.exchange.list_legs()}

    return LeftTalks(desk.world, desk.calls, legs)


@pytest.mark.req("I4")
def test_a_talk_goes_on_and_the_flow_behind_it(desk):
    dies_while_they_talk(desk)
    left_talks(desk).begin()
    assert desk.calls.owns("id-1")
    back: list[FakeLeg] = []
    desk.mailboxes[-1].then(
        lambda: desk.clock.pass_until(desk.clock.seconds() + 5),
        lambda: desk.colleague.hangs_up(),
        lambda: back.append(desk.returned()),
        lambda: back[0].finish_play(),
    )
    desk.run()
    assert heard(back[0]) == ["desk.goodbye.1"]
    assert desk.details(EntryKind.PARTED) == {"who": "1001", "ended_by": "other"}
    assert segments(desk).count((SegmentKind.TALK, "1001")) == 1


def test_a_caller_who_hangs_up_after_the_death_ends_the_other_leg(desk):
    caller = dies_while_they_talk(desk)
    left_talks(desk).begin()
    other = desk.colleague
    desk.mailboxes[-1].then(lambda: caller.hangs_up())
    desk.run()
    assert other.has_hung_up
    assert desk.details(EntryKind.PARTED)["ended_by"] == "caller"
    assert desk.kinds()[-1] is EntryKind.HUNG_UP


def test_a_talk_is_owned_once(desk):
    dies_while_they_talk(desk)
    talks = left_talks(desk)
    talks.begin()
    talks.begin()
    assert len(desk.started) == 1


def test_the_leg_of_who_was_talked_to_is_ended_when_the_caller_went_meanwhile(desk):
    caller = dies_while_they_talk(desk)
    other = desk.colleague
    caller.hangs_up()
    left_talks(desk).begin()
    assert other.has_hung_up
    assert not desk.calls.owns("id-1")


def test_who_comes_back_by_a_socket_before_the_talk_is_owned_has_it_ended_in_the_journal(desk):
    dies_while_they_talk(desk)
    desk.colleague.hangs_up()
    back = desk.returned()
    desk.mailboxes[-1].then(lambda: back.finish_play())
    desk.run()
    assert heard(back) == ["desk.goodbye.1"]
    assert desk.details(EntryKind.PARTED) == {"who": "1001", "ended_by": "other"}


def test_who_is_in_a_room_is_there_still(desk):
    desk.rung("95002")
    dies(desk)
    left_talks(desk).begin()
    back: list[FakeLeg] = []
    desk.mailboxes[-1].then(
        lambda: desk.exchange.bring_back("leg-1"),
        lambda: back.append(desk.returned()),
        lambda: back[0].finish_play(),
    )
    desk.run()
    assert heard(back[0]) == ["room.goodbye.1"]
    assert desk.details(EntryKind.ROOM_LEFT) == {"room": "board"}
