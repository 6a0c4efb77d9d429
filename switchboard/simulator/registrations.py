"""Phones that are registered with the node, and the events that tell of it."""

from collections.abc import Callable
from dataclasses import dataclass

from switchboard.simulator.events import EventBus

HOST = "127.0.0.1"
EXPIRES_S = 60
USER_AGENT = "labphone"
PHONE_PORT = 5099  # where a phone listens that names no port


@dataclass(frozen=True, slots=True)
class Registration:
    """One registered phone."""

    user: str
    domain: str
    port: int

    @property
    def contact(self) -> str:
        """Where the phone is reached."""
        return f'"" <sip:{self.user}@{HOST}:{self.port}>'


class Registrations:
    """Registered phones by user and domain.

    Args:
        events: Where it is told.
        expire_at: Returns the epoch second at which a registration made now would end.
    """

    def __init__(self, events: EventBus, expire_at: Callable[[], int]) -> None:
        self._events = events
        self._expire_at = expire_at
        self._phones: dict[tuple[str, str], Registration] = {}

    def register(self, user: str, domain: str, port: int = PHONE_PORT) -> None:
        """Register a phone, for the first time or again."""
        phone = Registration(user, domain, port)
        self._phones[user, domain] = phone
        self._tell("sofia::register", phone, EXPIRES_S, {"status": "Registered(UDP)"})

    def unregister(self, user: str, domain: str) -> None:
        """Take a phone's registration back, as the phone asks; unknown ones are told too."""
        phone = self._phones.pop((user, domain), None) or Registration(user, domain, PHONE_PORT)
        self._tell("sofia::unregister", phone, 0, {})

    def expire(self, user: str, domain: str) -> None:
        """Let a registration run out, as when the phone has lost its network."""
        phone = self._phones.pop((user, domain), None)
        if phone is None:
            return
        about = {
            "profile-name": "internal",
            "call-id": f"{user}@{phone.port}",
            "user": user,
            "username": user,
            "host": domain,
            "contact": phone.contact,
            "expires": "0",
            "user-agent": USER_AGENT,
            "realm": domain,
            "network-ip": HOST,
            "network-port": str(phone.port),
        }
        self._events.fire_custom("sofia::expire", lambda: about)

    def clear(self) -> None:
        """Forget every phone without a word."""
        self._phones.clear()

    def find(self, user: str, domain: str) -> Registration | None:
        """Return the phone's registration, or None."""
        return self._phones.get((user, domain))

    def rows(self) -> list[dict[str, str]]:
        """Return what ``show registrations`` lists."""
        return [
            {
                "reg_user": phone.user,
                "realm": phone.domain,
                "token": f"{phone.user}@{phone.domain}",
                "url": f"sofia/internal/sip:{phone.user}@{HOST}:{phone.port}",
                "expires": str(self._expire_at()),
                "network_ip": HOST,
                "network_port": str(phone.port),
                "network_proto": "udp",
                "hostname": "",
                "metadata": "",
            }
            for phone in self._phones.values()
        ]

    def _tell(
        self, subclass: str, phone: Registration, expires_s: int, more: dict[str, str]
    ) -> None:
        about = {
            "profile-name": "internal",
            "from-user": phone.user,
            "from-host": phone.domain,
            "presence-hosts": "n/a",
            "contact": phone.contact,
            "call-id": f"{phone.user}@{phone.port}",
            "rpid": "unknown",
            **more,
            "expires": str(expires_s),
            "to-user": phone.user,
            "to-host": phone.domain,
            "network-ip": HOST,
            "network-port": str(phone.port),
            "username": phone.user,
            "realm": phone.domain,
            "user-agent": USER_AGENT,
        }
        self._events.fire_custom(subclass, lambda: about)
