"""``switchboard up``: everything on one machine, by one command.

Starts FreeSWITCH if it is installed, else the built-in stand-in, and the server beside it; restarts
what dies. A FreeSWITCH that already serves people here is never touched: ours has its own folder
and its own ports.
"""

import json
import secrets
import shutil
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from switchboard.bootstrap import own_freeswitch
from switchboard.bundled import bundled
from switchboard.runtime.processes import Parent, Program
from switchboard.settings import (
    DEFAULT_FILES,
    Settings,
    SettingsError,
    find_settings,
    load_settings,
)
from switchboard.switch.configuration import SERVER_LOGIN
from switchboard.switch.rendering import render

USUAL_PLACES = ("/usr/bin/freeswitch", "/usr/local/freeswitch/bin/freeswitch")
CONTROL = "127.0.0.1:8022"
# Where the stand-in's event socket listens; FreeSWITCH's usual 8021 is left to FreeSWITCH.
FIRST_SETTINGS = """\
# The settings of this installation; docs/settings.md tells them all.
# Written by `switchboard up` because there were none. It will not write here again.
folder: .
listen:
  calls: 127.0.0.1:8084     # FreeSWITCH (or the stand-in) brings calls here
  http: 127.0.0.1:8080      # health, metrics
nodes:
  - name: local
    event_socket: 127.0.0.1:8121
    password: {password}
    cdrs: freeswitch/cdrs
"""


@click.command()
@click.option(
    "--settings",
    "settings_file",
    type=click.Path(path_type=Path),
    help="The settings file; written when there is none.",
)
@click.option("--speed", type=click.FloatRange(min=0.1), help="House seconds per wall second.")
@click.option("--stand-in", is_flag=True, help="The stand-in, also where FreeSWITCH is installed.")
@click.option(
    "--freeswitch",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The freeswitch program to start.",
)
def command(
    settings_file: Path | None, speed: float | None, stand_in: bool, freeswitch: Path | None
) -> None:
    """Start everything on this machine; Ctrl-C ends it."""
    file = _settings_file(settings_file)
    try:
        settings = load_settings(file)
    except SettingsError as mistakes:
        raise click.ClickException(str(mistakes)) from None
    binary = None if stand_in else freeswitch or _installed_freeswitch()
    if binary is not None and (speed or settings.clock_speed) != 1:
        raise click.ClickException("FreeSWITCH runs in real time: leave --speed out, or --stand-in")
    shared = {"SWITCHBOARD_SETTINGS": str(file.resolve())}
    if speed:
        shared |= {
            "SWITCHBOARD_CLOCK_SPEED": str(speed),
            "SWITCHBOARD_CLOCK_ORIGIN": datetime.now(UTC).isoformat(),
        }
    if binary:
        switch, login = _freeswitch(settings, binary)
        shared["SWITCHBOARD_NODES__0__USER"] = login
    else:
        switch = _stand_in(settings, speed, shared)
    server = Program("server", [*_switchboard(), "serve"], shared, settings.drain_s + 10)
    _say(f"settings: {file}")
    _say(f"switch:   {binary or 'the built-in stand-in (FreeSWITCH is not installed)'}")
    Parent([switch, server], _say).run(_when_ready(settings, _welcome(settings, binary)))


# --- what is started --------------------------------------------------------------------------


def _switchboard() -> list[str]:
    return [sys.executable, "-m", "switchboard"]


def _stand_in(settings: Settings, speed: float | None, shared: dict[str, str]) -> Program:
    node = settings.nodes[0]
    arguments = [
        *_switchboard(), "simulator",
        "--event-socket", node.event_socket,
        "--apps", settings.listen.calls,
        "--control", CONTROL,
        "--speed", str(speed or settings.clock_speed),
        "--music", str(bundled("sounds") / "hold_music" / "music.wav"),
    ]  # fmt: skip
    if node.cdrs:
        arguments += ["--cdrs", str(node.cdrs)]
    # The password goes by the environment: arguments are for everybody to read.
    return Program(
        "stand-in", arguments, {**shared, "SWITCHBOARD_SIMULATOR_PASSWORD": node.password}
    )


def _freeswitch(settings: Settings, binary: Path) -> tuple[Program, str]:
    """Render a FreeSWITCH of our own; return it, and as whom the server logs in there."""
    config, layout = own_freeswitch(settings)
    render(config, layout)
    program = Program("FreeSWITCH", layout.command(binary), stop_within_s=20)
    return program, SERVER_LOGIN


def _installed_freeswitch() -> Path | None:
    found = shutil.which("freeswitch")
    places = [Path(found)] if found else [Path(place) for place in USUAL_PLACES]
    return next((place for place in places if place.is_file()), None)


def _settings_file(named: Path | None) -> Path:
    """Find the settings, or write the first ones."""
    if named is None:
        try:
            return find_settings()
        except SettingsError:
            named = DEFAULT_FILES[0]
    if not named.exists():
        named.parent.mkdir(parents=True, exist_ok=True)
        named.touch(mode=0o600)
        password = secrets.token_urlsafe(24)
        named.write_text(FIRST_SETTINGS.format(password=password), encoding="utf-8")
    return named


# --- what is said -----------------------------------------------------------------------------


def _when_ready(settings: Settings, words: Sequence[str]) -> Callable[[], None]:
    """Say *words* once the server is ready; say so too when it is not for long."""
    url = f"http://{settings.listen.http}/readyz"
    began_s = time.monotonic()
    state = {"ask_at_s": 0.0, "said": False, "complained": False}

    def look() -> None:
        now_s = time.monotonic()
        if state["said"] or now_s < state["ask_at_s"]:
            return
        state["ask_at_s"] = now_s + 0.5
        ready, why = _ask(url)
        if ready:
            state["said"] = True
            for line in words:
                _say(line)
        elif now_s - began_s > 60 and not state["complained"]:
            state["complained"] = True
            _say(f"not ready after a minute: {why}")

    return look


def _ask(url: str) -> tuple[bool, str]:
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own address
            return True, ""
    except urllib.error.HTTPError as refusal:
        checks = json.load(refusal)["checks"]
        return False, "; ".join(
            f"{name}: {check['words']}" for name, check in checks.items() if not check["passed"]
        )
    except OSError as fault:
        return False, f"{url} does not answer ({fault})"


def _welcome(settings: Settings, binary: Path | None) -> list[str]:
    where = f"ready: http://{settings.listen.http}/readyz  /metrics"
    if binary:
        return [where, "call 4008001000 from a SIP phone: docs/freeswitch.md says how"]
    return [
        where,
        "in another terminal, be a caller, press 1, leave a message, read its story:",
        "    switchboard call 4008001000 --press 1 --say hello.wav",
        "    switchboard calls",
        "    switchboard calls show last",
    ]


def _say(line: str) -> None:
    click.echo(f"switchboard: {line}", err=True)
