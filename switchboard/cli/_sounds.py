"""How commands let a sound be heard on this machine, or hand out its file."""

import shutil
import subprocess
from pathlib import Path

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
