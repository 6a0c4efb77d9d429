"""``switchboard up``: everything on one machine, by one command.

Starts FreeSWITCH if it is installed, else the built-in stand-in, and the server beside it; restarts
what dies. A FreeSWITCH that already serves people here is never touched: ours has its own folder
and its own ports.
"""

import json
import shutil
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from switchboard.bundled import bundled
from switchboard.cli._before_up import demand_free, find_or_write_settings, only_one
from switchboard.installation import own_freeswitch
from switchboard.runtime.processes import Parent, Program
from switchboard.settings import (
    DEFAULT_FILES,
    Settings,
    SettingsError,
    load_settings,
)
from switchboard.switch.configuration import SERVER_LOGIN
from switchboard.switch.rendering import render

USUAL_PLACES = ("/usr/bin/freeswitch", "/usr/local/freeswitch/bin/freeswitch")
CONTROL = "127.0.0.1:8022"
# So long a healthy start may take before a person wants to know what it waits for.
PATIENCE_S = 5.0


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
@click.option("--control", default=CONTROL, show_default=True, help="Of the stand-in: HOST:PORT.")
def command(
    settings_file: Path | None,
    speed: float | None,
    stand_in: bool,
    freeswitch: Path | None,
    control: str,
) -> None:
    """Start everything on this machine; Ctrl-C ends it.

    Without settings the first ones are written, to var/switchboard.yaml here. FreeSWITCH is started
    if it is installed, else the built-in stand-in, which `switchboard call` calls.
    """
    file, is_new = find_or_write_settings(settings_file)
    settings = _read(file)
    binary = None if stand_in else freeswitch or _installed_freeswitch()
    if binary is not None and (speed or settings.clock_speed) != 1:
        raise click.ClickException("FreeSWITCH runs in real time: leave --speed out, or --stand-in")
    shared = {"SWITCHBOARD_SETTINGS": str(file.resolve())}
    if speed:
        shared |= {
            "SWITCHBOARD_CLOCK_SPEED": str(speed),
            "SWITCHBOARD_CLOCK_ORIGIN": datetime.now(UTC).isoformat(),
        }
    with only_one(settings.folder):
        demand_free(_addresses(settings, "" if binary else control))
        if binary:
            switch, login = _freeswitch(settings, binary)
            shared["SWITCHBOARD_NODES__0__USER"] = login
        else:
            switch = _stand_in(settings, control, speed, shared)
        server = Program("server", [*_switchboard(), "serve"], shared, settings.drain_s + 10)
        _say(f"settings: {file}{' (new; yours to change)' if is_new else ''}")
        _say(f"switch:   {binary or _why_stand_in(asked_for=stand_in)}")
        welcome = _welcome(settings, file, "" if binary else control)
        if not Parent([switch, server], _say).run(_when_ready(settings, welcome)):
            sys.exit(1)
    _say("ended")


def _read(file: Path) -> Settings:
    try:
        return load_settings(file)
    except SettingsError as mistakes:
        raise click.ClickException(str(mistakes)) from None
    except (OSError, UnicodeDecodeError) as fault:
        raise click.ClickException(f"{file} cannot be read: {fault}") from None


def _addresses(settings: Settings, control: str) -> list[tuple[str, str, str]]:
    """Return what will listen where, and how another address is chosen."""
    listen, node = settings.listen, settings.nodes[0]
    found = [
        ("the server (calls)", str(listen.calls), "change listen.calls in the settings"),
        ("the server (HTTP)", str(listen.http), "change listen.http in the settings"),
        ("the switch", str(node.event_socket), "change nodes.event_socket in the settings"),
    ]
    return [*found, ("the stand-in (callers)", control, "use --control")] if control else found


def _why_stand_in(*, asked_for: bool) -> str:
    if asked_for:
        return "the built-in stand-in"
    return (
        "the built-in stand-in, for no freeswitch is installed"
        " (install it, or name the program with --freeswitch, to take calls of real phones)"
    )


# --- what is started --------------------------------------------------------------------------


def _switchboard() -> list[str]:
    return [sys.executable, "-m", "switchboard"]


def _stand_in(
    settings: Settings, control: str, speed: float | None, shared: dict[str, str]
) -> Program:
    node = settings.nodes[0]
    arguments = [
        *_switchboard(), "simulator",
        "--event-socket", node.event_socket,
        "--apps", settings.listen.calls,
        "--control", control,
        "--settings", shared["SWITCHBOARD_SETTINGS"],
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


# --- what is said -----------------------------------------------------------------------------


def _when_ready(settings: Settings, words: Sequence[str]) -> Callable[[], None]:
    """Say *words* once the server is ready; say so too when it is not for long."""
    url = f"http://{settings.listen.http}/readyz"
    began_s = time.monotonic()
    state = {"ask_at_s": 0.0, "tell_at_s": began_s + PATIENCE_S, "said": False}

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
        elif now_s > state["tell_at_s"]:
            # Ever more rarely: at 5, 10, 20, 40 seconds.
            state["tell_at_s"] += now_s - began_s
            _say(f"not ready yet: {why}")

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


def _welcome(settings: Settings, file: Path, control: str) -> list[str]:
    """Say what to do next; *control* is the stand-in's, empty for FreeSWITCH."""
    where = f"ready: http://{settings.listen.http}/readyz  /metrics"
    if not control:
        phones = settings.freeswitch.external
        return [where, f"a SIP phone can call sip:4008001000@{phones.address}:{phones.port}"]
    at = f" --control {control}" if control != CONTROL else ""
    named = "" if file in DEFAULT_FILES else f" --settings {file}"
    return [
        where,
        "in another terminal, be a caller, press 1, leave a message, read its story:",
        f"    {_typed()} call 4008001000 --press 1 --say hello.wav{at}",
        f"    {_typed()} calls{named}",
        f"    {_typed()} calls{named} show last",
    ]


def _typed() -> str:
    """Return how the person who typed this command has to type the next one."""
    program = Path(sys.argv[0])
    found = shutil.which(program.name)
    if found and Path(found).resolve() == program.resolve():
        return program.name
    return str(program) if program.name == "switchboard" else "switchboard"


def _say(line: str) -> None:
    click.echo(f"switchboard: {line}", err=True)
