"""``switchboard calls compare``: do the journal, the switch's records and the files agree?"""

from dataclasses import asdict
from datetime import date, datetime, timedelta

import click

from switchboard.cli._call_place import Place
from switchboard.cli._moments import Day, DayOf, day_on
from switchboard.cli._printing import echo_json, local, printable
from switchboard.ports.nightly import DayFindings


@click.command()
@click.option("--day", type=DayOf(), help="2026-12-01, today, yesterday; else yesterday.")
@click.option("--again", is_flag=True, help="Look now, also where the night has looked.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def compare(place: Place, day: Day | None, *, again: bool, as_json: bool) -> None:
    """Show what the nightly comparison found about a day; fail if there is anything to look at.

    A day that no night has looked at is looked at now. Only a server knows which digits its
    callers keyed as secrets: what is looked at by this command is searched for sound in masked
    stretches, and not for digits.
    """
    today = datetime.now(place.zone()).date()
    looked_at = day_on(timedelta(days=-1) if day is None else day, today)
    findings = None if again else place.store.nights.find_findings(looked_at)
    if findings is None:
        findings = _look(place, looked_at)
    if as_json:
        echo_json({**asdict(findings), "faults": findings.faults})
    else:
        for line in _lines(findings):
            click.echo(printable(line))
    if findings.faults:
        raise click.exceptions.Exit(1)


def _look(place: Place, day: date) -> DayFindings:
    from switchboard.records import make_comparison  # it loads what a server is made of

    return make_comparison(place.settings, place.store, place.zone()).compare(day)


def _lines(found: DayFindings) -> list[str]:
    secrets = found.secrets
    lines = [
        f"{found.day}, looked at {local(found.compared_at)}",
        f"{found.calls} calls, {found.agreeing} agree",
    ]
    if found.restored:
        lines.append(f"{len(found.restored)} restored from the switch's record: their last facts "
                     f"died with a server ({', '.join(found.restored)})")  # fmt: skip
    if found.live:
        lines.append(f"{len(found.live)} had not ended ({', '.join(found.live)})")
    for call in found.differing:
        lines += [f"call {call.call_id} differs: {difference}" for difference in call.differences]
    lines += [f"a file of no recording: {one}" for one in found.files_without_call]
    lines += [f"a recording without its file: {one}" for one in found.calls_without_file]
    lines += [f"SECRET: {leak}" for leak in found.leaks]
    lines.append(
        f"secrets were keyed in {secrets.calls} calls; {secrets.stretches} masked stretches and "
        f"{secrets.texts} texts were looked at"
    )
    return [*lines, f"{found.faults} to look at" if found.faults else "all agree"]
