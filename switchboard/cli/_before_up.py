"""What ``switchboard up`` makes sure of before it starts anything.

There are settings, their folder can be written to and is nobody else's, the ports are free. Each
failure is one sentence that says what to do: nothing is started only to fail over and over.
"""

import fcntl
import os
import secrets
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from switchboard.settings import DEFAULT_FILES, SettingsError, find_settings

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


def find_or_write_settings(named: Path | None) -> tuple[Path, bool]:
    """Return the settings file, and whether it has just been written.

    Raises:
        ClickException: it cannot be written.
    """
    if named is None:
        try:
            return find_settings(), False
        except SettingsError:
            named = Path(os.environ.get("SWITCHBOARD_SETTINGS") or DEFAULT_FILES[0])
    if named.exists():
        return named, False
    try:
        named.parent.mkdir(parents=True, exist_ok=True)
        named.touch(mode=0o600)
        password = secrets.token_urlsafe(24)
        named.write_text(FIRST_SETTINGS.format(password=password), encoding="utf-8")
    except OSError as fault:
        raise click.ClickException(
            f"the first settings cannot be written: {fault}; start in a folder of your own, or name"
            " a file in one with --settings"
        ) from None
    return named, True


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Keep any second ``up`` from *folder* while this one runs.

    Raises:
        ClickException: one runs there, or the folder cannot be written to.
    """
    file = folder / "up.lock"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = file.open("a+", encoding="ascii")
    except OSError as fault:
        raise click.ClickException(
            f"the folder {folder} cannot be written to: {fault}; it holds database, recordings and "
            "prompts: give it to the user who starts this, or set `folder:` in the settings"
        ) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise click.ClickException(
                f"`switchboard up` already runs for {folder} (process {lock.read().strip()}); "
                "end that one first, or use settings with another folder and other ports"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def demand_free(addresses: Iterable[tuple[str, str, str]]) -> None:
    """Make sure that nobody listens at the addresses.

    Args:
        addresses: For each what listens there, ``HOST:PORT``, and how another one is chosen.

    Raises:
        ClickException: with a line for each that cannot be had.
    """
    taken = [
        f"{what} cannot listen on {address}: {why}; end what listens there, or {remedy}"
        for what, address, remedy in addresses
        if (why := _why_not(address))
    ]
    if taken:
        raise click.ClickException("\n".join(taken))


def _why_not(address: str) -> str:
    """Try to listen at *address*; return why that fails, empty when it does not."""
    host, _, port = address.rpartition(":")
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as tried:
        # A port whose last connections have only just ended is free, as the server itself sees it.
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, int(port)))
            tried.listen()
        except OSError as fault:
            return (fault.strerror or str(fault)).lower()
    return ""
