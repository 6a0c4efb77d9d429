"""``switchboard restore``: an installation as a backup knows it; all of it or nothing."""

import os
import shutil
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from switchboard.cli._archive import BadArchive, Contents, take_out
from switchboard.cli._opening import read_settings_file, settings_option
from switchboard.cli.backup import FOLDERS
from switchboard.ports.outages import StoreAway
from switchboard.settings import Settings
from switchboard.store.database import MistakenUrl
from switchboard.store.dumps import CannotLoad, load, row_counts

PLACES = frozenset({"records", "flows", "settings", *FOLDERS})


@click.command()
@settings_option
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Put what is here now aside, and restore.")
@click.option("--check", is_flag=True, help="Only look whether the file is whole.")
def command(settings_file: Path | None, file: Path, *, replace: bool, check: bool) -> None:
    """Restore records, recordings and prompts from FILE, a backup, into this installation.

    The server must be stopped. Settings and the folder of flows are not touched: they lie beside
    the recordings, in `restored`, to be compared. Where there are records already, nothing is done
    without --replace; their files are then put aside, not deleted.
    """
    settings = read_settings_file(settings_file)
    settings.folder.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.folder) as staged:
            contents = take_out(file, Path(staged), PLACES)
            _tell(contents)
            if check:
                return
            _demand_stopped(settings)
            if not replace:
                _demand_empty(settings)
            _restore(settings, Path(staged), contents)
    except (BadArchive, CannotLoad, MistakenUrl, StoreAway, OSError) as fault:
        raise click.ClickException(f"nothing was restored: {fault}") from fault
    click.echo("restored; start the server, and look at `switchboard calls`")


def _tell(contents: Contents) -> None:
    size = sum(entry.size for entry in contents.entries)
    click.echo(
        f"a whole backup of {contents.made_at}, by version {contents.version}: "
        f"{len(contents.entries)} files, {size / 2**20:.1f} MiB"
    )


def _demand_stopped(settings: Settings) -> None:
    try:
        with urllib.request.urlopen(f"http://{settings.listen.http}/healthz", timeout=2):
            pass
    except urllib.error.HTTPError:
        pass  # somebody answers: not an empty place
    except OSError:
        return
    raise click.ClickException(
        f"a server runs at {settings.listen.http}: stop it first, for it would go on with the "
        "records that it knows"
    )


def _demand_empty(settings: Settings) -> None:
    rows = sum(row_counts(settings.database_url).values())
    files = sum(len(names) for _, _, names in os.walk(settings.folder / "recordings"))
    if rows or files:
        raise click.ClickException(
            f"there is an installation here already ({rows} records, {files} recordings): make a "
            "backup of it, then restore with --replace"
        )


def _restore(settings: Settings, staged: Path, contents: Contents) -> None:
    with _exchanged(settings.folder, staged) as exchange:
        load(settings.database_url, contents.steps, _tables(staged / "records"), exchange)


def _tables(folder: Path) -> Mapping[str, Iterable[bytes]]:
    return {file.stem: _lines(file) for file in sorted(folder.glob("*.jsonl"))}


def _lines(file: Path) -> Iterator[bytes]:
    with file.open("rb") as held:
        yield from held


@contextmanager
def _exchanged(folder: Path, staged: Path) -> Iterator["_Exchange"]:
    exchange = _Exchange(folder, staged)
    try:
        yield exchange
    except BaseException:
        exchange.take_back()
        raise


class _Exchange:
    """Puts the restored folders in the places of those that are there, and can take that back.

    Args:
        folder: The installation's.
        staged: What was taken out of the backup, on the same disk.
    """

    def __init__(self, folder: Path, staged: Path) -> None:
        self._folder = folder
        self._staged = staged
        self._aside = folder / f"before-restore-{datetime.now(UTC):%Y%m%d-%H%M%S}"
        self._moved: list[tuple[Path, Path]] = []

    def __call__(self) -> None:
        """Exchange; called when the records stand, before they are committed."""
        # A spool beside the records would be written over what has been restored.
        for name in (*FOLDERS, "spool"):
            if (self._folder / name).exists():
                self._move(self._folder / name, self._aside / name)
        for name in FOLDERS:
            if (self._staged / name).exists():
                self._move(self._staged / name, self._folder / name)
        for name in ("settings", "flows"):
            if (self._staged / name).exists():
                kept = self._folder / "restored" / name
                if kept.exists():
                    self._move(kept, self._aside / "restored" / name)
                self._move(self._staged / name, kept)

    def take_back(self) -> None:
        """Put everything where it was."""
        for came_from, went_to in reversed(self._moved):
            shutil.move(went_to, came_from)

    def _move(self, came_from: Path, goes_to: Path) -> None:
        goes_to.parent.mkdir(parents=True, exist_ok=True)
        came_from.rename(goes_to)
        self._moved.append((came_from, goes_to))
