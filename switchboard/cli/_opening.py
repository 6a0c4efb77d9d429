"""Opens the records of an installation for a command, and tells in words when that fails."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from switchboard.ports.outages import StoreAway
from switchboard.settings import Settings, SettingsError, load_settings
from switchboard.store.database import MistakenUrl
from switchboard.store.store import Store

C = TypeVar("C", bound=Callable[..., Any])


def settings_option(command: C) -> C:
    """Add the option that names the settings file."""
    return click.option(
        "--settings",
        "settings_file",
        type=click.Path(path_type=Path),
        help="The settings file; without one, the usual places.",
    )(command)


def read_settings_file(settings_file: Path | None) -> Settings:
    """Return the settings of this installation.

    Raises:
        ClickException: there are none, or they have mistakes.
    """
    try:
        return load_settings(settings_file)
    except SettingsError as mistakes:
        raise click.ClickException(str(mistakes)) from mistakes


@contextmanager
def opened_store(settings: Settings) -> Iterator[Store]:
    """Open the records, and close them behind the command; an outage is told in words.

    As :func:`switchboard.installation.open_store` does, whose module loads most of what a server
    is made of and would make a list take half as long again.
    """
    try:
        store = Store(settings.database_url, settings.folder / "spool")
    except (MistakenUrl, StoreAway) as fault:
        raise click.ClickException(f"the records cannot be opened: {fault}") from fault
    try:
        yield store
    except StoreAway as away:
        raise click.ClickException(f"{away}; try again when it is back") from away
    finally:
        store.close()
