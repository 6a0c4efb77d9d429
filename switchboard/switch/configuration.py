"""What is said to a FreeSWITCH of our own: one frozen description, checked before it is rendered.

FreeSWITCH expands variables in its files and in a dialplan's arguments, splits arguments at spaces,
commas and bars, and drops lines that hold its own preprocessor's words: so each value here is
refused, with its name and a remedy, unless it is plain. Writes nothing; see ``rendering``.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

from switchboard.esl.names import Api
from switchboard.switch.plain_values import (
    CREDENTIAL,
    EXTENSION,
    HOST,
    HOST_PORT,
    NUMBER,
    PASSWORD,
    PATH,
    PATH_REMEDY,
    WORD,
    WORD_REMEDY,
    ConfigurationError,
    demand,
    demand_address,
    demand_networks,
    demand_port,
    demand_unique,
)

CONTEXT = "switchboard"
"""Dialplan context in which every destination leads to the server."""

FALLBACK_CONTEXT = "switchboard-fallback"
"""Where a call waits while no server answers; nobody can dial into it."""

RESUME_DESTINATION = f"resume:XML:{CONTEXT}"
"""Value of ``transfer_after_bridge`` that brings a caller back to a living server."""

OPERATING_API = ("module_exists", "reloadxml", "sofia", "status", "version")
"""API commands with which a running FreeSWITCH is checked and given new settings."""

SERVER_API = tuple(sorted({*Api, *OPERATING_API}))
"""All that the server's user may. FreeSWITCH repeats the list when the user logs in, in a reply of
at most 511 bytes: with a longer list that reply would lack its end."""

LOOPBACK = ("127.0.0.0/8", "::1/128")
PRIVATE = ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")


@dataclass(frozen=True, slots=True)
class Passwords:
    """Passwords of the event socket: letters, digits, ``-`` and ``_``, at least 16 of them.

    Attributes:
        server: Of the user that the server logs in as, who may give :data:`SERVER_API` only.
        operator: Of FreeSWITCH's own log-in, for a person with ``fs_cli``; may everything.
    """

    server: str = field(repr=False)
    operator: str = field(repr=False)

    def __post_init__(self) -> None:
        remedy = "use at least 16 letters, digits, - and _"
        demand(PASSWORD, "the server's password", self.server, remedy, shown=False)
        demand(PASSWORD, "the operator's password", self.operator, remedy, shown=False)
        if self.server == self.operator:
            raise ConfigurationError("server and operator have the same password: choose two")


@dataclass(frozen=True, slots=True)
class EventSocket:
    """Where the server's inbound connections come in.

    Attributes:
        passwords: Who may log in.
        address: Address listened on; loopback, unless the server runs on another machine.
        port: Port listened on. FreeSWITCH's usual 8021 is left to another FreeSWITCH.
        servers: Networks that may connect.
    """

    passwords: Passwords
    address: str = "127.0.0.1"
    port: int = 8121
    servers: tuple[str, ...] = LOOPBACK
    user: str = "switchboard"
    domain: str = "event-socket.switchboard.invalid"

    def __post_init__(self) -> None:
        demand_address("event socket's address", self.address)
        demand_port("event socket's port", self.port)
        demand_networks("event socket's servers", self.servers)
        demand(WORD, "event socket's user", self.user, WORD_REMEDY)
        demand(WORD, "event socket's domain", self.domain, WORD_REMEDY)
        if ip_address(self.address).is_unspecified and not self.servers:
            raise ConfigurationError(
                "the event socket listens everywhere: name the servers' networks"
            )

    @property
    def login(self) -> str:
        """Return ``user@domain``, as the event-socket command ``userauth`` wants it."""
        return f"{self.user}@{self.domain}"


@dataclass(frozen=True, slots=True)
class AppHost:
    """Where a server of ours waits for calls (FreeSWITCH's ``socket`` application)."""

    host: str = "127.0.0.1"
    port: int = 8084

    def __post_init__(self) -> None:
        demand(HOST, "app's host", self.host, "give a name or an address")
        demand_port("app's port", self.port)

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class SipProfile:
    """One SIP address.

    Attributes:
        address: Address of this machine for SIP and sound.
        port: UDP and TCP port for SIP. FreeSWITCH's usual 5060 and 5080 are left to another one.
        public_address: Address by which the outside reaches us, when a router translates.
    """

    address: str
    port: int
    public_address: str = ""

    def __post_init__(self) -> None:
        demand_address("SIP profile's address", self.address)
        demand_port("SIP profile's port", self.port)
        if self.public_address:
            demand_address("SIP profile's public address", self.public_address)


@dataclass(frozen=True, slots=True)
class BrowserPhones:
    """How phones in a browser connect.

    Attributes:
        wss_port: Port for SIP over secure WebSocket on the internal profile's address.
        ws_port: Port for SIP over plain WebSocket, on loopback, behind a proxy with a certificate.
        networks: Networks whose addresses are accepted for sound.
    """

    wss_port: int | None = None
    ws_port: int | None = None
    networks: tuple[str, ...] = PRIVATE

    def __post_init__(self) -> None:
        for port in (self.wss_port, self.ws_port):
            if port is not None:
                demand_port("browser phones' port", port)
        demand_networks("browser phones' networks", self.networks)


@dataclass(frozen=True, slots=True)
class Gateway:
    """A provider's trunk that calls go out by."""

    name: str
    proxy: str
    username: str = ""
    password: str = field(default="", repr=False)
    register: bool = False

    def __post_init__(self) -> None:
        demand(WORD, "gateway's name", self.name, WORD_REMEDY)
        demand(HOST_PORT, "gateway's proxy", self.proxy, "give HOST or HOST:PORT")
        remedy = "leave out spaces, $ < > & and quotes"
        demand(CREDENTIAL, "gateway's username", self.username, remedy)
        demand(CREDENTIAL, "gateway's password", self.password, remedy, shown=False)


@dataclass(frozen=True, slots=True)
class Extension:
    """A phone that may register."""

    number: str
    password: str = field(repr=False)

    def __post_init__(self) -> None:
        demand(EXTENSION, "extension", self.number, "use 2 to 12 digits")
        if len(self.password) < 10:
            raise ConfigurationError(
                f"extension {self.number}: a password needs at least 10 characters"
            )

    def digest(self, realm: str) -> str:
        """Return what SIP digest authentication keeps instead of the password (RFC 2617's HA1)."""
        text = f"{self.number}:{realm}:{self.password}"
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True)
class FallbackNumber:
    """Where a caller is sent when no server has answered for too long."""

    gateway: str
    number: str

    def __post_init__(self) -> None:
        demand(WORD, "fallback's gateway", self.gateway, "name one of the gateways")
        demand(NUMBER, "fallback's number", self.number, "use digits")


@dataclass(frozen=True, slots=True)
class Sounds:
    """What FreeSWITCH plays by itself.

    Attributes:
        hold_music: Folder with WAV files of 8 kHz, mono; None: silence.
        apology: Files heard before the call ends when no server has answered for too long.
    """

    hold_music: Path | None = None
    apology: tuple[Path, ...] = ()

    def __post_init__(self) -> None:
        for path in (*self.apology, *([self.hold_music] if self.hold_music else [])):
            demand(PATH, "sound", str(path), PATH_REMEDY)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one FreeSWITCH takes upon itself.

    Attributes:
        legs: Legs at once; more are refused with 503.
        new_legs_per_s: Legs begun in one second.
        rtp_ports: First and last UDP port for sound.
        hold_s: How long a caller is held while no server answers, in seconds.
    """

    legs: int = 1000
    new_legs_per_s: int = 200
    rtp_ports: tuple[int, int] = (12000, 15998)
    hold_s: int = 60

    def __post_init__(self) -> None:
        for port in self.rtp_ports:
            demand_port("sound's port", port)
        if self.rtp_ports[1] - self.rtp_ports[0] < 2:
            raise ConfigurationError(
                f"the sound's ports {self.rtp_ports} are no range: give first and last"
            )
        for name in ("legs", "new_legs_per_s", "hold_s"):
            if getattr(self, name) < 1:
                raise ConfigurationError(f"limits.{name} is {getattr(self, name)}: give 1 or more")


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeSwitchConfig:
    """All that the templates need.

    Attributes:
        node: The name that this FreeSWITCH gives itself in events and CDRs.
        event_socket: The server's way in.
        apps: The servers that calls are handed to, tried in this order. Each must refuse, not
            drop, when it is down: one that drops packets costs a caller two minutes.
        internal: Where phones register.
        external: Where trunks call in.
        sip_domain: The phones' domain.
        trunks: Networks that calls from outside come from; nobody else gets in.
    """

    event_socket: EventSocket
    node: str = "switchboard-1"
    apps: tuple[AppHost, ...] = (AppHost(),)
    internal: SipProfile = SipProfile("127.0.0.1", 5160)
    external: SipProfile = SipProfile("127.0.0.1", 5180)
    browsers: BrowserPhones = BrowserPhones()
    sip_domain: str = "switchboard.invalid"
    trunks: tuple[str, ...] = LOOPBACK
    gateways: tuple[Gateway, ...] = ()
    extensions: tuple[Extension, ...] = ()
    fallback: FallbackNumber | None = None
    sounds: Sounds = Sounds()
    limits: Limits = Limits()

    def __post_init__(self) -> None:
        demand(WORD, "node", self.node, WORD_REMEDY)
        demand(WORD, "SIP domain", self.sip_domain, "use a domain name")
        demand_networks("trunks", self.trunks)
        if not self.apps:
            raise ConfigurationError(
                "apps is empty: name at least one server that calls are handed to"
            )
        if self.fallback and self.fallback.gateway not in {
            gateway.name for gateway in self.gateways
        }:
            raise ConfigurationError(
                f"the fallback's gateway {self.fallback.gateway!r} is no gateway of ours: add it"
            )
        demand_unique("gateway", [gateway.name for gateway in self.gateways])
        demand_unique("extension", [extension.number for extension in self.extensions])

    @property
    def access_lists(self) -> Mapping[str, tuple[str, ...]]:
        """Return FreeSWITCH's access lists: {name: networks that are let in}."""
        return {
            "switchboard-servers": self.event_socket.servers,
            "switchboard-trunks": self.trunks,
            "switchboard-browsers": self.browsers.networks,
        }
