"""The parts of queues that are told of the server's own lag."""

from switchboard.acd import LagMeasured
from switchboard.queues import Lag


def test_the_worst_lag_of_each_second_is_told_and_its_end():
    lag = Lag()
    assert lag.measured() is None
    for late_s in (0.001, 0.25, 0.02):
        lag.hear(late_s)
    assert lag.measured() == LagMeasured(250)
    assert lag.measured() == LagMeasured(0)
    assert lag.measured() is None
