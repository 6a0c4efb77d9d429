"""``switchboard calls``: the calls on record, and the story of one of them."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from switchboard.cli._moments import Moment
from switchboard.cli._opening import opened_store, read_settings_file, settings_option
from switchboard.cli._printing import echo_json, echo_table, length, local, printable
from switchboard.core.summaries import CallSummary
from switchboard.ports.records import AmbiguousCall, CallSearch
from switchboard.services.agreement import find_differences
from switchboard.services.timeline import Line, tell_story
from switchboard.store.store import Store

TITLES = ("call", "began", "length", "from", "dialled", "ended", "messages")
# As much of an id as tells calls apart; `calls show` takes any beginning that does.
ID_SHOWN = 12


@click.group(invoke_without_command=True)
@settings_option
@click.option("--since", type=Moment(ahead=False), help="Only calls since 2h, 18:30, 2026-12-01 …")
@click.option("--number", help="Only calls from or to numbers that begin so.")
@click.option(
    "--limit", default=50, show_default=True, type=click.IntRange(min=1), help="How many."
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
def command(
    context: click.Context,
    settings_file: Path | None,
    since: datetime | None,
    number: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """List the calls on record, newest first."""
    store = context.with_resource(opened_store(read_settings_file(settings_file)))
    context.obj = store
    if context.invoked_subcommand:
        return
    calls = store.records.list_calls(CallSearch(since, number=number or "", at_most=limit))
    if as_json:
        echo_json([asdict(call) for call in calls])
    elif calls:
        echo_table(TITLES, [_row(call) for call in calls])
    else:
        click.echo("no call is on record" + (" that fits" if since or number else ""))


@command.command()
@click.argument("call_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def show(store: Store, call_id: str, *, as_json: bool) -> None:
    """Tell the story of one call; ID is the beginning of its id, or `last`."""
    summary, call_id = _find(store, call_id)
    entries = store.journal.list_entries(call_id)
    cdrs = store.records.list_cdrs(call_id)
    if not entries and not cdrs:
        raise click.ClickException(
            f"no call begins with {call_id!r}: `switchboard calls` lists those on record"
        )
    story = tell_story(entries, cdrs)
    if as_json:
        echo_json(
            {
                "call_id": call_id,
                "call": asdict(summary) if summary else None,
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


def _find(store: Store, wanted: str) -> tuple[CallSummary | None, str]:
    """Return the call meant, and its whole id as far as it is known."""
    if wanted == "last":
        newest = store.records.list_calls(CallSearch(at_most=1))
        if not newest:
            raise click.ClickException("no call is on record yet")
        return newest[0], newest[0].call_id
    try:
        found = store.records.find_call(wanted)
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
    at = line.at.astimezone()
    return f"{at:%H:%M:%S}.{at.microsecond // 1000:03}  {line.after_s:+7.1f} s  " + printable(
        line.text
    )
