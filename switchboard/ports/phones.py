"""Which phones are registered, followed live."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from switchboard.core.facts import PhoneFact

PhoneSink = Callable[[PhoneFact], None]
"""Takes facts of phones, in order; never waits, never raises."""


@dataclass(frozen=True, slots=True)
class Registration:
    """One phone that is registered.

    Attributes:
        extension: The extension whose password it knew.
        node: The FreeSWITCH node that knows it, and from which it can be dialled.
        address: The IP address it registered from, as the node saw it.
        agent: What the phone calls itself; data from outside; empty when not told.
    """

    extension: str
    node: str
    address: str
    agent: str = ""


class Phones(Protocol):
    """Knows the registrations of all nodes that are connected."""

    def list_registered(self) -> tuple[Registration, ...]:
        """Every registration, by extension; empty when no node is connected."""
        ...

    def find_registration(self, extension: str) -> Registration | None:
        """Where the extension's phone is registered; None: nowhere, as far as is known."""
        ...

    def follow_phones(self, sink: PhoneSink) -> None:
        """Tell *sink* from here on, first of each phone that is registered now.

        What was missed while a node was not connected is told when it is again; that a node is
        away does not unregister its phones.
        """
        ...
