"""``queues report``, ``agents report``: figures of a day, week, month or year, in three forms."""

import csv
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime

import click

from switchboard.cli._call_place import opened_place
from switchboard.cli._call_report import Span, days_of, harmless
from switchboard.cli._moments import Day, day_on
from switchboard.cli._printing import echo_json, echo_table
from switchboard.core.agent_times import AgentTimes
from switchboard.core.queue_counts import QueueCounts
from switchboard.ports.figures import FigureGrouping, FigureSearch
from switchboard.settings import Settings

SPANS = [str(span) for span in Span]
QUEUE_TITLES = (
    "offered", "waiting", "answered", "abandoned", "at once", "led on", "turned away", "level",
    "ASA", "AHT", "transfers",
)  # fmt: skip
AGENT_TITLES = (
    "signed in", "idle", "ringing", "talking", "wrap-up", "away", "break", "offers", "failed",
    "calls", "hold", "AHT", "occupancy",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asked for on the command line."""

    span: str
    day: Day | None
    by: str
    queue: str
    agent: str
    form: str | None

    def search(self, today: date) -> FigureSearch:
        """Return the search it means."""
        day = today if self.day is None else day_on(self.day, today)
        first, last = days_of(Span(self.span), day)
        return FigureSearch(first, last, FigureGrouping(self.by), self.queue, self.agent)


def report_queues(settings: Settings, wanted: Wanted) -> None:
    """Print callers of queues."""
    with opened_place(settings) as place:
        search = wanted.search(datetime.now(place.count()).date())
        lines = place.store.figures.list_queue_counts(search)
    total = sum((line.counts for line in lines), QueueCounts())
    rows = [(line.key or "-", line.counts) for line in lines]
    documents = [(key, counts.measured()) for key, counts in (*rows, ("total", total))]
    if wanted.form is None:
        _say_period(search)
        table = [(key, *_queue_row(counts)) for key, counts in (*rows, ("total", total))]
        echo_table((wanted.by, *QUEUE_TITLES), table)
    else:
        _write(wanted, search, documents)


def report_agents(settings: Settings, wanted: Wanted) -> None:
    """Print agents' times and conversations."""
    with opened_place(settings) as place:
        search = wanted.search(datetime.now(place.count()).date())
        times = {
            line.key: line.times
            for line in place.store.figures.list_agent_times(search, datetime.now(UTC))
        }
        counts = {line.key: line.counts for line in place.store.figures.list_queue_counts(search)}
    keys = sorted(key for key in {*times, *counts} if key)
    rows = [(key, times.get(key, AgentTimes()), counts.get(key, QueueCounts())) for key in keys]
    total = sum((one[1] for one in rows), AgentTimes()), sum((o[2] for o in rows), QueueCounts())
    everything = (*rows, ("total", *total))
    if wanted.form is None:
        _say_period(search)
        echo_table(
            (wanted.by, *AGENT_TITLES),
            [(key, *_agent_row(spent, talks)) for key, spent, talks in everything],
        )
    else:
        documents = [(key, agent_figures(spent, talks)) for key, spent, talks in everything]
        _write(wanted, search, documents)


def agent_figures(times: AgentTimes, counts: QueueCounts) -> dict[str, object]:
    """Return an agent's times, conversations and measures by name."""
    talks = ("handled", "talk_ms", "hold_ms", "transfers")
    return {
        "signed_in_ms": times.signed_in_ms,
        **asdict(times),
        **{name: getattr(counts, name) for name in talks},
        "aht_s": counts.aht_s,
        "occupancy": times.occupancy,
    }


def _queue_row(counts: QueueCounts) -> Sequence[object]:
    return (
        counts.offered, counts.waiting or "-", counts.answered or "-", counts.abandoned or "-",
        counts.left_at_once or "-", counts.led_on or "-", counts.turned_away or "-",
        _percent(counts.service_level), _seconds(counts.asa_s), _seconds(counts.aht_s),
        counts.transfers or "-",
    )  # fmt: skip


def _agent_row(times: AgentTimes, counts: QueueCounts) -> Sequence[object]:
    spent = (
        times.signed_in_ms, times.idle_ms, times.ringing_ms, times.talking_ms, times.wrap_up_ms,
        times.unreachable_ms, times.on_break_ms,
    )  # fmt: skip
    return (
        *map(_length, spent), times.offers or "-", times.failed or "-", counts.handled or "-",
        _length(counts.hold_ms), _seconds(counts.aht_s), _percent(times.occupancy),
    )  # fmt: skip


def _say_period(search: FigureSearch) -> None:
    is_a_day = search.first == search.last
    click.echo(f"{search.first}" if is_a_day else f"{search.first} to {search.last}")


def _write(
    wanted: Wanted, search: FigureSearch, documents: Sequence[tuple[str, Mapping[str, object]]]
) -> None:
    *lines, (_, total) = documents
    if wanted.form == "json":
        head = {"first": search.first, "last": search.last, "by": wanted.by}
        rows = [{wanted.by: key, **document} for key, document in lines]
        echo_json({**head, "lines": rows, "total": total})
        return
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([wanted.by, *total])
    for key, document in lines:
        writer.writerow([harmless(key), *(_cell(value) for value in document.values())])


def _cell(value: object) -> object:
    if value is None:
        return ""
    return f"{value:.4f}" if isinstance(value, float) else value


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share * 100:.1f} %"


def _seconds(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds:.1f} s"


def _length(ms: int) -> str:
    minutes, seconds = divmod(round(ms / 1000), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if ms else "-"
