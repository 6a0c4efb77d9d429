"""The FreeSWITCH nodes of an installation, and where we listen for them. Settings, frozen."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address, ip_network

from switchboard.switch.phones import Gateway


@dataclass(frozen=True, slots=True)
class Reach:
    """Who can be dialled from a node.

    Attributes:
        domain: The phones' domain.
        gateways: Trunks that calls go out by, each with the numbers that it admits.
    """

    domain: str = "switchboard.invalid"
    gateways: tuple[Gateway, ...] = ()


@dataclass(frozen=True, slots=True)
class FreeSwitchNode:
    """One FreeSWITCH whose event socket we call.

    Attributes:
        name: Our name of it; one word.
        host: Address of its event socket; loopback, or behind an ACL.
        port: Port of its event socket.
        password: The event socket's password, or that of *user*. Never shown.
        user: ``user@domain`` of a FreeSWITCH user that is allowed only the API commands that we
            use; empty: the event socket's own log-in.
        reach: Who can be dialled from it.
    """

    name: str
    host: str
    port: int = 8021
    password: str = field(default="", repr=False)
    user: str = ""
    reach: Reach = Reach()


@dataclass(frozen=True, slots=True)
class Listener:
    """Where FreeSWITCH calls us.

    Attributes:
        host: Address to listen on.
        port: Port; 0 takes a free one.
        sources: Networks that may call, as ``192.0.2.0/24`` or single addresses.
        most_sockets: How many sockets are served at once; more are turned away in words.
        fetch_to: ``host:port`` by which FreeSWITCH reaches us. Channels that wait for an
            application server and have none are fetched to it. Empty: none is fetched, as when
            other servers share our nodes: their channels would look the same.
        is_alone: Whether no other server serves our nodes now; while one does, none is fetched.
    """

    host: str = "127.0.0.1"
    port: int = 8084
    sources: tuple[str, ...] = ("127.0.0.1", "::1")
    most_sockets: int = 2000
    fetch_to: str = ""
    is_alone: Callable[[], bool] = lambda: True

    def __post_init__(self) -> None:
        for source in self.sources:
            ip_network(source)  # raises ValueError, which names the source

    def admits(self, address: str) -> bool:
        """Whether a socket from *address* may call us."""
        return _is_in(address.partition("%")[0], self.sources)


@lru_cache(maxsize=256)
def _is_in(address: str, sources: tuple[str, ...]) -> bool:
    caller = ip_address(address)
    caller = getattr(caller, "ipv4_mapped", None) or caller
    return any(caller in ip_network(source) for source in sources)
