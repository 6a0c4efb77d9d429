"""``switchboard calls``: the calls on record, the story of one, reports, and whether all agree."""

from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from switchboard.cli._call_compare import compare
from switchboard.cli._call_place import Place, opened_place
from switchboard.cli._call_report import rebuild, report
from switchboard.cli._moments import Day, DayOf, Moment, day_on
from switchboard.cli._opening import read_settings_file, settings_option
from switchboard.cli._printing import echo_json, echo_table, length, local, printable
from switchboard.core.segments import Ledger, Segment, ledger_of
from switchboard.core.summaries import CallResult, CallSummary
from switchboard.ports.records import AmbiguousCall, CallRecords, CallSearch
from switchboard.services.agreement import find_differences, list_proof
from switchboard.services.timeline import Line, tell_story

TITLES = ("call", "began", "length", "from", "dialled", "ended", "messages")
# As much of an id as tells calls apart; `calls show` takes any beginning that does.
ID_SHOWN = 12
RESULTS = [str(result) for result in CallResult]


@click.group(invoke_without_command=True)
@settings_option
@click.option("--since", type=Moment(ahead=False), help="Only calls since 2h, 18:30, 2026-12-01 …")
@click.option("--until", type=Moment(ahead=False), help="Only calls before.")
@click.option("--day", type=DayOf(), help="Only calls of that day of the centre.")
@click.option("--number", default="", help="Only calls from or to numbers that begin so.")
@click.option("--result", type=click.Choice(RESULTS), help="Only calls of which this became.")
@click.option("--behind", metavar="ID", help="The page behind this call: the last of the former.")
@click.option(
    "--limit", default=50, show_default=True, type=click.IntRange(min=1), help="How many."
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
def command(
    context: click.Context,
    /,
    settings_file: Path | None,
    *,
    as_json: bool,
    **wanted: Any,  # noqa: ANN401 - the options of the list, by their names
) -> None:
    """List the calls on record, newest first."""
    place = context.with_resource(opened_place(read_settings_file(settings_file)))
    context.obj = place
    if context.invoked_subcommand:
        return
    search = _search(place, **wanted)
    calls = place.store.records.list_calls(search)
    if as_json:
        echo_json([asdict(call) for call in calls])
    elif calls:
        echo_table(TITLES, [_row(call) for call in calls])
        if len(calls) == search.at_most:
            click.echo(f"older ones: --behind {calls[-1].call_id[:ID_SHOWN]}", err=True)
    else:
        narrowed = search != CallSearch(at_most=search.at_most)
        click.echo("no call is on record" + (" that fits" if narrowed else ""))


@command.command()
@click.argument("call_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def show(place: Place, call_id: str, *, as_json: bool) -> None:
    """Tell the story of one call; ID is the beginning of its id, or `last`."""
    records = place.store.records
    summary, call_id = _find(records, call_id)
    entries = place.store.journal.list_entries(call_id)
    cdrs = list_proof(records, call_id, entries)
    if not entries and not cdrs:
        raise click.ClickException(
            f"no call begins with {call_id!r}: `switchboard calls` lists those on record"
        )
    story = tell_story(entries, cdrs)
    ledger = ledger_of(summary, entries, cdrs) if summary else Ledger(())
    if as_json:
        echo_json(
            {
                "call_id": call_id,
                "call": asdict(summary) if summary else None,
                "segments": [_segment_document(one) for one in ledger.segments],
                "segment_errors": list(ledger.errors),
                "story": [asdict(line) for line in story],
                "journal": [asdict(entry) for entry in entries],
                "cdrs": [{**asdict(cdr), "duration_ms": cdr.duration_ms} for cdr in cdrs],
                "differences": list(find_differences(entries, cdrs)) if cdrs else None,
            }
        )
        return
    click.echo(_heading(call_id, summary))
    for line in story:
        click.echo(_told(line))
    for text in _segment_lines(ledger):
        click.echo(" " * 25 + printable(text))


for part in (report, rebuild, compare):
    command.add_command(part)


def _search(
    place: Place,
    *,
    behind: str | None,
    day: Day | None,
    limit: int,
    result: str | None,
    **others: Any,  # noqa: ANN401 - since, until and number
) -> CallSearch:
    if day is not None:
        first = day_on(day, datetime.now(place.zone()).date())
        others["since"], others["until"] = place.bounds(first, first + timedelta(days=1))
    last = None
    if behind is not None and (last := _find(place.store.records, behind)[0]) is None:
        raise click.ClickException(f"no call begins with {behind!r}: nothing is behind it")
    return CallSearch(
        behind=last, at_most=limit, result=CallResult(result) if result else None, **others
    )


def _find(records: CallRecords, wanted: str) -> tuple[CallSummary | None, str]:
    """Return the call meant, and its whole id as far as it is known."""
    if wanted == "last":
        newest = records.list_calls(CallSearch(at_most=1))
        if not newest:
            raise click.ClickException("no call is on record yet")
        return newest[0], newest[0].call_id
    try:
        found = records.find_call(wanted)
    except AmbiguousCall as ambiguous:
        raise click.ClickException(str(ambiguous)) from ambiguous
    return found, found.call_id if found else wanted


def _row(call: CallSummary) -> tuple[object, ...]:
    return (
        call.call_id[:ID_SHOWN],
        local(call.started_at),
        length(call.started_at, call.ended_at) if call.answered or not call.ended_at else "-",
        call.ani or "withheld",
        call.dnis,
        call.outcome or "",
        call.messages or "",
    )


def _heading(call_id: str, call: CallSummary | None) -> str:
    if call is None:
        return f"call {printable(call_id)}"
    numbers = printable(f"{call.ani or 'withheld'} to {call.dnis}")
    lasted = length(call.started_at, call.ended_at)
    return f"call {printable(call_id)}, {local(call.started_at)}, {numbers}, {lasted}"


def _told(line: Line) -> str:
    if line.at is None or line.after_s is None:
        return " " * 25 + printable(line.text)
    at = _clock_of(line.at)
    return f"{at}  {line.after_s:+7.1f} s  " + printable(line.text)


def _segment_lines(ledger: Ledger) -> list[str]:
    lines = [f"segment: {_segment_words(one)}" for one in ledger.segments]
    return lines + [f"SEGMENTS DO NOT COME OUT EVEN: {error}" for error in ledger.errors]


def _segment_words(one: Segment) -> str:
    who = f" {one.who}" if one.who else ""
    lasted = f"{one.length.total_seconds():.1f} s" if one.ended_at else "goes on"
    sound = f", recorded: {', '.join(one.recordings)}" if one.recordings else ""
    return f"{one.kind}{who} from {_clock_of(one.begun_at)}, {lasted}{sound}"


def _segment_document(one: Segment) -> dict[str, object]:
    return {**asdict(one), "length_ms": round(one.length / timedelta(milliseconds=1))}


def _clock_of(moment: datetime) -> str:
    at = moment.astimezone()
    return f"{at:%H:%M:%S}.{at.microsecond // 1000:03}"
