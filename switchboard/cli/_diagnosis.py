"""What `switchboard doctor` looks at: a line for each, and where something is wrong a remedy.

A look asks and changes nothing. One that fails unforeseen is a finding too, never the end of the
others.
"""

import shutil
import smtplib
import socket
import ssl
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import NoReturn

from switchboard import flow
from switchboard.console.metrics import PrometheusMetrics
from switchboard.flow.effects import Piece
from switchboard.installation import flows_folder, make_prompts, open_store, read_flows
from switchboard.media.measure import measure_file
from switchboard.ports.outages import StoreAway
from switchboard.settings import Node, Settings
from switchboard.store.database import MistakenUrl
from switchboard.store.spool import REFUSED_FILE
from switchboard.switch.configuration import SERVER_LOGIN
from switchboard.switch.gateways import look_at_gateways
from switchboard.switch.inspection import Severity, judge, observe
from switchboard.switch.layout import FreeSwitchLayout
from switchboard.switch.nodes import FreeSwitchNode
from switchboard.switch.rendering import MODULES, MUSIC_MODULE, OPTIONAL_MODULES

NEEDED = tuple(module for module in (*MODULES, MUSIC_MODULE) if module not in OPTIONAL_MODULES)
LEAST_FREE_BYTES = 500 * 2**20
CONNECT_WITHIN_S = 3.0
EXPIRES_SOON = timedelta(days=21)
# The CDRs of a minute of a busy centre; more means that nobody takes them in.
MOST_CDRS_WAITING = 500
CLOCKS_AGREE_WITHIN_S = 2.0


class State(StrEnum):
    """What a look found."""

    OK = "ok"
    ADVICE = "advice"  # better otherwise
    FAULT = "FAULT"  # calls, records or messages suffer


@dataclass(frozen=True, slots=True)
class Look:
    """One finding.

    Attributes:
        subject: What was looked at.
        state: How it is.
        words: What was seen.
        remedy: What to do; empty where nothing is wrong.
    """

    subject: str
    state: State
    words: str
    remedy: str = ""


class Wrong(Exception):  # noqa: N818 - a finding on its way
    """Something is not as it should be."""

    def __init__(self, words: str, remedy: str, state: State = State.FAULT) -> None:
        super().__init__(words)
        self.words = words
        self.remedy = remedy
        self.state = state


def _wrong(words: str, remedy: str, state: State = State.FAULT) -> NoReturn:
    raise Wrong(words, remedy, state)


def diagnose(settings: Settings) -> Iterator[Look]:
    """Look at everything that an installation stands on, one thing after another."""
    for subject, look in _looks(settings):
        try:
            yield Look(subject, State.OK, look())
        except Wrong as found:
            yield Look(subject, found.state, found.words, found.remedy)
        except Exception as fault:  # noqa: BLE001 - the other looks are still worth having
            words = f"{type(fault).__name__}: {fault}"
            yield Look(subject, State.FAULT, words, "report this: the look itself failed")


def _looks(settings: Settings) -> Iterator[tuple[str, Callable[[], str]]]:
    yield "disk", partial(_disk, settings.folder)
    yield "clock", _clock
    yield "database", partial(_database, settings)
    yield "records beside the database", partial(_spool, settings.folder / "spool")
    yield "flows", partial(_flows, settings)
    yield "speech zh", partial(_speech, settings, "zh", "您好")
    yield "speech en", partial(_speech, settings, "en", "Hello")
    yield "server", partial(_server, settings)
    for node in settings.nodes:
        yield f"FreeSWITCH {node.name}", partial(_freeswitch, node)
        yield f"CDRs of {node.name}", partial(_cdrs, node)
    for gateway in settings.freeswitch.gateways:
        yield f"gateway {gateway.name}", partial(_gateway, settings, gateway.name)
    if settings.freeswitch.browsers.wss_port:
        certs = FreeSwitchLayout(settings.folder / "freeswitch").certs
        yield "certificate for browsers", partial(_certificate, certs / "wss.pem")
    for name, connection in settings.connections.items():
        yield f"connection {name}", partial(_reachable, str(connection.url))
    if settings.mail:
        yield "mail", partial(_mail, settings)


# --- this machine -----------------------------------------------------------------------------


def _disk(folder: Path) -> str:
    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"x" * 4096)
    except OSError as fault:
        _wrong(f"{folder} cannot be written to: {fault.strerror}", "give it to the server's user")
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE_BYTES:
        remedy = "free some, or shorten `recordings.keep_days`; below this no call is taken"
        _wrong(f"only {free / 2**20:.0f} MB are free in {folder}", remedy)
    return f"{free / 2**30:.1f} GB free"


def _clock() -> str:
    if datetime.now(UTC).year < 2026:
        _wrong(f"this machine's clock says {datetime.now(UTC):%Y-%m-%d}", "set it, and run NTP")
    began, wall = time.monotonic(), time.time()
    time.sleep(0.2)
    drift_s = abs((time.time() - wall) - (time.monotonic() - began))
    if drift_s > 0.05:
        _wrong(f"the clock jumped {drift_s:.2f} s while it was watched", "let one program set it")
    return f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S %Z}"


# --- records, flows, speech ------------------------------------------------------------------


def _database(settings: Settings) -> str:
    began_s = time.monotonic()
    try:
        store = open_store(settings)
    except (MistakenUrl, StoreAway) as fault:
        _wrong(str(fault), "start the database, or correct `database` in the settings")
    try:
        store.blacklist.list_blocked()
    finally:
        store.close()
    return f"answers in {(time.monotonic() - began_s) * 1000:.0f} ms, tables are up to date"


def _spool(folder: Path) -> str:
    refused = folder / REFUSED_FILE
    if refused.exists():
        words = f"the database would not take some records; they are kept in {refused}"
        _wrong(words, "docs/alarms.md tells what to do with them")
    waiting = [file for file in folder.glob("*") if file.is_file() and file.stat().st_size]
    if waiting:
        remedy = "a server writes them when it starts and the database is there"
        _wrong(f"{len(waiting)} files wait in {folder}", remedy, State.ADVICE)
    return "none"


def _flows(settings: Settings) -> str:
    folder = flows_folder(settings)
    loaded = flow.load(read_flows(folder))
    if loaded.program is None:
        _wrong(f"{len(loaded.faults)} mistakes in {folder}", "`switchboard flows check` lists them")
    return f"{len(loaded.program.numbers)} numbers are served"


def _speech(settings: Settings, language: str, text: str) -> str:
    with tempfile.TemporaryDirectory() as empty:
        fresh = settings.model_copy(update={"folder": Path(empty)})
        library, speaker = make_prompts(fresh, PrometheusMetrics())
        try:
            began_s = time.monotonic()
            piece = Piece(prompt="doctor", text=text, language=language)
            failed = library.prepare([piece])
            if failed:
                _wrong(failed[0], "install the engine, or choose another in `speech`")
            took_ms = (time.monotonic() - began_s) * 1000
            level = measure_file(Path(library.file_of(piece)))
        finally:
            speaker.close()
    if level.rms < 0.005:
        _wrong(
            f"{settings.speech.engine} speaks, but nothing is to be heard",
            "try the engine by itself",
        )
    return f"{settings.speech.engine} spoke in {took_ms:.0f} ms"


# --- servers and what is around ---------------------------------------------------------------


def _server(settings: Settings) -> str:
    for what, address in (("calls", settings.listen.calls), ("HTTP", settings.listen.http)):
        try:
            socket.create_connection((address.host, address.port), CONNECT_WITHIN_S).close()
        except OSError:
            remedy = "start it: `switchboard up`, or `systemctl start switchboard`"
            _wrong(f"nobody listens for {what} at {address}", remedy)
    return f"takes calls at {settings.listen.calls}, answers at http://{settings.listen.http}"


def _as_node(node: Node, user: str) -> FreeSwitchNode:
    return FreeSwitchNode(
        node.name, node.event_socket.host, node.event_socket.port, node.password, user
    )


def _freeswitch(node: Node) -> str:
    seen = observe(_as_node(node, node.user or SERVER_LOGIN), NEEDED)
    if seen.fault and not node.user:
        seen = observe(_as_node(node, ""), NEEDED)
    if seen.fault:
        _wrong(
            f"{seen.place}: {seen.fault}",
            "start it, and compare address and password; `switchboard freeswitch check`",
        )
    findings = judge(seen)
    bad = [one for one in findings if one.severity is not Severity.ADVICE]
    for found in (*bad, *findings):
        _wrong(found.what, found.remedy, State.FAULT if bad else State.ADVICE)
    return seen.version


def _cdrs(node: Node) -> str:
    if node.cdrs is None:
        _wrong(
            "no folder is named: calls' own records are not taken in here",
            "set `cdrs` of the node, unless `switchboard node` sends them",
            State.ADVICE,
        )
    if not node.cdrs.is_dir():
        _wrong(f"the folder {node.cdrs} is not there", "start FreeSWITCH, or correct `cdrs`")
    waiting = sum(1 for _ in node.cdrs.glob("*.json"))
    if waiting > MOST_CDRS_WAITING:
        _wrong(f"{waiting} records wait in {node.cdrs}", "the server takes them in: does it run?")
    return f"{waiting} waiting"


def _gateway(settings: Settings, name: str) -> str:
    node = settings.nodes[0]
    (state,) = look_at_gateways(_as_node(node, node.user or SERVER_LOGIN), [name])
    if state.fault:
        _wrong(f"not known: {state.fault}", "`switchboard freeswitch render`, then reload")
    if not state.works:
        _wrong(
            f"does not answer (registration: {state.registration})",
            "check its proxy, user and password, and the firewall towards the provider",
        )
    return f"answers, registration {state.registration}"


def _certificate(file: Path) -> str:
    if not file.exists():
        _wrong(
            f"{file} is not there yet",
            "FreeSWITCH makes one of its own at its start; put yours there, or browsers refuse it",
            State.ADVICE,
        )
    decoded = ssl._ssl._test_decode_cert(str(file))  # type: ignore[attr-defined]
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(decoded["notAfter"]), UTC)
    if ends < datetime.now(UTC):
        _wrong(f"ran out on {ends:%Y-%m-%d}", "renew it: browsers cannot register")
    if ends < datetime.now(UTC) + EXPIRES_SOON:
        _wrong(f"runs out on {ends:%Y-%m-%d}", "renew it", State.ADVICE)
    return f"good until {ends:%Y-%m-%d}"


def _reachable(url: str) -> str:
    scheme, _, rest = url.partition("://")
    authority = rest.partition("/")[0].rpartition("@")[2]
    host, _, port = authority.partition(":")
    number = int(port or (443 if scheme == "https" else 80))
    try:
        socket.create_connection((host, number), CONNECT_WITHIN_S).close()
    except OSError as fault:
        _wrong(f"{host}:{number} does not answer: {fault}", "flows that ask it go on by `failed`")
    return f"{host}:{number} answers"


def _mail(settings: Settings) -> str:
    mail = settings.mail
    assert mail is not None
    try:
        with smtplib.SMTP(mail.host, mail.port, timeout=CONNECT_WITHIN_S) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as fault:
        _wrong(f"{mail.host}:{mail.port}: {fault}", "notices of messages wait and are tried again")
    return f"{mail.host}:{mail.port} answers"
