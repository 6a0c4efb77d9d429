"""Each thing told moves one figure by as much, and the document says what each figure means."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from switchboard.console.metrics import PrometheusMetrics

DOCUMENT = Path(__file__).parents[3] / "docs/metrics.md"
ROW = re.compile(r"^\| `(switchboard_\w+)` \| (\w+) \| (?:`(\w+)`)? ?\| (.+) \|$", re.MULTILINE)


def figures(metrics: PrometheusMetrics) -> dict[str, float]:
    """Every figure on the page, by name and labels."""
    page, _ = metrics.page()
    return {
        f"{sample.name}{sorted(sample.labels.items()) or ''}": sample.value
        for family in text_string_to_metric_families(page.decode())
        for sample in family.samples
        if not sample.name.endswith(("_created", "_bucket"))
    }


@pytest.mark.req("X-102")
@pytest.mark.parametrize(
    ("tell", "moved"),
    [
        (lambda m: m.call_offered(), {"switchboard_calls_offered_total": 1}),
        (lambda m: m.call_answered(), {"switchboard_calls_answered_total": 1}),
        (
            lambda m: m.call_refused("busy"),
            {"switchboard_calls_refused_total[('reason', 'busy')]": 1},
        ),
        (
            lambda m: m.call_ended(12.5),
            {
                "switchboard_call_duration_seconds_count": 1,
                "switchboard_call_duration_seconds_sum": 12.5,
            },
        ),
        (lambda m: m.calls_live(7), {"switchboard_calls_live": 7}),
        (lambda m: m.call_taken_up(), {"switchboard_calls_taken_up_total": 1}),
        (
            lambda m: m.message_kept("desk"),
            {"switchboard_messages_kept_total[('mailbox', 'desk')]": 1},
        ),
        (
            lambda m: m.prompt_spoken("zh", 0.25),
            {
                "switchboard_prompt_spoken_seconds_count[('language', 'zh')]": 1,
                "switchboard_prompt_spoken_seconds_sum[('language', 'zh')]": 0.25,
            },
        ),
        (
            lambda m: m.prompt_failed("zh"),
            {"switchboard_prompts_failed_total[('language', 'zh')]": 1},
        ),
        (
            lambda m: m.flow_fault("shop"),
            {"switchboard_flow_faults_total[('flow', 'shop')]": 1},
        ),
        (
            lambda m: m.errand_ended("source customers", 0.25, failed=True),
            {
                "switchboard_errand_seconds_count[('target', 'source customers')]": 1,
                "switchboard_errand_seconds_sum[('target', 'source customers')]": 0.25,
                "switchboard_errands_failed_total[('target', 'source customers')]": 1,
            },
        ),
        (lambda m: m.socket_lost(), {"switchboard_sockets_lost_total": 1}),
        (
            lambda m: m.event_socket("fs1", connected=True),
            {
                "switchboard_event_socket_connected[('node', 'fs1')]": 1,
                "switchboard_event_socket_connections_total[('node', 'fs1')]": 1,
            },
        ),
        (lambda m: m.cdrs_taken_in(3), {"switchboard_cdrs_taken_in_total": 3}),
        (lambda m: m.spool_length(9), {"switchboard_spool_entries": 9}),
        (
            lambda m: m.hub_late(0.5),
            {"switchboard_hub_lag_seconds_count": 1, "switchboard_hub_lag_seconds_sum": 0.5},
        ),
    ],
)
def test_what_is_told_moves_its_figure_and_no_other(
    tell: Callable[[PrometheusMetrics], None], moved: dict[str, float]
) -> None:
    metrics = PrometheusMetrics()
    before = figures(metrics)
    tell(metrics)
    after = figures(metrics)
    changed = {name: value for name, value in after.items() if value != before.get(name)}
    assert changed == moved


def test_a_node_that_is_lost_shows_as_zero_and_its_connections_stay_counted() -> None:
    metrics = PrometheusMetrics()
    metrics.event_socket("fs1", connected=True)
    metrics.event_socket("fs1", connected=False)
    found = figures(metrics)
    assert found["switchboard_event_socket_connected[('node', 'fs1')]"] == 0
    assert found["switchboard_event_socket_connections_total[('node', 'fs1')]"] == 1


def test_two_houses_in_one_process_do_not_mix() -> None:
    one, two = PrometheusMetrics(), PrometheusMetrics()
    one.call_offered()
    assert figures(two)["switchboard_calls_offered_total"] == 0


@pytest.mark.req("X-102")
def test_the_document_lists_every_metric_as_it_is() -> None:
    documented = {
        name: (kind, labels, about)
        for name, kind, labels, about in ROW.findall(DOCUMENT.read_text(encoding="utf-8"))
    }
    assert documented == PrometheusMetrics().described()
