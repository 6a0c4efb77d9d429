"""``switchboard calls report``: calls counted by hour, day, month or number."""

import csv
import sys
from dataclasses import asdict
from datetime import date, datetime, timedelta
from enum import StrEnum

import click

from switchboard.cli._call_place import Place
from switchboard.cli._moments import Day, DayOf, day_on
from switchboard.cli._printing import echo_json, echo_table
from switchboard.core.counts import COLUMNS, Counts
from switchboard.ports.reports import Grouping, ReportLine, ReportSearch

GROUPINGS = [str(by) for by in Grouping]
FORMS = ("table", "csv", "json")


class Span(StrEnum):
    """How much time a report is about."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


USUAL = {
    Span.DAY: Grouping.HOUR,
    Span.WEEK: Grouping.DAY,
    Span.MONTH: Grouping.DAY,
    Span.YEAR: Grouping.MONTH,
}


@click.command()
@click.argument("span", type=click.Choice([str(span) for span in Span]), default="day")
@click.option("--of", "day", type=DayOf(), help="A day in it: 2026-12-01, today, yesterday.")
@click.option("--by", type=click.Choice(GROUPINGS), help="What each line is about.")
@click.option("--number", default="", help="Only calls to numbers that begin so.")
@click.option("--csv", "form", flag_value="csv", help="For spreadsheets.")
@click.option("--json", "form", flag_value="json", help="For programs.")
@click.pass_obj
def report(
    place: Place, span: str, day: Day | None, by: str | None, number: str, form: str | None
) -> None:
    """Count the calls of a day, week, month or year: what became of them, and how long.

    Days are those of the centre. A call counts where it was offered.
    """
    today = datetime.now(place.count()).date()
    first, last = days_of(Span(span), today if day is None else day_on(day, today))
    grouping = Grouping(by) if by else USUAL[Span(span)]
    lines = place.store.reports.list_counts(ReportSearch(first, last, grouping, number))
    total = sum((line.counts for line in lines), Counts())
    if form == "json":
        document = {"first": first, "last": last, "by": grouping, "number": number}
        rows = [{str(grouping): line.key, **_document(line.counts)} for line in lines]
        echo_json({**document, "lines": rows, "total": _document(total)})
    elif form == "csv":
        _write_csv(grouping, lines)
    else:
        click.echo(f"{first} to {last}" if first != last else f"{first}")
        titles = (str(grouping), *(name for name in COLUMNS if name != "length_ms"), "mean length")
        echo_table(titles, [_row(line) for line in (*lines, ReportLine("total", total))])


@click.command()
@click.pass_obj
def rebuild(place: Place) -> None:
    """Count every call on record anew; reports then agree with the calls, whatever happened."""
    zone = place.zone()
    place.store.reports.count_anew(zone)
    click.echo(f"every call is counted anew, by days of {zone.key}")


def days_of(span: Span, day: date) -> tuple[date, date]:
    """The first and the last day of the span that *day* is in; a week begins on Monday."""
    if span is Span.WEEK:
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=6)
    if span is Span.MONTH:
        first = day.replace(day=1)
        return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    if span is Span.YEAR:
        return date(day.year, 1, 1), date(day.year, 12, 31)
    return day, day


def _row(line: ReportLine) -> tuple[object, ...]:
    counts = asdict(line.counts)
    mean_s = line.counts.mean_length_s
    numbers = (counts[name] or "-" for name in COLUMNS if name != "length_ms")
    return line.key, *numbers, "-" if mean_s is None else f"{mean_s:.1f} s"


def _document(counts: Counts) -> dict[str, object]:
    return {**asdict(counts), "mean_length_s": counts.mean_length_s}


def _write_csv(by: Grouping, lines: tuple[ReportLine, ...]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([by, *COLUMNS, "mean_length_s"])
    for line in lines:
        mean_s = line.counts.mean_length_s
        written = "" if mean_s is None else f"{mean_s:.3f}"
        writer.writerow([harmless(line.key), *asdict(line.counts).values(), written])


def harmless(key: str) -> str:
    """A number dialled comes from outside: no spreadsheet may take it for a formula."""
    return f"'{key}" if key[:1] in ("=", "+", "-", "@", "\t", "\r") else key
