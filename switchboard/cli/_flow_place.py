"""The files that a flow's file stands with: its folder, and those of the libraries it uses."""

from collections.abc import Iterator
from pathlib import Path

import click

from switchboard.flow import Loaded, load, read_yaml


def find_flow(file: Path) -> tuple[Loaded, str]:
    """Load the flow in *file* with all that it needs; return what was loaded and its full name.

    Raises:
        ClickException: the file is no flow, or its YAML is broken; the message says where.
    """
    document = read_yaml(file.read_text(encoding="utf-8", errors="replace"), str(file))
    if document.faults:
        raise click.ClickException("\n".join(map(str, document.faults)))
    if not isinstance(document.root, dict) or next(iter(document.root), "") != "flow":
        raise click.ClickException(f"{file} is no flow: its first key is not 'flow'")
    loaded = load(files_with(file))
    name = _full_name(loaded, file)
    if name is None:
        faults = [str(fault) for fault in loaded.faults if fault.file == _named(file)]
        raise click.ClickException("\n".join([f"{file} cannot be read as a flow:", *faults]))
    return loaded, name


def files_with(file: Path) -> dict[str, str]:
    """Return the text of the files beside *file*, and the libraries used, by path."""
    place = file.resolve().parent
    found: dict[str, str] = {}
    waiting, seen = [place], {place}
    while waiting:
        folder = waiting.pop()
        for path in sorted(folder.glob("*.yaml")):
            text = path.read_text(encoding="utf-8", errors="replace")
            found[f"{folder.name}/{path.name}"] = text
            for name in _uses(text):
                library = place.parent / name
                if library.is_dir() and library not in seen:
                    seen.add(library)
                    waiting.append(library)
    return found


def _uses(text: str) -> Iterator[str]:
    root = read_yaml(text, "").root
    uses = root.get("uses", []) if isinstance(root, dict) else []
    if isinstance(uses, list):
        yield from (str(name) for name in uses if isinstance(name, str))


def _named(file: Path) -> str:
    resolved = file.resolve()
    return f"{resolved.parent.name}/{resolved.name}"


def _full_name(loaded: Loaded, file: Path) -> str | None:
    return next(
        (
            name
            for name, source in loaded.folder.flows.items()
            if source.document.file == _named(file)
        ),
        None,
    )
