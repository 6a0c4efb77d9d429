"""``switchboard prompts``: what callers hear; which of it is recorded, spoken or missing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from switchboard import flow
from switchboard.bundled import bundled
from switchboard.console.metrics import PrometheusMetrics
from switchboard.flow.effects import Piece, Sound
from switchboard.media.engines import EngineChoice, EngineName
from switchboard.media.judging import remarks_on
from switchboard.media.measure import measure_file
from switchboard.media.prompts import Origin, PromptLibrary
from switchboard.media.speaker import Speaker
from switchboard.media.wav import NotWav
from switchboard.settings import Settings, SettingsError, find_settings, load_settings


@dataclass(frozen=True)
class Shelf:
    """The prompts of one place: what its flows say, and where the sounds are."""

    pieces: tuple[Piece | Sound, ...]
    library: PromptLibrary


@click.group()
@click.option(
    "--settings",
    "settings_file",
    type=click.Path(path_type=Path),
    help="The settings file; without one, the flows that ship.",
)
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    help="Look for sounds here, and speak into here, instead of the installation's folder.",
)
@click.pass_context
def command(context: click.Context, settings_file: Path | None, into: Path | None) -> None:
    """What callers hear: which prompts are recorded, spoken or missing."""
    context.obj = context.with_resource(_open_shelf(settings_file, into))


@command.command("list")
@click.option("--missing", is_flag=True, help="Only those without a sound; fails if there are any.")
@click.pass_obj
def list_prompts(shelf: Shelf, *, missing: bool) -> None:
    """Print every fixed text and where its sound comes from."""
    absent = 0
    for piece in shelf.pieces:
        standing = shelf.library.standing_of(piece)
        absent += standing.origin is Origin.MISSING
        if not missing or standing.origin is Origin.MISSING:
            click.echo(f"{standing.origin:9} {_title(piece)}")
    if missing and absent:
        raise click.ClickException(
            f"{absent} prompts have no sound: `switchboard prompts speak` speaks them"
        )


@command.command()
@click.pass_obj
def speak(shelf: Shelf) -> None:
    """Speak every fixed text that has no sound yet."""
    missing = [
        piece for piece in shelf.pieces if shelf.library.standing_of(piece).origin is Origin.MISSING
    ]
    failures = shelf.library.prepare(missing)
    click.echo(f"{len(missing) - len(failures)} spoken, {len(shelf.pieces) - len(missing)} there")
    if failures:
        raise click.ClickException("\n".join(failures))


@command.command()
@click.pass_obj
def measure(shelf: Shelf) -> None:
    """Print length, level and peak of each sound; fail if one is unfit to be heard."""
    unfit = 0
    for piece in shelf.pieces:
        figures, remarks = _judged(shelf.library.standing_of(piece).file, piece)
        unfit += bool(remarks)
        told = "".join(f"  [{remark}]" for remark in remarks)
        click.echo(f"{figures:24} {_title(piece)}{told}")
    if unfit:
        raise click.ClickException(f"{unfit} of {len(shelf.pieces)} prompts are unfit to be heard")


@contextmanager
def _open_shelf(settings_file: Path | None, into: Path | None) -> Iterator[Shelf]:
    try:
        settings = _find(settings_file)
    except SettingsError as mistakes:
        raise click.ClickException(str(mistakes)) from mistakes
    own = into or (settings.folder if settings else Path("var")) / "prompts"
    flows = settings.flows if settings and settings.flows else bundled("ivr_flows")
    speech = settings.speech if settings else None
    choice = EngineChoice(EngineName(speech.engine), command=speech.command) if speech else None
    speaker = Speaker(choice)
    try:
        library = PromptLibrary(own, bundled("sounds"), speaker, PrometheusMetrics())
        yield Shelf(_pieces(flows), library)
    finally:
        speaker.close()


def _find(settings_file: Path | None) -> Settings | None:
    """Return the settings; None when nobody named any and none lies in the usual places."""
    if settings_file is None:
        try:
            find_settings()
        except SettingsError:
            return None
    return load_settings(settings_file)


def _pieces(folder: Path) -> tuple[Piece | Sound, ...]:
    """Return everything that the flows in *folder* say and that is known before a call."""
    files = {
        file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8")
        for file in sorted(folder.rglob("*.yaml"))
    }
    loaded = flow.load(files)
    if loaded.program is None:
        raise click.ClickException("\n".join(map(str, loaded.faults)))
    program = loaded.program
    said = (piece for name in program.flows for piece in program.static_pieces(name))
    return tuple(dict.fromkeys(said))


def _judged(file: Path, piece: Piece | Sound) -> tuple[str, tuple[str, ...]]:
    """Return the figures of a piece's sound, and what is wrong with it."""
    try:
        found = measure_file(file)
    except FileNotFoundError:
        return "", ("no sound",)
    except NotWav as refusal:
        return "", (str(refusal),)
    seconds = found.duration_ms / 1000
    return f"{seconds:6.2f} s {found.rms_db:6.1f} dB {found.peak:5.2f}", remarks_on(found, piece)


def _title(piece: Piece | Sound) -> str:
    if isinstance(piece, Sound):
        return f"sound {piece.name}"
    part = f" {piece.part}/{piece.parts}" if piece.parts > 1 else ""
    return f"{piece.language} {piece.prompt}{part}: {piece.text}"
