"""``switchboard prompts``: what callers hear; which of it is recorded, spoken or missing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from switchboard.cli._opening import opened_store, read_settings_file, settings_option
from switchboard.cli._sounds import play_file
from switchboard.console.metrics import PrometheusMetrics
from switchboard.flow.effects import Piece, Sound
from switchboard.installation import load_program, make_prompts
from switchboard.media.importing import import_sound
from switchboard.media.judging import remarks_on
from switchboard.media.loading import NotSound
from switchboard.media.measure import measure_file
from switchboard.media.prompts import Origin, PromptLibrary
from switchboard.media.wav import NotWav
from switchboard.ports.prompts import SpeechFailed
from switchboard.runtime.clock import ScaledClock
from switchboard.services.prompt_phone import OWNER, PIN, codes_of
from switchboard.services.secrets import SecretDesk, is_easily_guessed
from switchboard.settings import Settings, SettingsError
from switchboard.store.secrets import Argon2Hasher
from switchboard.voice import pieces_of


@dataclass(frozen=True)
class Shelf:
    """The prompts of one place: what its flows say, and where the sounds are."""

    settings: Settings
    pieces: tuple[Piece | Sound, ...]
    library: PromptLibrary


@click.group()
@settings_option
@click.pass_context
def command(context: click.Context, settings_file: Path | None) -> None:
    """What callers hear: which prompts are recorded, spoken or missing."""
    context.obj = context.with_resource(_open_shelf(read_settings_file(settings_file)))


@command.command("list")
@click.option("--missing", is_flag=True, help="Only those without a sound; fails if there are any.")
@click.pass_obj
def list_prompts(shelf: Shelf, *, missing: bool) -> None:
    """Print every fixed text, where its sound comes from, and its code for a phone."""
    absent = 0
    codes = {piece: code for code, piece in codes_of(shelf.pieces).items()}
    for piece in shelf.pieces:
        standing = shelf.library.standing_of(piece)
        absent += standing.origin is Origin.MISSING
        if not missing or standing.origin is Origin.MISSING:
            code = f"  (by phone {codes[piece]})" if piece in codes else ""
            click.echo(f"{standing.origin:9} {_title(piece)}{code}")
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


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--as", "name", required=True, metavar="FLOW.PROMPT", help="Which prompt it says.")
@click.option("--in", "language", default="", help="In which language; none for a sound.")
@click.option("--part", type=click.IntRange(1), default=1, help="Which fixed piece of its text.")
@click.pass_obj
def import_recording(shelf: Shelf, file: Path, name: str, language: str, part: int) -> None:
    """Take FILE in as the recording of a prompt: WAV, MP3, FLAC or Ogg Vorbis.

    It is brought to the form and the level of all prompts, and wins over speech from the next
    call on. Of a text with values each fixed piece has a recording of its own: `list` counts them.
    """
    piece = _find_piece(shelf, name, language, part)
    try:
        place = shelf.library.place_for_recording(piece)
        import_sound(file, place)
    except (NotSound, SpeechFailed, OSError) as refusal:
        raise click.ClickException(str(refusal)) from refusal
    figures, remarks = _judged(place, piece)
    click.echo(f"{figures} {_title(piece)}".strip())
    for remark in remarks:
        click.echo(f"listen to it: {remark}", err=True)


@command.command()
@click.argument("name", metavar="FLOW.PROMPT")
@click.option("--in", "language", default="", help="In which language; none for a sound.")
@click.option("--part", type=click.IntRange(1), default=1, help="Which fixed piece of its text.")
@click.pass_obj
def play(shelf: Shelf, name: str, language: str, part: int) -> None:
    """Play a prompt on this machine, as callers hear it."""
    standing = shelf.library.standing_of(_find_piece(shelf, name, language, part))
    if standing.origin is Origin.MISSING:
        raise click.ClickException(f"{name} has no sound: `switchboard prompts speak` speaks it")
    play_file(standing.file)


@command.command()
@click.pass_obj
def pin(shelf: Shelf) -> None:
    """Set the PIN of whoever may record prompts by phone (`prompts: {phone: ...}`)."""
    digits = click.prompt("The new PIN", hide_input=True, confirmation_prompt=True)
    if not digits.isascii() or not digits.isdigit() or is_easily_guessed(digits):
        raise click.ClickException(
            "a PIN is four digits or more, not one repeated and not in a row: it can be guessed"
        )
    with opened_store(shelf.settings) as store:
        clock = ScaledClock(shelf.settings.clock_speed, shelf.settings.clock_origin)
        SecretDesk(store.secrets, Argon2Hasher(), clock).set(PIN, OWNER, digits)
    click.echo("the PIN is set")


@command.command()
@click.pass_obj
def unused(shelf: Shelf) -> None:
    """Print every recording of this centre that no flow asks for; fail if there are any."""
    found = shelf.library.list_unused(shelf.pieces)
    for path in found:
        click.echo(path)
    if found:
        raise click.ClickException(f"{len(found)} recordings are of no prompt")
    click.echo("every recording is of a prompt")


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
def _open_shelf(settings: Settings) -> Iterator[Shelf]:
    try:
        program = load_program(settings)
    except SettingsError as mistakes:
        raise click.ClickException(str(mistakes)) from mistakes
    library, speaker = make_prompts(settings, PrometheusMetrics())
    try:
        yield Shelf(settings, pieces_of(program), library)
    finally:
        speaker.close()


def _find_piece(shelf: Shelf, name: str, language: str, part: int) -> Piece | Sound:
    of_name = [piece for piece in shelf.pieces if _name_of(piece) == (name, language)]
    for piece in of_name:
        if isinstance(piece, Sound) or piece.part == part:
            return piece
    if of_name:
        raise click.ClickException(
            f"{name} has {len(of_name)} fixed pieces in {language}, not {part}"
        )
    raise click.ClickException(
        f"no flow says {name} in {language or 'no language'}: `switchboard prompts list` shows all"
    )


def _name_of(piece: Piece | Sound) -> tuple[str, str]:
    return (piece.name, "") if isinstance(piece, Sound) else (piece.prompt, piece.language)


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
