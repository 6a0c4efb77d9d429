"""Which phones are registered, as the nodes tell: at each connection, and then live.

A node that is away keeps its phones: they are registered with it and not with us. When it is
connected again its own list is the truth, and what was missed is told.
"""

from collections.abc import Iterable

import orjson
import structlog

from switchboard.core.facts import PhoneFact, PhoneRegistered, PhoneUnregistered
from switchboard.esl import talking
from switchboard.esl.errors import ProtocolError
from switchboard.esl.events import Event
from switchboard.esl.names import Header, Subclass
from switchboard.ports.clock import Clock
from switchboard.ports.phones import PhoneSink, Registration
from switchboard.switch.inbound import Node, NodeAway

log = structlog.get_logger(__name__)


class Registrations:
    """Keeps :class:`switchboard.ports.phones.Phones`.

    Args:
        clock: Stamps the facts.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: dict[tuple[str, str], Registration] = {}  # by extension and node
        self._sinks: list[PhoneSink] = []

    # --- the port -----------------------------------------------------------------------------

    def list_registered(self) -> tuple[Registration, ...]:
        """Every registration, by extension."""
        return tuple(self._known[key] for key in sorted(self._known))

    def find_registration(self, extension: str) -> Registration | None:
        """Where the extension's phone is registered; of several nodes the newest knows."""
        found = [known for (number, _), known in self._known.items() if number == extension]
        return found[-1] if found else None

    def follow_phones(self, sink: PhoneSink) -> None:
        """Tell *sink* from here on; see the port."""
        self._sinks.append(sink)
        for registration in self.list_registered():
            sink(self._fact_of(registration))

    # --- the switch room ----------------------------------------------------------------------

    def hear(self, node: Node, event: Event) -> None:
        """Take what a node tells of one phone."""
        # Only the event of a registration that ran out calls the phone's user "user".
        extension = event.text(Header.PHONE_USER) or event.text("user")
        if event.text(Header.SUBCLASS) == Subclass.PHONE_REGISTERED:
            address = event.text(Header.NETWORK_ADDRESS)
            agent = event.text(Header.PHONE_AGENT)
            self._register(Registration(extension, node.name, address, agent))
        else:
            self._unregister(extension, node.name)

    def read_all(self, node: Node) -> None:
        """Ask a node for all its phones, and tell what was missed."""
        try:
            reply = node.ask(talking.show_registrations(), 5.0)
            found = tuple(_read(reply.text, node.name))
        except (NodeAway, ProtocolError) as fault:
            log.warning("registrations are not known", node=node.name, why=str(fault))
            return
        gone = {ext for ext, name in self._known if name == node.name} - {
            registration.extension for registration in found
        }
        for extension in sorted(gone):
            self._unregister(extension, node.name)
        for registration in found:
            self._register(registration)

    # --- inside -------------------------------------------------------------------------------

    def _register(self, registration: Registration) -> None:
        key = (registration.extension, registration.node)
        former = self._known.pop(key, None)
        self._known[key] = registration
        if former is None or former.address != registration.address:
            self._tell(self._fact_of(registration))

    def _unregister(self, extension: str, node: str) -> None:
        if self._known.pop((extension, node), None):
            self._tell(PhoneUnregistered(extension, node, self._clock.now()))

    def _fact_of(self, registration: Registration) -> PhoneRegistered:
        return PhoneRegistered(
            registration.extension, registration.node, registration.address, self._clock.now()
        )

    def _tell(self, fact: PhoneFact) -> None:
        for sink in self._sinks:
            sink(fact)


def _read(text: str, node: str) -> Iterable[Registration]:
    try:
        answer = orjson.loads(text)
        rows = answer.get("rows", []) if answer["row_count"] else []
        return [Registration(row["reg_user"], node, row["network_ip"]) for row in rows]
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise ProtocolError(f"no list of registrations: {text[:80]!r}") from fault
