"""Writes the configuration of a FreeSWITCH of our own from the templates that ship.

The same description always gives the same bytes. A file appears whole or not at all, and a file of
an earlier rendering that no template gives any more is removed. Touches nothing outside of the
layout's folders.
"""

import os
import secrets
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from switchboard.bundled import bundled
from switchboard.switch.configuration import (
    CONTEXT,
    FALLBACK_CONTEXT,
    SERVER_API,
    FreeSwitchConfig,
    Passwords,
)
from switchboard.switch.layout import FreeSwitchLayout

MODULES = (
    "mod_logfile",
    "mod_event_socket",
    "mod_commands",
    "mod_dptools",
    "mod_conference",
    "mod_dialplan_xml",
    "mod_sofia",
    "mod_sndfile",
    "mod_tone_stream",
    "mod_json_cdr",
    "mod_opus",
)
"""Modules that are loaded, in this order."""

MUSIC_MODULE = "mod_local_stream"
"""Loaded with hold music only: without a stream it does not start."""

OPTIONAL_MODULES = frozenset({"mod_opus"})
"""Without these FreeSWITCH still serves telephone calls; without any other it ends at once."""

CODECS = "OPUS,PCMA,PCMU"

GUARD_S = 3
"""An app that has accepted and not spoken for so long loses the call; a healthy one needs 20 ms."""

TRY_MS = 500
"""How often the apps are tried while none answers."""

MUSIC_MS = 400
"""Music between two tries: measured, a stream comes in pieces of 250 ms, so 400 ms take 500."""

TRIES_PER_ROUND = 10
"""Tries between two passes of the dialplan: each pass adds a profile to the call's CDR."""

TRANSFERS_ALLOWED = 70
"""FreeSWITCH's own limit on transfers of one call, counted anew at each arrival with us."""

QUIET = 1400
"""Divisor of FreeSWITCH's comfort noise: about 23 of 32767, what it plays under a recording."""

SUFFIX = ".j2"


@dataclass(frozen=True, slots=True)
class Rendered:
    """What rendering did, as paths below the configuration's folder, in order."""

    written: tuple[Path, ...]
    unchanged: tuple[Path, ...]
    removed: tuple[Path, ...]


def render(config: FreeSwitchConfig, layout: FreeSwitchLayout) -> Rendered:
    """Make the layout's folders and write the configuration into ``layout.conf``.

    The files hold passwords: they are readable by their owner and group only. A FreeSWITCH that
    runs takes them up at ``reloadxml`` (profiles and modules at its next start).

    Raises:
        OSError: a folder or file cannot be written.
    """
    for folder in layout.folders:
        folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    documents = render_documents(config, layout)
    written: list[Path] = []
    unchanged: list[Path] = []
    for path, text in documents.items():
        changed = _write(layout.conf / path, text)
        (written if changed else unchanged).append(path)
    return Rendered(tuple(written), tuple(unchanged), tuple(_remove_strangers(layout, documents)))


def render_documents(config: FreeSwitchConfig, layout: FreeSwitchLayout) -> dict[Path, str]:
    """Return {path below the configuration's folder: text} without writing anything."""
    environment = Environment(
        loader=FileSystemLoader([bundled("freeswitch_conf"), bundled("dialplans")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    values = _values(config, layout)
    return {target: environment.get_template(name).render(values) for target, name in _templates()}


def get_or_make_passwords(file: Path) -> Passwords:
    """Return the passwords kept in *file*, two lines ``name password``; make them if it is missing.

    Raises:
        ConfigurationError: the file does not hold two good passwords.
        OSError: it can be neither read nor written.
    """
    if not file.exists():
        _write(
            file, "".join(f"{who} {secrets.token_urlsafe(32)}\n" for who in ("server", "operator"))
        )
        file.chmod(0o600)
    kept = dict(line.split(maxsplit=1) for line in file.read_text().splitlines() if " " in line)
    return Passwords(server=kept.get("server", ""), operator=kept.get("operator", ""))


def _templates() -> Iterator[tuple[Path, str]]:
    conf = bundled("freeswitch_conf")
    for file in sorted(conf.rglob(f"*{SUFFIX}")):
        if not file.name.startswith("_"):
            name = file.relative_to(conf)
            yield name.with_suffix(""), name.as_posix()
    for file in sorted(bundled("dialplans").glob(f"*{SUFFIX}")):
        yield Path("dialplan", file.stem), file.name


def _values(config: FreeSwitchConfig, layout: FreeSwitchLayout) -> dict[str, Any]:
    music = config.phones.sounds.hold_music
    configured = sorted(
        target.name.removesuffix(".conf.xml")
        for target, _ in _templates()
        if target.parent.name == "autoload_configs"
    )
    return {
        "config": config,
        "layout": layout,
        "context": CONTEXT,
        "fallback_context": FALLBACK_CONTEXT,
        "server_api": SERVER_API,
        "modules": (*MODULES, MUSIC_MODULE) if music else MODULES,
        "optional_modules": OPTIONAL_MODULES,
        "configured": configured,
        "codecs": CODECS,
        "hold_music_stream": "local_stream://hold" if music else "silence",
        "guard_s": GUARD_S,
        "music_between_tries": f"{{timeout={MUSIC_MS}}}local_stream://hold"
        if music
        else f"silence_stream://{TRY_MS}",
        "tries_per_round": TRIES_PER_ROUND,
        "tries_per_guard": GUARD_S * 1000 // TRY_MS,
        "nobody_answers": f"(?:socket,){{{config.phones.limits.hold_s * 1000 // TRY_MS}}}$",
        "transfers_allowed": TRANSFERS_ALLOWED,
        "quiet": QUIET,
    }


def _write(path: Path, text: str) -> bool:
    """Write *text* whole or not at all; return whether the file has changed."""
    content = text.encode()
    if path.exists() and path.read_bytes() == content:
        return False
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o640)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return True


def _remove_strangers(layout: FreeSwitchLayout, documents: dict[Path, str]) -> Iterator[Path]:
    for file in sorted(layout.conf.rglob("*.xml")):
        path = file.relative_to(layout.conf)
        if path not in documents:
            file.unlink()
            yield path
