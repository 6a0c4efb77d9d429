"""The telephone side of a FreeSWITCH of our own: who calls in, who registers, what is played.

One frozen description, checked value by value as it is made; part of the settings of an
installation, and of what is rendered for FreeSWITCH.
"""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from switchboard.switch.plain_values import (
    ADMITTED,
    CREDENTIAL,
    EXTENSION,
    HOST_PORT,
    NUMBER,
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

# The settings are read into these by pydantic: there a misspelt name is a mistake.
STRICT = {"extra": "forbid"}

LOOPBACK = ("127.0.0.0/8", "::1/128")
PRIVATE = ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")


@dataclass(frozen=True, slots=True)
class SipProfile:
    """One SIP address.

    Attributes:
        address: Address of this machine for SIP and sound.
        port: UDP and TCP port for SIP. FreeSWITCH's usual 5060 and 5080 are left to another one.
        public_address: Address by which the outside reaches us, when a router translates.
    """

    __pydantic_config__ = STRICT

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

    __pydantic_config__ = STRICT

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
    """A provider's trunk that calls go out by.

    Attributes:
        name: Our name of it.
        proxy: ``HOST`` or ``HOST:PORT`` of the provider.
        username: As whom we call; empty: the provider knows our address.
        password: Its password.
        register: Whether we register with the provider.
        numbers: Numbers that agents and callbacks may dial by it, a trailing ``*`` standing for
            all that begin so; none unless they are named. Stolen passwords cost money only here.
        most_legs: So many legs that we dialled may use it at once.
    """

    __pydantic_config__ = STRICT

    name: str
    proxy: str
    username: str = ""
    password: str = field(default="", repr=False)
    register: bool = False
    numbers: tuple[str, ...] = ()
    most_legs: int = 30

    def admits(self, number: str) -> bool:
        """Whether that number may be dialled by it."""
        return any(
            number.startswith(admitted[:-1]) if admitted.endswith("*") else number == admitted
            for admitted in self.numbers
        )

    def __post_init__(self) -> None:
        remedy = "use digits with an optional leading +, and a trailing * for all that begin so"
        for admitted in self.numbers:
            demand(ADMITTED, "gateway's numbers", admitted, remedy)
        if self.most_legs < 1:
            raise ConfigurationError(f"gateway {self.name}: most_legs is {self.most_legs}")
        demand(WORD, "gateway's name", self.name, WORD_REMEDY)
        demand(HOST_PORT, "gateway's proxy", self.proxy, "give HOST or HOST:PORT")
        remedy = "leave out spaces, $ < > & and quotes"
        demand(CREDENTIAL, "gateway's username", self.username, remedy)
        demand(CREDENTIAL, "gateway's password", self.password, remedy, shown=False)


@dataclass(frozen=True, slots=True)
class Extension:
    """A phone that may register.

    Attributes:
        number: Its number.
        password: Its password; at least 10 characters.
        networks: Networks from which alone it may register and call, as ``192.0.2.7/32``; empty:
            from anywhere.
    """

    __pydantic_config__ = STRICT

    number: str
    password: str = field(repr=False)
    networks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        demand(EXTENSION, "extension", self.number, "use 2 to 12 digits")
        demand_networks(f"extension {self.number}'s networks", self.networks)
        if len(self.password) < 10:
            raise ConfigurationError(
                f"extension {self.number}: a password needs at least 10 characters"
            )

    @property
    def access_list(self) -> str:
        """Name of the access list of its networks."""
        return f"switchboard-extension-{self.number}"

    def digest(self, realm: str) -> str:
        """Return what SIP digest authentication keeps instead of the password (RFC 2617's HA1)."""
        text = f"{self.number}:{realm}:{self.password}"
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True)
class FallbackNumber:
    """Where a caller is sent when no server has answered for too long."""

    __pydantic_config__ = STRICT

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

    __pydantic_config__ = STRICT

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

    __pydantic_config__ = STRICT

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
class PhoneSide:
    """Everything between FreeSWITCH and telephones.

    Attributes:
        internal: Where phones register.
        external: Where trunks call in.
        browsers: How phones in a browser connect.
        sip_domain: The phones' domain.
        trunks: Networks that calls from outside come from; nobody else gets in.
        gateways: Trunks that calls go out by.
        extensions: Phones that may register.
        fallback: Where a caller is sent when no server answers for too long; None: nowhere.
        sounds: What is played without a server.
        limits: How much is taken on.
    """

    __pydantic_config__ = STRICT

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
        demand(WORD, "SIP domain", self.sip_domain, "use a domain name")
        demand_networks("trunks", self.trunks)
        demand_unique("gateway", [gateway.name for gateway in self.gateways])
        demand_unique("extension", [extension.number for extension in self.extensions])
        known = {gateway.name for gateway in self.gateways}
        if self.fallback and self.fallback.gateway not in known:
            raise ConfigurationError(
                f"the fallback's gateway {self.fallback.gateway!r} is no gateway of ours: add it"
            )
