"""How commands let a sound be heard on this machine, or hand out its file."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from switchboard.media.loading import NotSound, load_channels
from switchboard.media.wav import write_wav

# Programs that play a WAV file and then end, as far as machines have them.
PLAYERS = (
    ("aplay", "-q"),
    ("paplay",),
    ("pw-play",),
    ("play", "-q"),
    ("afplay",),
    ("ffplay", "-nodisp", "-autoexit", "-loglevel", "error"),
)


def play_file(path: Path) -> None:
    """Play a sound on this machine."""
    player = next((words for words in PLAYERS if shutil.which(words[0])), None)
    if player is None:
        names = ", ".join(words[0] for words in PLAYERS)
        raise click.ClickException(f"no player is here ({names}): play {path} elsewhere")
    if subprocess.run([*player, str(path)], check=False).returncode:
        raise click.ClickException(f"{player[0]} could not play {path}")


def export_file(path: Path, to: Path) -> Path:
    """Write a sound to *to*, a file or a folder; to WAV if its name says so. Return the file."""
    target = to / path.name if to.is_dir() else to
    if target.exists():
        raise click.ClickException(f"{target} is there already: name another file")
    try:
        if target.suffix == ".wav" and path.suffix != ".wav":
            write_wav(target, load_channels(path))
        elif target.suffix == path.suffix:
            shutil.copyfile(path, target)
        else:
            raise click.ClickException(f"name a file that ends in .wav or {path.suffix}")
    except (OSError, NotSound) as fault:
        raise click.ClickException(f"{target} cannot be written: {fault}") from fault
    return target


def add_sound_commands(
    group: click.Group,
    what: str,
    file_of: Callable[[Any, str], Path],
    heard: Callable[[Any, str], None] = lambda _place, _wanted: None,
) -> None:
    """Give *group* the commands ``file``, ``play`` and ``export``.

    Args:
        group: Commands about things that have a sound.
        what: What one of them is called.
        file_of: Finds the file of the one named, on what the group works on.
        heard: Told that it was played.
    """

    @group.command(help=f"Print the path of the file of a {what}; ID is a beginning, or `last`.")
    @click.argument("wanted", metavar="ID")
    @click.pass_obj
    def file(place: object, wanted: str) -> None:
        click.echo(file_of(place, wanted))

    @group.command(help=f"Play a {what} on this machine.")
    @click.argument("wanted", metavar="ID")
    @click.pass_obj
    def play(place: object, wanted: str) -> None:
        play_file(file_of(place, wanted))
        heard(place, wanted)

    @group.command(
        help=f"Copy the sound of a {what} to a file or a folder; to WAV if its name says so."
    )
    @click.argument("wanted", metavar="ID")
    @click.argument("to", type=click.Path(path_type=Path))
    @click.pass_obj
    def export(place: object, wanted: str, to: Path) -> None:
        click.echo(export_file(file_of(place, wanted), to))
