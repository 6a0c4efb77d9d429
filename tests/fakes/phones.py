"""Phones that register when the test says so."""

from collections.abc import Callable
from datetime import UTC, datetime

from switchboard.core.facts import PhoneFact, PhoneRegistered, PhoneUnregistered
from switchboard.ports.phones import PhoneSink, Registration


class FakePhones:
    """Keeps :class:`switchboard.ports.phones.Phones`.

    Args:
        now: The time of day that facts bear; the machine's when not given.
    """

    def __init__(self, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now
        self._registered: dict[str, Registration] = {}
        self._sinks: list[PhoneSink] = []

    # --- the port -----------------------------------------------------------------------------

    def list_registered(self) -> tuple[Registration, ...]:
        return tuple(self._registered[extension] for extension in sorted(self._registered))

    def find_registration(self, extension: str) -> Registration | None:
        return self._registered.get(extension)

    def follow_phones(self, sink: PhoneSink) -> None:
        self._sinks.append(sink)
        for registration in self.list_registered():
            sink(self._fact_of(registration))

    # --- what the test lets happen ------------------------------------------------------------

    def registers(
        self, extension: str, *, address: str = "127.0.0.1", node: str = "fs1", agent: str = ""
    ) -> None:
        """A phone registers, for the first time or again."""
        registration = Registration(extension, node, address, agent)
        former = self._registered.get(extension)
        self._registered[extension] = registration
        if former is None or (former.node, former.address) != (node, address):
            self._tell(self._fact_of(registration))

    def unregisters(self, extension: str) -> None:
        """The phone unregisters, or its time runs out."""
        if former := self._registered.pop(extension, None):
            self._tell(PhoneUnregistered(extension, former.node, self._now()))

    def _fact_of(self, registration: Registration) -> PhoneRegistered:
        return PhoneRegistered(
            registration.extension, registration.node, registration.address, self._now()
        )

    def _tell(self, fact: PhoneFact) -> None:
        for sink in self._sinks:
            sink(fact)
