"""``switchboard surveys``: what callers answered when they were asked."""

import csv
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from switchboard.cli._moments import Moment
from switchboard.cli._opening import opened_store, read_settings_file, settings_option
from switchboard.cli._printing import echo_json, echo_table, local
from switchboard.ports.surveys import SurveyAnswers
from switchboard.store.store import Store

CALL_SHOWN = 12


@click.group(invoke_without_command=True)
@settings_option
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
def command(context: click.Context, settings_file: Path | None, *, as_json: bool) -> None:
    """List the surveys that have answers; `surveys show NAME` lists the answers."""
    context.obj = context.with_resource(opened_store(read_settings_file(settings_file)))
    if context.invoked_subcommand:
        return
    found = context.obj.surveys.list_surveys()
    if as_json:
        echo_json([asdict(one) for one in found])
    elif found:
        rows = [(one.survey, one.answers, local(one.first_at), local(one.last_at)) for one in found]
        echo_table(("survey", "answers", "first", "last"), rows)
    else:
        click.echo("no survey has answers yet")


@command.command()
@click.argument("name")
@click.option("--since", type=Moment(ahead=False), help="Given since 2h, 7d, 18:30, 2026-12-01 …")
@click.option("--until", type=Moment(ahead=False), help="Given before then.")
@click.option("--csv", "form", flag_value="csv", help="For spreadsheets.")
@click.option("--json", "form", flag_value="json", help="For programs.")
@click.pass_obj
def show(
    store: Store, name: str, since: datetime | None, until: datetime | None, form: str | None
) -> None:
    """List the answers to NAME, oldest first: one line for each caller who answered."""
    names = [one.survey for one in store.surveys.list_surveys()]
    if name not in names:
        there = ", ".join(names) or "no survey has answers yet"
        raise click.ClickException(f"nobody has answered {name!r}; there are: {there}")
    found = store.surveys.list_answers(name, since=since, until=until)
    if form == "json":
        echo_json([{**asdict(one), "answers": dict(one.answers)} for one in found])
    elif form == "csv":
        _write_csv(found)
    elif found:
        questions = _questions(found)
        rows = [
            (local(one.answered_at), one.call_id[:CALL_SHOWN], *_answers(one, questions))
            for one in found
        ]
        echo_table(("answered", "call", *questions), rows)
    else:
        click.echo("nobody answered then")


def _questions(found: tuple[SurveyAnswers, ...]) -> tuple[str, ...]:
    """Every question that was ever answered, in the order of asking."""
    return tuple(dict.fromkeys(question for one in found for question in one.answers))


def _answers(one: SurveyAnswers, questions: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(one.answers.get(question, "")) for question in questions)


def _write_csv(found: tuple[SurveyAnswers, ...]) -> None:
    questions = _questions(found)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["answered_at", "call_id", *map(_inert, questions)])
    for one in found:
        cells = (one.call_id, *_answers(one, questions))
        writer.writerow([one.answered_at.isoformat(), *map(_inert, cells)])


def _inert(cell: str) -> str:
    """No spreadsheet may take for a formula what somebody else wrote."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
