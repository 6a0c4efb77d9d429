"""One agent is rung: seat after seat within the time, and a voicemail outside takes nobody."""

from itertools import count

import pytest

from switchboard.core.causes import HangupCause
from switchboard.ports.dialling import DialOrder, DialRefused, Outside, Phone
from switchboard.services.ringing import Confirming, Ringing, Rung, Seat
from tests.fakes.conversations import FakeExchange
from tests.fakes.legs import AskedToHangUp, AskedToPlay

MOBILE = Outside("+8613900000001")
HOME = Outside("+862100000001")


class Ringer:
    """An agent's seat, and the phones that the test answers."""

    def __init__(self, seat: Seat, ring_s: int = 30) -> None:
        self.exchange = FakeExchange()
        self.came: list[Rung] = []
        ids = count(1)
        self.ringing = Ringing(
            self.exchange,
            lambda: f"leg-{next(ids)}",
            seat,
            DialOrder(
                leg_id="", call_id="c1", target=seat.target, ring_s=ring_s, shown_number="138"
            ),
            lambda fact: self.came.append(self.ringing.hear(fact)),
            Confirming(lambda number: (f"{number}.wav",), lambda _, work: work()),
        )
        self.ringing.begin()

    @property
    def phone(self):
        return self.exchange.leg(self.exchange.orders[-1].leg_id)


@pytest.mark.req("MUL-03")
def test_who_is_away_from_the_desk_is_rung_at_the_mobile_and_then_at_home():
    ringer = Ringer(Seat(Phone("1001"), then=(MOBILE, HOME)))
    ringer.phone.hangs_up("USER_NOT_REGISTERED")
    ringer.phone.hangs_up("NO_ANSWER")
    ringer.phone.answers()
    assert [order.target for order in ringer.exchange.orders] == [Phone("1001"), MOBILE, HOME]
    assert [order.ring_s for order in ringer.exchange.orders] == [10, 10, 10]
    assert ringer.came == [Rung.GOES_ON, Rung.GOES_ON, Rung.ANSWERED]


def test_nobody_at_any_seat_is_over_with_the_last_cause():
    ringer = Ringer(Seat(Phone("1001"), then=(MOBILE,)))
    ringer.phone.hangs_up("NO_ANSWER")
    ringer.phone.hangs_up("USER_BUSY")
    assert ringer.came[-1] is Rung.OVER
    assert ringer.ringing.cause == HangupCause.USER_BUSY


def test_who_rejects_is_not_rung_elsewhere():
    ringer = Ringer(Seat(Phone("1001"), then=(MOBILE,)))
    ringer.phone.hangs_up("CALL_REJECTED")
    assert ringer.came == [Rung.OVER]
    assert len(ringer.exchange.orders) == 1


def test_who_answers_outside_hears_who_calls_and_presses_1():
    ringer = Ringer(Seat(MOBILE, confirm=True))
    phone = ringer.phone
    phone.answers()
    asked = phone.asked[-1]
    assert isinstance(asked, AskedToPlay)
    assert asked.files == ("138.wav",)
    phone.press("5")
    assert ringer.came == [Rung.GOES_ON, Rung.GOES_ON]
    phone.press("1")
    assert ringer.came[-1] is Rung.ANSWERED
    assert ringer.ringing.leg is not None


def test_a_voicemail_outside_does_not_take_the_caller():
    ringer = Ringer(Seat(MOBILE, then=(Phone("1001"),), confirm=True))
    voicemail = ringer.phone
    voicemail.answers()
    voicemail.finish_play()
    assert AskedToHangUp(HangupCause.NO_ANSWER) in voicemail.asked
    assert Rung.ANSWERED not in ringer.came
    assert ringer.exchange.orders[-1].target == Phone("1001")
    ringer.phone.answers()
    assert ringer.came[-1] is Rung.ANSWERED


def test_a_key_before_the_question_counts_for_nothing():
    ringer = Ringer(Seat(MOBILE, confirm=True))
    ringer.phone.press("1")
    assert ringer.came == [Rung.GOES_ON]


def test_a_phone_of_ours_is_not_asked():
    ringer = Ringer(Seat(Phone("1001"), confirm=True))
    ringer.phone.answers()
    assert ringer.came == [Rung.ANSWERED]


@pytest.mark.req("AGT-06")
def test_only_a_phone_of_ours_answers_by_itself():
    ringer = Ringer(Seat(Phone("1001"), auto_answer=True, then=(MOBILE,)))
    ringer.phone.hangs_up("NO_ANSWER")
    assert [order.auto_answer for order in ringer.exchange.orders] == [True, False]
    manual = Ringer(Seat(Phone("1001")))
    assert [order.auto_answer for order in manual.exchange.orders] == [False]


def test_a_seat_that_may_not_be_dialled_is_passed_over():
    ringer = Ringer(Seat(Outside("none"), then=(Phone("1001"),)))
    assert [order.target for order in ringer.exchange.orders] == [Phone("1001")]
    with pytest.raises(DialRefused):
        Ringer(Seat(Outside("none")))
