"""``switchboard backup``: everything an installation knows, in one file, while it runs."""

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import yaml

from switchboard import __version__
from switchboard.cli._archive import ArchiveWriter, writing
from switchboard.cli._opening import opened_store, read_settings_file, settings_option
from switchboard.ports.outages import StoreAway
from switchboard.settings import Settings, find_settings
from switchboard.store.database import MistakenUrl
from switchboard.store.dumps import snapshot

SECRET_NAME = re.compile(r"pass|token|secret|^headers$", re.IGNORECASE)
URL_PASSWORD = re.compile(r"(?<=://)([^/\s:@]*):([^/\s@]+)@")
REMOVED = "removed-from-the-backup"
# What is below these in the installation's folder is kept as it is, but for values spoken in calls.
FOLDERS = ("recordings", "prompts")
FORGOTTEN = ("prompts", "values")


@click.command()
@settings_option
@click.argument("target", metavar="DIR|FILE", type=click.Path(path_type=Path))
@click.option("--with-passwords", is_flag=True, help="Keep the passwords in the settings.")
def command(settings_file: Path | None, target: Path, *, with_passwords: bool) -> None:
    """Write records, recordings, prompts, flows and settings to FILE, or a new file in DIR.

    The server may run meanwhile: the records are those of one moment. `switchboard restore` reads
    the file, on SQLite and PostgreSQL alike. Nobody but its owner can read it.
    """
    settings = read_settings_file(settings_file)
    made_at = datetime.now(UTC)
    file = target / f"switchboard-{made_at:%Y%m%d-%H%M%S}.tar.gz" if target.is_dir() else target
    if file.exists():
        raise click.ClickException(f"{file} is there already: name another file, or a folder")
    with opened_store(settings):
        pass  # its tables are this version's from here on
    try:
        with writing(file) as archive:
            rows, steps = _write_records(settings, archive)
            files = sum(archive.add_file(name, path) for name, path in _files_of(settings))
            text = find_settings(settings_file).read_text(encoding="utf-8")
            kept = text if with_passwords else without_passwords(text)
            archive.add_text("settings/switchboard.yaml", kept)
            archive.finish(made_at.isoformat(), __version__, steps)
    except (OSError, MistakenUrl, StoreAway) as fault:
        raise click.ClickException(f"no backup was made: {fault}") from fault
    click.echo(f"{file}: {rows} records, {files} files, {file.stat().st_size / 2**20:.1f} MiB")


def _write_records(settings: Settings, archive: ArchiveWriter) -> tuple[int, tuple[str, ...]]:
    with snapshot(settings.database_url) as moment:
        rows = sum(
            archive.add_lines(f"records/{table}.jsonl", moment.lines(table))
            for table in moment.tables
        )
        return rows, moment.steps


def _files_of(settings: Settings) -> Iterator[tuple[str, Path]]:
    """Every file to keep, by its name in the backup; read behind the records, which name them."""
    places = [(name, settings.folder / name) for name in FOLDERS]
    if settings.flows:
        places.append(("flows", settings.flows))
    for place, folder in places:
        for found, _, names in os.walk(folder):
            inside = Path(found).relative_to(folder)
            if (place, *inside.parts)[:2] == FORGOTTEN:
                continue
            for name in sorted(names):
                yield f"{place}/{(inside / name).as_posix()}", Path(found) / name


def without_passwords(text: str) -> str:
    """Return settings as they were written, with a word in the place of each password.

    Raises:
        ClickException: one of them cannot be taken out, as when it is a common word of the rest.
    """
    for secret in sorted(set(_secrets(yaml.safe_load(text))), key=len, reverse=True):
        text = text.replace(secret, REMOVED)
    text = URL_PASSWORD.sub(rf"\1:{REMOVED}@", text)
    left = [one for one in _secrets(yaml.safe_load(text)) if one != REMOVED]
    if left:
        raise click.ClickException(
            "a password cannot be taken out of the settings as it is written there; put it into "
            "the environment, or keep it with --with-passwords"
        )
    return text


def _secrets(tree: Any, *, under_one: bool = False) -> Iterator[str]:  # noqa: ANN401 - any YAML
    if isinstance(tree, dict):
        for name, value in tree.items():
            yield from _secrets(value, under_one=under_one or bool(SECRET_NAME.search(str(name))))
    elif isinstance(tree, list):
        for value in tree:
            yield from _secrets(value, under_one=under_one)
    elif under_one and tree not in (None, "", True, False):
        yield str(tree)
