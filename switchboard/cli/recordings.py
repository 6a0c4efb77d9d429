"""``switchboard recordings``: what was recorded, to be heard, handed out, erased and checked."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from switchboard.cli._call_place import Place
from switchboard.cli._moments import Moment
from switchboard.cli._opening import opened_store, read_settings_file, settings_option
from switchboard.cli._picking import pick
from switchboard.cli._printing import echo_json, echo_table, local
from switchboard.cli._sounds import add_sound_commands
from switchboard.media.recordings import RecordingFolder
from switchboard.ports.recordings import (
    RecordingKind,
    RecordingRecord,
    RecordingSearch,
    RecordingState,
)
from switchboard.runtime.clock import ScaledClock
from switchboard.services.recording_upkeep import RecordingUpkeep
from switchboard.services.retention import Retention
from switchboard.settings import Settings
from switchboard.store.store import Store
from switchboard.voice import make_mailboxes, make_retention, make_upkeep

TITLES = ("recording", "begun", "kind", "length", "state", "form", "masked", "call")
ID_SHOWN = 12
KINDS = [str(kind) for kind in RecordingKind]


@dataclass(frozen=True)
class Archive:
    """What is on record, the files, and what looks after both."""

    settings: Settings
    store: Store
    files: RecordingFolder
    upkeep: RecordingUpkeep

    def retention(self) -> Retention:
        """What erases; it has to know whose days are meant."""
        clock = ScaledClock(self.settings.clock_speed, self.settings.clock_origin)
        mailboxes = make_mailboxes(self.settings, self.store, clock, "zh")
        zone = Place(self.settings, self.store).zone()
        return make_retention(self.settings, self.store, mailboxes, clock, zone)


@click.group(invoke_without_command=True)
@settings_option
@click.option("--call", "call_id", default="", help="Only of this call.")
@click.option("--kind", type=click.Choice(KINDS), help="Only of this kind.")
@click.option(
    "--since", type=Moment(ahead=False), help="Only those begun since: 2h, 18:30, 2026-12-01 …"
)
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True)
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
    """List the recordings, newest first."""
    archive = context.obj = context.with_resource(_opened(read_settings_file(settings_file)))
    if context.invoked_subcommand:
        return
    search = _search(archive, **wanted)
    records = archive.store.recordings.list_records(search)
    if as_json:
        echo_json([asdict(record) for record in records])
    elif records:
        echo_table(TITLES, [_row(record) for record in records])
    else:
        click.echo("there is no recording")


@command.command()
@click.argument("recording_id", metavar="ID")
@click.confirmation_option(prompt="The sound cannot be brought back. Erase it?")
@click.pass_obj
def erase(archive: Archive, recording_id: str) -> None:
    """Delete the sound of a recording; that there was one stays on record."""
    record = _find(archive, recording_id)
    archive.files.erase(record.recording_id)
    archive.store.recordings.put(replace(record, state=RecordingState.ERASED, size=0))
    click.echo(f"recording {record.recording_id[:ID_SHOWN]} is erased")


@command.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def check(archive: Archive, *, as_json: bool) -> None:
    """Search for files of no recording and recordings without their file; fail if there are any."""
    gaps = archive.upkeep.search_gaps()
    if as_json:
        echo_json(asdict(gaps))
    for recording_id in () if as_json else gaps.files:
        click.echo(f"a file of no recording: {archive.files.find_file(recording_id)}")
    for recording_id in () if as_json else gaps.records:
        click.echo(f"a recording without its file: {recording_id}")
    if gaps.files or gaps.records:
        raise click.ClickException(
            f"{len(gaps.files)} files too many, {len(gaps.records)} files too few"
        )
    if not as_json:
        click.echo("files and records agree")


@command.command()
@click.option("--erase", "for_good", is_flag=True, help="Erase it now; else it is only told.")
@click.pass_obj
def retention(archive: Archive, *, for_good: bool) -> None:
    """Tell which messages, recordings and calls have had their time, or erase them."""
    keeper = archive.retention()
    erased = keeper.run() if for_good else keeper.look()
    verb = "erased" if for_good else "would be erased"
    counts = f"{len(erased.messages)} messages, {len(erased.recordings)} recordings"
    click.echo(f"{counts} and {erased.calls} calls {verb}")


@contextmanager
def _opened(settings: Settings) -> Iterator[Archive]:
    clock = ScaledClock(settings.clock_speed, settings.clock_origin)
    with opened_store(settings) as store:
        files = RecordingFolder(settings.folder / "recordings")
        yield Archive(settings, store, files, make_upkeep(settings, store, clock))


def _search(
    archive: Archive, *, call_id: str, kind: str | None, since: datetime | None, limit: int
) -> RecordingSearch:
    return RecordingSearch(
        call_id=_call(archive, call_id),
        kind=RecordingKind(kind) if kind else None,
        since=since.astimezone(UTC) if since else None,
        at_most=limit,
    )


def _call(archive: Archive, call_id: str) -> str:
    """The whole id of the call that begins so; as it is, when none does."""
    if not call_id:
        return ""
    found = archive.store.records.find_call(call_id)
    return found.call_id if found else call_id


def _find(archive: Archive, wanted: str) -> RecordingRecord:
    def list_some(prefix: str, at_most: int) -> tuple[RecordingRecord, ...]:
        search = RecordingSearch(begins=prefix, at_most=at_most)
        return archive.store.recordings.list_records(search)

    return pick(wanted, list_some, lambda one: one.recording_id, "recording")


def _file_of(archive: Archive, wanted: str) -> Path:
    record = _find(archive, wanted)
    path = archive.files.find_file(record.recording_id)
    if path is None:
        raise click.ClickException(
            f"recording {record.recording_id} is {record.state}: it has no file"
        )
    return path


add_sound_commands(command, "recording", _file_of)


def _row(record: RecordingRecord) -> tuple[object, ...]:
    return (
        record.recording_id[:ID_SHOWN],
        local(record.started_at),
        record.kind,
        f"{record.duration_ms / 1000:.1f} s",
        record.state,
        record.form,
        len(record.masked) or "",
        record.call_id[:ID_SHOWN],
    )
