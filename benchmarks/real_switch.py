"""A real FreeSWITCH and the whole server beside it, for the benchmarks that need them.

Asked for by ``SWITCHBOARD_FREESWITCH=/path/to/freeswitch``; callers are sipp, on loopback.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from switchboard.switch.layout import FreeSwitchLayout
from tests.freeswitch.product import Product, running_product
from tests.freeswitch.running import free_port, running_freeswitch
from tests.freeswitch.spoken import write_tone

NUMBER = "4008001000"
"""Number of the flow that ships: a greeting of 2 s, a menu, opening hours of 2 s."""


def asked_for() -> Path | None:
    """The FreeSWITCH to measure; None when none was asked for or sipp's speech is not here."""
    named = os.environ.get("SWITCHBOARD_FREESWITCH", "")
    return Path(named) if named and os.access(named, os.X_OK) else None


@contextmanager
def product(
    binary: Path, adapt: Callable[[FreeSwitchLayout], None] = lambda layout: None
) -> Iterator[Product]:
    """Start both; *adapt* may change FreeSWITCH's rendered files first.

    Beside the server's prompts there are tones: ``2s.wav`` and ``4s.wav`` in ``sounds``.
    """
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        sounds = root / "sounds"
        (sounds / "music").mkdir(parents=True)
        write_tone(sounds / "music" / "music.wav", 5, 330)
        for name, seconds in (("short", 1), ("2s", 2), ("4s", 4)):
            write_tone(sounds / f"{name}.wav", seconds, 500)
        with (
            running_freeswitch(
                binary, root / "freeswitch", app_ports=(free_port(),), sounds=sounds, adapt=adapt
            ) as freeswitch,
            running_product(freeswitch, root / "server") as running,
        ):
            yield running


def sounds_of(layout: FreeSwitchLayout) -> Path:
    """Where the tones lie that :func:`product` made."""
    return layout.root.parent / "sounds"


def cpu_ms(pid: int) -> float:
    """Processor time that a process has had, in milliseconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")
