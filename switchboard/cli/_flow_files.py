"""The commands on single files: format, read, graph, schema."""

import json
import sys
from pathlib import Path

import click

from switchboard.cli._flow_place import find_flow
from switchboard.cli._printing import printable
from switchboard.flow import read_yaml
from switchboard.flow.authors.aloud import LANGUAGES, read_aloud
from switchboard.flow.authors.form import formatted
from switchboard.flow.authors.picture import picture
from switchboard.flow.authors.schema import schema_of

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_PLACE = click.Path(exists=True, path_type=Path)


@click.command("format")
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=_PLACE)
@click.option(
    "--check", is_flag=True, help="Write nothing; exit with 1 when anything would change."
)
def format_(paths: tuple[Path, ...], *, check: bool) -> None:
    """Bring files into their one form, comments and all; of a folder every file in it.

    What a file says is never changed. A file with mistakes in its YAML is left as it is.
    """
    files = [file for path in paths for file in _yaml_files(path)]
    if not files:
        raise click.ClickException(f"there is no file NAME.yaml in {paths[0]}")
    changed, broken = 0, 0
    for file in files:
        text = file.read_text(encoding="utf-8", errors="replace")
        faults = read_yaml(text, str(file)).faults
        if faults:
            broken += 1
            for fault in faults:
                click.echo(printable(fault), err=True)
            continue
        made = formatted(text)
        if made != text:
            changed += 1
            click.echo(f"{file}: {'would change' if check else 'brought into form'}")
            if not check:
                file.write_text(made, encoding="utf-8", newline="\n")
    if not changed and not broken:
        click.echo("in form: " + (str(files[0]) if len(files) == 1 else f"{len(files)} files"))
    sys.exit(1 if broken or (check and changed) else 0)


def _yaml_files(path: Path) -> list[Path]:
    return sorted(path.rglob("*.yaml")) if path.is_dir() else [path]


@click.command()
@click.argument("file", type=_FILE)
@click.option(
    "--in", "language", type=click.Choice(sorted(LANGUAGES)), default="en", show_default=True,
    help="The language of the sentences and of the texts.",
)  # fmt: skip
def read(file: Path, language: str) -> None:
    """Read the flow in FILE aloud: each node as sentences, with what callers hear in its place.

    For whoever signs what was agreed, or checks it on the telephone.
    """
    loaded, name = find_flow(file)
    version = loaded.program.versions[name] if loaded.program is not None else ""
    for paragraph in read_aloud(loaded.folder, name, language, version):
        if paragraph.title:
            click.echo(printable(paragraph.title))
        for sentence in paragraph.sentences:
            click.echo(f"  {printable(sentence)}" if paragraph.title else printable(sentence))
        click.echo()
    if loaded.faults:
        click.echo("this is a draft with mistakes: `switchboard flows check` lists them", err=True)


@click.command()
@click.argument("file", type=_FILE)
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False, path_type=Path),
    help="Where the picture goes; without it NAME.svg in this folder, - for standard output.",
)  # fmt: skip
def graph(file: Path, output: Path | None) -> None:
    """Draw the flow in FILE: an SVG picture that any browser shows.

    Outcomes stand at the lower edge of each box. A way that leads back up is written there with an
    arrow; what holds everywhere is faint. Boxes are labelled with the kind and with `about`.
    """
    loaded, name = find_flow(file)
    drawn = picture(loaded.folder.flows[name])
    if str(output) == "-":
        click.echo(drawn, nl=False)
        return
    target = output or Path(f"{name}.svg")
    target.write_text(drawn, encoding="utf-8")
    click.echo(f"drawn: {target} (open it in a browser)")


@click.command()
@click.argument("kind", type=click.Choice(["flow", "library", "centre", "script"]))
def schema(kind: str) -> None:
    """Print the JSON Schema of a kind of file, for editors that complete and check while typing.

    With the YAML extension of an editor: save it, and begin the file with the comment
    # yaml-language-server: $schema=PATH
    """
    click.echo(json.dumps(schema_of(kind), ensure_ascii=False, indent=2))


COMMANDS = (format_, read, graph, schema)
"""What this part gives to ``switchboard flows``."""
