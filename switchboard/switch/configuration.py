"""What is said to a FreeSWITCH of our own: one frozen description, checked before it is rendered.

FreeSWITCH expands variables in its files and in a dialplan's arguments, splits arguments at spaces,
commas and bars, and drops lines that hold its own preprocessor's words: so each value here is
refused, with its name and a remedy, unless it is plain. Writes nothing; see ``rendering``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address

from switchboard.esl.names import Api
from switchboard.switch.phones import LOOPBACK, PhoneSide
from switchboard.switch.plain_values import (
    HOST,
    PASSWORD,
    WORD,
    WORD_REMEDY,
    ConfigurationError,
    demand,
    demand_address,
    demand_networks,
    demand_port,
)
from switchboard.switch.translation import COMES_BACK

CONTEXT = "switchboard"
"""Dialplan context in which every destination leads to the server."""

FALLBACK_CONTEXT = "switchboard-fallback"
"""Where a call waits while no server answers; nobody can dial into it."""

RESUME_DESTINATION = f"{COMES_BACK}:XML:{CONTEXT}"
"""Value of ``transfer_after_bridge`` that brings a caller back to a living server."""

OPERATING_API = ("reloadxml", "sofia", "status")
"""API commands with which a running FreeSWITCH is given new settings."""

SERVER_API = tuple(sorted({*Api, *OPERATING_API}))
"""All that the server's user may. FreeSWITCH repeats the list when the user logs in, in a reply of
at most 511 bytes: with a longer list that reply would lack its end."""


SERVER_LOGIN = "switchboard@event-socket.switchboard.invalid"
"""As whom the server logs in, in the words of the event-socket command ``userauth``."""


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

    def __post_init__(self) -> None:
        demand_address("event socket's address", self.address)
        demand_port("event socket's port", self.port)
        demand_networks("event socket's servers", self.servers)
        if ip_address(self.address).is_unspecified and not self.servers:
            raise ConfigurationError(
                "the event socket listens everywhere: name the servers' networks"
            )

    @property
    def login(self) -> str:
        """As whom the server logs in."""
        return SERVER_LOGIN

    @property
    def user(self) -> str:
        """Name of the user that the server logs in as."""
        return SERVER_LOGIN.partition("@")[0]

    @property
    def domain(self) -> str:
        """Domain of that user; no SIP profile asks for it."""
        return SERVER_LOGIN.partition("@")[2]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeSwitchConfig:
    """All that the templates need.

    Attributes:
        event_socket: The server's way in.
        node: The name that this FreeSWITCH gives itself in events and CDRs.
        apps: The servers that calls are handed to, tried in this order. Each must refuse, not
            drop, when it is down: one that drops packets costs a caller two minutes.
        phones: The telephone side.
    """

    event_socket: EventSocket
    node: str = "switchboard-1"
    apps: tuple[AppHost, ...] = (AppHost(),)
    phones: PhoneSide = field(default_factory=PhoneSide)

    def __post_init__(self) -> None:
        demand(WORD, "node", self.node, WORD_REMEDY)
        if not self.apps:
            raise ConfigurationError("apps is empty: name a server that calls are handed to")

    @property
    def access_lists(self) -> Mapping[str, tuple[str, ...]]:
        """Return FreeSWITCH's access lists: {name: networks that are let in}."""
        return {
            "switchboard-servers": self.event_socket.servers,
            "switchboard-trunks": self.phones.trunks,
            "switchboard-browsers": self.phones.browsers.networks,
            **{one.access_list: one.networks for one in self.phones.extensions if one.networks},
        }
