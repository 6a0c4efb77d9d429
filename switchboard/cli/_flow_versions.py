"""The commands on versions: publish, versions, diff, share, rollback, export, import."""

import getpass
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath

import click

from switchboard.cli._opening import opened_store, read_settings_file
from switchboard.cli._printing import echo_json, echo_table, local, printable
from switchboard.console.metrics import PrometheusMetrics
from switchboard.flow import load
from switchboard.installation import flows_folder, make_prompts, publishing_checks, read_flows
from switchboard.ports.flow_versions import FlowVersion, Release
from switchboard.runtime.clock import ScaledClock
from switchboard.services.errands import unserved
from switchboard.services.proofs import speakable
from switchboard.services.releases import NotPublished, Releases, differences
from switchboard.settings import Settings

SHORTEST_PREFIX = 4


@contextmanager
def _opened(settings_file: Path | None) -> Iterator[tuple[Settings, Releases]]:
    settings = read_settings_file(settings_file)
    clock = ScaledClock(settings.clock_speed, settings.clock_origin)
    with opened_store(settings) as store:
        library, speaker = make_prompts(settings, PrometheusMetrics())
        checks = (*publishing_checks(settings), speakable(library.prepare))
        try:
            yield settings, Releases(store.flow_versions, clock, checks)
        except NotPublished as refusal:
            raise click.ClickException(str(refusal)) from refusal
        finally:
            speaker.close()


def _who() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "somebody"


def _find(releases: Releases, name: str) -> FlowVersion:
    """The one version whose id begins so; ``live`` is the one that calls get."""
    now = releases.versions.find_release()
    if name == "live" and now is not None:
        name = now.live
    found = [one for one in releases.versions.list_versions() if one.version_id.startswith(name)]
    if len(found) != 1 or len(name) < SHORTEST_PREFIX:
        raise click.BadParameter(
            f"{len(found) or 'no'} versions begin with {name!r}: "
            "`switchboard flows versions` lists them"
        )
    return found[0]


def _told(release: Release) -> str:
    text = f"{release.action}: calls get {release.live}"
    if release.candidate:
        text += f", {release.share} of 100 try {release.candidate}"
    return text


# --- publishing -------------------------------------------------------------------------------


@click.command()
@click.argument("version", required=False)
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder of the flows; without one, the settings'.",
)
@click.option("--share", type=click.IntRange(1, 100), default=100, help="So many of 100 calls.")
@click.option("--note", default="", help="What is new, for whoever reads the list.")
@click.pass_obj
def publish(
    settings_file: Path | None, version: str | None, folder: Path | None, share: int, note: str
) -> None:
    """Let calls that begin from now on get the flows of the folder, or VERSION.

    Refused as long as there is a mistake, a call does not go as its script says, too few ways are
    taken by any (`least_coverage` in the settings), or a text cannot be spoken. Calls that are on
    the line keep what they have. A running server follows within two seconds.
    """
    with _opened(settings_file) as (settings, releases):
        if version is not None:
            version_id = _find(releases, version).version_id
        else:
            files = read_flows(folder or flows_folder(settings))
            if not files:
                raise click.ClickException("there is no flow in that folder")
            version_id = releases.keep_draft(files, by=_who(), note=note)
        click.echo(_told(releases.publish(version_id, by=_who(), note=note, share=share)))
        program = load(_find(releases, version_id).files).program
    if program is not None:
        for missing in unserved(program, settings.sources, settings.connections):
            click.echo(f"the settings do not say where {missing} is: it will answer `failed`")


@click.command()
@click.pass_obj
def promote(settings_file: Path | None) -> None:
    """Let all calls get the version on trial."""
    _step(settings_file, lambda releases: releases.promote(by=_who()))


@click.command()
@click.option("--reason", default="", help="Why, for whoever reads the list.")
@click.pass_obj
def withdraw(settings_file: Path | None, reason: str) -> None:
    """Let no call get the version on trial any more."""
    _step(settings_file, lambda releases: releases.withdraw(by=_who(), reason=reason))


@click.command()
@click.argument("version", required=False)
@click.pass_obj
def rollback(settings_file: Path | None, version: str | None) -> None:
    """Let all calls get the version before, or VERSION, again."""

    def roll_back(releases: Releases) -> Release:
        target = _find(releases, version).version_id if version else None
        return releases.roll_back(target, by=_who())

    _step(settings_file, roll_back)


def _step(settings_file: Path | None, step: Callable[[Releases], Release]) -> None:
    with _opened(settings_file) as (_, releases):
        click.echo(_told(step(releases)))


# --- looking ----------------------------------------------------------------------------------


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def versions(settings_file: Path | None, *, as_json: bool) -> None:
    """List every version, newest first, and which of them calls get."""
    with _opened(settings_file) as (_, releases):
        now = releases.versions.find_release()
        rows = [_row(version, now) for version in releases.versions.list_versions()]
    if as_json:
        echo_json([dict(zip(TITLES, row, strict=True)) for row in rows])
    elif rows:
        echo_table(TITLES, [(*row[:2], local(row[2]), *row[3:]) for row in rows])
    else:
        click.echo("no version is kept: `switchboard flows publish` makes the first")


TITLES = ("version", "state", "kept", "by", "files", "note")


def _row(version: FlowVersion, now: Release | None) -> tuple[str, str, datetime, str, int, str]:
    state = ""
    if now is not None and version.version_id == now.live:
        state = "live"
    elif now is not None and version.version_id == now.candidate:
        state = f"{now.share} %"
    return (
        version.version_id, state, version.kept_at, version.by, len(version.files), version.note,
    )  # fmt: skip


@click.command()
@click.pass_obj
def history(settings_file: Path | None) -> None:
    """List what was live when, and why, newest first."""
    with _opened(settings_file) as (_, releases):
        rows = [
            (local(one.at), one.action, one.live, one.candidate or "", one.by, one.reason)
            for one in releases.versions.list_releases()
        ]
    echo_table(("at", "what", "live", "on trial", "by", "reason"), rows)


@click.command()
@click.argument("old")
@click.argument("new", required=False)
@click.pass_obj
def diff(settings_file: Path | None, old: str, new: str | None) -> None:
    """Show what is different in NEW, without it in the folder, against OLD (or `live`)."""
    with _opened(settings_file) as (settings, releases):
        before = _find(releases, old).files
        after = _find(releases, new).files if new else read_flows(flows_folder(settings))
    for line in differences(before, after):
        click.echo(printable(line))


# --- files ------------------------------------------------------------------------------------


@click.command()
@click.argument("version")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.pass_obj
def export(settings_file: Path | None, version: str, folder: Path) -> None:
    """Write the files of VERSION (or `live`) into FOLDER, which is new or empty."""
    with _opened(settings_file) as (_, releases):
        files = _find(releases, version).files
    if folder.exists() and any(folder.iterdir()):
        raise click.ClickException(f"{folder} is not empty: nothing is written over")
    for name, text in files.items():
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts:
            raise click.ClickException(f"{name} leads out of the folder")
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    click.echo(f"{len(files)} files in {folder}")


@click.command("import")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--note", default="", help="What is new, for whoever reads the list.")
@click.pass_obj
def import_(settings_file: Path | None, folder: Path, note: str) -> None:
    """Keep the files of FOLDER as a draft, which no call gets until it is published."""
    files = read_flows(folder)
    if not files:
        raise click.ClickException(f"there is no flow in {folder}")
    with _opened(settings_file) as (_, releases):
        version_id = releases.keep_draft(files, by=_who(), note=note)
        faults = [fault for check in releases.checks for fault in check(files)]
    for fault in faults:
        click.echo(fault)
    click.echo(f"kept as {version_id}" + (f", with {len(faults)} mistakes" if faults else ""))


COMMANDS = (publish, promote, withdraw, rollback, versions, history, diff, export, import_)
"""What this part gives to ``switchboard flows``."""
