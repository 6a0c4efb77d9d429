"""Which folder of flows a command is about."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from switchboard.installation import flows_folder
from switchboard.settings import SettingsError, load_settings

C = TypeVar("C", bound=Callable[..., Any])


def folder_argument(command: C) -> C:
    """Add the argument that names the folder of the flows."""
    return click.argument(
        "folder",
        required=False,
        type=click.Path(exists=True, file_okay=False, path_type=Path),
    )(command)


def named_folder(folder: Path | None, settings_file: Path | None) -> Path:
    """Return the folder that is named; without one, that of the settings.

    Raises:
        ClickException: it holds no flow, or none is named and there are no settings.
    """
    found = folder or _of_settings(settings_file)
    if any(found.rglob("*.yaml")):
        return found
    others = sorted(found.rglob("*.yml"))
    hint = f": rename {others[0].name} to {others[0].stem}.yaml" if others else ""
    raise click.ClickException(f"there is no file NAME.yaml in {found}{hint}")


def _of_settings(settings_file: Path | None) -> Path:
    try:
        return flows_folder(load_settings(settings_file))
    except SettingsError as mistakes:
        if settings_file is not None:
            raise click.ClickException(str(mistakes)) from mistakes
        raise click.ClickException(
            f"name the folder of the flows, or the settings that do: {mistakes}"
        ) from mistakes
