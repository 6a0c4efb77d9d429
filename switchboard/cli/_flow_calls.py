"""The commands that try flows without a telephone: walk, preview."""

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from switchboard.cli._flow_folder import named_folder
from switchboard.cli._opening import opened_store, read_settings_file
from switchboard.cli._printing import echo_json, printable
from switchboard.flow import Program, load
from switchboard.flow.authors.preview import Preview, preview
from switchboard.flow.authors.walking import HELP, Walk
from switchboard.flow.moments import read_moment
from switchboard.flow.scripts import read_script
from switchboard.flow.scripts.forms import Given
from switchboard.installation import read_flows
from switchboard.ports.announcements import Announcement
from switchboard.settings import SettingsError, load_settings

_FOLDER = click.option(
    "--folder", type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder of the flows; without one, the settings'.",
)  # fmt: skip
_MOMENT_HINT = "write it as '2027-02-06 18:05', with a zone behind it for another one"


def _program(folder: Path) -> Program:
    loaded = load(read_flows(folder))
    if loaded.program is None:
        first = "\n".join(f"{folder}/{fault}" for fault in loaded.faults[:5])
        raise click.ClickException(
            f"{first}\nthere are {len(loaded.faults)} mistakes in the flows: "
            f"`switchboard flows check {folder}` lists them all"
        )
    return loaded.program


def _moment(written: str | None, zone: ZoneInfo) -> datetime:
    """The moment that was typed, where the centre is unless it names a zone; without one, now."""
    if written is None:
        return datetime.now(zone)
    found = read_moment(written)
    if found is None:
        raise click.BadParameter(f"{written!r} is no moment: {_MOMENT_HINT}", param_hint="--at")
    return found if found.tzinfo is not None else found.replace(tzinfo=zone)


def _chosen_number(program: Program, number: str | None) -> str:
    if number is not None and number in program.numbers:
        return number
    there = ", ".join(program.numbers) or "none: write `numbers` in centre.yaml"
    if number is not None:
        raise click.ClickException(f"the centre has no number {number}; it has {there}")
    if len(program.numbers) != 1:
        raise click.ClickException(f"say which number is called; the centre has {there}")
    return next(iter(program.numbers))


# --- walk -------------------------------------------------------------------------------------


@click.command()
@click.argument("what", metavar="[FOLDER|NUMBER|FLOW]", default="")
@_FOLDER
@click.option("--at", "moment", help="The clock at the beginning, as '2027-02-06 18:05'.")
@click.option("--from", "caller", default="+8613800138000", show_default=True, help="Who calls.")
@click.option(
    "--given", "script", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A call script: what stands under its `given` answers look-ups and requests.",
)  # fmt: skip
@click.pass_obj
def walk(
    settings_file: Path | None,
    what: str,
    folder: Path | None,
    moment: str | None,
    caller: str,
    script: Path | None,
) -> None:
    """Call NUMBER at the keyboard: what is said is printed, keys are typed.

    Without a telephone and without a server. What the flow asks of the world is asked of you. Works
    in a pipe, too: one line for each thing the caller does. Type help for what can be typed.
    """
    if what and folder is None and Path(what).is_dir():
        what, folder = "", Path(what)
    program = _program(named_folder(folder, settings_file))
    at = _moment(moment, program.zone)
    given = _given(script).model_copy(update={"at": at, "from_": caller})
    flow = what if what in program.flows else ""
    if not flow:
        given = given.model_copy(update={"to": _chosen_number(program, what or None)})
    elif missing := sorted(set(program.flows[flow].file.takes) - set(given.takes)):
        raise click.ClickException(
            f"the flow {flow} takes {', '.join(missing)}: walk a number that hands it over, or "
            "give it by --given SCRIPT with `takes`"
        )
    else:
        given = given.model_copy(update={"to": None})
    called = flow or given.to
    click.echo(f"calling {called} from {caller}, {at:%Y-%m-%d %H:%M} {program.zone}")
    click.echo(HELP if sys.stdin.isatty() else "", nl=sys.stdin.isatty())
    Walk(program, given, _read_line, lambda line: click.echo(printable(line))).go(flow)


def _given(script: Path | None) -> Given:
    if script is None:
        return Given()
    _, file, faults = read_script(script.read_text(encoding="utf-8"), str(script))
    if file is None:
        raise click.ClickException("\n".join(map(str, faults)))
    return file.given


def _read_line(prompt: str) -> str | None:
    """Ask for a line; of a pipe, show what was read, so that the output tells the whole walk."""
    click.echo(prompt, nl=False)
    line = sys.stdin.readline()
    if not line:
        click.echo()
        return None
    if not sys.stdin.isatty():
        click.echo(printable(line.rstrip("\n")))
    return line.rstrip("\n")


# --- preview ----------------------------------------------------------------------------------


@click.command("preview")
@click.argument("number", required=False)
@_FOLDER
@click.option("--at", "moment", help="The moment, as '2027-02-06 18:05'; without it, now.")
@click.option("--from", "caller", default="withheld", help="Who calls; without it, nobody known.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def preview_(
    settings_file: Path | None,
    number: str | None,
    folder: Path | None,
    moment: str | None,
    caller: str,
    *,
    as_json: bool,
) -> None:  # fmt: skip
    """Tell what callers of NUMBER, or of each number, would hear at a moment.

    The calendars, holidays, festivals and notices are those of that moment, in the zone of the
    centre. It is assumed that nothing is known of the caller.
    """
    program = _program(named_folder(folder, settings_file))
    at = _moment(moment, program.zone)
    numbers = [_chosen_number(program, number)] if number or len(program.numbers) == 1 else []
    notices = _notices(settings_file, at)
    if not program.numbers:
        _chosen_number(program, None)
    found = [preview(program, one, at, notices, caller) for one in numbers or list(program.numbers)]
    if as_json:
        echo_json(found)
        return
    for one in found:
        for line in _told(one):
            click.echo(printable(line))


def _notices(settings_file: Path | None, at: datetime) -> Callable[[str, str], tuple[str, ...]]:
    """What is put up in this installation; without one, nothing is."""
    try:
        settings = load_settings(settings_file)
    except SettingsError:
        if settings_file is not None:
            read_settings_file(settings_file)
        click.echo("(no settings here: notices that operations put up are not known)", err=True)
        return lambda _number, _language: ()
    with opened_store(settings) as store:
        rows: tuple[Announcement, ...] = store.announcements.list_all()

    def heard(number: str, language: str) -> tuple[str, ...]:
        return tuple(
            row.texts[language]
            for row in rows
            if row.is_heard(number, at) and language in row.texts
        )

    return heard


def _told(one: Preview) -> list[str]:
    festival = f", {one.festival.replace('_', ' ')}" if one.festival else ""
    lines = [
        f"{one.number}, {one.at:%A %Y-%m-%d %H:%M} {one.at.tzinfo}{festival}: "
        f"the flow {one.flow}, in {one.language}"
    ]
    lines += [f"  says: {text}" for text in one.texts] or ["  says nothing"]
    lines.append(f"  then waits at {one.waits_at}" if one.waits_at else "  and the call is over")
    for branch in one.branches:
        calendar = branch.calendar
        why = f", {calendar.why}," if calendar.why else ""
        until = f" until {calendar.until:%a %Y-%m-%d %H:%M}" if calendar.until else ""
        lines.append(
            f"  at {branch.node} {calendar.name} is {calendar.state}{why}{until}: "
            f"on to {branch.target}"
        )
        lines += [f"    says: {text}" for text in branch.texts]
    if one.assumed:
        lines.append(f"  (assumed: {'; '.join(one.assumed)})")
    return lines


COMMANDS = (walk, preview_)
"""What this part gives to ``switchboard flows``."""
