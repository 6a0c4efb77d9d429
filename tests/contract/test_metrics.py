"""What everybody may rely on when telling metrics: it takes anything, at once, again and again."""

import pytest

from switchboard.console.metrics import PrometheusMetrics
from switchboard.ports.metrics import Metrics
from tests.fakes.metrics import FakeMetrics


@pytest.fixture(params=[PrometheusMetrics, FakeMetrics])
def metrics(request: pytest.FixtureRequest) -> Metrics:
    made: Metrics = request.param()
    return made


def test_everything_can_be_told_more_than_once_and_nothing_fails(metrics: Metrics) -> None:
    for _ in range(2):
        metrics.call_offered()
        metrics.call_answered()
        metrics.call_refused("blacklist")
        metrics.call_ended(12.5)
        metrics.calls_live(0)
        metrics.call_taken_up()
        metrics.message_kept("front desk")
        metrics.prompt_spoken("zh", 0.2)
        metrics.prompt_failed("zh")
        metrics.flow_fault("reception")
        metrics.errand_ended("source customers", 0.2, failed=True)
        metrics.socket_lost()
        metrics.event_socket("fs1", connected=True)
        metrics.event_socket("fs1", connected=False)
        metrics.cdrs_taken_in(0)
        metrics.spool_length(3)
        metrics.hub_late(0.0)
