"""Looks at a running FreeSWITCH and says what is wrong with it, in words and with the remedy.

:func:`observe` only asks; nothing is changed, and no call is touched. :func:`judge` is pure: the
same observation always gives the same findings.
"""

import re
import socket as plain_socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address

from gevent import socket

from switchboard.esl import commands
from switchboard.esl.arguments import Login, ModuleName, Password
from switchboard.esl.commands import Command
from switchboard.esl.errors import ProtocolError
from switchboard.esl.events import Reply
from switchboard.esl.exchange import Exchange, PasswordWanted, Phase, Replied
from switchboard.switch.nodes import FreeSwitchNode

ANSWER_WITHIN_S = 5.0

SAFE_SINCE = (1, 11, 2)
"""FreeSWITCH 1.11.2 carries security fixes that every release before it lacks."""

EVERYBODYS_PASSWORD = Password("ClueCon")
"""What FreeSWITCH ships with."""


class Severity(StrEnum):
    """How much a finding matters."""

    DANGER = "danger"  # others may take the switch over
    FAULT = "fault"  # calls will fail
    ADVICE = "advice"  # better otherwise


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be.

    Attributes:
        severity: How much it matters.
        what: What is wrong, and where.
        remedy: What to do.
    """

    severity: Severity
    what: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Observation:
    """What was seen of a FreeSWITCH.

    Attributes:
        place: ``HOST:PORT`` of its event socket.
        fault: Why it could not be asked; empty when it could. What follows is then unknown.
        takes_everybodys_password: Whether the password that it ships with opens it.
        exposed_at: Addresses other than loopback at which its event socket asks for a password.
        as_user: Whether the server logs in as a user who may only some commands.
        version: Its version, in its own words.
        shell_by_api: Whether an API command runs a shell.
        shell_by_application: Whether an application runs a shell.
        missing_modules: Modules that we need and that are not loaded.
    """

    place: str
    fault: str = ""
    takes_everybodys_password: bool = False
    exposed_at: tuple[str, ...] = ()
    as_user: bool = True
    version: str = ""
    shell_by_api: bool = False
    shell_by_application: bool = False
    missing_modules: tuple[str, ...] = field(default=())


# --- judging ----------------------------------------------------------------------------------


def judge(seen: Observation) -> tuple[Finding, ...]:
    """Return what is wrong, the worst first; empty when nothing is."""
    order = list(Severity)
    return tuple(sorted(_findings(seen), key=lambda finding: order.index(finding.severity)))


def _findings(seen: Observation) -> Iterator[Finding]:
    yield from _about_the_door(seen)
    if seen.fault:
        yield Finding(
            Severity.FAULT,
            f"the event socket at {seen.place} cannot be used: {seen.fault}",
            "start FreeSWITCH; compare address, port, user and password in the settings with "
            "conf/autoload_configs/event_socket.conf.xml and conf/directory.xml",
        )
        return
    yield from _about_the_version(seen.version)
    if seen.shell_by_api or seen.shell_by_application:
        yield Finding(
            Severity.DANGER,
            "whoever reaches FreeSWITCH can run programs on its machine",
            "set the global variables disable_system_api_commands and disable_system_app_commands "
            "to true; the configuration of `switchboard freeswitch render` does",
        )
    for module in seen.missing_modules:
        yield Finding(
            Severity.FAULT,
            f"{module} is not loaded",
            f"install FreeSWITCH's package of {module} and load it in modules.conf.xml",
        )


def _about_the_door(seen: Observation) -> Iterator[Finding]:
    if seen.takes_everybodys_password:
        yield Finding(
            Severity.DANGER,
            f"the event socket at {seen.place} opens to the password that everybody knows",
            "set another password in event_socket.conf.xml, and restart FreeSWITCH",
        )
    for address in seen.exposed_at:
        yield Finding(
            Severity.DANGER,
            f"the event socket is open to the network at {address}",
            "set listen-ip to 127.0.0.1 in event_socket.conf.xml, or apply an access list that "
            "names the servers only",
        )
    if not seen.fault and not seen.as_user:
        yield Finding(
            Severity.ADVICE,
            "the server logs in as somebody who may everything",
            "let it log in as the user in conf/directory.xml: set `user` beside `password` in the "
            "settings' nodes",
        )


def _about_the_version(text: str) -> Iterator[Finding]:
    found = re.search(r"(\d+)\.(\d+)\.(\d+)", text)
    if found is None:
        yield Finding(
            Severity.ADVICE, f"the version is not known: {text[:60]!r}", "look at it by hand"
        )
    elif tuple(map(int, found.groups())) < SAFE_SINCE:
        safe = ".".join(map(str, SAFE_SINCE))
        yield Finding(
            Severity.DANGER,
            f"FreeSWITCH {found[0]} has known holes that are closed in {safe}",
            f"upgrade to {safe} or later",
        )


# --- observing --------------------------------------------------------------------------------


def observe(node: FreeSwitchNode, modules: tuple[str, ...]) -> Observation:
    """Look at the FreeSWITCH behind *node*.

    Args:
        node: Where it is, and how the server logs in.
        modules: Modules that must be loaded.
    """
    place = f"{node.host}:{node.port}"
    opened = _opens_to_everybody(node.host, node.port)
    exposed = tuple(
        f"{address}:{node.port}"
        for address in _other_addresses(node.host)
        if _asks_for_a_password(address, node.port)
    )
    try:
        with Conversation(node.host, node.port) as talk:
            talk.log_in(Password(node.password), Login(node.user) if node.user else None)
            return Observation(
                place=place,
                takes_everybodys_password=opened,
                exposed_at=exposed,
                as_user=bool(node.user),
                version=talk.ask(commands.version()).text,
                shell_by_api=talk.ask(commands.no_shell_by_api()).text != "true",
                shell_by_application=talk.ask(commands.no_shell_by_application()).text != "true",
                missing_modules=tuple(
                    module
                    for module in modules
                    if talk.ask(commands.module_exists(ModuleName(module))).text != "true"
                ),
            )
    except (OSError, ProtocolError) as fault:
        return Observation(
            place, fault=str(fault), takes_everybodys_password=opened, exposed_at=exposed
        )


class Conversation:
    """One connection that asks and waits for each answer, and never longer than its deadline."""

    def __init__(self, host: str, port: int) -> None:
        self._exchange = Exchange(Phase.CALLING)
        self._socket = socket.create_connection((host, port), timeout=ANSWER_WITHIN_S)
        self._answers: list[Reply] = []
        self._wanted = False

    def __enter__(self) -> "Conversation":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def wait_for_the_door(self) -> None:
        """Wait until a password is asked for."""
        while not self._wanted:
            self._receive()

    def log_in(self, password: Password, user: Login | None = None) -> None:
        """Log in.

        Raises:
            PermissionError: refused.
        """
        self.wait_for_the_door()
        reply = self.ask(commands.log_in(password, user))
        if reply.is_error:
            raise PermissionError(f"the log-in was refused ({reply.text})")

    def ask(self, command: Command) -> Reply:
        """Give a command and wait for its answer."""
        self._socket.sendall(self._exchange.send(command, time.monotonic() + ANSWER_WITHIN_S))
        while not self._answers:
            self._receive()
        return self._answers.pop()

    def _receive(self) -> None:
        received = self._socket.recv(65536)
        if not received:
            raise ConnectionError("FreeSWITCH closed the connection")
        for happening in self._exchange.receive(received):
            if isinstance(happening, Replied):
                self._answers.append(happening.reply)
            self._wanted = self._wanted or isinstance(happening, PasswordWanted)


def _opens_to_everybody(host: str, port: int) -> bool:
    try:
        with Conversation(host, port) as talk:
            talk.log_in(EVERYBODYS_PASSWORD)
    except (OSError, ProtocolError):
        return False
    return True


def _asks_for_a_password(address: str, port: int) -> bool:
    try:
        with Conversation(address, port) as talk:
            talk.wait_for_the_door()
    except (OSError, ProtocolError):
        return False
    return True


def _other_addresses(host: str) -> tuple[str, ...]:
    """The address by which this machine is known outside, or the node's own if it is not local."""
    if not _is_loopback(host):
        return (host,)
    with plain_socket.socket(plain_socket.AF_INET, plain_socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # nothing is sent: it only chooses the way out
        except OSError:
            return ()
        address = str(probe.getsockname()[0])
    return () if _is_loopback(address) else (address,)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
