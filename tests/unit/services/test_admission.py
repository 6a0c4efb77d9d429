"""Limits refuse what is over them, by cause, and forget who has left."""

import pytest

from switchboard.core.causes import HangupCause
from switchboard.services.admission import Admission, Limit

HOTLINE, OTHER = "4008001000", "4008002000"


@pytest.mark.req("ACD-29", "X-106")
def test_every_caller_is_let_in_while_capacity_remains():
    admission = Admission(Limit(calls=3), {})
    assert [admission.admit(HOTLINE, 0.0) for _ in range(3)] == [None, None, None]
    refusal = admission.admit(HOTLINE, 0.0)
    assert refusal is not None
    assert refusal.cause is HangupCause.SWITCH_CONGESTION
    assert "3 calls at once" in refusal.reason


@pytest.mark.req("X-106")
def test_a_number_over_its_limit_leaves_the_others_alone():
    admission = Admission(Limit(calls=10), {HOTLINE: Limit(calls=1)})
    assert admission.admit(HOTLINE, 0.0) is None
    refusal = admission.admit(HOTLINE, 0.0)
    assert refusal is not None
    assert refusal.cause is HangupCause.NORMAL_CIRCUIT_CONGESTION
    assert HOTLINE in refusal.reason
    assert admission.admit(OTHER, 0.0) is None
    assert admission.live == 2


@pytest.mark.req("X-106")
def test_the_rate_counts_any_one_second_not_clock_seconds():
    admission = Admission(Limit(calls_per_second=2), {})
    assert admission.admit(HOTLINE, 0.8) is None
    assert admission.admit(HOTLINE, 0.9) is None
    assert admission.admit(HOTLINE, 1.7) is not None
    assert admission.admit(HOTLINE, 1.81) is None


def test_a_refused_call_takes_no_place():
    admission = Admission(Limit(calls=1), {})
    admission.admit(HOTLINE, 0.0)
    admission.admit(HOTLINE, 0.0)
    admission.leave(HOTLINE)
    assert admission.live == 0
    assert admission.admit(HOTLINE, 0.0) is None
    assert admission.refused == {"house": 1}
