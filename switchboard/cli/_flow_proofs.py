"""The commands that prove flows before anybody hears them: check, test."""

import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click

from switchboard.cli._flow_folder import folder_argument, named_folder
from switchboard.cli._junit import junit
from switchboard.cli._placing import place_calls
from switchboard.cli._printing import echo_json, printable
from switchboard.flow import Fault
from switchboard.flow.codes import CODES
from switchboard.flow.scripts import (
    SUFFIX,
    Coverage,
    Outcome,
    Proof,
    Proven,
    find_faults,
    not_tested_entries,
    prove,
)
from switchboard.installation import read_flows
from switchboard.services.script_queues import ScriptQueues

HEARD_SHOWN = 5


@click.command()
@folder_argument
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def check(settings_file: Path | None, folder: Path | None, *, as_json: bool) -> None:
    """List every mistake in the flows, libraries, centre and call scripts of FOLDER.

    Each stands in a line of its own: file, line, column, code, node, what is wrong, and what to do
    or what was probably meant. The exit status is 1 when there is any.
    """
    place = named_folder(folder, settings_file)
    files = read_flows(place)
    faults = [_in_folder(place, fault) for fault in find_faults(files)]
    if as_json:
        echo_json([_as_json(fault) for fault in faults])
    else:
        for fault in faults:
            click.echo(printable(fault))
        where = len({fault.file for fault in faults})
        found = f"{_count(len(faults), 'mistake')} in {_count(where, 'file')}"
        click.echo(found if faults else f"no mistake in {_count(len(files), 'file')}")
    sys.exit(1 if faults else 0)


@click.command()
@folder_argument
@click.option(
    "--junit",
    "report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the results into this file, as CI systems read them.",
)
@click.option(
    "--coverage",
    "show_coverage",
    is_flag=True,
    help="List the ways through the flows that no call takes.",
)
@click.option(
    "--threshold",
    type=click.IntRange(0, 100),
    help="Fail when fewer of a hundred ways are taken, or left out on purpose.",
)
@click.option(
    "--through",
    type=click.Choice(["stand-in"]),
    help="Place the calls as well: through the server and the stand-in, word for word.",
)
@click.pass_obj
def test(
    settings_file: Path | None,
    folder: Path | None,
    report: Path | None,
    threshold: int | None,
    through: str | None,
    *,
    show_coverage: bool,
) -> None:  # fmt: skip
    """Run the call scripts (NAME.test.yaml) of the flows in FOLDER, on a clock of their own.

    No telephone, no database and no sound is needed. The exit status is 1 when a call does not go
    as its script says, when there is a mistake, or when too little is reached.
    """
    place = named_folder(folder, settings_file)
    files = read_flows(place)
    began = time.perf_counter()
    proof = prove(files, ScriptQueues)
    if through is not None:
        proof = place_calls(files, proof)
    proof = _with_folder(place, proof)
    took_s = time.perf_counter() - began
    if report is not None:
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text(junit(proof, took_s), encoding="utf-8")
    for line in _told(proof):
        click.echo(printable(line))
    if proof.coverage is not None and show_coverage:
        for line in _told_coverage(proof.coverage):
            click.echo(printable(line))
    click.echo(_summary(proof, took_s))
    sys.exit(1 if _is_refused(proof, threshold) else 0)


def _is_refused(proof: Proof, threshold: int | None) -> bool:
    if proof.coverage is None or proof.faults or proof.failed or not proof.calls:
        return True
    if threshold is not None and proof.coverage.percent < threshold:
        click.echo(f"{proof.coverage.percent} of 100 ways are reached, and {threshold} asked for")
        return True
    return False


# --- in words ---------------------------------------------------------------------------------


def _in_folder(place: Path, fault: Fault) -> Fault:
    """Name a file as it is seen from here, so that an editor finds it."""
    return replace(fault, file=str(place / fault.file))


def _with_folder(place: Path, proof: Proof) -> Proof:
    calls = tuple(replace(one, file=str(place / one.file)) for one in proof.calls)
    return replace(proof, faults=tuple(_in_folder(place, one) for one in proof.faults), calls=calls)


def _as_json(fault: Fault) -> dict[str, object]:
    return {
        "file": fault.file,
        "line": fault.line,
        "column": fault.column,
        "code": fault.code,
        "node": fault.node,
        "message": fault.message,
        "hint": fault.hint,
        "about": CODES[fault.code],
    }


def _told(proof: Proof) -> Iterator[str]:
    yield from map(str, proof.faults)
    for one in proof.calls:
        if one.result.outcome is Outcome.FAILED:
            yield from _told_failure(one)
        elif one.result.outcome is Outcome.NOT_PLAYED:
            yield f"{one.where}: not played: {one.result.call}: {'; '.join(one.result.reasons)}"


def _told_failure(one: Proven) -> Iterator[str]:
    yield f"{one.where}: FAILED: {one.result.script}: {one.result.call}"
    if one.taken_by is not None:
        yield f"    on the way of `follows` in line {one.taken_by.line}"
    for reason in one.result.reasons:
        yield f"    {reason}"
    heard = one.result.heard
    if heard:
        before = "... " if len(heard) > HEARD_SHOWN else ""
        yield f"    heard so far: {before}{', '.join(heard[-HEARD_SHOWN:])}"


def _told_coverage(coverage: Coverage) -> Iterator[str]:
    ways = (*coverage.taken, *coverage.marked, *coverage.missing)
    for flow in dict.fromkeys(way.flow for way in ways):
        part = coverage.of_flow(flow)
        count = len(part.taken) + len(part.marked) + len(part.missing)
        left_out = f", {len(part.marked)} left out on purpose" if part.marked else ""
        yield f"{flow}: {len(part.taken)} of {count} ways taken{left_out} ({part.percent} %)"
        yield from (f"  {way} stands under not_tested, and is taken" for way in part.needless)
        yield from (f"  no call takes {way}" for way in part.missing)
    for flow, lines in not_tested_entries(coverage.missing).items():
        yield f"what no call of {flow} can reach belongs there, with the reason:"
        yield from ("not_tested:", *lines)


def _summary(proof: Proof, took_s: float) -> str:
    if proof.coverage is None:
        return f"{_count(len(proof.faults), 'mistake')}: no call was tried"
    if not proof.calls:
        return f"there is no call script: write NAME{SUFFIX} beside NAME.yaml"
    outcomes = [one.result.outcome for one in proof.calls]
    parts = [f"{outcomes.count(Outcome.PASSED)} passed"]
    parts += [f"{len(proof.failed)} failed"] if proof.failed else []
    not_played = outcomes.count(Outcome.NOT_PLAYED)
    parts += [f"{not_played} not played"] if not_played else []
    calls = f"{_count(len(proof.calls), 'call')}: {', '.join(parts)}"
    return f"{calls}; {proof.coverage.percent} of 100 ways reached; {took_s:.2f} s"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


COMMANDS = (check, test)
"""What this part gives to ``switchboard flows``."""
